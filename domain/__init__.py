"""Pure rules of the office: no I/O, no clock reads, no framework but pydantic and transitions."""
