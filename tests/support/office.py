"""A whole office for tests: real parts, a clock that is set, and words to lodge and work off dossiers in sentences.

What takes long to make (configuration, made-up residents, fonts, the signing authority) is made once a session and
shared; the database, the keys and the folders are each test's own.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from journeys.journey_files import all_journeys

from adapters.bootstrap import build, configured
from adapters.demo.scans import blank_scan
from adapters.documents import TypstDocuments
from adapters.registry.sandbox import SandboxRegistry
from adapters.settings import Settings
from adapters.signing import LocalAuthority
from domain.clock import ClockKind
from domain.dossier import Dossier, DossierStatus, Task, TaskKind, TaskStatus
from domain.errors import Refused
from domain.form import holds
from domain.numbers import compose_family_card, compose_nik
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.workflow import LaneWorkflow, Workflow, derive
from lanes.engine import Claim
from lanes.intake import Application
from lanes.office import Office
from lanes.papers import Paper
from lanes.ports import Resident
from lanes.store import StoredClock

CONFIG = Path(__file__).parents[2] / "config"
ZONE = ZoneInfo("Asia/Makassar")
SCAN = blank_scan("a scan")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = date(2026, 3, 3)  # a Tuesday; the journey files hand in on it


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, at: datetime | None = None) -> None:
        self._now = at or datetime(_DAY.year, _DAY.month, _DAY.day, 9, 0, tzinfo=ZONE).astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was set to, in UTC."""
        return self._now

    def to(self, when: str | datetime) -> datetime:
        """Set it: an instant, or the next time that it is so in the office ("Fri 16:55"). Gives the instant."""
        if isinstance(when, datetime):
            self._now = when.astimezone(UTC)
            return self._now
        day, clock = when.split()
        hour, minute = map(int, clock.split(":"))
        local = self._now.astimezone(ZONE)
        at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        at += timedelta(days=(_DAYS.index(day.lower()[:3]) - local.weekday()) % 7)
        return self.to(at if at >= local else at + timedelta(days=7))

    def forward(self, **delta: float) -> datetime:
        """Let time pass: `clock.forward(hours=3)`. Gives the instant."""
        return self.to(self._now + timedelta(**delta))


@cache
def shipped() -> OfficeConfig:
    """The configuration as shipped."""
    return configured(Settings(config=CONFIG))


@cache
def residents() -> SandboxRegistry:
    """A small city of made-up residents, in memory."""
    return SandboxRegistry(people=4_000)


@cache
def _documents() -> TypstDocuments:
    return TypstDocuments()


@cache
def _authority() -> LocalAuthority:
    folder = Path(tempfile.mkdtemp(prefix="jalur-authority-"))
    return LocalAuthority(folder, office=shipped().office.name.id, now=SetClock().now())


def give_double_fingerprints(nik: str, double: bool = True) -> None:
    """Let the deduplication of this resident find somebody else, or no longer."""
    residents()._database.execute("UPDATE residents SET double = ? WHERE nik = ?", (double, nik))


_changes_forgotten = -1


def forget_what_was_recorded() -> None:
    """Let the register know its residents as they were made. What nobody changed since is left alone."""
    global _changes_forgotten
    database = residents()._database
    if database.total_changes == _changes_forgotten:
        return
    database.execute("CREATE TABLE IF NOT EXISTS as_made AS SELECT * FROM residents")
    for words in ("DELETE FROM events", "DELETE FROM residents", "INSERT INTO residents SELECT * FROM as_made"):
        database.execute(words)
    _changes_forgotten = database.total_changes


def register_as_stated(office: Office, workflow: Workflow, fields: Mapping[str, Any]) -> None:
    """Let the register hold the dates of birth that a form tells: tests choose them for the papers they ask for."""
    own = office.tools.registry
    register = own if isinstance(own, SandboxRegistry) else residents()
    for nik, person in ((fields.get(each.id), each.person) for each in workflow.fields):
        if nik and person is not None and fields.get(person.born or ""):
            values = (fields[person.born or ""], str(nik).split(", ")[0])
            with register._working() as database:
                database.execute("UPDATE residents SET born = ? WHERE nik = ?", values)


def an_office(
    home: Path, *, database_url: str | None = None, clock: SetClock | None = None, folder: Path = CONFIG, **parts: Any
) -> Office:
    """An office in a folder of its own, on Tuesday morning unless the clock says otherwise; `parts` as for `build`.
    `folder` holds the lane files that are proposed to it.

    The register that offices share forgets what an earlier one recorded, whose dossiers had the same numbers.
    """
    forget_what_was_recorded()
    shared: dict[str, Any] = {"config": shipped(), "registry": residents(), "documents": _documents()}
    shared |= {"sealer": _authority(), "clock": clock or SetClock()}
    return build(Settings(home=home, config=folder, database_url=database_url), **{**shared, **parts})


