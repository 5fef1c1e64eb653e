"""Escalation ladders: what happens as a clock runs towards its due time, and past it.

A rung stands at a share of the budget (`80%`) or a time after it (`+4wh`, `+1d`). A ladder's rungs are climbed in
order, each once for one due time. After a long gap only what is still true is told: of the rungs that were passed
meanwhile, the highest that speaks to somebody does, and who stands highest of all whom they would have told hears of
it. What changes something (priority, another hand), or tells an applicant of a lateness that lasts, is made up for. No
dossier is closed before its applicant knew the last date and had time to act on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.calendar import WorkingCalendar
from domain.clock import SlaClock
from domain.duration import Budget, parse

_SHARE = re.compile(r"(\d{1,3})%")
ALLOWED = "a share of the budget from 1% to 100%, or a time after it such as +4wh or +1d"


class RungAction(StrEnum):
    """What a rung does. `remind` speaks to whoever holds the task, or to the lead of its team."""

    REMIND = "remind"
    NOTIFY_LEAD = "notify_lead"
    NOTIFY_MANAGER = "notify_manager"
    NOTIFY_HEAD = "notify_head"
    RAISE_PRIORITY = "raise_priority"
    REASSIGN = "reassign"
    TELL_APPLICANT = "tell_applicant"  # the truth, with a new estimate
    REMIND_APPLICANT = "remind_applicant"
    CLOSE = "close"  # the applicant did not answer


#: The actions that speak to somebody of the office.
STAFF = (RungAction.REMIND, RungAction.NOTIFY_LEAD, RungAction.NOTIFY_MANAGER, RungAction.NOTIFY_HEAD)
#: What is made up for even when a higher rung was passed meanwhile: it changes something, or is as true as it was.
LASTING = (RungAction.RAISE_PRIORITY, RungAction.REASSIGN, RungAction.TELL_APPLICANT, RungAction.CLOSE)
GRACE = timedelta(days=3)
"""The least time, by the clock on the wall, from an applicant's first reminder to the last date that it names."""


@dataclass(frozen=True, slots=True)
class Rung:
    """`share` of the budget in percent, and after that `then`; what to do there."""

    text: str
    share: int
    then: Budget | None
    actions: tuple[RungAction, ...]

    @classmethod
    def read(cls, text: str, actions: Sequence[RungAction], *, working_day: timedelta) -> Rung:
        """A rung as the lane file writes it. Raises ValueError naming what is allowed."""
        share = _SHARE.fullmatch(text)
        if share and 1 <= int(share[1]) <= 100:
            return cls(text, int(share[1]), None, tuple(actions))
        if text.startswith("+"):
            return cls(text, 100, parse(text[1:], working_day=working_day), tuple(actions))
        raise ValueError(f"{text!r} is no place on a ladder; allowed: {ALLOWED}")

    def at(self, clock: SlaClock, calendar: WorkingCalendar) -> datetime | None:
        """When the clock gets here if nothing more holds it; None while a pause does."""
        return clock.reached(clock.budget.amount * self.share / 100, calendar, then=self.then)

    @property
    def is_late(self) -> bool:
        """Whether the budget is used up here."""
        return self.share == 100

    def place(self, working_day: timedelta) -> Place:
        """Where it stands in the order of places."""
        return self.share, timedelta() if self.then is None else self.then.on_the_wall(working_day)


Ladder = tuple[Rung, ...]
Place = tuple[int, timedelta]
"""A share of the budget in percent, and the time after it."""


def due_rungs(
    ladder: Ladder, passed: int, clock: SlaClock, calendar: WorkingCalendar, now: datetime
) -> tuple[int, datetime | None]:
    """How many rungs have been passed at `now`, of which `passed` were before, and when the next one comes.

    Rungs are passed in their order, whatever their times; the next is None at the ladder's end or during a pause.
    """
    while passed < len(ladder):
        at = ladder[passed].at(clock, calendar)
        if at is None or at > now:
            return passed, at
        passed += 1
    return passed, None


def before_due(ladder: Ladder) -> int:
    """How many of its rungs stand before the due time."""
    return next((at for at, rung in enumerate(ladder) if rung.is_late), len(ladder))


