"""`jalur bench NAME`: the promises of design section 12, each measured against a rival in the same run."""
