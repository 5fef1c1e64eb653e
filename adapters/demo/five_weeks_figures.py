"""What the five weeks came to: each lane by week, the parity alarm, and the preview beside what then happened."""

from __future__ import annotations

from collections.abc import Mapping
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
    up and down (None: it lasts), in office time, with the measures in hours by then, and those by which online was
    `slower`."""
    office = city.office
    assert city.foreseen is not None
    zone = ZoneInfo(office.config.office.timezone)
    days = working_days(office.config.calendars[Lane.MANUAL], zone, city.end, DAYS)
    begins = [week[0].start for week in weeks(days)]
    spans = list(zip(begins, [*begins[1:], city.end], strict=True))
    by_week = weekly_figures(office, spans)
    return {
        "weeks": [
            {"what": what, "from": span[0].date(), **figures}
            for what, span, figures in zip(WEEKS, spans, by_week, strict=True)
        ],
        "alarms": [
            {"type": alarm.code or "all", "up": alarm.opened_at.astimezone(zone),
             "down": alarm.closed_at.astimezone(zone) if alarm.closed_at else None,
             "hours_up": _hours(alarm.figures), "hours_down": _hours(alarm.closing or {}),
             "slower": list(alarm.figures["slower_in"])}
            for alarm in reversed(office.parity.alarms())
        ],
        "preview": held_against(office, city.foreseen),
    }  # fmt: skip


def _hours(figures: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Median and p90 of each lane."""
    if not (figures.get("online") and figures.get("manual")):
        return {}
    return {name: {lane: round(figures[lane][f"{name}_hours"], 1) for lane in ("online", "manual")}
            for name in ("median", "p90")}  # fmt: skip