def to_do(ladder: Ladder, before: int, after: int) -> tuple[RungAction, ...]:
    """What is to be done when the rungs from `before` up to `after` were passed since the last look: all that the
    highest says, what the ones below it would have changed, and what the highest of them that speaks to somebody of the
    office would have said, so that a higher one that only changes something hides no warning. Whoever stands highest of
    those whom any of them would have told is told too; nobody is told of two rungs."""
    if before >= after:
        return ()
    passed = ladder[before:after]
    changes = [action for rung in passed[:-1] for action in rung.actions if action in LASTING]
    said = [spoken for rung in passed if (spoken := [action for action in rung.actions if action in STAFF])]
    speaks = said[-1] if said else []
    tallest = max((action for spoken in said for action in spoken), key=STAFF.index, default=None)
    told = [*speaks, *([tallest] if tallest else [])]
    return tuple(dict.fromkeys((*changes, *passed[-1].actions, *told)))


@dataclass(frozen=True, slots=True)
class Look:
    """What a sweep finds of a clock: how many rungs were passed and when to look again, what is to be done and as of
    which place, the last date that the applicant knows of then, and whether the closing waits for that date."""

    rung: int
    wake_at: datetime | None
    place: str
    actions: tuple[RungAction, ...]
    last_date: datetime | None
    postponed: bool


def look(
    ladder: Ladder, passed: int, clock: SlaClock, calendar: WorkingCalendar, now: datetime,
    last_date: datetime | None = None,
) -> Look:  # fmt: skip
    """What is to be done at `now` for a clock of which `passed` rungs were passed; `last_date` is the latest that a
    reminder has named so far.

    A rung that closes waits until that date has come, and without any the applicant is reminded first. A reminder
    names the due time, the first one no earlier than GRACE from now, and a later one no earlier than the one before.
    """
    rung, wake = due_rungs(ladder, passed, clock, calendar, now)
    place = ladder[rung - 1].text if rung > passed else ""
    closes = rung > passed and RungAction.CLOSE in ladder[rung - 1].actions
    postponed = closes and (last_date is None or last_date > now)
    if postponed:
        rung -= 1
        place = ladder[rung - 1].text if rung > passed else place
    actions = to_do(ladder, passed, rung)
    if postponed and last_date is None and RungAction.REMIND_APPLICANT not in actions:
        actions = (*actions, RungAction.REMIND_APPLICANT)
    if RungAction.REMIND_APPLICANT in actions:
        last_date = max(clock.due(calendar) or now, last_date or now + GRACE)
    return Look(rung, last_date if postponed else wake, place, actions, last_date, postponed)


def looks(
    ladder: Ladder, passed: int, clock: SlaClock, calendar: WorkingCalendar, now: datetime,
    last_date: datetime | None = None,
) -> Iterator[tuple[datetime, Look]]:  # fmt: skip
    """What sweeps will find of a clock that runs, from now on, each with when, if nothing more happens; see `look`."""
    at: datetime | None = now
    while at is not None:
        seen = look(ladder, passed, clock, calendar, at, last_date)
        yield at, seen
        passed, at, last_date = seen.rung, seen.wake_at, seen.last_date


def highest(passed: Sequence[Rung], earlier: Iterable[str | None], working_day: timedelta) -> str | None:
    """The highest place that a clock has passed: of these rungs, and of places on ladders that it climbed earlier."""
    places = [*(rung.text for rung in passed), *filter(None, earlier)]
    rungs = [Rung.read(place, (), working_day=working_day) for place in places]
    return max(rungs, key=lambda rung: rung.place(working_day)).text if rungs else None


def resumed_at(ladder: Ladder, passed: str | None, working_day: timedelta) -> int:
    """How many rungs of a new ladder count as passed by a clock whose highest place so far was `passed`: those up to
    it, so that no place is passed twice. One that closes never does: what it closes would be open for ever."""
    if passed is None:
        return 0
    reached = Rung.read(passed, (), working_day=working_day).place(working_day)
    passes = (RungAction.CLOSE not in rung.actions and rung.place(working_day) <= reached for rung in ladder)
    return max((at for at, counts in enumerate(passes, 1) if counts), default=0)
