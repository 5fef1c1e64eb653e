"""Where the program itself failed, for a log or a report: an error's own text may hold anything, its place does not."""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb


def place_of(error: BaseException) -> str:
    """The file and line in which an error was raised, such as "rows.py:87"; "?" for one that never was."""
    last = next(reversed(extract_tb(error.__traceback__)), None)
    return f"{Path(last.filename).name}:{last.lineno}" if last else "?"
