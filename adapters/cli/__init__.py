"""The command line `jalur`: one small module per subject, over the same application object as everything else."""
