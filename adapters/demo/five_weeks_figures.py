"""What the five weeks came to: each lane by week, the parity alarm, and the preview beside what then happened."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from adapters.demo.city import City
from adapters.demo.five_weeks import DAYS, WEEKS, weeks
from adapters.demo.mix import working_days
from adapters.demo.new_rules import held_against
from adapters.demo.weekly import weekly_figures
from domain.roles import Lane


def five_weeks_figures(city: City) -> dict[str, Any]:
    """See `weekly_figures` and `held_against`. `alarms`: when the parity alarm for all document types, or for one, went
    up and down (None: it lasts), with the medians in hours by then."""
    office = city.office
    assert city.foreseen is not None
    days = working_days(office.config.calendars[Lane.MANUAL], ZoneInfo(office.config.office.timezone), city.end, DAYS)
    begins = [week[0].start for week in weeks(days)]
    spans = list(zip(begins, [*begins[1:], city.end], strict=True))
    by_week = weekly_figures(office, spans)
    return {
        "weeks": [
            {"what": what, "from": span[0].date(), **figures}
            for what, span, figures in zip(WEEKS, spans, by_week, strict=True)
        ],
        "alarms": [
            {"type": alarm.code or "all", "up": alarm.opened_at, "down": alarm.closed_at,
             "medians_up": _medians(alarm.figures), "medians_down": _medians(alarm.closing or {})}
            for alarm in reversed(office.parity.alarms())
        ],
        "preview": held_against(office, city.foreseen),
    }  # fmt: skip


def _medians(figures: Any) -> dict[str, float]:
    return {lane: round(figures[lane]["median_hours"], 1) for lane in ("online", "manual") if figures.get(lane)}
