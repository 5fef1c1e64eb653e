"""The lanes' rules in force: put there by those who may, for a reason, from a time on; each version is kept.

What is in force stands in the store, and every process works by it. A lane file is a proposal until it is applied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from domain import rules_version
from domain.calendar import WorkingCalendar
from domain.checks.calendars import calendar_reaches
from domain.errors import ConfigError, Conflict, Refused
from domain.office import LaneTexts, OfficeConfig
from domain.permissions import not_allowed, why_not_tune
from domain.places import why_not_restaff
from domain.roles import Lane
from lanes.carrying import CarriedOut, Carrying, was_overtaken
from lanes.people import People
from lanes.ports import Clock, Progress
from lanes.records.rules import Policy, RulesVersion
from lanes.shifts import shifts
from lanes.store import Store, Work

FIRST_AUTHOR, FIRST_REASON = "jalur", "first start"


class RuleFiles(Protocol):
    """The files that managers write."""

    def checked(self, versions: Mapping[Lane, RulesVersion], now: datetime) -> OfficeConfig:
        """The whole configuration, with these versions in place of their lanes' files, as one that holds from `now`
        on. Raises ConfigError."""
        ...

    def proposing(self, lane: Lane, text: str) -> RuleFiles:
        """The same files, but that the lane's file would say this; nothing is written."""
        ...

    def texts(self, lane: Lane, calendar: str) -> LaneTexts:
        """A lane's two files as they stand, right or wrong; `calendar` is its calendar's name where the lane file does
        not tell. A file that is missing is empty."""
        ...

    def put(self, lane: Lane, calendar: str, texts: LaneTexts) -> None:
        """Write them. Raises Refused."""
        ...

    def put_aside(self, lane: Lane, texts: LaneTexts, now: datetime) -> str:
        """Keep texts that are about to be overwritten; gives where. Raises Refused."""
        ...


class State(StrEnum):
    """What a version is to its lane now."""

    IN_FORCE = "in force"
    SCHEDULED = "scheduled"
    PAST = "past"
    OVERTAKEN = "overtaken"  # a later one came into force first: it never did


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """What applying did: the new version, the one in force until then, the ones whose time will now never come, and
    what became of open dossiers."""

    version: RulesVersion
    before: int  # the version that was in force in the lane
    overtook: tuple[int, ...]
    carried_out: CarriedOut | None
    put_aside: str | None = None
    moves: tuple[str, ...] = ()  # what becomes of people and tasks
    warnings: tuple[str, ...] = ()  # what will go wrong by itself, such as a calendar that ends


class Rules:
    """Puts rules in force, and tells what was in force when."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, files: RuleFiles, carrying: Carrying
    ) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._files, self._carrying = people, files, carrying

    def apply(
        self, lane: Lane, *, by: str, reason: str, policy: Policy = Policy.KEEP, at: datetime | None = None,
        text: str | None = None, progress: Progress | None = None,
    ) -> Applied:  # fmt: skip
        """Put what a lane's file says in force, now or at an instant to come. The whole folder is checked first. With
        `text`, that is put in force in place of what the file says, and written into it.

        Raises ConfigError with every mistake, Refused for who may not, for no reason, for a time that has passed and
        when nothing would differ from then on; nothing is changed then. A version that is still to come may be brought
        forward, or given another policy, by applying the same text.
        """
        now = self._clock.now()
        last = self._may(lane, by, reason, at, now)
        files = self._files if text is None else self._files.proposing(lane, text)
        with self._store.read() as work:
            proposed, aside = checked(work, files, lane, at or now, now)
        self._fits(proposed, files, lane, now)
        version = replace(_of(proposed, lane), follows=last.id, author=by, reason=reason, policy=policy,
                          applied_at=now, effective_at=at or now)  # fmt: skip
        self._must_keep_places(last, version)
        if same := self._unchanged(version, now):
            raise Refused("nothing_changed", f"The {lane} lane's file says what version {same} says.",
                          allowed=f"a change in lanes/{lane}.yaml or in its calendar")  # fmt: skip
        moves, warnings = self._moves(version, now), (*proposed.warnings(now, [lane]), *aside)
        done = self._put(version, progress, write_back=text is not None)
        return replace(done, moves=moves, warnings=warnings)

    def rollback(
        self, version: int, *, by: str, reason: str, policy: Policy = Policy.KEEP, discard: bool = False,
        progress: Progress | None = None,
    ) -> Applied:  # fmt: skip
        """Put an earlier version in force again, as a new one, and write it back into the lane's files.

        `discard`: also when the files hold changes that were never applied; those are put aside. Raises as `apply`, for
        a calendar that does not reach only when it ends before the one in force: a way back from bad rules makes no
        calendar worse that has come to its end anyway.
        """
        now = self._clock.now()
        with self._store.read() as work:
            old = work.rules.get(version)
        if old is None:
            raise Refused("unknown_version", f"There is no version {version}.", allowed="`jalur config versions`")
        last = self._may(old.lane, by, reason, None, now)
        fresh = replace(old, id=0, follows=last.id, author=by, reason=reason, policy=policy, applied_at=now,
                        effective_at=now, carried_out_at=None, settled_at=None)  # fmt: skip
        self._must_keep_places(last, fresh)
        if same := self._unchanged(fresh, now):
            raise Refused("nothing_changed", f"Version {same} says what version {version} says.",
                          allowed=f"another version of the {old.lane} lane: `jalur config versions`")  # fmt: skip
        calendar = rules_version.read(last.body)[0].calendar
        present = self._files.texts(old.lane, calendar)
        unapplied = present != LaneTexts(last.source, last.calendar)
        if unapplied and not discard:
            raise Refused("unapplied_changes", f"The {old.lane} lane's files hold changes that were never applied.",
                          allowed="--discard, which puts them aside; `jalur config diff` shows them")  # fmt: skip
        current = self._in_force(now)
        config = self._files.checked({**current, old.lane: old}, now)
        self._reaches(config, old, current[old.lane], now)
        aside = self._files.put_aside(old.lane, present, now) if unapplied else None
        moves, warnings = self._moves(fresh, now), tuple(config.warnings(now, [old.lane]))
        return replace(self._put(fresh, progress, write_back=True), put_aside=aside, moves=moves, warnings=warnings)

    def versions(self, lane: Lane | None = None) -> list[tuple[RulesVersion, State]]:
        """Every version, the newest first, with what it is now."""
        now = self._clock.now()
        with self._store.read() as work:
            found, newest = work.rules.listing(lane), work.rules.newest(now)
        return [(version, _state(version, found, newest, now)) for version in found]

    def version(self, number: int) -> RulesVersion:
        """One version. Raises Refused."""
        with self._store.read() as work:
            found = work.rules.get(number)
        if found is None:
            raise Refused("unknown_version", f"There is no version {number}.", allowed="`jalur config versions`")
        return found

    def proposed(self, lane: Lane) -> RulesVersion:
        """What a lane's file says, as the version it would become. Raises ConfigError."""
        return _of(self._files.checked({}, self._clock.now()), lane)

    def in_force(self, lane: Lane) -> RulesVersion:
        """The version in force in a lane now."""
        return self._in_force(self._clock.now())[lane]

    def carry_out(self, now: datetime | None = None, progress: Progress | None = None) -> CarriedOut:
        """Bring open clocks to the versions whose time has come; see `Carrying`."""
        return self._carrying.out(now or self._clock.now(), progress)

    def _in_force(self, now: datetime) -> dict[Lane, RulesVersion]:
        with self._store.read() as work:
            return in_force(work, now)

    def _may(self, lane: Lane, by: str, reason: str, at: datetime | None, now: datetime) -> RulesVersion:
        """The version applied last, if this person may put another in force. Raises Refused."""
        with self._store.read() as work:
            actor = self._people.actor(work, by, now)
            last = work.rules.last(lane)
        if reason_not := why_not_tune(actor, lane):
            raise not_allowed(reason_not, allowed="the lane's manager, the head or an administrator")
        if not reason.strip():
            raise Refused("reason_missing", "New rules need a reason, which goes on record.", allowed="--reason TEXT")
        if at is not None and at <= now:
            raise Refused("past_time", "Rules cannot come into force in the past.",
                          allowed="an instant to come, or none: now")  # fmt: skip
        assert last is not None  # every lane has one since the first start
        return last

    def _must_keep_places(self, last: RulesVersion, version: RulesVersion) -> None:
        """Raises Refused where a version changes who does what in a lane by somebody who may not."""
        before, after = (rules_version.read(each.body)[0] for each in (last, version))
        with self._store.read() as work:
            actor = self._people.actor(work, version.author, version.applied_at)
        if reason := why_not_restaff(actor, before, after):
            raise not_allowed(reason, allowed=f"the {version.lane} lane's manager and teams as version {last.id} has "
                              f"them (`jalur config diff --lane {version.lane}`)")  # fmt: skip

    def _unchanged(self, version: RulesVersion, now: datetime) -> int | None:
        """The version that says already what this one would say from its time on; None when it would change something.

        What is in force has been carried out, so that another policy changes nothing; what is to come has not. But
        where it was kept from what is open, `recompute` brings that to it: while a clock runs under older rules.
        """
        with self._store.read() as work:
            known = work.rules.listing(version.lane)
            coming = [each for each in known if not was_overtaken(each, known)]
            last = max(coming, key=lambda each: (each.effective_at, each.id))
            if last.effective_at > version.effective_at or not _says_the_same(version, last):
                return None
            if last.policy is version.policy:
                return last.id
            spared = last.policy is Policy.KEEP and work.rules.count_before(last) > 0
            return last.id if last.effective_at <= now and not spared else None

    def _moves(self, version: RulesVersion, now: datetime) -> tuple[str, ...]:
        """What becomes of people and tasks by a version that is about to be put in force."""
        after, _ = rules_version.read(version.body)
        with self._store.read() as work:
            return tuple(shifts(work, self._config.workflows, self._config.lanes[version.lane], after, now))

    def _fits(self, proposed: OfficeConfig, files: RuleFiles, lane: Lane, now: datetime) -> None:
        """Check the lane's file against what the other lane works by, where its own file says otherwise."""
        with self._store.read() as work:
            current = in_force(work, now)
            others = [each for each in Lane if each is not lane]
            beside = [version for each in others for version in (current[each], work.rules.last(each))]
        for other in {version.id: version for version in beside if version is not None}.values():
            if _of(proposed, other.lane).digest != other.digest:
                files.checked({other.lane: other}, now)

    def _reaches(self, config: OfficeConfig, old: RulesVersion, current: RulesVersion, now: datetime) -> None:
        """Refuse an earlier version whose calendar does not reach and ends before the one in force."""
        calendar, rules = config.calendars[old.lane], config.lanes[old.lane]
        now_known = WorkingCalendar(rules_version.read(current.body)[1]).known_until
        if calendar.known_until is None or (now_known is not None and now_known <= calendar.known_until):
            return
        for found in calendar_reaches(calendar, rules, config.workflows, now):
            raise Refused("calendar_ends", f"Version {old.id}: {found.problem}.",
                          allowed=f"what it says (`jalur config diff {old.id} --lane {old.lane}`), written into "
                          f"lanes/{old.lane}.yaml with {found.allowed} in calendars/{rules.calendar}.yaml, then "
                          f"`jalur config apply --lane {old.lane}`")  # fmt: skip

    def _put(self, version: RulesVersion, progress: Progress | None, *, write_back: bool = False) -> Applied:
        now = version.applied_at
        with self._store.begin() as work:
            before, current = work.rules.listing(version.lane), work.rules.newest(now)[version.lane]
            number = work.rules.add(version)
            if number is None:
                raise Conflict("rules_changed", f"Somebody else changed the {version.lane} lane's rules just now.",
                               allowed="look at `jalur config versions`, then try again")  # fmt: skip
            if write_back:  # while nothing is kept yet: a file that cannot be written changes nothing
                calendar = rules_version.read(version.body)[0].calendar
                self._files.put(version.lane, calendar, LaneTexts(version.source, version.calendar))
        version = replace(version, id=number)
        overtook = sorted(
            each.id for each in before
            if each.follows and each.effective_at >= version.effective_at and not was_overtaken(each, before)
        )  # fmt: skip
        carried = self.carry_out(now, progress) if version.effective_at <= now else None
        return Applied(version=self.version(number), before=current, overtook=tuple(overtook), carried_out=carried)


def checked(
    work: Work, files: RuleFiles, lane: Lane | None, at: datetime, now: datetime
) -> tuple[OfficeConfig, tuple[str, ...]]:
    """The whole configuration as it would hold from `at` on, and what is wrong in the files of other lanes only because
    its time has passed, such as an exemption that ended: what is in force there goes on, so that it stops no rules of
    this lane. Raises ConfigError with every other mistake."""
    try:
        return files.checked({}, at), ()
    except ConfigError as mistakes:
        current = in_force(work, now) if lane is not None else {}
        going_on = {
            other: version for other, version in current.items() if other is not lane
            and files.texts(other, rules_version.read(version.body)[0].calendar)
            == LaneTexts(version.source, version.calendar)
        }  # fmt: skip
        if not going_on:
            raise
        with suppress(ConfigError):
            return files.checked(going_on, at), tuple(f"{each}." for each in mistakes.problems)
        raise


def in_force(work: Work, now: datetime) -> dict[Lane, RulesVersion]:
    """The version in force in each lane that has one."""
    found = {lane: work.rules.get(number) for lane, number in work.rules.newest(now).items()}
    return {lane: version for lane, version in found.items() if version is not None}


def last_applied(store: Store) -> dict[Lane, RulesVersion]:
    """The version that each lane was given last, in force or still to come."""
    with store.read() as work:
        found = {lane: work.rules.last(lane) for lane in Lane}
    return {lane: version for lane, version in found.items() if version is not None}


