"""Prefect entry points: steps as task runs, lanes and sweeps as flows. Nothing imports this package."""
