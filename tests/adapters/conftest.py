"""The command line, for whichever test file asks: one office a process is opened, and each test has a copy of it."""

from __future__ import annotations

from cli_office import edit, jalur, opened_home, unopened

__all__ = ["edit", "jalur", "opened_home", "unopened"]
