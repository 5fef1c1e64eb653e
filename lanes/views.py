"""What people may see: lists of work, what is overdue, and a dossier as its applicant sees it. Nothing personal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Literal
from zoneinfo import ZoneInfo

from domain.account import account
from domain.calendar import CalendarEnds
from domain.citizen import Choice, choices, due_story, foreseen
from domain.clock import ClockKind
from domain.dossier import LIVE_TASK, Dossier, DossierStatus, Task, TaskKind, TaskStatus
from domain.errors import Refused
from domain.estimate import Estimate
from domain.journal import Entry
from domain.office import OfficeConfig
from domain.pausing import Hold
from domain.roles import SERVED_AS_THEY_COME, Lane
from domain.words import Language, Said
from domain.workflow import LaneWorkflow, Workflow
from lanes.case import Cases, Deficiency
from lanes.closing import binding, registered
from lanes.estimates import Estimates
from lanes.finding import dossier_called, readable
from lanes.intake import Intake
from lanes.moves import Moves
from lanes.people import People
from lanes.ports import Clock
from lanes.rounds import round_day
from lanes.store import Document, Place, Store, Work
from lanes.timing import Timing, shown

_SHOWN = {
    "dossier_submitted": Said("Permohonan diterima", "Application received"),
    "found_complete": Said("Berkas lengkap dan sah", "Found complete and valid"),
    "returned_to_applicant": Said("Dikembalikan untuk dilengkapi", "Returned for completion"),
    "resubmitted": Said("Kelengkapan diterima", "Completion received"),
    "dossier_issued": Said("Dokumen terbit", "Document issued"),
    "dossier_rejected": Said("Ditolak", "Rejected"),
    "dossier_cancelled": Said("Dibatalkan", "Cancelled"),
    "dossier_withdrawn": Said("Ditarik pemohon", "Withdrawn by the applicant"),
    "complaint_filed": Said("Pengaduan diterima", "Complaint received"),
    "complaint_answered": Said("Pengaduan dijawab", "Complaint answered"),
    "complaint_decided": Said("Pengaduan diputuskan", "Complaint decided"),
}


_ANSWERING = Said("Melengkapi yang kurang", "Sending what is missing")


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenStep:
    """A step that is open now: whose turn it is, by when, and how many come before it in its team's line; None when it
    stands in none: it is being done, waits for its applicant, or is the system's."""

    step: str
    title: str
    whose: str
    due_at: datetime | None
    overdue: bool
    ahead: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Paused:
    """Why a dossier's time stands still: `reason` a code, `why` in words; an outage holds others too."""

    reason: str
    why: str
    outage: bool
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What the office asks its applicant for: a "paper" or "field" by its id with its title, or something "other"."""

    kind: Literal["paper", "field", "other"]
    item: str
    title: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracked:
    """A dossier as its applicant sees it; without `estimate` nobody can say yet when it will be finished. While it is
    paused, or returned to them, it has no due time: `due_if_it_ran` is the one it would have if it were let go now.
    `documents` are the numbers of those that are sealed, and `products` what each of them is, by its id.
    `receipt_hash` is what the receipt holds, as the journal has it ("" when that begins otherwise); `journal_hash` is
    its last entry's."""

    number: str
    title: str
    lane: Lane
    status: str
    submitted_at: datetime
    due_at: datetime | None
    due_if_it_ran: datetime | None
    due_story: Said | None
    closed_at: datetime | None
    estimate: Estimate | None
    choices: tuple[Choice, ...]
    open_steps: tuple[OpenStep, ...]
    paused: tuple[Paused, ...]
    deficiencies: tuple[Wanted, ...]
    reason: str
    documents: tuple[str, ...]
    products: tuple[str, ...]
    history: tuple[tuple[datetime, str], ...]
    receipt_hash: str
    journal_hash: str

    def expected(self, zone: ZoneInfo) -> Said:
        """When the document will be there, in words; why that is not known."""
        returned = self.status == DossierStatus.RETURNED
        return foreseen(self.estimate, zone, returned=returned, paused=bool(self.paused))


_TAKING_IN = ("dossier_submitted", "steps_opened", "task_assigned")
"""What is journalled while an application is taken in: the receipt holds the hash of the last of these."""


def _receipt_hash(dossier: Dossier, journal: Sequence[Entry]) -> str:
    taken_in = takewhile(lambda e: e.event in _TAKING_IN and e.at == dossier.submitted_at, journal)
    return next((entry.hash for entry in reversed([*taken_in])), "")


def _wanted(workflow: Workflow, deficiency: Deficiency, language: Language) -> Wanted:
    papers = {paper.id: paper for paper in workflow.requirements}
    known = papers.get(deficiency.item) or workflow.field.get(deficiency.item)
    kind: Literal["paper", "field", "other"] = (
        "other" if known is None else "paper" if deficiency.item in papers else "field"
    )
    title = getattr(known.title, language) if known else ""
    return Wanted(kind=kind, item=deficiency.item, title=title, note=deficiency.note)


def _title(task: Task, workflow: LaneWorkflow, language: Language) -> str:
    """What is being done: while it waits for its applicant that is theirs, not the step that sent it back."""
    told = _ANSWERING if task.kind is TaskKind.APPLICANT else workflow.steps[task.step].title
    return str(getattr(told, language))


def _in_line(task: Task) -> bool:
    return task.status is TaskStatus.OPEN and task.role not in SERVED_AS_THEY_COME


class Views:
    """Reads; changes nothing."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, moves: Moves, cases: Cases,
        intake: Intake, estimates: Estimates, timing: Timing,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock, self._people = store, config, clock, people
        self._moves, self._cases, self._intake, self._estimates, self._timing = moves, cases, intake, estimates, timing
        self._zone = ZoneInfo(config.office.timezone)

    def tasks(
        self, *, lane: Lane | None = None, of: str | None = None, stuck: bool = False, team: str | None = None,
        after: Place | None = None, limit: int = 50,
    ) -> list[tuple[Task, Dossier]]:  # fmt: skip
        """Work in lane order: a person's own and their teams' (`of`), what is stuck, or a team's or a lane's, `after` a
        place in that order."""
        now = self._clock.now()
        with self._store.read() as work:
            if stuck:
                return work.tasks.listing(lane=lane, statuses=[TaskStatus.STUCK], limit=limit)
            if of is not None:
                actor = self._people.actor(work, of, now)
                mine = work.tasks.listing(lane=lane, statuses=[TaskStatus.CLAIMED], assignee=of, limit=limit)
                teams = [team for _, team in actor.teams]
                rest = work.tasks.listing(lane=lane, statuses=[TaskStatus.OPEN], teams=teams, open_to=of, limit=limit)
                return [*mine, *rest][:limit]
            if team is not None:
                known = {t.id for each in Lane for t in self._config.lanes[each].teams}
                if team not in known:
                    raise Refused("unknown_team", f"There is no team {team!r}.", allowed=", ".join(sorted(known)))
            statuses = [TaskStatus.OPEN, TaskStatus.CLAIMED]
            return work.tasks.listing(lane=lane, statuses=statuses, teams=team and [team], after=after, limit=limit)

    def in_line(self, numbers: Sequence[str]) -> list[str]:
        """These dossiers, each once, in the order in which people's tasks of theirs stand in line; the others last."""
        with self._store.read() as work:
            first = work.tasks.in_line(numbers)
        return list(dict.fromkeys((*first, *numbers)))

    def overdue(
        self, *, lane: Lane | None = None, after: Place | None = None, limit: int = 100
    ) -> list[tuple[Task, Dossier]]:
        """The open steps past their due time, in lane order; those `after` a place in it."""
        live = [TaskStatus.OPEN, TaskStatus.CLAIMED, TaskStatus.READY, TaskStatus.RUNNING, TaskStatus.STUCK]
        with self._store.read() as work:
            return work.tasks.listing(lane=lane, statuses=live, overdue_at=self._clock.now(), after=after,
                                      limit=limit)  # fmt: skip

    def dossiers(self, lane: Lane, statuses: Collection[DossierStatus], *, after: int, limit: int) -> list[Dossier]:
        """A lane's dossiers with one of these statuses, in the order in which they came in, those `after` an id."""
        with self._store.read() as work:
            return work.dossiers.page(lane, statuses, after=after, limit=limit)

    def task(self, task_id: int) -> tuple[Task, Dossier]:
        """A task and its dossier. Raises Refused."""
        with self._store.read() as work:
            found = work.tasks.get(task_id)
        if found is None:
            raise Refused("unknown_task", f"There is no task {task_id}.", allowed="`jalur tasks`")
        return found

    def overdue_dossiers(
        self, *, lane: Lane | None = None, after: tuple[datetime, int] | None = None, limit: int = 100
    ) -> list[Dossier]:
        """The open dossiers past their due time, the longest first; those `after` a due time and an id."""
        with self._store.read() as work:
            return work.dossiers.listing(lane=lane, open_only=True, overdue_at=self._clock.now(), after=after,
                                         limit=limit)  # fmt: skip

    def round_days(self, dossier_ids: Iterable[int]) -> dict[int, date]:
        """For each of these dossiers, the day of the courier's round that it was put on, if it was."""
        with self._store.read() as work:
            days = {each: round_day(work.tasks.of(each, live=False)) for each in dossier_ids}
        return {each: day for each, day in days.items() if day is not None}

    def teams_at(self, dossier_ids: Sequence[int]) -> dict[int, list[str]]:
        """For each of these dossiers, the teams that have an open step of it."""
        with self._store.read() as work:
            live = work.tasks.live_of(dossier_ids)
        return {each: sorted({task.team for task in tasks if task.team}) for each, tasks in live.items()}

    def track(self, number: str, code: str, language: Language = "id") -> Tracked:
        """A dossier for who holds its code. Raises Refused, the same for a wrong number and a wrong code."""
        now = self._clock.now()
        with self._store.read() as work, readable(number):
            dossier = self._intake.owned(work, number, code, lock=False)
            workflow = self._moves.workflow(work, dossier)
            case = self._cases.read(work, dossier)
            ever = work.tasks.of(dossier.id, live=False)
            tasks = [each for each in ever if each.status in LIVE_TASK]
            journal = work.dossiers.journal(dossier.id)
            documents = work.documents.of(dossier.id)
            sealed = [document for document in documents if document.sealed_at]
            ahead = {t.id: work.tasks.ahead_of(t) for t in tasks if _in_line(t)}
            estimate = self._estimates.for_tasks(work, dossier, tasks, now)
            story = self._due_story(work, dossier, workflow.workflow) if dossier.is_open else None
            if_it_ran = self._due_if_it_ran(work, dossier, now) if dossier.is_open and not dossier.due_at else None
        known, returned = workflow.workflow, dossier.status is DossierStatus.RETURNED
        return Tracked(
            number=dossier.number, title=getattr(known.title, language), lane=dossier.lane, status=dossier.status,
            submitted_at=dossier.submitted_at, due_at=None if returned else dossier.due_at, due_if_it_ran=if_it_ran,
            due_story=story, closed_at=dossier.closed_at, estimate=estimate,
            choices=choices(dossier, tasks, workflow.steps, self._zone, document=bool(sealed),
                            bound=bool(binding(known, documents)) or registered(workflow, ever),
                            comes=round_day(ever)),
            open_steps=tuple(
                OpenStep(step=t.step, title=_title(t, workflow, language),
                         whose=self._whose(t, language), due_at=t.due_at,
                         overdue=t.due_at is not None and t.due_at <= now, ahead=ahead.get(t.id))
                for t in tasks
            ),
            paused=_paused(dossier, language),
            deficiencies=tuple(_wanted(known, each, language) for each in case.deficiencies),
            reason=case.reason, documents=tuple(d.number for d in sealed), products=tuple(d.product for d in sealed),
            history=tuple((e.at, getattr(_SHOWN[e.event], language)) for e in journal if e.event in _SHOWN),
            receipt_hash=_receipt_hash(dossier, journal), journal_hash=dossier.journal_head,
        )  # fmt: skip

    def _due_story(self, work: Work, dossier: Dossier, workflow: Workflow) -> Said:
        whole = [c for c in work.clocks.of(dossier.id) if c.kind in (ClockKind.TARGET, ClockKind.LIMIT)]
        if whole:
            clock = shown(whole).clock
            return due_story(clock.budget, clock, self._zone)
        promised = self._config.lanes[dossier.lane].promise(dossier.code, workflow.limit)
        return due_story(promised, None, self._zone)

    def _due_if_it_ran(self, work: Work, dossier: Dossier, now: datetime) -> datetime | None:
        """When a paused dossier would be due if it were let go now; None beyond what the calendar knows."""
        whole = [c for c in work.clocks.of(dossier.id) if c.kind in (ClockKind.TARGET, ClockKind.LIMIT)]
        if not whole:
            return None
        stored = shown(whole)
        _, calendar = self._timing.rules(work, dossier.lane, stored.rules)
        try:
            return account(stored.clock, calendar, now=now).if_it_ran
        except CalendarEnds:
            return None

    def _whose(self, task: Task, language: Language) -> str:
        match task.kind:
            case TaskKind.APPLICANT:
                return "Anda, pemohon" if language == "id" else "you, the applicant"
            case TaskKind.AUTOMATIC:
                return "sistem" if language == "id" else "the system"
            case _:
                team = self._config.lanes[task.lane].team.get(task.team or "")
                return getattr(team.title, language) if team else str(task.team)

    def dossier(self, number: str) -> tuple[Dossier, list[Task], list[Entry], list[Document]]:
        """A dossier for the office's own people, without personal data. Raises Refused."""
        with self._store.read() as work, readable(number):
            dossier = dossier_called(work, number)
            tasks: Sequence[Task] = work.tasks.of(dossier.id, live=False)
            return dossier, list(tasks), work.dossiers.journal(dossier.id), work.documents.of(dossier.id)


def _paused(dossier: Dossier, language: Language) -> tuple[Paused, ...]:
    holds = [(Hold.read(name), since) for since, name in sorted((since, name) for name, since in dossier.held.items())]
    return tuple(
        Paused(
            reason=hold.reason,
            why=getattr(hold.reason.words, language),
            outage=hold.outage,
            since=datetime.fromisoformat(since),
        )
        for hold, since in holds
    )
