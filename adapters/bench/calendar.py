"""`jalur bench calendar`: working time against a hand-written bisect, pandas and businesstimedelta.

All answer the same questions about the same instants, and must give the same answers before anything is
timed. The hand-written rival is as lean as it can be: a table of one fixed span, no check of its input, no way to
grow. What the calendar takes above it is the price of being safe to use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from time import perf_counter
from typing import Any, Literal

from adapters.bench import calendar_rivals as rivals
from adapters.bench.result import BenchRow
from adapters.config.calendars import holidays_for
from domain.calendar import CalendarSpec, WorkingCalendar

_YEARS = (2024, 2025, 2026, 2027)
_SLOW_SAMPLE = 40
"""How many questions the libraries are asked: enough for a median, few enough for a run of seconds."""

Calls = Sequence[tuple[Any, ...]]


def run(*, questions: int = 2000, seed: int = 7) -> list[BenchRow]:
    """Measure `add` and `between`; takes some seconds. `questions` is how many the bisect is asked.

    Raises Refused when pandas or businesstimedelta is not installed, and RuntimeError when two ways of counting
    disagree, for then no figure would mean anything.
    """
    days_off = holidays_for("ID", _YEARS)
    calendar = WorkingCalendar(
        CalendarSpec.model_validate(
            {
                "timezone": rivals.ZONE.key,
                "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), rivals.SLOTS),
                "holidays": days_off,
            }
        )
    )
    bisected = rivals.Bisect(days_off, _YEARS)
    pandas_hours = rivals.PandasHours(days_off)
    rules = rivals.BusinessRules(days_off)

    adds = _questions(calendar, questions, Random(seed))  # noqa: S311  made-up questions, no secret
    spans = [(start, calendar.add(start, budget)) for start, budget in adds]
    few_adds, few_spans = adds[:_SLOW_SAMPLE], spans[:_SLOW_SAMPLE]
    return [
        _row("add_against_bisect", "at_most", 2, (calendar.add, adds), (bisected.add, adds)),
        _row("between_against_bisect", "at_most", 2, (calendar.between, spans), (bisected.between, spans)),
        _row(
            "add_against_pandas",
            "at_least",
            40,
            (calendar.add, few_adds),
            (pandas_hours.add, [pandas_hours.question(*asked) for asked in few_adds]),
        ),
        _row(
            "add_against_businesstimedelta",
            "at_least",
            500,
            (calendar.add, few_adds),
            (rules.add, [rules.question(*asked) for asked in few_adds]),
        ),
        _row(
            "between_against_businesstimedelta",
            "at_least",
            500,
            (calendar.between, few_spans),
            (rules.between, few_spans),
        ),
    ]


def _questions(calendar: WorkingCalendar, count: int, random: Random) -> list[tuple[datetime, timedelta]]:
    """Starts within working time over the years, and budgets of whole hours up to fourteen working days.

    Never on the hour, since pandas moves an answer that falls on closing time to the next opening.
    """
    first = datetime(_YEARS[0], 1, 2, tzinfo=UTC)
    span = int((datetime(_YEARS[-1], 10, 1, tzinfo=UTC) - first) / timedelta(minutes=1))
    found: list[tuple[datetime, timedelta]] = []
    while len(found) < count:
        start = first + timedelta(minutes=random.randrange(span))
        if start.minute and calendar.is_open(start):
            found.append((start, timedelta(hours=random.randint(1, 98))))
    return found


def _row(
    name: str,
    sense: Literal["at_most", "at_least"],
    limit: float,
    ours: tuple[Callable[..., Any], Calls],
    rival: tuple[Callable[..., Any], Calls],
) -> BenchRow:
    answers, expected = ([function(*asked) for asked in calls] for function, calls in (ours, rival))
    if wrong := sum(mine != theirs for mine, theirs in zip(answers, expected, strict=True)):
        raise RuntimeError(f"{name}: {wrong} of {len(answers)} answers differ, so nothing was measured")
    rounds = 15 if sense == "at_most" else 5
    mine, theirs = [], []
    for _ in range(rounds):  # taken in turn, so that a busy moment of the machine strikes both
        mine.append(_per_call(ours[0], list(ours[1]) * (2000 // len(ours[1]) or 1)))
        theirs.append(_per_call(*rival))
    ours_us, rival_us = median(mine), median(theirs)
    return BenchRow(
        name=name,
        compared=f"WorkingCalendar.{name.split('_')[0]} with {name.split('_')[-1]}, UTC instants, one call",
        ratio=ours_us / rival_us if sense == "at_most" else rival_us / ours_us,
        limit=limit,
        sense=sense,
        raw={
            "ours_us": round(ours_us, 3),
            "rival_us": round(rival_us, 3),
            "questions": len(rival[1]),
            "rounds": rounds,
        },
    )


def _per_call(function: Callable[..., Any], calls: Calls) -> float:
    """Microseconds for one call, the loop's own work included alike for all."""
    started = perf_counter()
    for first, second in calls:
        function(first, second)
    return (perf_counter() - started) / len(calls) * 1e6
