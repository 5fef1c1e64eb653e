"""The rows and files against the journal: whatever is changed behind its back shows, once, and nothing else does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Integer
from support.office import (
    Lodged,
    a_dossier,
    an_office,
    clock_of,
    do,
    lead_of,
    leave_blanks,
    manager,
    members_of,
    refused,
    shipped,
    somebody_for,
    taken,
    to_the_end,
    up_to,
    waiting_at,
    work_off,
)
from support.tampering import TABLES, Tamperer

from adapters.bench.postgres import PostgresServer
from adapters.signing import LocalAuthority
from adapters.sql.engine import make_engine
from adapters.sql.types import Instant, Json
from domain.dossier import DossierStatus, TaskStatus
from domain.lane import LaneRules
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.workflow import Workflow
from lanes.actions.documents import document_name
from lanes.audit import Audit
from lanes.case import Deficiency
from lanes.office import Office
from lanes.ports import Sealer
from lanes.timing import Timing

DEFICIENT: dict[str, Any] = {"values": {}, "deficiencies": [Deficiency(item="other", note="tanda tangan")]}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An office with one ended dossier (1: returned once, answered, issued), one open, one returned, and one whose step
    was taken out of its turn and whose time was held; an outage held all that were open. All is sealed."""

    office: Office
    tamperer: Tamperer
    home: Path
    ended: Lodged
    open: Lodged
    returned: Lodged
    favoured: Lodged

    def faults(self) -> list[str]:
        return self.office.audit.verify()

    def task(self, lodged: Lodged, step: str, **where: object) -> int:
        return self.tamperer.ids("task", dossier_id=lodged.dossier.id, step=step, **where)[-1]


def lived(office: Office, step: str | None) -> Lodged:
    """A dossier that was returned at once, came back, and went on to a step or to the end; time passes between."""
    lodged = a_dossier(office).lodged()
    for wanted in ("receive", "receive", "enter", "verify", "approve", "sign"):
        clock_of(office).forward(minutes=7)
        up_to(lodged, wanted)
        if wanted == "receive" and "resubmitted" not in lodged.events:
            do(lodged, "receive", "incomplete", **DEFICIENT)
            clock_of(office).forward(minutes=5)
            if step == "applicant":
                return lodged
            office.intake.resubmit(lodged.number, lodged.code)
        clock_of(office).forward(minutes=3)
        if wanted == step:
            office.desk.claim(lodged.number, None, by=somebody_for(office, lodged.tasks[step]))
            return lodged
    clock_of(office).forward(minutes=7)
    to_the_end(lodged)
    return lodged


def out_of_turn(office: Office) -> Lodged:
    """A dossier taken before another one, paused twice by hand (the second pause lasts) and held by an outage, which
    holds the others as well."""
    waiting_at(office, "receive")
    clock_of(office).forward(minutes=1)
    lodged = waiting_at(office, "receive")
    clock_of(office).forward(minutes=1)
    do(lodged, "receive", out_of_turn="FUNERAL")
    for act in (office.outages.start, office.outages.end):
        act("POWER", lane=Lane.MANUAL, by="admin")
        clock_of(office).forward(minutes=11)
    office.pausing.pause(lodged.number, "SIAK_NETWORK", by=manager(office))
    clock_of(office).forward(minutes=13)
    office.pausing.resume(lodged.number, by=manager(office))
    clock_of(office).forward(minutes=2)
    office.pausing.pause(lodged.number, "TTE_BSRE", by=manager(office))
    return lodged


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    """Made once for each kind of database: every test takes back what it changed."""
    home = tmp_path_factory.mktemp("audit")
    if request.param == "sqlite":
        url = f"sqlite:///{home / 'jalur.sqlite'}"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), home / "jalur.sqlite")
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url(server.create(request.getfixturevalue("postgres_template")))
    office = an_office(home, database_url=url)
    made = [lived(office, step) for step in (None, "verify", "applicant")]
    favoured = out_of_turn(office)
    office.audit.seal()
    engine = make_engine(url)
    yield Stored(office=office, tamperer=Tamperer(engine), home=home, ended=made[0], open=made[1], returned=made[2],
                 favoured=favoured)  # fmt: skip
    assert office.audit.verify() == []
    engine.dispose()


