"""The rules a configuration must keep, a module per concern; `domain/workflow_check.py` lists them all."""