def a_home(folder: Path, template: Path) -> Path:
    """Put a copy of a migrated SQLite file where an office of this home looks for its own; gives the folder."""
    (folder / "data").mkdir()
    shutil.copyfile(template, folder / "data" / "jalur.sqlite")
    return folder


def clock_of(office: Office) -> SetClock:
    """The office's clock, to be set."""
    assert isinstance(office.clock, SetClock)
    return office.clock


# --- lodging -------------------------------------------------------------------------------------------------------

_families = count()
_numbers = count()  # of what else each dossier has of its own


@cache
def _usable_families() -> list[tuple[Resident, ...]]:
    """Couples with a child under 17: applicant, spouse and child of every journey."""
    grown = date(_DAY.year - 17, _DAY.month, _DAY.day)
    return couples_with_a_child(residents().families(limit=2_000), grown)


def couples_with_a_child(families: Iterable[Sequence[Resident]], grown: date) -> list[tuple[Resident, ...]]:
    """Those of these families in which a couple has a child born after that date."""
    several = (tuple(family) for family in families if len(family) > 2)
    return [f for f in several if f[1].relationship == "wife" and f[-1].born > grown >= f[1].born]


def a_family() -> tuple[Resident, ...]:
    """A family that no earlier dossier of this session was about (they come round again after some hundreds)."""
    families = _usable_families()
    return families[next(_families) % len(families)]


@cache
def _people_alone() -> list[Resident]:
    return [family[0] for family in residents().families(limit=2_000) if len(family) == 1]


def somebody_alone() -> Resident:
    """Somebody on a family card of their own."""
    return _people_alone()[next(_numbers) % len(_people_alone())]


@dataclass(frozen=True, kw_only=True)
class Lodged:
    """A dossier that was taken in: its receipt, and what was handed in."""

    office: Office
    number: str
    code: str
    due_at: datetime
    fields: Mapping[str, Any]
    staff: Mapping[str, Any]
    papers: Mapping[str, Paper | None]

    @property
    def dossier(self) -> Dossier:
        """As it stands now."""
        return self.office.views.dossier(self.number)[0]

    @property
    def tasks(self) -> dict[str, Task]:
        """The live tasks by step."""
        return {task.step: task for task in self.office.views.dossier(self.number)[1] if task.status in LIVE}

    @property
    def events(self) -> list[str]:
        """The names in its journal."""
        return [entry.event for entry in self.office.views.dossier(self.number)[2]]

    @property
    def workflow(self) -> LaneWorkflow:
        """The workflow it runs under."""
        with self.office.store.read() as work:
            return self.office.tools.moves.workflow(work, self.dossier)

    def staff_values(self, step: str) -> dict[str, Any]:
        """What the step's form asks, as the journey file fills it in."""
        return values_for(self, step)


LIVE = frozenset(TaskStatus) - {TaskStatus.DONE, TaskStatus.CANCELLED}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An application that is being put together: `a_dossier(office).of_type("LHR").in_lane("manual").lodged()`."""

    office: Office
    code: str = "KK-BARU"
    lane: Lane = Lane.MANUAL
    family: tuple[Resident, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    by: str = "applicant"
    true: bool = True

    def of_type(self, code: str) -> Draft:
        """For this document type."""
        return replace(self, code=code)

    def in_lane(self, lane: str) -> Draft:
        """Through this lane."""
        return replace(self, lane=Lane(lane))

    def for_family(self, family: tuple[Resident, ...]) -> Draft:
        """Handed in by the head of this family."""
        return replace(self, family=family)

    def with_fields(self, **changes: Any) -> Draft:
        """With other values in the form; None leaves a field out."""
        return replace(self, changes={**self.changes, **changes})

    def untrue(self) -> Draft:
        """With dates of birth that are not those of the register."""
        return replace(self, true=False)

    def without_paper(self, *requirements: str) -> Draft:
        """Without these papers."""
        return replace(self, left_out=self.left_out | set(requirements))

    @property
    def application(self) -> Application:
        """What will be handed in: the journey file's form, with every paper that the lane asks for."""
        workflow = self.office.config.workflows[self.code]
        fields = form_of(self.code, self.family or a_family())
        fields = {name: value for name, value in {**fields, **self.changes}.items() if value is not None}
        facts = {n: v for n, v in fields.items() if n in workflow.field and workflow.field[n].is_fact}
        facts |= derive(workflow, fields, self.office.clock.now().astimezone(ZONE).date())
        papers = {
            paper.id: SCAN if self.lane is Lane.ONLINE else None
            for paper in workflow.in_lane(self.lane).requirements(facts)
            if paper.id not in self.left_out
        }
        channel = self.office.config.lanes[self.lane].channels[0]
        return Application(lane=self.lane, channel=channel, code=self.code, fields=fields, papers=papers, by=self.by)

    def lodged(self, when: str | datetime | None = None) -> Lodged:
        """Hand it in, at a time of the office's clock ("Fri 16:55") or now."""
        if when is not None:
            clock_of(self.office).to(when)
        draft = self if self.family else replace(self, family=a_family())
        application = draft.application
        if self.true:
            register_as_stated(self.office, self.office.config.workflows[self.code], application.fields)
        receipt = self.office.intake.submit(application)
        return Lodged(
            office=self.office, number=receipt.number, code=receipt.code, due_at=receipt.due_at,
            fields=application.fields, staff=staff_form_of(self.code, draft.family, application.fields),
            papers=application.papers,
        )  # fmt: skip


