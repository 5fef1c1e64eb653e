"""What stands in the rows of a dossier and in its files, held against its journal (`domain.replay`, `domain.proof`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.errors import Refused
from domain.journal import Entry
from domain.proof import (
    COMPLAINT_KEYS,
    DOCUMENT_KEYS,
    OVERTAKING_KEYS,
    PAUSE_KEYS,
    TASK_KEYS,
    Row,
    disagreements,
    paired,
    unreadable,
    with_kind,
)
from domain.replay import ANYTHING, Contradiction, Expected, replay
from lanes.actions.documents import about_hash, document_name, token_hash
from lanes.evidence import Record
from lanes.papers import Files
from lanes.turns import held_to

_NOT_TOLD = "the journal tells of no such row"


def unreadable_rows(record: Record) -> list[str]:
    """The faults of values that are none of their column's type, in any row of a dossier."""
    rows = [record.dossier, *record.journal, *record.tasks, *record.documents, *record.pauses, *record.overtakings,
            *record.escalations, *record.complaints, *record.clocks]  # fmt: skip
    return [fault for row in rows if row.unreadable for fault in unreadable(row)]


def row_faults(record: Record, entries: Sequence[Entry], files: Files) -> list[str]:
    """Where the rows of a dossier whose journal is whole disagree with it; [] when nowhere."""
    try:
        told = replay(entries)
    except Contradiction as contradiction:
        return [f"journal: {contradiction}"]
    found = disagreements(told.dossier, record.dossier)
    pairs, missing, extra = paired(told.tasks, record.tasks, TASK_KEYS)
    ids = {id(expected): row.id for expected, row in pairs}
    for expected, row in pairs:
        found += disagreements(with_kind(expected, row), row)
    found += _unpaired("task", "step", missing, extra)
    found += _documents(told.documents, record.documents, record.dossier.values["number"], files)
    found += _against("pause", "reason", told.pauses, record.pauses, PAUSE_KEYS)
    taken = [{**over, "task_id": ids.get(id(over["task_id"]), ANYTHING)} for over in told.overtakings]
    overtakings = [_as_told(row, record.dossier.values["number"]) for row in record.overtakings]
    found += _against("overtaking", "step", taken, overtakings, OVERTAKING_KEYS)
    return found + _against("complaint", "number", told.complaints, record.complaints, COMPLAINT_KEYS)


def _against(
    table: str, name: str, told: Sequence[Expected], rows: Sequence[Row], keys: Sequence[Sequence[str]]
) -> list[str]:
    pairs, missing, extra = paired(told, rows, keys)
    found = [fault for expected, row in pairs for fault in disagreements(expected, row)]
    return found + _unpaired(table, name, missing, extra)


def _unpaired(table: str, name: str, missing: Sequence[Expected], extra: Sequence[Row]) -> list[str]:
    """The faults of what has no row, named by what the journal says in the column `name`, and of the rows too many."""
    found = [f"{table}: a row of {name} {expected[name]} is missing" for expected in missing]
    return found + [f"{table}, row {row.id}: {_NOT_TOLD}" for row in extra]


def _as_told(row: Row, number: str) -> Row:
    """An overtaking's row with its confidential columns as the journal tells them."""
    values = {column: row.values[column] for column in ("applicant", "passed", "remark") if column in row.values}
    hashed = held_to(number, **values)
    told = {column: hashed[f"{column}_sha256"] for column, value in values.items() if value is not None}
    return replace(row, values={**row.values, **told})


def _document_as_told(row: Row, number: str) -> Row:
    """A document's row with its confidential columns as the journal tells them."""
    told: dict[str, str | None] = {}
    if "token" in row.values:
        told["token"] = token_hash(row.values["token"])
    if "about" in row.values:
        told["about"] = about_hash(number, row.values["about"])
    return replace(row, values={**row.values, **told})


def _documents(told: Sequence[Expected], rows: Sequence[Row], number: str, files: Files) -> Iterator[str]:
    hashed = [_document_as_told(row, number) for row in rows]
    pairs, missing, extra = paired(told, hashed, DOCUMENT_KEYS)
    for expected, row in pairs:
        sha256 = expected["sha256"]
        where = frozenset(_files(row, sha256)) if sha256 else frozenset({None})
        yield from disagreements({**expected, "file": where}, row)
        file = row.values.get("file")
        if sha256 and file in where:  # any other is not opened, for whoever wrote its name may have chosen it
            yield from _file_faults(row, str(file), sha256, files)
    for expected in missing:
        yield f"document: the row of {expected['number']} is missing"
    for row in extra:
        yield f"document, row {row.id}: {_NOT_TOLD}"


def _files(row: Row, sha256: str) -> Iterator[str]:
    """Where a document's file may lie: by its content, or as drafts and sealed ones were called at first."""
    for name in (document_name(row.id, sha256), f"{row.id:08}-draft.pdf", f"{row.id:08}.pdf"):
        yield f"documents/{name}"


def _file_faults(row: Row, file: str, sha256: str, files: Files) -> Iterator[str]:
    try:
        content = files.get(file)
    except Refused as refusal:  # gone, or it does not open
        yield row.fault("file", f"the file cannot be read ({refusal.code})")
        return
    if hashlib.sha256(content).hexdigest() != sha256:
        yield row.fault("file", "the file is not the one that the journal tells of")
