"""Brings another system's cases in as history, all of a file or nothing of it, and each file once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import structlog
from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from adapters.history.headers import header_to_json
from adapters.history.reading_csv import CsvReader
from adapters.history.reading_xes import XesReader
from adapters.history.source import Content, Limits, Progress, content_of, kind_of
from adapters.history.tables import LOGS
from adapters.history.writer import HistoryWriter
from adapters.sql.engine import reading, writing
from adapters.sql.errors import Taken
from domain.errors import Refused
from domain.history_map import HistoryMap

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

    `engine` is one of `adapters.sql.engine.make_engine`, with its tables made. `now` is noted as the time of the
    import. `progress` hears the bytes of the file read so far, and in all.
    Raises Refused, naming the place in the file, and then nothing of it is kept.
    """
    kind = kind_of(path)
    with TemporaryFile() as aside, content_of(path, progress) as content:
        writer = HistoryWriter(aside)
        header = (_take_xes if kind == "xes" else _take_csv)(content, mapping, limits or Limits(), writer)
        if writer.cases == 0:
            raise Refused("history_file", f"{path.name} holds no case.", allowed="a log with at least one case")
        sha256 = content.sha256
        if (known := _known(engine, sha256, mapping)) is not None:
            return known
        told = {"name": path.name, "format": kind, "map_digest": mapping.digest, "imported_at": now, "header": header}
        row = insert(LOGS).values(sha256=sha256, cases=writer.cases, events=writer.events, **told)
        try:
            with writing(engine) as connection:
                log_id: int = connection.execute(row.returning(LOGS.c.id)).scalar_one()
                writer.pour(connection, log_id)
        except Taken:
            # Another process brought the same content in since we looked.
            if (known := _known(engine, sha256, mapping)) is not None:
                return known
            raise
    log.info("history_imported", log_id=log_id, cases=writer.cases, events=writer.events)
    return ImportResult(
        log_id=log_id, name=path.name, cases=writer.cases, events=writer.events, already=False, same_map=True
    )


def _known(engine: Engine, sha256: str, mapping: HistoryMap) -> ImportResult | None:
    with reading(engine) as connection:
        row = connection.execute(select(LOGS).where(LOGS.c.sha256 == sha256)).one_or_none()
    if row is None:
        return None
    same_map = row.map_digest == mapping.digest
    return ImportResult(
        log_id=row.id, name=row.name, cases=row.cases, events=row.events, already=True, same_map=same_map
    )


def _take_xes(content: Content, mapping: HistoryMap, limits: Limits, writer: HistoryWriter) -> dict[str, Any]:
    reader = XesReader(content, mapping, limits)
    for case in reader.cases():
        number = writer.add_case(case.case_id, case.lane, case.channel, case.deadline, case.attributes)
        for event in case.events:
            writer.add_event(number, event)
    return header_to_json(reader.header)


def _take_csv(content: Content, mapping: HistoryMap, limits: Limits, writer: HistoryWriter) -> dict[str, Any]:
    reader = CsvReader(content, mapping, limits)
    numbers: dict[str, int] = {}
    channels: dict[int, str] = {}
    for row in reader.rows():
        number = numbers.get(row.case_id)
        if number is None:
            number = numbers[row.case_id] = writer.add_case(row.case_id, row.lane, row.channel, row.deadline)
            channels[number] = row.channel
        elif channels[number] != row.channel:
            raise reader.contradiction(row.case_id)
        elif row.deadline is not None:
            writer.move_deadline(number, row.deadline)  # one that moved: the last one told is the one that holds
        writer.add_event(number, row.event)
    return {"columns": reader.columns, "delimiter": reader.delimiter}
