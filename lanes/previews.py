"""What a lane's file would change if it were applied: to open dossiers, to each team's load, and to the past days.

Nothing is written. Every due time under the rules in force is the one that is kept; every one under the proposed rules
follows from the same ledger, as `lanes.carrying` would have it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from domain import rule_changes
from domain.calendar.plan import micros
from domain.clock import ClockKind
from domain.dossier import DossierStatus
from domain.duration import Budget
from domain.errors import Refused
from domain.foresight import (
    Both,
    OpenClock,
    OpenDossier,
    State,
    groups,
    kinds,
    loads,
    standing,
)
from domain.hindsight import Promise, Tally, replay
from domain.ladder import RungAction
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.rule_changes import Promises
from domain.workflow import Workflow
from lanes.ports import Clock
from lanes.previewed import Effect, Heard, Hearing, LanePreview, OpenWork, Past
from lanes.records.ledgers import StepKey, Whole
from lanes.rehearsal import APPLICANT, LEAST_BUSY, Coming, Rehearsal
from lanes.rules import RuleFiles, checked, in_force, with_rules
from lanes.shifts import shifts
from lanes.store import Store, Woken, Work
from lanes.timing import Timing


class Previews:
    """Holds proposed rules against those in force. Reads; changes nothing."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, timing: Timing, rehearsal: Rehearsal, files: RuleFiles
    ) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._timing, self._rehearsal, self._files = timing, rehearsal, files

    def preview(
        self, lane: Lane | None = None, *, days: int = 365, at: datetime | None = None, text: str | None = None
    ) -> list[LanePreview]:
        """What the lanes' files would change if they came into force now, or at an instant to come; the past `days` of
        finished dossiers are replayed. `text` stands in for the file of that lane. Raises ConfigError with every
        mistake of the folder, Refused for a time past."""
        now = self._clock.now()
        if at is not None and at < now:
            raise Refused(
                "past_time", "Rules cannot come into force in the past.", allowed="an instant to come, or none"
            )
        files = self._files if lane is None or text is None else self._files.proposing(lane, text)
        with self._store.read() as work:
            proposed, aside = checked(work, files, lane, at or now, now)
            current = with_rules(self._config, in_force(work, at or now))  # with what is scheduled before
            found = [
                _Looking(work, current, self._timing, self._rehearsal, proposed, each, now, at or now).told(
                    now - timedelta(days=days), now
                )
                for each in ([lane] if lane else Lane)
            ]
            return [
                replace(each, moves=tuple(self._moves(work, current, proposed, each.lane, now)),
                        warnings=(*proposed.warnings(now, [each.lane]), *aside))
                for each in found
            ]  # fmt: skip

    def _moves(self, work: Work, current: OfficeConfig, proposed: OfficeConfig, lane: Lane, now: datetime) -> list[str]:
        return shifts(work, current.workflows, current.lanes[lane], proposed.lanes[lane], now)


