"""Whether a lane's calendar reaches far enough for the due times that will be asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.calendar import CalendarEnds, WorkingCalendar
from domain.checks.finding import Finding
from domain.clock import SlaClock
from domain.duration import Budget
from domain.lane import LaneRules
from domain.workflow import Workflow

YEARS = ("holidays", "years")


def calendar_reaches(
    calendar: WorkingCalendar, rules: LaneRules, workflows: Mapping[str, Workflow], at: datetime
) -> Iterator[Finding]:
    """What is wrong with a calendar that rules are to be worked by from `at` on: it has ended by then, or ends within
    the longest limit of what is handed in then. The paths are those of the calendar's file."""
    until, year = calendar.known_until, calendar.spec.last_year
    if until is None or year is None:
        return
    day = at.astimezone(ZoneInfo(calendar.spec.timezone)).date()
    allowed = f"the holidays of {max(year + 1, day.year)} too"
    if until <= at:
        yield Finding(YEARS, f"the calendar ends with {year}: on {day} no due time could be told", allowed)
        return
    limits = [(rules.limit(code, workflow.limit), code) for code, workflow in sorted(workflows.items())]
    beyond = [(limit, code) for limit, code in limits if not _told(calendar, limit, at)]
    if beyond:
        limit, code = max(beyond, key=lambda each: each[0].amount)
        problem = f"the calendar ends with {year}, before the {limit.text} of {code} are over for what comes on {day}"
        yield Finding(YEARS, problem, allowed)


def _told(calendar: WorkingCalendar, limit: Budget, at: datetime) -> bool:
    try:
        due = SlaClock.started(limit, at).due(calendar)
    except CalendarEnds:
        return False
    return due is not None and (calendar.known_until is None or due <= calendar.known_until)
