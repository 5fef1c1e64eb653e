"""Working time: when a lane's people work, how much of it lies between two instants, and when a budget is used up.

Write the hours down as a `CalendarSpec` and ask a `WorkingCalendar` built from it:

>>> from datetime import UTC, datetime, timedelta
>>> hours = ["08:00-12:00", "13:00-16:00"]
>>> counter = WorkingCalendar(CalendarSpec(timezone="Asia/Makassar", week={"mon": hours, "fri": hours}))
>>> friday = datetime(2026, 3, 6, 7, 55, tzinfo=UTC)  # 15:55 in Makassar, five minutes before closing
>>> counter.add(friday, timedelta(hours=1)).isoformat()  # ends on Monday at 08:55
'2026-03-09T00:55:00+00:00'
>>> counter.between(friday, datetime(2026, 3, 9, 0, 55, tzinfo=UTC))
datetime.timedelta(seconds=3600)
"""

from __future__ import annotations

from domain.calendar.spec import CalendarSpec, Outage
from domain.calendar.story import Story, StoryDay
from domain.calendar.working import WARN_AHEAD, CalendarEnds, WorkingCalendar

__all__ = ["WARN_AHEAD", "CalendarEnds", "CalendarSpec", "Outage", "Story", "StoryDay", "WorkingCalendar"]
