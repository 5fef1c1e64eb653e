"""The dry run: who would hear what, when, if nothing more happens; by the very functions by which the sweep acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.calendar import WorkingCalendar
from domain.clock import ClockKind, SlaClock
from domain.duration import Budget
from domain.escalation import Reached, Staff, reached
from domain.ladder import STAFF, Ladder, RungAction, due_rungs, highest, looks, resumed_at
from domain.lane import LaneRules
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.workflow import LaneWorkflow
from lanes.carrying import was_overtaken
from lanes.escalating import Escalating, Roster, concerned, is_ready_to_collect, last_date_told
from lanes.finding import broken
from lanes.ports import Clock
from lanes.records.rules import RulesVersion
from lanes.store import BEFORE_ALL, Store, Woken, Work
from lanes.timing import Timing, as_due

APPLICANT = "applicant"
LEAST_BUSY = "whoever has least to do"
"""Late work is handed to them, as it is then."""
_PAGE = 1000
Looked = tuple[datetime, str, tuple[RungAction, ...]]
"""What a sweep will do of a clock: when, at which place of its ladder, what."""
_OTHERS = {
    RungAction.TELL_APPLICANT: APPLICANT, RungAction.REMIND_APPLICANT: APPLICANT, RungAction.CLOSE: APPLICANT,
    RungAction.REASSIGN: LEAST_BUSY,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """What a rung will do: `person` hears of it (APPLICANT and LEAST_BUSY too), or nobody does (None: the priority).
    `while_at`: only while the dossier is at one of these steps; at others somebody else hears of it."""

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
    while_at: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """What is coming, in order, the dossiers that could not be looked at (a sweep names them too), and the versions of
    the rules that come into force meanwhile: what is coming goes by those in force now."""

    coming: Sequence[Coming]
    failed: Sequence[str]
    scheduled: Sequence[RulesVersion]


class Rehearsal:
    """Reads; changes nothing. A dossier that is broken is named, and every other one is looked at."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, timing: Timing, escalating: Escalating
    ) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._timing, self._escalating = timing, escalating

    def dry_run(self, lane: Lane, until: datetime, *, most: int | None = None) -> Rehearsed:
        """What the ladders of a lane's open dossiers will do until then, in order, if nothing more happens. What has
        come already and was not swept yet comes now. With `most`, no further than needed for more than so many."""
        now, failed = self._clock.now(), list[str]()
        with self._store.read() as work:
            coming = self.expected(work, lane, now, until, failed, most=most)
            scheduled = [each for each in _scheduled(work, lane, now) if each.effective_at <= until]
        return Rehearsed(coming=coming, failed=tuple(dict.fromkeys(failed)), scheduled=scheduled)

    def scheduled(self, lane: Lane) -> list[RulesVersion]:
        """The versions of a lane's rules that are still to come into force, the first one first."""
        with self._store.read() as work:
            return _scheduled(work, lane, self._clock.now())

    def expected(
        self, work: Work, lane: Lane, now: datetime, until: datetime, failed: list[str], *, most: int | None = None
    ) -> list[Coming]:  # fmt: skip
        """`dry_run`, in the caller's transaction; `failed` gets a line for what could not be looked at."""
        found, after = list[Coming](), BEFORE_ALL
        staff, teams = self._escalating.roster(work, lane, now), self._config.lanes[lane]

        def seen(page: Sequence[Woken]) -> list[Coming]:
            return list(self._all_done(work, [(each, self._looks(work, each, now, until)) for each in page],
                                       staff, teams))  # fmt: skip

        while True:
            try:
                page = work.clocks.woken(lane, until, _PAGE, after=after, lock=False)
                found += seen(page)
                turns = [(each.stored.wake_at or until, each.stored.id) for each in page]
            except Exception:  # something on this page is broken: which it is shows one by one
                turns = work.clocks.due(lane, until, _PAGE, after=after)
                for _, clock_id in turns:
                    try:
                        for each in work.clocks.one_woken(clock_id, until, lock=False):
                            found += seen([each])
                    except Exception as fault:  # whatever it is, the others are looked at
                        failed.append(broken(work, fault, clock_id=clock_id))
            if not turns:
                break
            after = turns[-1]
            if most is not None and sum(each.at <= max(now, after[0]) for each in found) > most:
                break  # whatever is found from here on comes later
        return _in_order(found)

    def under(
        self, work: Work, proposed: OfficeConfig, lane: Lane, dossiers: Sequence[int], now: datetime, at: datetime,
        until: datetime, given: Callable[[Woken], Budget], failed: list[str],
    ) -> list[Coming]:  # fmt: skip
        """What they will do of these open dossiers from `at` on if a lane's proposed rules come into force then and
        every clock is brought to them, with the budget that `given` tells; what has come by then comes at `at`.
        `failed` gets a line for what could not be looked at."""
        found, staff = list[Coming](), self._escalating.roster(work, lane, now)
        answering = Staff.of(proposed.lanes[lane], proposed.office)
        staff = replace(staff, staff=replace(answering, known=answering.known | staff.staff.known))

        def seen(of: Sequence[int]) -> list[Coming]:
            page = work.clocks.running(of)
            brought = [(each, self._brought(work, each, proposed, now, at, given(each))) for each in page]
            looked = [(each, self._looks(work, anew, at, until, proposed)) for each, anew in brought if anew]
            return list(self._all_done(work, looked, staff, proposed.lanes[lane]))

        for first in range(0, len(dossiers), _PAGE):
            page = dossiers[first : first + _PAGE]
            try:
                found += seen(page)
            except Exception:  # something on this page is broken: which it is shows one by one
                for each in page:
                    try:
                        found += seen([each])
                    except Exception as fault:  # whatever it is, the others are looked at
                        failed.append(broken(work, fault, dossier_id=each))
        return _in_order(found)

    def _brought(
        self, work: Work, woken: Woken, proposed: OfficeConfig, now: datetime, at: datetime, given: Budget
    ) -> Woken | None:
        """A clock as `Carrying` would bring it to the proposed rules, after the sweeps until then; None when it is
        held, for then nothing comes of it."""
        stored, dossier, _ = woken
        if not stored.clock.running:
            return None
        old, calendar = self._timing.rules(work, dossier.lane, stored.rules)
        rung, ladder, rules = stored.rung, old.ladder(dossier.code, stored.kind), proposed.lanes[dossier.lane]
        flagged = stored.flagged_at
        if at > now:
            for when, seen in looks(ladder, rung, stored.clock, calendar, now, last_date_told(work, stored)):
                if when >= at:
                    break
                if stored.kind is not ClockKind.ANSWER and any(each.is_late for each in ladder[rung : seen.rung]):
                    flagged = flagged or when
                rung = seen.rung
        passed = highest(ladder[:rung], [stored.passed], old.day)
        rung = resumed_at(rules.ladder(dossier.code, stored.kind), passed, rules.day)
        anew = replace(stored, clock=replace(stored.clock, budget=given), rung=rung, passed=passed,
                       flagged_at=flagged)  # fmt: skip
        return woken._replace(stored=anew)

    def _looks(
        self, work: Work, woken: Woken, since: datetime, until: datetime, proposed: OfficeConfig | None = None
    ) -> list[Looked]:
        """What sweeps will find of a clock, by the rules that it runs under or by proposed ones: when, where, what."""
        stored, dossier, task = woken
        if not dossier.is_open or (task is not None and not task.live) or not stored.clock.running:
            return []
        rules, calendar = (
            self._timing.rules(work, dossier.lane, stored.rules)
            if proposed is None
            else (proposed.lanes[dossier.lane], proposed.calendars[dossier.lane])
        )
        ladder = rules.ladder(dossier.code, stored.kind)
        stored = as_due(stored, ladder, stored.clock.due(calendar), rules.day)
        passed, comes = due_rungs(ladder, stored.rung, stored.clock, calendar, since)
        if passed == stored.rung and (comes is None or comes > until):
            return []  # most clocks, so that no journal is read for them
        found = list[Looked]()
        for at, seen in looks(ladder, stored.rung, stored.clock, calendar, since, last_date_told(work, stored)):
            if at > until:
                break
            if seen.actions:
                found.append((at, seen.place, seen.actions))
        return found

    def _all_done(
        self, work: Work, looked: Sequence[tuple[Woken, Sequence[Looked]]], staff: Roster, rules: LaneRules
    ) -> Iterator[Coming]:
        """What comes of looks, for those clocks of which any comes."""
        some = [each for each in looked if each[1]]
        whole = {woken.dossier.id for woken, _ in some if woken.task is None}
        waiting = work.tasks.live_of(whole) if whole else {}
        for woken, seen in some:
            task = woken.task or concerned(waiting.get(woken.dossier.id, ()))
            of = task.team if task else None
            team = (rules.team.get(of) or self._config.lanes[rules.lane].team.get(of)) if of else None
            holder, lead = task.assignee if task else None, team.lead if team else None
            steps = self._config.workflows[woken.dossier.code].in_lane(woken.stored.lane).collected_at
            ready = is_ready_to_collect(waiting.get(woken.dossier.id, ()), steps)
            never = {RungAction.TELL_APPLICANT} if ready else set[RungAction]()
            if team is None:  # the system's own step is handed to nobody
                never.add(RungAction.REASSIGN)
            for at, place, actions in seen:
                does = [action for action in actions if action not in never]
                yield from self._done(woken, at, place, does, staff.at(at), staff.holds(holder, at), lead)

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
        work nobody has taken. `number` is empty. A clock of the whole dossier tells the lead of the team that has it
        then, as the sweep does: each of them comes, with their steps."""
        now, rules = self._clock.now(), self._config.lanes[lane]
        workflow = self._config.workflows[code].in_lane(lane)
        with self._store.read() as work:
            staff = self._escalating.roster(work, lane, now)
        leads = {name: _lead(self._config, lane, code, name) for name in workflow.steps}
        whole = {name: lead for name, lead in leads.items() if name in _accepted(workflow)}
        clocks: list[tuple[ClockKind, Mapping[str, str | None], Budget | None]] = [
            (ClockKind.STEP, {name: leads[name]}, rules.step_budget(code, name, human=step.human is not None))
            for name, step in workflow.steps.items()
        ]
        clocks += [
            (ClockKind.TARGET, whole, rules.target(code)),
            (ClockKind.LIMIT, whole, rules.limit(code, workflow.workflow.limit)),
            (ClockKind.ANSWER, {"": None}, rules.answer_budget(code)),
        ]
        found: list[Coming] = []
        for kind, at_step, budget in clocks:
            if budget is not None:
                clock = SlaClock.started(budget, now)
                step = next(iter(at_step)) if kind is ClockKind.STEP else ""
                never = {RungAction.REASSIGN} if step and workflow.steps[step].human is None else set[RungAction]()
                for at, place, actions in _climbed(rules.ladder(code, kind), clock, self._config.calendars[lane]):
                    for action in (each for each in actions if each not in never):
                        for heard, steps in _heard(action, staff.at(at), at_step).items():
                            person = heard.person if heard else _OTHERS.get(action)
                            found.append(Coming(at=at, lane=lane, number="", code=code, clock=kind, step=step,
                                                place=place, action=action, person=person,
                                                instead_of=heard.instead_of if heard else None,
                                                while_at=() if len(steps) == len(at_step) else steps))  # fmt: skip
        return found


def _scheduled(work: Work, lane: Lane, now: datetime) -> list[RulesVersion]:
    known = work.rules.listing(lane)
    coming = [each for each in known if each.effective_at > now and not was_overtaken(each, known)]
    return sorted(coming, key=lambda each: each.effective_at)


def _accepted(workflow: LaneWorkflow) -> set[str]:
    """The steps at which a dossier can be once it was found complete, from when on the clocks of the whole run."""
    outcomes = [outcome for step in workflow.steps.values() for outcome in step.on.values() if outcome.accepts]
    opened = {name for outcome in outcomes for branch in outcome.branches for name in branch.to} & set(workflow.steps)
    return opened.union(*(workflow.reach[name] for name in opened))


def _heard(
    action: RungAction, staff: Staff, leads: Mapping[str, str | None]
) -> Mapping[Reached | None, tuple[str, ...]]:
    """Who hears of a rung while nobody has taken the work, each with the steps at which the dossier waits then; `leads`
    says who leads the team of each step."""
    found: dict[Reached | None, tuple[str, ...]] = {}
    for step, lead in leads.items():
        heard = reached(action, staff, holder=None, lead=lead) if action in STAFF else None
        found[heard] = (*found.get(heard, ()), step)
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


def _in_order(coming: list[Coming]) -> list[Coming]:
    coming.sort(key=lambda each: (each.at, each.number, each.clock, each.place))
    return list(_until_closed(coming))


def _until_closed(coming: Sequence[Coming]) -> Iterator[Coming]:
    """Nothing more comes of a dossier that a rung closes."""
    closed: set[str] = set()
    for each in coming:
        if each.number not in closed:
            yield each
        if each.action is RungAction.CLOSE:
            closed.add(each.number)