# --- changed values ------------------------------------------------------------------------------------------------

Where = Callable[[Stored], dict[str, object]]


def _dossier(stored: Stored) -> dict[str, object]:
    return {"id": stored.ended.dossier.id}


def _open_dossier(stored: Stored) -> dict[str, object]:
    return {"id": stored.open.dossier.id}


def _persons_task(stored: Stored) -> dict[str, object]:
    return {"id": stored.task(stored.ended, "verify")}


def _engines_task(stored: Stored) -> dict[str, object]:
    return {"id": stored.task(stored.ended, "record")}


def _applicants_task(stored: Stored) -> dict[str, object]:
    return {"id": stored.task(stored.ended, "intake", kind="applicant")}


def _claimed_task(stored: Stored) -> dict[str, object]:
    return {"id": stored.task(stored.open, "verify")}


def _waiting_task(stored: Stored) -> dict[str, object]:
    return {"id": stored.task(stored.returned, "intake", kind="applicant")}


def _document(stored: Stored) -> dict[str, object]:
    return {"dossier_id": stored.ended.dossier.id}


def _overtaking(stored: Stored) -> dict[str, object]:
    return {"dossier_id": stored.favoured.dossier.id}


def _pause(stored: Stored) -> dict[str, object]:
    return {"dossier_id": stored.favoured.dossier.id, "reason": "SIAK_NETWORK"}


def _lasting_pause(stored: Stored) -> dict[str, object]:
    return {"dossier_id": stored.favoured.dossier.id, "reason": "TTE_BSRE"}


def _outage_pause(stored: Stored) -> dict[str, object]:
    return {"dossier_id": stored.favoured.dossier.id, "reason": "POWER"}


def _step_clock(stored: Stored) -> dict[str, object]:
    return {"id": stored.tamperer.ids("clock", task_id=stored.task(stored.open, "verify"))[0]}


def _answer_clock(stored: Stored) -> dict[str, object]:
    return {"id": stored.tamperer.ids("clock", task_id=stored.task(stored.returned, "intake", kind="applicant"))[0]}


def _limit_clock(stored: Stored) -> dict[str, object]:
    return {"id": stored.tamperer.ids("clock", dossier_id=stored.open.dossier.id, kind="limit")[0]}


def _stopped_clock(stored: Stored) -> dict[str, object]:
    return {"id": stored.tamperer.ids("clock", task_id=stored.task(stored.ended, "verify"))[0]}


PAUSED = ("lane", "code", "reason", "started_at", "recorded_at")
DONE = ("lane", "code", "step", "kind", "status", "ready_at", "done_at", "done_by", "outcome", "details")
CHANGES: list[tuple[str, Where, tuple[str, ...]]] = [
    ("dossier", _dossier, ("lane", "channel", "code", "workflow_version", "status", "submitted_at", "accepted_at",
                           "closed_at", "journal_seq", "journal_head", "sealed_seq")),
    ("dossier", _open_dossier, ("status", "accepted_at")),
    ("task", _persons_task, (*DONE, "assignee", "claimed_at")),
    ("task", _engines_task, DONE),
    ("task", _applicants_task, DONE),
    ("task", _claimed_task, ("lane", "code", "step", "kind", "status", "ready_at", "assignee", "claimed_at",
                             "details")),
    ("task", _waiting_task, ("lane", "code", "step", "kind", "status", "ready_at", "details")),
    ("document", _document, ("key", "product", "number", "token", "made_at", "sealed_at", "sha256", "file")),
    ("overtaking", _overtaking, ("at", "lane", "team", "code", "step", "officer", "task_id", "reason", "applicant",
                                 "passed")),
    ("pause", _pause, (*PAUSED, "ended_at", "by", "due_at")),
    ("pause", _lasting_pause, (*PAUSED, "by", "due_at")),
    ("pause", _outage_pause, (*PAUSED, "ended_at")),
]  # fmt: skip
EACH = [
    pytest.param(table, where, column, id=f"{where.__name__[1:]}-{column}")
    for table, where, columns in CHANGES
    for column in columns
]


