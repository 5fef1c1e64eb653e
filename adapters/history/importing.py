"""Brings another system's cases in as history, all of a file or nothing of it, and each file once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import structlog
from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection, Engine

from adapters.history.headers import header_to_json
from adapters.history.reading_csv import CsvReader
from adapters.history.reading_xes import XesReader
from adapters.history.source import Content, Limits, Progress, content_of, kind_of
from adapters.history.tables import CASES, EVENTS, LOGS
from adapters.history.writer import HistoryWriter
from adapters.sql.engine import reading, writing
from adapters.sql.errors import Taken
from domain.errors import Refused
from domain.history_map import HistoryMap

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What an import did; `cases` and `events` are those of the log, new or not; `replaced` names the logs whose place
    it took.

    `already`: the file's content had been imported before, and nothing was added; `same_map` tells whether the
    map was the same then.
    """

    log_id: int
    name: str
    cases: int
    events: int
    already: bool
    same_map: bool
    replaced: tuple[str, ...] = ()


def import_history(
    engine: Engine,
    path: Path,
    mapping: HistoryMap,
    *,
    now: datetime,
    progress: Progress | None = None,
    limits: Limits | None = None,
    replace: bool = False,
) -> ImportResult:
    """Read the log at `path` (.xes or .csv, also .gz) by `mapping` and keep it as history, never as live work.

    `engine` is one of `adapters.sql.engine.make_engine`, with its tables made. `now` is noted as the time of the
    import. `progress` hears the bytes of the file read so far, and in all. With `replace` it takes the place of every
    log that holds one of its cases: a later export of the same system.
    Raises Refused, naming the place in the file, also when another log holds some of its cases; then nothing of it is
    kept.
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
                replaced = _taken_out(connection, _holding(connection, log_id), replace=replace)
        except Taken:
            # Another process brought the same content in since we looked.
            if (known := _known(engine, sha256, mapping)) is not None:
                return known
            raise
    log.info("history_imported", log_id=log_id, cases=writer.cases, events=writer.events)
    return ImportResult(
        log_id=log_id, name=path.name, cases=writer.cases, events=writer.events, already=False, same_map=True,
        replaced=replaced,
    )  # fmt: skip


def _holding(connection: Connection, log_id: int) -> list[tuple[int, str, int]]:
    """The other logs that hold cases of this one (of the same name, begun in the same instant): number, name, how many
    they share."""
    first = (
        select(CASES.c.log_id, CASES.c.case_id, func.min(EVENTS.c.at).label("began"))
        .join(EVENTS, (EVENTS.c.log_id == CASES.c.log_id) & (EVENTS.c.case_number == CASES.c.number))
        .group_by(CASES.c.log_id, CASES.c.number, CASES.c.case_id)
    )
    new = first.where(CASES.c.log_id == log_id).subquery()
    others = first.where(CASES.c.log_id != log_id).subquery()
    shared = (
        select(LOGS.c.id, LOGS.c.name, func.count())
        .join(others, others.c.log_id == LOGS.c.id)
        .join(new, (new.c.case_id == others.c.case_id) & (new.c.began == others.c.began))
        .group_by(LOGS.c.id, LOGS.c.name)
        .order_by(LOGS.c.id)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(shared)]


def _taken_out(connection: Connection, holding: Sequence[tuple[int, str, int]], *, replace: bool) -> tuple[str, ...]:
    if holding and not replace:
        _, name, count = holding[-1]
        raise Refused("history_overlap", f"{count} of its cases are in the log {name} already: they would count twice.",
                      allowed="--replace to let this file take that log's place, or a file without them")  # fmt: skip
    for log_id, _, _ in holding:
        for table, column in ((EVENTS, EVENTS.c.log_id), (CASES, CASES.c.log_id), (LOGS, LOGS.c.id)):
            connection.execute(delete(table).where(column == log_id))
    return tuple(name for _, name, _ in holding)


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