def begin(store: Store, files: OfficeConfig, now: datetime) -> dict[Lane, RulesVersion]:
    """At an office's first start: put what its files say in force, whichever process comes first. Gives what is."""
    with store.begin() as work:
        known = in_force(work, now)
        for lane in Lane:
            if lane not in known:
                number = work.rules.add(replace(_of(files, lane), applied_at=now, effective_at=now,
                                                carried_out_at=now, settled_at=now))  # fmt: skip
                if number is not None:
                    work.rules.adopt(lane, number)
    with store.read() as work:
        return in_force(work, now)


def with_rules(config: OfficeConfig, versions: Mapping[Lane, RulesVersion]) -> OfficeConfig:
    """The configuration with each lane's rules and calendar as these versions say."""
    lanes, calendars = dict(config.lanes), dict(config.calendars)
    for lane, version in versions.items():
        if version.digest != rules_version.digest(rules_version.write(lanes[lane], calendars[lane].spec)):
            lanes[lane], spec = rules_version.read(version.body)
            calendars[lane] = WorkingCalendar(spec)
    return replace(config, lanes=lanes, calendars=calendars, rules={lane: each.id for lane, each in versions.items()})


def unapplied(files: OfficeConfig, versions: Mapping[Lane, RulesVersion]) -> list[Lane]:
    """The lanes whose files say something else, to the letter, than these versions."""
    return [lane for lane, version in versions.items() if not _says_the_same(_of(files, lane), version)]


def _of(config: OfficeConfig, lane: Lane) -> RulesVersion:
    """What a configuration says of a lane, as a version that nobody has applied yet."""
    body = rules_version.write(config.lanes[lane], config.calendars[lane].spec)
    texts = config.texts.get(lane) or LaneTexts("", "")
    never = datetime.max.replace(tzinfo=UTC)
    return RulesVersion(lane=lane, digest=rules_version.digest(body), source=texts.rules, calendar=texts.calendar,
                        body=body, author=FIRST_AUTHOR, reason=FIRST_REASON, policy=Policy.KEEP, applied_at=never,
                        effective_at=never)  # fmt: skip


def _says_the_same(one: RulesVersion, other: RulesVersion) -> bool:
    return (one.source, one.calendar, one.body) == (other.source, other.calendar, other.body)


def _state(version: RulesVersion, known: Sequence[RulesVersion], newest: Mapping[Lane, int], now: datetime) -> State:
    if version.id == newest.get(version.lane):
        return State.IN_FORCE
    if was_overtaken(version, known):
        return State.OVERTAKEN
    return State.SCHEDULED if version.effective_at > now else State.PAST
