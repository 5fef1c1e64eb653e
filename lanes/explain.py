"""`explain`: every due time of a dossier told as a story, and held against its ledger while that is read anyway."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain import explanation
from domain.account import Account, account
from domain.clock import ClockKind
from domain.dossier import Dossier, Task
from domain.journal import Entry
from domain.ladder import RungAction, looks
from domain.office import OfficeConfig
from domain.pausing import Hold, PauseReason
from domain.roles import Lane
from domain.sla_source import sla_place
from domain.words import Said
from lanes.escalating import last_date_told
from lanes.finding import dossier_called, readable
from lanes.intake import Intake
from lanes.moves import Moves
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Store, StoredClock, Work
from lanes.timing import Timing, is_held, shown

_ORDER = (ClockKind.TARGET, ClockKind.LIMIT, ClockKind.STEP, ClockKind.ANSWER)


@dataclass(frozen=True, kw_only=True, slots=True)
class DueStory:
    """One clock's story: `story` in sentences, and the figures it tells. `place` is the lane file's entry that set the
    budget, "" for the document type's own limit; `step` the step's id, "" for the whole dossier; `closes_at` when the
    dossier closes by rule at the earliest if its applicant does not answer."""

    kind: ClockKind
    step: str
    budget: str
    place: str
    rules: int
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    closes_at: datetime | None
    account: Account
    story: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """A dossier's due times. `faults` are defects to report: stored times that do not follow from the ledgers."""

    number: str
    title: Said
    lane: Lane
    status: str
    now: datetime
    notes: tuple[Said, ...]
    dues: tuple[DueStory, ...]
    faults: tuple[str, ...]