@pytest.mark.parametrize(("table", "where", "column"), EACH)
def test_a_changed_column_is_one_fault_that_names_it(stored: Stored, table: str, where: Where, column: str) -> None:
    with stored.tamperer.changed(table, column, **where(stored)):
        (fault,) = stored.faults()
    assert fault.startswith("MN-2026-00000")
    assert "RAHASIA" not in fault
    if column not in ("journal_seq", "journal_head", "sealed_seq"):  # these are the chain's and the seals' affair
        assert f"{table}.{column}, row " in fault


@pytest.mark.parametrize(
    ("table", "where", "column", "value"),
    [
        ("dossier", _dossier, "status", "rejected"),
        ("dossier", _dossier, "closed_at", None),
        ("dossier", _dossier, "open_key", "RAHASIA"),
        ("dossier", _open_dossier, "status", "issued"),
        ("dossier", _open_dossier, "status", "submitted"),
        ("task", _persons_task, "outcome", "returned"),
        ("task", _persons_task, "done_by", "kepala"),
        ("task", _persons_task, "done_by", None),
        ("task", _persons_task, "status", "cancelled"),
        ("task", _claimed_task, "status", "done"),
        ("task", _claimed_task, "assignee", None),
        ("task", _waiting_task, "status", "cancelled"),
        ("document", _document, "sealed_at", None),
        ("document", _document, "sha256", "0" * 64),
        ("document", _document, "file", "../keys.json"),
        ("document", _document, "file", "/dev/zero"),
        ("document", _document, "file", None),
        ("task", _persons_task, "claimed_at", None),
        ("overtaking", _overtaking, "officer", "kepala"),
        ("overtaking", _overtaking, "reason", "MEDICAL"),
        ("overtaking", _overtaking, "applicant", ""),
        ("overtaking", _overtaking, "passed", "[]"),
        ("overtaking", _overtaking, "task_id", 1),
        ("pause", _pause, "outage_id", 9),
        ("pause", _pause, "ended_at", None),
        ("pause", _pause, "by", "kepala"),
        ("pause", _pause, "due_at", None),
        ("pause", _outage_pause, "outage_id", None),
        ("pause", _outage_pause, "ended_at", None),
        ("task", _claimed_task, "due_at", None),
        ("clock", _step_clock, "ledger", "{broken"),
        ("clock", _step_clock, "ledger", '{"pauses":[],"start":"2026-03-03T00:00:00"}'),
        ("clock", _step_clock, "ledger", '{"pauses":[],"start":"2026-03-02T00:00:00+00:00"}'),
        ("clock", _step_clock, "due_at", None),
        ("clock", _step_clock, "budget_s", 9_000_000),
        ("clock", _step_clock, "rules", 99),
        ("clock", _step_clock, "task_id", None),
        ("clock", _answer_clock, "budget", "90d"),
        ("clock", _limit_clock, "due_at", None),
        ("clock", _limit_clock, "lane", "online"),
        ("clock", _limit_clock, "kind", "soon"),
        ("clock", _stopped_clock, "stopped_at", None),
        ("clock", _stopped_clock, "ledger", "{}"),
    ],
)
def test_a_value_that_might_have_been_is_one_fault_too(
    stored: Stored, table: str, where: Where, column: str, value: object
) -> None:
    with stored.tamperer.changed(table, column, value, **where(stored)):
        (fault,) = stored.faults()
    assert f"{table}.{column}, row " in fault