def a_dossier(office: Office) -> Draft:
    """A new family card through the walk-in lane, unless said otherwise."""
    return Draft(office=office)


@cache
def _forms() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    return {j.code: (dict(j.fields), dict(j.staff)) for j in reversed(all_journeys()) if j.name == "straight"}


def form_of(code: str, family: tuple[Resident, ...]) -> dict[str, Any]:
    """A document type's form as its journey file fills it in, by the applicant."""
    return filled(_forms()[code][0], code, family)


def staff_form_of(code: str, family: tuple[Resident, ...], fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the office fills in beside an applicant's `fields`: a NIK that it issues is that of who was born then."""
    staff = {"identified_by": "KTP-el asli ditunjukkan", **filled(_forms()[code][1], code, family)}
    if staff.get("nik") == "$new_nik":
        born, sex = date.fromisoformat(str(fields["born"])), fields["sex"]
        staff["nik"] = compose_nik(region="717206", born=born, sex=sex, serial=9_001 + next(_numbers) % 900)
    if staff.get("issued_family_card") == "$new_family_card":
        staff["issued_family_card"] = compose_family_card(
            region="717206", recorded=_DAY, serial=1_000 + next(_numbers) % 9_000
        )
    return staff


def filled(values: Mapping[str, Any], code: str, family: tuple[Resident, ...]) -> dict[str, Any]:
    """The values of a journey file, with this family in place of the words that stand for people in the register."""
    applicant = family[0]
    subject = family[-1] if code.startswith(("KIA", "AKU", "SAH", "ANG")) else family[1]
    words = {
        "$nik": applicant.nik, "$name": applicant.name, "$family_card": applicant.family_card,
        "$subject_nik": subject.nik, "$subject_name": subject.name, "$other_nik": somebody_alone().nik,
        "$passport": f"XX{next(_numbers):07}",
    }  # fmt: skip
    return {name: words.get(value, value) if isinstance(value, str) else value for name, value in values.items()}


# --- working off ---------------------------------------------------------------------------------------------------


def work_off(office: Office, *lanes: Lane, owner: str = "tests") -> int:
    """Execute the automatic steps that are ready, and what they open, in this process. Gives how many."""
    executed = 0
    while claims := [claim for lane in lanes or Lane for claim in office.engine.claim_ready(lane, owner, 8)]:
        for claim in claims:
            office.engine.execute(claim)
            executed += 1
    return executed


def taken(office: Office, lodged: Lodged, step: str, owner: str = "tests") -> Claim:
    """The lease of one ready step of a dossier; other dossiers must have nothing ready."""
    claims = office.engine.claim_ready(lodged.dossier.lane, owner, 50)
    return next(claim for claim in claims if (claim.number, claim.step) == (lodged.number, step))


def leave_blanks(office: Office, item: str, count: int) -> None:
    """Let there be just so many blanks, as if they had been counted; nobody who waits is woken."""
    with office.store.begin() as work:
        available, _ = work.stock.levels()[item]
        work.stock.move(key=f"counted:{next(_numbers)}", item=item, kind="count", available=count - available,
                        reserved=0, dossier_id=None, at=office.clock.now(), actor="tests")  # fmt: skip


def somebody_for(office: Office, task: Task) -> str:
    """A person who may do a task: who holds it, or else a member of its team."""
    if task.assignee:
        return task.assignee
    members = office.config.lanes[task.lane].team[task.team or ""].members
    return next(member for member in members if member not in task.barred)


def given_fields(lodged: Lodged) -> set[str]:
    """Every personal value that was filled in for a dossier, by the applicant or the office."""
    known = lodged.workflow.workflow.field
    values = {**lodged.staff, **lodged.fields}
    personal = {str(value) for name, value in values.items() if name in known and not known[name].is_fact}
    dull = {str(lodged.fields["village"]), "Bitung", "Utrecht", "Belanda"}  # places, which say nothing about a person
    return {value for value in personal - dull if len(value) > 5 and not value.startswith("20")}


def members_of(office: Office, team: str) -> tuple[str, ...]:
    """The people of a team."""
    return next(lane.team[team].members for lane in office.config.lanes.values() if team in lane.team)


def lead_of(office: Office, team: str) -> str:
    """Who leads a team."""
    return next(lane.team[team].lead for lane in office.config.lanes.values() if team in lane.team)


def manager(office: Office, lane: Lane = Lane.MANUAL) -> str:
    """Who manages a lane."""
    return office.config.lanes[lane].manager


def dues(lodged: Lodged) -> dict[str, datetime | None]:
    """The due times of the dossier and its open steps."""
    return {"dossier": lodged.dossier.due_at, **{step: task.due_at for step, task in lodged.tasks.items()}}


def clocks(lodged: Lodged) -> dict[ClockKind, StoredClock]:
    """The clocks that are not stopped; of several of a kind the last."""
    with lodged.office.store.read() as work:
        return {stored.kind: stored for stored in work.clocks.of(lodged.dossier.id)}


def values_for(lodged: Lodged, step: str, outcome: str | None = None) -> dict[str, Any]:
    """What the step asks for an outcome (None: the way on), as the journey file fills it in."""
    node, known = lodged.workflow.steps[step], lodged.workflow.workflow.field
    asked = node.asked_for(outcome or node.way_on)
    return {name: lodged.staff[name] for name in asked if holds(known[name].when, lodged.dossier.facts)}


def do(lodged: Lodged, step: str, outcome: str | None = None, **given: Any) -> Dossier:
    """Complete a person's step as somebody who may, with its form filled in unless `values` are given."""
    task = lodged.tasks[step]
    given.setdefault("by", somebody_for(lodged.office, task))
    given.setdefault("out_of_turn", next(iter(lodged.office.config.lanes[task.lane].out_of_turn.reasons)))
    given.setdefault("values", values_for(lodged, step, outcome))
    return lodged.office.desk.complete(lodged.number, step, outcome, **given)


def up_to(lodged: Lodged, step: str) -> Lodged:
    """Go the straight way until this step is open."""
    for _ in going_on(lodged):
        if step in lodged.tasks:
            return lodged
    raise AssertionError(f"{lodged.number} ended before {step}")


def to_the_end(lodged: Lodged) -> Dossier:
    """Go the straight way to the end."""
    for _ in going_on(lodged):
        pass
    return lodged.dossier


def going_on(lodged: Lodged) -> Iterator[None]:
    """One step after another on the straight way: the automatic ones together, then one by a person, who has a reason
    where other dossiers come first."""
    while lodged.dossier.is_open:
        yield
        work_off(lodged.office, lodged.dossier.lane)
        yield
        people = [task for task in lodged.tasks.values() if task.kind is TaskKind.HUMAN]
        until = [task.not_before for task in lodged.tasks.values() if task.not_before]
        if people:
            do(lodged, people[0].step, out_of_turn="SAME_CASE")
        elif until:  # a period that has to pass
            clock_of(lodged.office).to(min(until))
        elif lodged.dossier.is_open and not any(t.status is TaskStatus.READY for t in lodged.tasks.values()):
            raise AssertionError(f"{lodged.number} does not go on: {sorted(lodged.tasks)}")


class Killed(BaseException):
    """Stands for a process that is killed: nothing catches it."""


def refused(call: Callable[[], object]) -> Refused:
    """What a call is refused with."""
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def closed_by_sweeps_at(lodged: Lodged, at: datetime) -> None:
    """Sweeps close the dossier by rule at this instant, and not a second before."""
    for now, status in ((at - timedelta(seconds=1), DossierStatus.RETURNED), (at, DossierStatus.CANCELLED)):
        clock_of(lodged.office).to(now)
        assert lodged.office.watch.sweep(lodged.dossier.lane).failed == ()
        assert lodged.dossier.status is status


def waiting_at(office: Office, step: str, lane: str = "manual", code: str = "KK-BARU") -> Lodged:
    """A dossier whose step is open."""
    return up_to(a_dossier(office).of_type(code).in_lane(lane).lodged(), step)


def in_line(office: Office, count: int = 3) -> list[Lodged]:
    """So many dossiers at the intake desk, in the order of their turn."""
    lodged = []
    for _ in range(count):
        lodged.append(waiting_at(office, "receive"))
        clock_of(office).forward(minutes=10)
    return lodged


def claimed(office: Office, lodged: Lodged, by: str) -> None:
    """Somebody takes the open task of a dossier, which takes a minute."""
    office.desk.claim(lodged.number, None, by=by)
    clock_of(office).forward(minutes=1)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in as many threads, started together; gives what each returned or raised."""
    start, results = Barrier(len(calls)), [None] * len(calls)  # type: list[object]

    def run(position: int) -> None:
        start.wait()
        try:
            results[position] = calls[position]()
        except Refused as refusal:
            results[position] = refusal

    threads = [Thread(target=run, args=(position,)) for position in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