class _Looking:
    """One lane looked at in one transaction."""

    def __init__(
        self, work: Work, config: OfficeConfig, timing: Timing, rehearsal: Rehearsal, proposed: OfficeConfig,
        lane: Lane, now: datetime, at: datetime,
    ) -> None:  # fmt: skip
        self._work, self._config, self._timing, self._lane = work, config, timing, lane
        self._rehearsal, self._proposed, self._now, self._from = rehearsal, proposed, now, at
        self._before = Promises(config.lanes[lane], config.calendars[lane])
        self._after = Promises(proposed.lanes[lane], proposed.calendars[lane])
        self._at, self._midnight = micros(at), micros(config.office.midnight(at))
        self._statutory: dict[str, str] = {}
        self._kept: dict[int, Promises] = {config.rules.get(lane, 0): self._before}
        self._broken: dict[int, str] = {}  # dossiers, with what is wrong
        self._unheard: list[str] = []

    def told(self, since: datetime, until: datetime) -> LanePreview:
        """All of it."""
        found = rule_changes.changes(self._before, self._after, self._config.workflows)
        version = self._config.rules.get(self._lane, 0)
        if not found.any:
            return LanePreview(lane=self._lane, version=version, changes=found)
        open_, past = self._open(), self._past(since, until)
        numbers = self._work.dossiers.numbers(self._broken)
        broken = [f"dossier {numbers[each]}: {fault}" for each, fault in sorted(self._broken.items())]
        return LanePreview(lane=self._lane, version=version, changes=found, open=open_, past=past,
                           failed=tuple(dict.fromkeys([*broken, *self._unheard])))  # fmt: skip

    # --- open dossiers ---------------------------------------------------------------------------------------------

    def _open(self) -> OpenWork:
        dossiers = {each.id: each for each in self._work.ledgers.open_dossiers(self._lane)}
        clocks, teams, whole = [], defaultdict[int, list[str]](list), dict[int, Both]()
        for clock in self._work.ledgers.open_clocks(self._lane, self._broken):
            with self._naming(clock.dossier_id):
                seen = self._seen(clock, dossiers[clock.dossier_id])
                clocks.append(seen)
                if clock.team is not None and clock.team not in teams[clock.dossier_id]:
                    teams[clock.dossier_id].append(clock.team)
                if clock.kind is ClockKind.TARGET or (clock.kind is ClockKind.LIMIT and clock.dossier_id not in whole):
                    whole[clock.dossier_id] = seen
        for each in dossiers.values():
            if each.id not in whole and each.id not in self._broken:
                with self._naming(each.id):
                    whole[each.id] = self._provisional(each)
        dossiers = {each: dossier for each, dossier in dossiers.items() if each not in self._broken}
        clocks = [each for each in clocks if each.dossier.id not in self._broken]
        promised = [whole[each] for each in dossiers]
        # What waits for its applicant is neither late nor at risk, whatever the rules.
        promised = [each for each in promised if each.dossier.status is not DossierStatus.RETURNED]
        return OpenWork(
            dossiers=len(dossiers), unaccepted=sum(not each.accepted for each in dossiers.values()),
            keep=self._effect([_unmoved(each) for each in clocks], [_unmoved(each) for each in promised], teams),
            recompute=self._effect(clocks, promised, teams), hearing=self._hearing(dossiers),
        )  # fmt: skip

    @contextmanager
    def _naming(self, dossier_id: int) -> Iterator[None]:
        """Look at something of a dossier; when it is broken it is named, and the others are looked at."""
        try:
            yield
        except Exception as fault:
            self._broken[dossier_id] = type(fault).__name__

    def _hearing(self, dossiers: Mapping[int, OpenDossier]) -> Hearing:
        def given(woken: Woken) -> Budget:
            dossier, task = dossiers[woken.dossier.id], woken.task
            statutory = self._statutory_limit(dossier.code, dossier.workflow_version)
            human = task is not None and task.team is not None  # the system's own steps have no team
            step = task.step if task else ""
            return self._after.of(woken.stored.kind, dossier.code, statutory, step, human=human).budget

        def heard(coming: Sequence[Coming]) -> tuple[Heard, Heard]:
            return _heard(each for each in coming if each.at == at), _heard(each for each in coming if each.at > at)

        at, until = self._from, self._from + timedelta(days=1)
        expected = self._rehearsal.expected(self._work, self._lane, self._now, until, self._unheard)
        without = [each for each in expected if each.at >= at]
        under = self._rehearsal.under(self._work, self._proposed, self._lane, [*dossiers], self._now, at, until,
                                      given, self._unheard)  # fmt: skip
        now, later = zip(heard(without), heard(under), strict=True)
        return Hearing(at=at, letters_at=self._config.office.by_day(at), at_once=now, day_after=later)

    def _effect(self, clocks: Sequence[Both], promised: Sequence[Both], teams: Mapping[int, Sequence[str]]) -> Effect:
        def count(state: State) -> tuple[int, int]:
            return (sum(each.before.state is state for each in promised),
                    sum(each.after.state is state for each in promised))  # fmt: skip

        return Effect(
            clocks=kinds(clocks), dossiers=groups(promised, teams), teams=loads(clocks, self._at, self._midnight),
            overdue=count(State.OVERDUE), at_risk=count(State.AT_RISK),
            closings=len({each.dossier.id for each in clocks if self._closes(each)}),
        )  # fmt: skip

    def _closes(self, seen: Both) -> bool:
        """Whether an applicant's time to answer runs out by the new rules only, and these close the dossier then."""
        runs_out = seen.kind is ClockKind.ANSWER and seen.after.state is State.OVERDUE is not seen.before.state
        ladder = self._after.rules.ladder(seen.dossier.code, ClockKind.ANSWER) if runs_out else ()
        return any(RungAction.CLOSE in rung.actions for rung in ladder)

    def _seen(self, clock: OpenClock, dossier: OpenDossier) -> Both:
        statutory = self._statutory_limit(dossier.code, dossier.workflow_version)
        before = Promise(clock.budget, self._under(clock.rules).calendar)
        after = self._after.of(clock.kind, dossier.code, statutory, clock.step, human=clock.human)
        old = standing(before, clock.start, clock.pauses, self._at)
        new = standing(after, clock.start, clock.pauses, self._at)
        changed = old.due != new.due or (old.due is None and not before.says_the_same(after))
        return Both(dossier, clock.kind, clock.team, old, new, changed)

    def _provisional(self, dossier: OpenDossier) -> Both:
        """What a dossier that was not yet found complete shows: its promise, as if it had been when it came in."""
        statutory = self._statutory_limit(dossier.code, dossier.workflow_version)
        old, new = (
            standing(rules.whole(dossier.code, statutory), dossier.promised_from, (), self._at)
            for rules in (self._before, self._after)
        )
        return Both(dossier, ClockKind.TARGET, None, old, new, old.due != new.due)

    def _under(self, version: int) -> Promises:
        if version not in self._kept:
            self._kept[version] = Promises(*self._timing.rules(self._work, self._lane, version))
        return self._kept[version]

    def _statutory_limit(self, code: str, version: str) -> str:
        if version not in self._statutory:
            if self._config.versions.get(code) == version:
                self._statutory[version] = self._config.workflows[code].limit
            else:
                body = self._work.dossiers.version(version)
                self._statutory[version] = Workflow.model_validate_json(body or "").limit
        return self._statutory[version]

    def _is_known(self, code: str, version: str) -> bool:
        if version not in self._statutory:
            try:
                self._statutory_limit(code, version)
            except Exception as fault:  # the finished dossiers of every other version are replayed
                self._unheard.append(f"workflow version {version[:12]!r} of {code}: {type(fault).__name__}")
                return False
        return True

    # --- the past --------------------------------------------------------------------------------------------------

    def _past(self, since: datetime, until: datetime) -> Past:
        codes = [code for code, workflow in sorted(self._config.workflows.items())
                 if rule_changes.moves_due_times(self._before, self._after, workflow)]  # fmt: skip
        finished = self._work.ledgers.finished_dossiers(self._lane, codes, since, until, self._broken)
        finished = [each for each in finished if self._is_known(each.code, each.workflow_version)]
        promise, limit = self._replayed_whole(finished)
        steps, teams = defaultdict[tuple[str, str], Tally](Tally), defaultdict[str, Tally](Tally)
        for (_, team, step), tally in self._replayed_steps(codes, since, until).items():
            steps[team, step].add(tally)
            teams[team].add(tally)
        return Past(since=since, until=until, dossiers=len(finished), promise=promise, limit=limit,
                    steps=dict(sorted(steps.items())), teams=dict(sorted(teams.items())),
                    all=_summed(promise.values()))  # fmt: skip

    def _replayed_whole(self, finished: Sequence[Whole]) -> tuple[dict[str, Tally], dict[str, Tally]]:
        def promise(of: tuple[str, str]) -> tuple[Promise, Promise]:
            statutory = self._statutory_limit(*of)
            return self._before.whole(of[0], statutory), self._after.whole(of[0], statutory)

        def limit(of: tuple[str, str]) -> tuple[Promise, Promise]:
            statutory = self._statutory_limit(*of)
            return self._before.limit(of[0], statutory), self._after.limit(of[0], statutory)

        kept = replay((((w.code, w.workflow_version), w.start, w.stop, w.due, w.pauses) for w in finished), promise)
        legal = replay(
            (((w.code, w.workflow_version), w.start, w.stop, w.limit_due, w.pauses) for w in finished), limit
        )
        return _by_type(kept), _by_type(legal)

    def _replayed_steps(self, codes: Sequence[str], since: datetime, until: datetime) -> dict[StepKey, Tally]:
        def time_given(of: StepKey) -> tuple[Promise, Promise]:
            code, _, step = of
            return self._before.step(code, step, human=True), self._after.step(code, step, human=True)

        return replay(self._work.ledgers.finished_steps(self._lane, codes, since, until, self._broken), time_given)


def _heard(coming: Iterable[Coming]) -> Heard:
    said = {(each.action, each.number, each.at, each.person) for each in coming}
    does = Counter(action for action, _, _, _ in said)
    about = {(person, number) for _, number, _, person in said if person and person not in (APPLICANT, LEAST_BUSY)}
    return Heard(
        late=does[RungAction.TELL_APPLICANT], reminded=does[RungAction.REMIND_APPLICANT], closed=does[RungAction.CLOSE],
        handed_on=does[RungAction.REASSIGN],
        people=dict(Counter(person for person, _ in sorted(about)).most_common()),
    )  # fmt: skip


def _by_type(tallies: Mapping[tuple[str, str], Tally]) -> dict[str, Tally]:
    """Those of all versions of a document type together."""
    found = defaultdict[str, Tally](Tally)
    for (code, _), tally in tallies.items():
        found[code].add(tally)
    return dict(sorted(found.items()))


def _unmoved(each: Both) -> Both:
    return replace(each, after=each.before, changed=False)


def _summed(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole
