"""The dry run: who would hear what, when, if nothing more happens; by the very functions by which the sweep acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import WorkingCalendar
from domain.clock import ClockKind, SlaClock
from domain.duration import Budget
from domain.escalation import Staff, reached
from domain.ladder import STAFF, Ladder, RungAction, looks
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.escalating import Escalating, concerned, last_date_told
from lanes.ports import Clock
from lanes.store import BEFORE_ALL, Store, Woken, Work
from lanes.timing import Timing

APPLICANT = "applicant"
LEAST_BUSY = "whoever has least to do"
"""Late work is handed to them, as it is then."""
_PAGE = 1000
_OTHERS = {
    RungAction.TELL_APPLICANT: APPLICANT, RungAction.REMIND_APPLICANT: APPLICANT, RungAction.CLOSE: APPLICANT,
    RungAction.REASSIGN: LEAST_BUSY,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """What a rung will do: `person` hears of it (APPLICANT and LEAST_BUSY too), or nobody does (None: the priority)."""

    at: datetime
    lane: Lane
    number: str
    code: str
    clock: ClockKind
    step: str
    place: str
    action: RungAction
    person: str | None
    instead_of: str | None


class Rehearsal:
    """Reads; changes nothing."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, timing: Timing, escalating: Escalating
    ) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._timing, self._escalating = timing, escalating

    def coming(self, lane: Lane, until: datetime) -> list[Coming]:
        """What the ladders of a lane's open dossiers will do until then, in order, if nothing more happens. What has
        come already and was not swept yet comes now."""
        now, found = self._clock.now(), list[Coming]()
        with self._store.read() as work:
            staff, after = self._escalating.staff(work, lane, now), BEFORE_ALL
            while page := work.clocks.woken(lane, until, _PAGE, after=after, lock=False):
                whole = {dossier.id for stored, dossier, _ in page if stored.task_id is None}
                waiting = work.tasks.live_of(whole) if whole else {}
                for each in page:
                    task = each.task or concerned(waiting.get(each.dossier.id, ()))
                    team = self._escalating.team_of(self._config.lanes[lane], lane, task)
                    holder, lead = task.assignee if task else None, team.lead if team else None
                    for at, place, actions in self._looks(work, each, now, until):
                        # The system's own step is handed to nobody.
                        does = [action for action in actions if team or action is not RungAction.REASSIGN]
                        found += self._done(each, at, place, does, staff, holder, lead)
                after = (page[-1].stored.wake_at or until, page[-1].stored.id)
        found.sort(key=lambda each: (each.at, each.number, each.clock, each.place))
        return list(_until_closed(found))

    def _looks(
        self, work: Work, woken: Woken, now: datetime, until: datetime
    ) -> Iterator[tuple[datetime, str, tuple[RungAction, ...]]]:
        stored, dossier, task = woken
        if not dossier.is_open or (task is not None and not task.live) or not stored.clock.running:
            return
        rules, calendar = self._timing.rules(work, dossier.lane, stored.rules)
        ladder, last_date = rules.ladder(dossier.code, stored.kind), last_date_told(work, stored)
        for at, seen in looks(ladder, stored.rung, stored.clock, calendar, now, last_date):
            if at > until:
                return
            if seen.actions:
                yield at, seen.place, seen.actions

    def _done(
        self, woken: Woken, at: datetime, place: str, actions: Sequence[RungAction], staff: Staff,
        holder: str | None, lead: str | None,
    ) -> Iterator[Coming]:  # fmt: skip
        for action in actions:
            heard = reached(action, staff, holder=holder, lead=lead) if action in STAFF else None
            person = heard.person if heard else _OTHERS.get(action)
            yield Coming(
                at=at, lane=woken.stored.lane, number=woken.dossier.number, code=woken.dossier.code,
                clock=woken.stored.kind, step=woken.task.step if woken.task else "", place=place, action=action,
                person=person, instead_of=heard.instead_of if heard else None,
            )  # fmt: skip

    def timeline(self, code: str, lane: Lane) -> list[Coming]:
        """The ladders of a document type as the rules in force have them, for clocks that would start now and whose
        work nobody has taken. `number` is empty."""
        now, rules = self._clock.now(), self._config.lanes[lane]
        workflow = self._config.workflows[code].in_lane(lane)
        with self._store.read() as work:
            staff = self._escalating.staff(work, lane, now)
        clocks: list[tuple[ClockKind, str, str | None, Budget | None]] = [
            (ClockKind.STEP, name, _lead(self._config, lane, code, name), rules.step_budget(code, name, human=True))
            for name, step in workflow.steps.items()
            if step.human is not None
        ]
        clocks += [
            (ClockKind.TARGET, "", None, rules.target(code)),
            (ClockKind.LIMIT, "", None, rules.limit(code, workflow.workflow.limit)),
            (ClockKind.ANSWER, "", None, rules.answer_budget(code)),
        ]
        found: list[Coming] = []
        for kind, step, lead, budget in clocks:
            if budget is not None:
                clock = SlaClock.started(budget, now)
                for at, place, actions in _climbed(rules.ladder(code, kind), clock, self._config.calendars[lane]):
                    for action in actions:
                        heard = reached(action, staff, holder=None, lead=lead) if action in STAFF else None
                        person = heard.person if heard else _OTHERS.get(action)
                        found.append(Coming(at=at, lane=lane, number="", code=code, clock=kind, step=step, place=place,
                                            action=action, person=person,
                                            instead_of=heard.instead_of if heard else None))  # fmt: skip
        return found


def _lead(config: OfficeConfig, lane: Lane, code: str, step: str) -> str | None:
    role = config.workflows[code].in_lane(lane).steps[step].human
    team = config.lanes[lane].team_for(role, config.workflows[code].division) if role else None
    return team.lead if team else None


def _climbed(
    ladder: Ladder, clock: SlaClock, calendar: WorkingCalendar
) -> Iterator[tuple[datetime, str, tuple[RungAction, ...]]]:
    for rung in ladder:
        at = rung.at(clock, calendar)
        if at is not None:
            yield at, rung.text, rung.actions


def _until_closed(coming: Sequence[Coming]) -> Iterator[Coming]:
    """Nothing more comes of a dossier that a rung closes."""
    closed: set[str] = set()
    for each in coming:
        if each.number not in closed:
            yield each
        if each.action is RungAction.CLOSE:
            closed.add(each.number)
