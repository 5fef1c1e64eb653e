"""What people may see: lists of work, what is overdue, and a dossier as its applicant sees it. Nothing personal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.dossier import Dossier, Task, TaskKind, TaskStatus
from domain.errors import Refused
from domain.journal import Entry
from domain.office import OfficeConfig
from domain.pausing import Hold
from domain.roles import Lane
from lanes.case import Cases
from lanes.finding import dossier_called
from lanes.intake import Intake
from lanes.moves import Moves
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Document, Store

_SHOWN = {
    "dossier_submitted": ("Permohonan diterima", "Application received"),
    "found_complete": ("Berkas lengkap dan sah", "Found complete and valid"),
    "returned_to_applicant": ("Dikembalikan untuk dilengkapi", "Returned for completion"),
    "resubmitted": ("Kelengkapan diterima", "Completion received"),
    "dossier_issued": ("Dokumen terbit", "Document issued"),
    "dossier_rejected": ("Ditolak", "Rejected"),
    "dossier_cancelled": ("Dibatalkan", "Cancelled"),
    "dossier_withdrawn": ("Ditarik pemohon", "Withdrawn by the applicant"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenStep:
    """A step that is open now: whose turn it is, and by when."""

    step: str
    title: str
    whose: str
    due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Paused:
    """Why a dossier's time stands still: `reason` a code, `why` in words; an outage holds others too."""

    reason: str
    why: str
    outage: bool
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracked:
    """A dossier as its applicant sees it."""

    number: str
    title: str
    lane: Lane
    status: str
    submitted_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    open_steps: tuple[OpenStep, ...]
    paused: tuple[Paused, ...]
    deficiencies: tuple[str, ...]
    reason: str
    documents: tuple[str, ...]
    history: tuple[tuple[datetime, str], ...]
    journal_hash: str


class Views:
    """Reads; changes nothing."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, moves: Moves, cases: Cases,
        intake: Intake,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock, self._people = store, config, clock, people
        self._moves, self._cases, self._intake = moves, cases, intake

    def tasks(
        self, *, lane: Lane | None = None, of: str | None = None, stuck: bool = False, team: str | None = None,
        limit: int = 50,
    ) -> list[tuple[Task, Dossier]]:  # fmt: skip
        """Work in lane order: a person's own and their teams' (`of`), a team's, a lane's, or what is stuck."""
        now = self._clock.now()
        with self._store.read() as work:
            if stuck:
                return work.tasks.listing(lane=lane, statuses=[TaskStatus.STUCK], limit=limit)
            if of is not None:
                actor = self._people.actor(work, of, now)
                mine = work.tasks.listing(lane=lane, statuses=[TaskStatus.CLAIMED], assignee=of, limit=limit)
                teams = [team for _, team in actor.teams]
                rest = work.tasks.listing(lane=lane, statuses=[TaskStatus.OPEN], teams=teams, limit=limit)
                return [*mine, *((t, d) for t, d in rest if of not in t.barred)][:limit]
            if team is not None:
                known = {t.id for each in Lane for t in self._config.lanes[each].teams}
                if team not in known:
                    raise Refused("unknown_team", f"There is no team {team!r}.", allowed=", ".join(sorted(known)))
            statuses = [TaskStatus.OPEN, TaskStatus.CLAIMED]
            return work.tasks.listing(lane=lane, statuses=statuses, teams=team and [team], limit=limit)

    def overdue(self, *, lane: Lane | None = None, limit: int = 100) -> list[tuple[Task, Dossier]]:
        """The open steps past their due time, in lane order."""
        live = [TaskStatus.OPEN, TaskStatus.CLAIMED, TaskStatus.READY, TaskStatus.RUNNING, TaskStatus.STUCK]
        with self._store.read() as work:
            return work.tasks.listing(lane=lane, statuses=live, overdue_at=self._clock.now(), limit=limit)

    def overdue_dossiers(self, *, lane: Lane | None = None, limit: int = 100) -> list[Dossier]:
        """The open dossiers past their due time, the longest first."""
        with self._store.read() as work:
            return work.dossiers.listing(lane=lane, open_only=True, overdue_at=self._clock.now(), limit=limit)

    def track(self, number: str, code: str) -> Tracked:
        """A dossier for who holds its code. Raises Refused, the same for a wrong number and a wrong code."""
        now = self._clock.now()
        with self._store.read() as work:
            dossier = self._intake.owned(work, number, code, lock=False)
            workflow = self._moves.workflow(work, dossier)
            case = self._cases.read(work, dossier)
            tasks = work.tasks.of(dossier.id)
            journal = work.dossiers.journal(dossier.id)
            documents = work.documents.of(dossier.id)
        known = workflow.workflow
        titles = {r.id: r.title.id for r in known.requirements} | {f.id: f.title.id for f in known.fields}
        return Tracked(
            number=dossier.number, title=known.title.id, lane=dossier.lane, status=dossier.status,
            submitted_at=dossier.submitted_at, due_at=dossier.due_at, closed_at=dossier.closed_at,
            open_steps=tuple(
                OpenStep(step=t.step, title=workflow.steps[t.step].title.id, whose=self._whose(t), due_at=t.due_at,
                         overdue=t.due_at is not None and t.due_at <= now)
                for t in tasks
            ),
            paused=_paused(dossier),
            deficiencies=tuple(": ".join(filter(None, (titles.get(d.item, ""), d.note))) for d in case.deficiencies),
            reason=case.reason, documents=tuple(d.number for d in documents if d.sealed_at),
            history=tuple((e.at, _SHOWN[e.event][0]) for e in journal if e.event in _SHOWN),
            journal_hash=dossier.journal_head,
        )  # fmt: skip

    def _whose(self, task: Task) -> str:
        match task.kind:
            case TaskKind.APPLICANT:
                return "pemohon"
            case TaskKind.AUTOMATIC:
                return "sistem"
            case _:
                team = self._config.lanes[task.lane].team.get(task.team or "")
                return team.title.id if team else str(task.team)

    def dossier(self, number: str) -> tuple[Dossier, list[Task], list[Entry], list[Document]]:
        """A dossier for the office's own people, without personal data. Raises Refused."""
        with self._store.read() as work:
            dossier = dossier_called(work, number)
            tasks: Sequence[Task] = work.tasks.of(dossier.id, live=False)
            return dossier, list(tasks), work.dossiers.journal(dossier.id), work.documents.of(dossier.id)


def _paused(dossier: Dossier) -> tuple[Paused, ...]:
    holds = [(Hold.read(name), since) for since, name in sorted((since, name) for name, since in dossier.held.items())]
    return tuple(
        Paused(reason=hold.reason, why=hold.reason.words.id, outage=hold.outage, since=datetime.fromisoformat(since))
        for hold, since in holds
    )