class Explain:
    """Reads; changes nothing."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, moves: Moves, timing: Timing,
        intake: Intake,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock, self._people = store, config, clock, people
        self._moves, self._timing, self._intake = moves, timing, intake

    def for_applicant(self, number: str, code: str) -> Explained:
        """For who holds the dossier's code. Raises Refused, the same for a wrong number and a wrong code."""
        with self._store.read() as work:
            return self._explained(work, self._intake.owned(work, number, code, lock=False), for_staff=False)

    def for_office(self, number: str, *, by: str) -> Explained:
        """For somebody who works here, in whichever lane: nothing in it is personal. Raises Refused for a stranger."""
        with self._store.read() as work:
            self._people.actor(work, by, self._clock.now())
            with readable(number, "its own row"):
                dossier = dossier_called(work, number)
            return self._explained(work, dossier, for_staff=True)

    def _explained(self, work: Work, dossier: Dossier, *, for_staff: bool) -> Explained:
        now, number = self._clock.now(), dossier.number
        with readable(number, "the version of its document type"):
            title = self._moves.workflow(work, dossier).workflow.title
        with readable(number, "a clock of it"):
            clocks = work.clocks.of(dossier.id, live=dossier.is_open)
        with readable(number, "a step of it"):
            tasks = {task.id: task for task in work.tasks.of(dossier.id)}
        stored = [each for each in clocks if dossier.is_open or each.task_id is None]
        stored.sort(key=lambda each: (_ORDER.index(each.kind), each.id))
        zone = ZoneInfo(self._config.office.timezone)
        with readable(number, "its journal"):
            notes = list(_outages(work.dossiers.journal(dossier.id), zone, words=for_staff))
        if dossier.accepted_at is None:
            notes.append(explanation.not_yet_counting(dossier.due_at, zone) if dossier.is_open
                         else explanation.NEVER_COUNTED)  # fmt: skip
        with readable(number, "the rules, the step or the ledger of a clock of it"):
            dues = tuple(self._told(work, dossier, each, tasks, now, for_staff=for_staff) for each in stored)
        with readable(number, "its pauses or the rules of a clock of it"):
            faults = tuple(self._faults(work, dossier, stored, tasks))
        return Explained(
            number=number, title=Said(title.id, title.en), lane=dossier.lane, status=dossier.status, now=now,
            notes=tuple(notes), dues=dues, faults=faults,
        )  # fmt: skip

    def _told(
        self, work: Work, dossier: Dossier, stored: StoredClock, tasks: dict[int, Task], now: datetime, *,
        for_staff: bool,
    ) -> DueStory:  # fmt: skip
        _, calendar = self._timing.rules(work, dossier.lane, stored.rules)
        zone = ZoneInfo(calendar.spec.timezone)
        task = tasks.get(stored.task_id or 0)
        step = task.step if task and stored.kind is ClockKind.STEP else ""
        figures = account(stored.clock, calendar, now=now, stopped=stored.stopped_at)
        place, source = self._source(work, dossier, stored, step, for_staff=for_staff)
        title = self._moves.workflow(work, dossier).steps[step].title if step else None
        closes_at, closing = self._closing(work, dossier, stored, zone, now)
        return DueStory(
            kind=stored.kind, step=step, budget=stored.clock.budget.text, place=place, rules=stored.rules,
            started_at=stored.clock.start, due_at=stored.due_at, stopped_at=stored.stopped_at, closes_at=closes_at,
            account=figures,
            story=(
                explanation.headline(stored.kind, stored.clock, Said(title.id, title.en) if title else None), source,
                *explanation.story(stored.kind, stored.clock, figures, zone=zone, now=now, due=stored.due_at,
                                   stopped=stored.stopped_at),
                *closing,
            ),
        )  # fmt: skip

    def _closing(
        self, work: Work, dossier: Dossier, stored: StoredClock, zone: ZoneInfo, now: datetime
    ) -> tuple[datetime | None, tuple[Said, ...]]:
        """When the dossier closes by rule at the earliest if its applicant does not answer, as the sweep has it, and
        that in words; nothing for what closes nothing."""
        rules, calendar = self._timing.rules(work, dossier.lane, stored.rules)
        ladder, clock = rules.ladder(dossier.code, stored.kind), stored.clock
        if stored.stopped_at is not None or not ladder or RungAction.CLOSE not in ladder[-1].actions:
            return None, ()
        if not clock.running or stored.due_at is None:
            return None, (explanation.NOT_CLOSED_WHILE_IT_STANDS,)
        named, last = last_date_told(work, stored), ladder[-1]
        coming = looks(ladder, stored.rung, clock, calendar, now, named)
        at = next((at for at, seen in coming if RungAction.CLOSE in seen.actions), None)
        if at is None:
            return None, ()
        rung = last.text if at == last.at(clock, calendar) else None
        return at, (explanation.closing(at, stored.due_at, named, rung, zone=zone, now=now),)

    def _source(
        self, work: Work, dossier: Dossier, stored: StoredClock, step: str, *, for_staff: bool
    ) -> tuple[str, Said]:
        """Which entry set the budget, and that in words; an applicant is told who set it, not where it is written."""
        rules, _ = self._timing.rules(work, dossier.lane, stored.rules)
        workflow = self._moves.workflow(work, dossier)
        human = not step or workflow.steps[step].human is not None
        place, text = sla_place(rules, dossier.code, stored.kind, step=step, human=human)
        if not place and stored.kind is ClockKind.LIMIT:
            place, text = "", workflow.workflow.limit
        if text != stored.clock.budget.text:  # the files were changed since, before versions were kept
            return "", explanation.SET_BEFORE
        if not place:
            return "", explanation.set_by_the_type("; ".join(workflow.workflow.basis))
        lane = self._config.lanes[dossier.lane].title
        called, file = Said(lane.id.lower(), lane.en.lower()), f"config/lanes/{dossier.lane}.yaml"
        if not for_staff:
            return place, explanation.set_by_the_office(called)
        return place, explanation.set_by_the_lane(called, file, place, stored.rules)

    def _faults(self, work: Work, dossier: Dossier, stored: list[StoredClock], tasks: dict[int, Task]) -> Iterator[str]:
        """Where what is stored does not follow from the ledgers."""
        for each in stored:
            name = f"the {each.kind} clock {each.id}"
            _, calendar = self._timing.rules(work, dossier.lane, each.rules)
            due = each.clock.due(calendar)
            if due != each.due_at:
                yield f"{name} is stored as due {_utc(each.due_at)}, and its ledger gives {_utc(due)}"
            task = tasks.get(each.task_id or 0)
            if task is not None and task.due_at != each.due_at:
                yield f"{name} is due {_utc(each.due_at)}, and its task {task.step} says {_utc(task.due_at)}"
            held = {pause.reason for pause in each.clock.pauses if pause.end is None}
            ought = {hold for hold in dossier.held if is_held(each.kind, hold)}
            if held != ought:
                yield f"{name} is held by {_names(held)}, and the dossier by {_names(ought)}"
        whole = [each for each in stored if each.task_id is None]
        if whole and shown(whole).due_at != dossier.due_at:
            yield f"the dossier is stored as due {_utc(dossier.due_at)}, and its clock {_utc(shown(whole).due_at)}"
        lasting = {
            str(Hold(PauseReason(kept.reason), kept.outage_id is not None))
            for kept in work.pauses.of(dossier.id)
            if kept.ended_at is None
        }
        if lasting != dossier.held.keys():
            yield f"the pauses on record are {_names(lasting)}, and the dossier is held by {_names({*dossier.held})}"


def _outages(journal: Sequence[Entry], zone: ZoneInfo, *, words: bool) -> Iterator[Said]:
    """What there is to say of a dossier's outages beside its clocks' stories: that one was taken back, and with `words`
    what happened in those of who recorded it."""
    entries = [(entry, json.loads(entry.data)) for entry in journal if entry.event.startswith("outage_")]
    for place, (entry, data) in enumerate(entries):
        if entry.event == "outage_withdrawn":
            since, until = (data[name] and datetime.fromisoformat(data[name]) for name in ("since", "until"))
            yield explanation.taken_back(PauseReason(data["reason"]), since, until, entry.at, zone=zone)
        elif entry.event == "outage_started" and words and data.get("why"):
            since, until = datetime.fromisoformat(data["since"]), _ended(entries[place:], data["reason"])
            if until is None or until > since:  # or it was over before this dossier came in
                yield explanation.what_happened(PauseReason(data["reason"]), since, until, data["why"], zone=zone)


def _ended(later: Sequence[tuple[Entry, Mapping[str, Any]]], reason: str) -> datetime | None:
    """When the outage with which these entries begin was over; None while it lasts."""
    ends = (data["until"] for entry, data in later if (entry.event, data["reason"]) == ("outage_ended", reason))
    return next(map(datetime.fromisoformat, ends), None)


def _utc(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}" if at else "at no known time"


def _names(holds: set[str]) -> str:
    return ", ".join(sorted(holds)) or "nothing"