# --- rows cut out, put in, moved -----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["task", "document"])
def test_a_row_cut_out_is_one_fault(stored: Stored, table: str) -> None:
    for row in stored.tamperer.ids(table, dossier_id=stored.ended.dossier.id):
        with stored.tamperer.removed(table, id=row):
            (fault,) = stored.faults()
        assert fault.startswith(f"{stored.ended.number}: {table}: ")
        assert fault.endswith("is missing")


@pytest.mark.parametrize("lodged", ["ended", "open"])
def test_a_task_put_in_is_one_fault(stored: Stored, lodged: str) -> None:
    victim: Lodged = getattr(stored, lodged)
    with stored.tamperer.copied("task", {"id": stored.task(victim, "receive")}, id=9_999):
        (fault,) = stored.faults()
    assert fault == f"{victim.number}: task, row 9999: the journal tells of no such row"


@pytest.mark.parametrize("table", ["overtaking", "pause"])
def test_an_overtaking_or_a_pause_cut_out_is_one_fault(stored: Stored, table: str) -> None:
    rows = stored.tamperer.ids(table, dossier_id=stored.favoured.dossier.id)
    assert len(rows) == {"overtaking": 1, "pause": 3}[table]
    for row in rows:
        with stored.tamperer.removed(table, id=row):
            (fault,) = stored.faults()
        assert fault.startswith(f"{stored.favoured.number}: {table}: a row of ")
        assert fault.endswith("is missing")


def test_an_overtaking_cut_out_is_named_by_its_step(stored: Stored) -> None:
    with stored.tamperer.removed("overtaking", **_overtaking(stored)):
        assert stored.faults() == [f"{stored.favoured.number}: overtaking: a row of step receive is missing"]


@pytest.mark.parametrize(("table", "where"), [("overtaking", _overtaking), ("pause", _pause)])
def test_an_overtaking_or_a_pause_put_in_is_one_fault(stored: Stored, table: str, where: Where) -> None:
    with stored.tamperer.copied(table, where(stored), id=9_999):
        (fault,) = stored.faults()
    assert fault == f"{stored.favoured.number}: {table}, row 9999: the journal tells of no such row"


@pytest.mark.parametrize(("table", "where"), [("overtaking", _overtaking), ("pause", _pause)])
def test_an_overtaking_or_a_pause_moved_away_is_missed_where_it_was(stored: Stored, table: str, where: Where) -> None:
    name = "step receive" if table == "overtaking" else "reason SIAK_NETWORK"
    missed = f"{stored.favoured.number}: {table}: a row of {name} is missing"
    of = where(stored)
    (row,) = stored.tamperer.ids(table, **of)
    with stored.tamperer.changed(table, "dossier_id", stored.open.dossier.id, id=row):
        told_of_none = f"{stored.open.number}: {table}, row {row}: the journal tells of no such row"
        assert stored.faults() == [told_of_none, missed]
    with stored.tamperer.changed(table, "dossier_id", 9_999, id=row):
        assert stored.faults() == [missed, f"{table}: 1 rows belong to no dossier"]


def test_a_task_cut_out_is_one_fault_though_an_overtaking_names_it(stored: Stored) -> None:
    with stored.tamperer.removed("task", id=stored.task(stored.favoured, "receive")):
        (fault,) = stored.faults()
    assert fault == f"{stored.favoured.number}: task: a row of step receive is missing"


def test_a_document_put_in_is_one_fault(stored: Stored) -> None:
    forged = {"id": 9_999, "key": "x", "number": "FORGED", "token": "y"}
    with stored.tamperer.copied("document", {"dossier_id": stored.ended.dossier.id}, **forged):
        (fault,) = stored.faults()
    assert fault == f"{stored.ended.number}: document, row 9999: the journal tells of no such row"


