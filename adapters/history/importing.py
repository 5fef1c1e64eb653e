"""Brings another system's cases in as history, all of a file or nothing of it, and each file once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from adapters.history.headers import header_to_json
from adapters.history.reading_csv import CsvReader
from adapters.history.reading_xes import XesReader
from adapters.history.source import Content, Limits, content_of, kind_of
from adapters.history.tables import LOGS
from adapters.history.writer import HistoryWriter
from domain.errors import Refused
from domain.history_map import HistoryMap

Progress = Callable[[int, int], None]

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What an import did; `cases` and `events` are those of the log, new or not.

    `already`: the file's content had been imported before, and nothing was added; `same_map` tells whether the
    map was the same then.
    """

    log_id: int
    name: str
    cases: int
    events: int
    already: bool
    same_map: bool


def import_history(
    engine: Engine,
    path: Path,
    mapping: HistoryMap,
    *,
    now: datetime,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> ImportResult:
    """Read the log at `path` (.xes or .csv, also .gz) by `mapping` and keep it as history, never as live work.

    `now` is noted as the time of the import. `progress` hears the bytes of the file read so far, and in all.
    Raises Refused, naming the place in the file, and then nothing of it is kept.
    """
    kind = kind_of(path)
    # Once through the whole file before the database is touched: is it complete, and is it new?
    with content_of(path) as content:
        while content.read():
            pass
        sha256 = content.sha256
    if (known := _known(engine, sha256, mapping)) is not None:
        return known
    row = {"name": path.name, "format": kind, "sha256": sha256, "map_digest": mapping.digest, "imported_at": now}
    try:
        with engine.begin() as connection, content_of(path) as content:
            begun = insert(LOGS).values(**row, cases=0, events=0, header={}).returning(LOGS.c.id)
            log_id: int = connection.execute(begun).scalar_one()
            writer = HistoryWriter(connection, log_id, lambda: progress and progress(content.done, content.total))
            take = _take_xes if kind == "xes" else _take_csv
            header = take(content, mapping, limits or Limits(), writer)
            if content.sha256 != sha256:
                raise Refused("history_file", f"{path.name} changed while it was read.", allowed="a file at rest")
            if writer.cases == 0:
                raise Refused("history_file", f"{path.name} holds no case.", allowed="a log with at least one case")
            _complete(connection, log_id, cases=writer.cases, events=writer.events, header=header)
    except IntegrityError:
        # Another process brought the same content in since we looked.
        if (known := _known(engine, sha256, mapping)) is not None:
            return known
        raise
    log.info("history_imported", log_id=log_id, cases=writer.cases, events=writer.events)
    return ImportResult(
        log_id=log_id, name=path.name, cases=writer.cases, events=writer.events, already=False, same_map=True
    )


def _known(engine: Engine, sha256: str, mapping: HistoryMap) -> ImportResult | None:
    with engine.connect() as connection:
        row = connection.execute(select(LOGS).where(LOGS.c.sha256 == sha256)).one_or_none()
    if row is None:
        return None
    same_map = row.map_digest == mapping.digest
    return ImportResult(
        log_id=row.id, name=row.name, cases=row.cases, events=row.events, already=True, same_map=same_map
    )


def _complete(connection: Connection, log_id: int, **counted: Any) -> None:
    connection.execute(update(LOGS).where(LOGS.c.id == log_id).values(**counted))


def _take_xes(content: Content, mapping: HistoryMap, limits: Limits, writer: HistoryWriter) -> dict[str, Any]:
    reader = XesReader(content, mapping, limits)
    for case in reader.cases():
        number = writer.add_case(case.case_id, case.lane, case.channel, case.deadline, case.attributes)
        for event in case.events:
            writer.add_event(number, event)
    writer.flush()
    return header_to_json(reader.header)


def _take_csv(content: Content, mapping: HistoryMap, limits: Limits, writer: HistoryWriter) -> dict[str, Any]:
    reader = CsvReader(content, mapping, limits)
    numbers: dict[str, int] = {}
    channels: dict[int, str] = {}
    deadlines: dict[int, datetime] = {}
    for row in reader.rows():
        number = numbers.get(row.case_id)
        if number is None:
            number = numbers[row.case_id] = writer.add_case(row.case_id, row.lane, row.channel, row.deadline)
            channels[number] = row.channel
        elif channels[number] != row.channel:
            raise reader.contradiction(row.case_id)
        elif row.deadline is not None:
            deadlines[number] = row.deadline  # a deadline that moved: the last one told is the one that holds
        writer.add_event(number, row.event)
    writer.move_deadlines(deadlines)
    return {"columns": reader.columns, "delimiter": reader.delimiter}
