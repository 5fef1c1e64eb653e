"""What a working calendar is made of: the plain, checked data that a manager's file is read into.

Which rule decides a date, strongest first:

1. `closed`: a date closed by hand has no working time, whatever else is said of it;
2. `opened`: a date opened by hand works exactly the slots given with it, be it a holiday (collective leave on
   which the counter is open), a weekend, or an ordinary day with other hours (Ramadan);
3. `holidays`: no working time;
4. `week`: the slots of its weekday; a weekday not named has none.

Outages are taken out of whatever is left.

Which years a calendar is loaded for follows from `holidays`: it knows all years up to the last one that has
a holiday, and ends there, because time counted in a year whose holidays nobody has entered would be
wrong. A calendar with no holidays at all has no known end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.calendar import slots

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""The years in which any calendar counts. Beyond them stand only typing errors, and building them takes room."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _date(value: object) -> date:
    # Stricter than pydantic, which would read the number 86400 as a date.
    try:
        found = value if type(value) is date else datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        raise ValueError(f"{value!r} is not a date; allowed: YYYY-MM-DD, such as 2026-08-17") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"{found} is out of range; allowed: the years {FIRST_YEAR} to {LAST_YEAR}")
    return found


def _instant(value: object) -> object:
    if isinstance(value, (str, datetime)):
        return value
    raise ValueError(f"{value!r} is not an instant; allowed: such as 2026-03-02T09:00:00+08:00")


def _zone(name: object) -> object:
    try:
        ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"{name!r} is not a timezone; allowed: a name of the tz database, such as Asia/Makassar"
        ) from None
    return name


def _day_slots(texts: object) -> tuple[str, ...]:
    if isinstance(texts, str) or not isinstance(texts, (list, tuple)):
        message = f"{texts!r} is not a list of slots; allowed: such as [08:00-12:00, 13:00-16:00]"
        raise ValueError(message)  # noqa: TRY004  pydantic reports ValueError only
    return tuple(slots.write(slot) for slot in slots.parse_day(texts))


def _opened_slots(texts: object) -> tuple[str, ...]:
    found = _day_slots(texts)
    if not found:
        raise ValueError("opened without a slot; allowed: at least one slot, or name the date under closed")
    return found


def _with_reasons(dates: object) -> object:
    return dates if isinstance(dates, Mapping) else dict.fromkeys(_items(dates), "")


def _items(value: object) -> list[Any]:
    if not isinstance(value, (list, tuple, set, frozenset)):
        message = f"{value!r} is not a list of dates; allowed: [2026-01-02] or {{2026-01-02: reason}}"
        raise ValueError(message)  # noqa: TRY004  pydantic reports ValueError only
    return list(value)


Day = Annotated[date, BeforeValidator(_date)]
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
DaySlots = Annotated[tuple[str, ...], BeforeValidator(_day_slots)]
OpenedSlots = Annotated[tuple[str, ...], BeforeValidator(_opened_slots)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Outage(_Frozen):
    """An interval in which nobody could work, such as a SIAK network fault; `end` is the first instant after it."""

    start: Instant
    end: Instant
    reason: str = ""

    @model_validator(mode="before")
    @classmethod
    def _from_pair(cls, value: Any) -> Any:
        if isinstance(value, (list, tuple)) and len(value) in (2, 3):
            return dict(zip(("start", "end", "reason"), value, strict=False))
        return value

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        # Through the epoch, since two times of one zone compare by their wall clocks and forget `fold`.
        if self.end.timestamp() <= self.start.timestamp():
            raise ValueError(f"the outage ends at {self.end}, which is not after its start {self.start}")
        return self


class CalendarSpec(_Frozen):
    """A working calendar as data. The module's docstring tells which field wins on a date.

    `timezone`: the name whose wall clock the slots are read on, such as `Asia/Makassar`.
    `week`: slots for each weekday from `mon` to `sun`, several a day, `HH:MM-HH:MM`, the last may end at 24:00.
    `holidays`: date to its name. `opened`: date to its slots. `closed`: dates, or date to the reason.
    `outages`: intervals of aware instants; they may overlap each other.

    Raises pydantic's ValidationError (a ValueError) with all problems at once.
    """

    timezone: Annotated[str, BeforeValidator(_zone)]
    week: dict[Weekday, DaySlots]
    holidays: dict[Day, str] = Field(default_factory=dict)
    opened: dict[Day, OpenedSlots] = Field(default_factory=dict)
    closed: Annotated[dict[Day, str], BeforeValidator(_with_reasons)] = Field(default_factory=dict)
    outages: tuple[Outage, ...] = ()

    @property
    def last_year(self) -> int | None:
        """The last year whose holidays are known; None when the calendar has no holidays and so no known end."""
        return max(self.holidays).year if self.holidays else None
