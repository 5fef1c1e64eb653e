"""Writes cases as CSV: a row for each event, its case's attributes repeated in columns that begin with `case:`.

Cells hold the very text that was recorded. A spreadsheet would run a cell that begins with `=`, `+`, `-` or `@`
as a formula, so rows meant for one are written with `for_spreadsheet`, which puts an apostrophe before such
texts (not before numbers); those files are for reading, and no longer exactly what was recorded.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

from domain.eventlog import Attribute, LogCase

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(cases: Callable[[], Iterable[LogCase]], out: TextIO, *, for_spreadsheet: bool = False) -> None:
    """Write cases of any origin. They are read twice, first to learn the columns, so `cases` must start anew.

    A nested attribute's column names its way, `list/item`; a second one of the same name gets `#2`. A case without
    events has one row with its case columns alone. Types are not told; XES is the form that keeps everything.
    """
    columns: dict[str, None] = {}
    for case in cases():
        for row in _rows(case):
            columns |= dict.fromkeys(row)
    ordered = sorted(columns, key=lambda column: not column.startswith("case:"))
    rows = ([row.get(column, "") for column in ordered] for case in cases() for row in _rows(case))
    write_rows(ordered, rows, out, for_spreadsheet=for_spreadsheet)


def write_rows(
    columns: list[str],
    rows: Iterable[list[str]],
    out: TextIO,
    *,
    delimiter: str = ",",
    for_spreadsheet: bool = False,
) -> None:
    """Write a heading and rows as they are, or guarded for a spreadsheet."""
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    guard = _guarded if for_spreadsheet else list[str]
    writer.writerow(guard(columns))
    writer.writerows(map(guard, rows))


def _rows(case: LogCase) -> Iterator[dict[str, str]]:
    told: dict[str, str] = {}
    _flatten(case.attributes, "case:", told)
    if not case.events:
        yield told
    for event in case.events:
        row = dict(told)
        _flatten(event.attributes, "", row)
        yield row


def _flatten(attributes: tuple[Attribute, ...], way: str, into: dict[str, str]) -> None:
    for kind, key, value, children in attributes:
        column = name = f"{way}{key or kind}"
        count = 1
        while name in into:
            count += 1
            name = f"{column}#{count}"
        if value is not None:
            into[name] = value
        _flatten(children, f"{name}/", into)


def _guarded(cells: list[str]) -> list[str]:
    return [f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell for cell in cells]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
