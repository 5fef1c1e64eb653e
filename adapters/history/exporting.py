"""Gives an imported log back: all of it as XES, or as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, TextIO

from sqlalchemy import select
from sqlalchemy.engine import Engine

from adapters.history.csv_writer import write_csv, write_rows
from adapters.history.headers import header_from_json
from adapters.history.kept import KeptLog, kept_cases, kept_log
from adapters.history.tables import EVENTS
from adapters.history.xes_writer import write_xes
from adapters.sql.engine import reading
from domain.eventlog import LogHeader, with_standard_attributes


def export_xes(engine: Engine, out: BinaryIO, log: str | None = None) -> KeptLog:
    """Write an imported log to `out` as XES; gives the log that was written.

    A log that came as XES comes back case for case, event for event, attribute for attribute, its extensions,
    globals and classifiers too (layout and comments aside). One that came as CSV gets the standard attributes
    besides its columns. Raises Refused as `kept_log` does.
    """
    kept = kept_log(engine, log)
    cases = kept_cases(engine, kept.log_id)
    if kept.format == "xes":
        write_xes(header_from_json(kept.header), cases, out)
    else:
        write_xes(LogHeader(), with_standard_attributes(cases), out)
    return kept


def export_csv(engine: Engine, out: TextIO, log: str | None = None, *, for_spreadsheet: bool = False) -> KeptLog:
    """Write an imported log to `out` (opened with newline="") as CSV; gives the log that was written.

    A log that came as CSV comes back row for row, in its own columns and order; one that came as XES as
    `write_csv` tells. Raises Refused as `kept_log` does.
    """
    kept = kept_log(engine, log)
    if kept.format == "csv":
        columns, delimiter = kept.header["columns"], kept.header["delimiter"]
        write_rows(columns, _rows(engine, kept), out, delimiter=delimiter, for_spreadsheet=for_spreadsheet)
    else:
        write_csv(lambda: kept_cases(engine, kept.log_id), out, for_spreadsheet=for_spreadsheet)
    return kept


def _rows(engine: Engine, kept: KeptLog) -> Iterator[list[str]]:
    """The cells of each row in the order of the file, in which cases may be mixed."""
    rows = select(EVENTS.c.attributes).where(EVENTS.c.log_id == kept.log_id).order_by(EVENTS.c.position)
    with reading(engine) as connection:
        for (attributes,) in connection.execute(rows, execution_options={"yield_per": 1000}):
            yield [value for _, _, value, _ in attributes]