def test_a_document_moved_to_another_dossier_shows_in_both(stored: Stored) -> None:
    (document,) = stored.tamperer.ids("document", dossier_id=stored.ended.dossier.id)
    with stored.tamperer.changed("document", "dossier_id", stored.open.dossier.id, id=document):
        faults = stored.faults()
    assert [fault[:14] for fault in faults] == [stored.ended.number, stored.open.number]


def test_rows_that_belong_to_no_dossier_show(stored: Stored) -> None:
    with stored.tamperer.changed("task", "dossier_id", 9_999, id=stored.task(stored.ended, "verify")):
        faults = stored.faults()
    assert faults == [
        f"{stored.ended.number}: task: a row of step verify is missing", "task: 1 rows belong to no dossier"
    ]  # fmt: skip


def test_a_number_that_is_none_shows_and_is_not_repeated(stored: Stored) -> None:
    with stored.tamperer.changed("dossier", "number", "Nama Rahasia", id=stored.open.dossier.id):
        faults = stored.faults()
    assert f"dossier.number, row {stored.open.dossier.id}: is no dossier number" in faults
    assert "dossier:manual:2026: dossier 2 is missing" in faults
    assert not any("Rahasia" in fault for fault in faults)


def test_two_faults_in_two_dossiers_are_both_told(stored: Stored) -> None:
    changed = stored.tamperer.changed
    with changed("dossier", "status", **_dossier(stored)), changed("task", "step", **_claimed_task(stored)):
        faults = stored.faults()
    assert [fault.split(", ")[0] for fault in faults] == [
        f"{stored.ended.number}: dossier.status", f"{stored.open.number}: task.step"
    ]  # fmt: skip


# --- files ---------------------------------------------------------------------------------------------------------


def _file(stored: Stored) -> Path:
    name = stored.tamperer.value("document", "file", **_document(stored))
    return stored.home / "data" / "files" / str(name)


def _cut_out(stored: Stored, file: Path) -> None:
    file.unlink()


def _overwritten(stored: Stored, file: Path) -> None:
    file.write_bytes(b"%PDF-1.7 forged")


def _another_put_there(stored: Stored, file: Path) -> None:
    stored.office.tools.files.put("documents", file.name, b"%PDF-1.7 forged by somebody who has the key")


def _draft(stored: Stored) -> tuple[str, str]:
    """Path and digest of what was sealed, which still lies beside it."""
    entries = stored.office.views.dossier(stored.ended.number)[2]
    told = [json.loads(entry.data) for entry in entries if entry.event == "step_completed"]
    (sha256,) = (each["sha256"] for each in told if each["outcome"] == "made")
    (document,) = stored.tamperer.ids("document", **_document(stored))
    return f"documents/{document_name(document, sha256)}", sha256


def _the_draft_put_there(stored: Stored, file: Path) -> None:
    files = stored.office.tools.files
    files.put("documents", file.name, files.get(_draft(stored)[0]))


def _signature_spoilt(stored: Stored, file: Path) -> None:
    files = stored.office.tools.files
    sealed = files.get(f"documents/{file.name}")
    spoilt = sealed.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    assert stored.office.tools.sealer.check(sealed).trusted
    assert not stored.office.tools.sealer.check(spoilt).intact
    files.put("documents", file.name, spoilt)


def _sealed_by_another(stored: Stored, file: Path) -> None:
    files = stored.office.tools.files
    forger = LocalAuthority(stored.home / "forger", office="Kantor Palsu", now=stored.office.clock.now())
    sealed = forger.seal(files.get(_draft(stored)[0]), reason="-", signer="-", key="-", now=stored.office.clock.now())
    files.put("documents", file.name, sealed)


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (_cut_out, "cannot be read"), (_overwritten, "cannot be read"), (_another_put_there, "not the one"),
        (_the_draft_put_there, "not the one"), (_signature_spoilt, "not the one"), (_sealed_by_another, "not the one"),
    ],
)  # fmt: skip
def test_a_documents_file_that_is_gone_or_another_is_one_fault(
    stored: Stored, tamper: Callable[[Stored, Path], None], says: str
) -> None:
    file = _file(stored)
    whole = file.read_bytes()
    tamper(stored, file)
    faults = stored.faults()
    file.write_bytes(whole)
    (fault,) = faults
    assert f"{stored.ended.number}: document.file, row " in fault
    assert says in fault


def test_a_document_set_back_to_its_draft_as_if_it_had_not_been_sealed_shows_in_every_column(stored: Stored) -> None:
    changed, where, (path, sha256) = stored.tamperer.changed, _document(stored), _draft(stored)
    with (
        changed("document", "sealed_at", None, **where),
        changed("document", "sha256", sha256, **where),
        changed("document", "file", path, **where),
    ):
        faults = stored.faults()
    assert [fault.split(", ")[0] for fault in faults] == [
        f"{stored.ended.number}: document.{column}" for column in ("sealed_at", "sha256", "file")
    ]


def _under(stored: Stored, make_sealer: Callable[[], Sealer]) -> list[str]:
    """What is wrong when this authority stands where the office's own stood."""
    office = stored.office
    return Audit(office.store, office.clock, office.tools.files, Timing(office.config), make_sealer).verify()


def test_an_authority_put_in_the_place_of_the_one_that_sealed_is_one_fault(stored: Stored) -> None:
    other = LocalAuthority(stored.home / "other", office="Kantor Lain", now=stored.office.clock.now())
    (fault,) = _under(stored, lambda: other)
    assert fault.startswith(f"{stored.ended.number}: document.file, row ")
    assert fault.endswith("its signature does not verify by the authority of this office")


def test_an_authority_that_cannot_be_read_is_one_fault(stored: Stored) -> None:
    now = stored.office.clock.now()
    LocalAuthority(stored.home / "broken", office="Kantor", now=now)
    (stored.home / "broken" / "authority" / "root.pem").unlink()
    (fault,) = _under(stored, lambda: LocalAuthority(stored.home / "broken", office="Kantor", now=now))
    assert fault.endswith("its signature cannot be checked (authority_broken)")


# --- values of a wrong type ----------------------------------------------------------------------------------------

NOT_THEIRS = [
    pytest.param(name, column.name, id=f"{name}-{column.name}")
    for name in (
        "dossier",
        "task",
        "document",
        "pause",
        "overtaking",
        "journal",
        "journal_seal",
        "journal_sealed_head",
        "counter",
    )
    for column in TABLES[name].columns
    if isinstance(column.type, (Instant, Json, Integer)) and column.name not in ("id", "dossier_id", "seal_id")
]


def _any_row(stored: Stored, table: str) -> dict[str, object]:
    match table:
        case "dossier":
            return _open_dossier(stored)
        case "task":
            return _claimed_task(stored)
        case "document":
            return _document(stored)
        case "pause":
            return _pause(stored)
        case "overtaking":
            return _overtaking(stored)
        case "journal":
            return {"dossier_id": stored.open.dossier.id, "seq": 2}
        case "journal_seal":
            return {"id": 1}
        case "journal_sealed_head":
            return {"seal_id": 1, "number": stored.open.number}
    return {"name": "dossier:manual:2026"}


@pytest.mark.parametrize(("table", "column"), NOT_THEIRS)
def test_a_value_of_a_wrong_type_is_one_named_fault_and_the_rest_is_still_checked(
    stored: Stored, table: str, column: str
) -> None:
    sqlite = stored.office.store.engine.dialect.name == "sqlite"  # type: ignore[attr-defined]
    kind = TABLES[table].c[column].type
    if not sqlite and isinstance(kind, Integer):
        return  # PostgreSQL takes nothing else there
    value = "besok RAHASIA" if sqlite or isinstance(kind, Json) else "infinity"
    where = _any_row(stored, table)
    with stored.tamperer.changed("dossier", "status", **_dossier(stored)):
        found = stored.faults()
        with stored.tamperer.changed(table, column, value, **where):
            faults = [fault for fault in stored.faults() if fault not in found]
    fault, *more = faults
    assert f"{table}.{column}" in fault
    assert "holds no" in fault
    assert "RAHASIA" not in fault
    assert len(found) == 1
    assert [each for each in more if table != "journal_sealed_head"] == []  # with a head, what it covered is lost too


def test_elsewhere_a_text_where_a_time_belongs_is_refused_in_words(stored: Stored) -> None:
    with stored.tamperer.changed("dossier", "due_at", **_open_dossier(stored)):  # what a column of PostgreSQL may be
        assert stored.office.views.dossier(stored.open.number)
    if stored.office.store.engine.dialect.name == "sqlite":  # type: ignore[attr-defined]
        with stored.tamperer.changed("dossier", "due_at", "besok RAHASIA", **_open_dossier(stored)):
            refusal = refused(lambda: stored.office.views.dossier(stored.open.number))
        assert refusal.code == "store_bad_value"
        assert "RAHASIA" not in str(refusal)
        assert "audit verify" in refusal.allowed


# --- nothing where nothing was done --------------------------------------------------------------------------------


def balanced() -> OfficeConfig:
    """The shipped office, in which the walk-in lane's verifiers are handed their work."""
    lane = shipped().lanes[Lane.MANUAL].model_dump()
    for team in lane["teams"]:
        if team["id"] == "manual-verify":
            team["assignment"] = "balanced"
    return replace(shipped(), lanes={**shipped().lanes, Lane.MANUAL: LaneRules.model_validate(lane)})


def newer(config: OfficeConfig) -> OfficeConfig:
    """With another version of the family card's workflow."""
    said = config.workflows["KK-BARU"].model_dump(by_alias=True, mode="json")
    said["title"]["en"] = "Another title"
    return replace(config, workflows={**config.workflows, "KK-BARU": Workflow.model_validate(said)})


def test_nothing_is_found_in_an_untouched_office_whatever_happened_in_it(tmp_path: Path, database_url: str) -> None:
    office = an_office(tmp_path, database_url=database_url, config=balanced())
    a_dossier(office).lodged()
    stuck = a_dossier(office).lodged()
    office.engine.give_up(taken(office, stuck, "intake"), "The register did not answer.")
    again = a_dossier(office).lodged()
    office.engine.give_up(taken(office, again, "intake"), "The register did not answer.")
    office.engine.retry(again.number, None, by="admin")
    assert {d.number for _, d in office.views.tasks(stuck=True)} == {stuck.number}
    returned, answered = waiting_at(office, "receive"), waiting_at(office, "receive", "online")
    for lodged in (returned, answered):
        do(lodged, "receive", "incomplete", **DEFICIENT)
    office.intake.resubmit(answered.number, answered.code)
    late = waiting_at(office, "verify")
    do(late, "verify", "incomplete", **DEFICIENT)
    office.intake.resubmit(late.number, None, by=members_of(office, "manual-front")[0])
    assert waiting_at(office, "verify").tasks["verify"].assignee  # handed out, and never claimed
    waiting = waiting_at(office, "verify")
    do(waiting, "verify", "returned")
    rejected = waiting_at(office, "verify", "online")
    do(rejected, "verify", "rejected", reason="Tidak memenuhi syarat")
    cancelled, withdrawn = waiting_at(office, "verify"), waiting_at(office, "receive")
    office.closing.cancel(cancelled.number, reason="ganda", by="kepala")
    office.closing.withdraw(withdrawn.number, withdrawn.code)
    gone = waiting_at(office, "receive")
    do(gone, "receive", "incomplete", **DEFICIENT)
    office.closing.withdraw(gone.number, gone.code)
    corrected = up_to(a_dossier(office).lodged(), "handover")
    do(corrected, "handover", "faulty")
    assert to_the_end(corrected).status == DossierStatus.ISSUED
    assert len(office.views.dossier(corrected.number)[3]) == 2
    card = a_dossier(office).of_type("KTP-GANTI").lodged()
    leave_blanks(office, "ktp_blank", 0)
    do(up_to(card, "sign_suket"), "sign_suket")
    work_off(office)
    handed, front = waiting_at(office, "receive"), members_of(office, "manual-front")
    office.desk.claim(handed.number, None, by=front[0], out_of_turn="FUNERAL")
    office.desk.release(handed.number, None, by=front[0])
    lead = lead_of(office, "manual-front")
    office.desk.reassign(handed.number, None, to=front[1], by=lead, out_of_turn="MEDICAL")
    office.people.absent(front[1], office.clock.now() + timedelta(days=1), by="admin")
    clock_of(office).forward(hours=30)
    head, paused = manager(office), waiting_at(office, "receive")
    office.pausing.pause(paused.number, "POWER", by=head)
    office.outages.start("POWER", lane=Lane.MANUAL, by="admin")
    came_in, withdrawn_meanwhile = waiting_at(office, "receive"), waiting_at(office, "receive")
    for held in (paused, withdrawn_meanwhile):
        office.pausing.pause(held.number, "SIAK_NETWORK", by=head)
    do(waiting_at(office, "verify"), "verify", "incomplete", **DEFICIENT)
    clock_of(office).forward(minutes=50)
    office.outages.apply_open()
    office.closing.withdraw(withdrawn_meanwhile.number, withdrawn_meanwhile.code)
    office.outages.end("POWER", lane=Lane.MANUAL, at=clock_of(office).now() - timedelta(minutes=20), by=head)
    office.outages.start("AFIS", lane=Lane.MANUAL, at=clock_of(office).now() - timedelta(minutes=40), by="admin")
    office.outages.end("AFIS", lane=Lane.MANUAL, at=clock_of(office).now() - timedelta(minutes=10), by=head)
    assert "outage_ended" in came_in.events
    for lane in Lane:
        office.watch.sweep(lane)
    waiting_at(office, "receive", "online")  # the sweep handed all that was open to somebody
    office.engine.give_up(taken(office, a_dossier(office).lodged(), "intake"), "The register did not answer.")
    a_dossier(office).lodged()
    assert office.engine.claim_ready(Lane.MANUAL, "somebody", 1)
    after = an_office(tmp_path, database_url=database_url, config=newer(balanced()), clock=clock_of(office))
    after.versions.migrate(waiting.number, by="admin")
    assert after.audit.verify() == []
    assert after.audit.seal() > 0
    assert after.audit.verify() == []
    with after.store.read() as work:
        dossiers = [dossier for dossier, _ in work.dossiers.everything()]
        tasks = [task for dossier in dossiers for task in work.tasks.of(dossier.id, live=False)]
    assert {dossier.status for dossier in dossiers} == set(DossierStatus)
    assert {task.status for task in tasks} == set(TaskStatus)


def test_a_number_taken_by_a_step_that_was_cut_off_is_told_and_proven(tmp_path: Path, database_url: str) -> None:
    office = an_office(tmp_path, database_url=database_url)
    lodged = waiting_at(office, "approve")
    do(lodged, "approve")
    office.engine.execute(taken(office, lodged, "record"))
    claim = taken(office, lodged, "make_document")
    cut_off = replace(office.tools, make_documents=lambda: 1 / 0)  # the number is taken before the maker is asked
    office.tools.__dict__.pop("documents", None)
    object.__setattr__(office.tools, "make_documents", cut_off.make_documents)
    with pytest.raises(ZeroDivisionError):
        office.engine.execute(claim)
    assert lodged.events[-1] == "document_numbered"
    assert office.audit.verify() == []
    engine = make_engine(database_url)
    with _number_changed(Tamperer(engine)):
        (fault,) = office.audit.verify()
    engine.dispose()
    assert "document.number, row 1" in fault


def _number_changed(tamperer: Tamperer) -> AbstractContextManager[None]:
    return tamperer.changed("document", "number", id=1)
