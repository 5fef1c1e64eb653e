"""A lane's calendar as a manager writes it, read into the domain's `CalendarSpec`.

A manager names a country and the years; the dates come from the `holidays` package. That package knows Indonesia's
collective leave (cuti bersama) only for the years that a decree has been issued for. A year without it would be
counted with some eight days too many, so such a year is refused until its leave is entered by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from adapters.config.country_days import country_days
from domain.calendar import CalendarSpec

_PLAIN_WORDS = {
    "missing": "is missing; every calendar states its timezone and week, every outage its start and end",
    "extra_forbidden": f"unknown key; allowed: {', '.join(CalendarSpec.model_fields)}; in an outage start, end, reason",
    "literal_error": "not a weekday; allowed: mon, tue, wed, thu, fri, sat, sun",
    "timezone_aware": "has no offset from UTC; allowed: such as 2026-03-02T09:00:00+08:00",
    "string_type": "not a text; allowed: a text in quotes",
}
"""For a manager, what pydantic says in words meant for programmers."""
_HOLIDAY_KEYS = ("country", "years", "dates")


class CalendarFormError(ValueError):
    """A calendar that cannot be used. `problems` holds (path, words) for each mistake found, such as
    ("week.mon", "slot 12:00-08:00 closes before it opens; …"); the text has one line for each."""

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{path}: {words}" for path, words in self.problems))


def holidays_for(
    country: str, years: Iterable[int], *, by_hand: Mapping[date, str] | None = None, cache: Path | None = None
) -> dict[date, str]:
    """The dates on which offices of a country are closed in these years, with their names in its own language.

    `country` is its ISO 3166 code, such as `ID`. `by_hand` adds dates, or gives known ones another name. A name may
    say that the date is still an estimate. `cache` is a folder for what the package answered. Raises ValueError for an
    unknown country, and for a year whose collective leave has not been decreed and of which `by_hand` holds no date.
    """
    found, extra = country_days(country, sorted(set(years)), cache), dict(by_hand or {})
    for year in found.undecreed:
        if not any(day.year == year for day in extra):
            raise ValueError(
                f"the collective leave of {year} is not known for {country}; allowed: years with a published decree,"
                f" or enter the dates of {year} by hand under holidays.dates"
            )
    return dict(sorted({**found.days, **extra}.items()))


def spec_from(form: object, *, cache: Path | None = None) -> CalendarSpec:
    """The calendar that a parsed `config/calendars/NAME.yaml` describes.

    The form is a `CalendarSpec`'s, except for `holidays`: `{country: ID, years: [2026], dates: {2026-10-10: name}}`
    stands for the country's holidays of these years, and further dates by hand; `cache`: see `holidays_for`.
    Raises CalendarFormError with all problems at once.
    """
    if not isinstance(form, Mapping):
        raise CalendarFormError([("calendar", f"{form!r} is not a calendar; allowed: timezone, week, holidays, …")])
    problems: list[tuple[str, str]] = []
    plain = {**form, "holidays": _holidays(form.get("holidays", {}), problems, cache)}
    spec: CalendarSpec | None = None
    try:
        spec = CalendarSpec.model_validate(plain)
    except ValidationError as error:
        problems += [(_path(found["loc"]), _words(found["type"], found["msg"])) for found in error.errors()]
    if spec is not None and not any(spec.week.values()):
        problems.append(("week", "no weekday has a slot, so no time would ever pass; allowed: at least one slot"))
    if spec is None or problems:
        raise CalendarFormError(problems)
    return spec


def _holidays(form: object, problems: list[tuple[str, str]], cache: Path | None) -> dict[Any, Any]:
    """The form's dates by hand and its country's; what is wrong with the country or years is added to `problems`."""
    if not isinstance(form, Mapping):
        problems.append(("holidays", f"{form!r} is not a mapping; allowed: country and years, or dates"))
        return {}
    problems += [
        (f"holidays.{key}", f"unknown key; allowed: {', '.join(_HOLIDAY_KEYS)}")
        for key in form
        if key not in _HOLIDAY_KEYS
    ]
    dates, years = form.get("dates") or {}, form.get("years")
    if not isinstance(dates, Mapping):
        problems.append(("holidays.dates", f"{dates!r} is not a mapping; allowed: {{2026-12-24: name}}"))
        return {}
    if form.get("country") is None and years is None:
        return dict(dates)
    if not isinstance(years, list) or not years or not all(_is_year(year) for year in years):
        problems.append(("holidays.years", f"{years!r} is not a list of years; allowed: such as [2026, 2027]"))
        return dict(dates)
    missing = sorted(set(range(min(years), max(years) + 1)) - set(years))
    if missing:
        problems.append(("holidays.years", f"{missing[0]} is left out; allowed: years that follow one another"))
    # A date that cannot be read is left as it is for the spec to complain of.
    by_hand = {_as_date(day): name for day, name in dates.items()}
    good = {day: str(name) for day, name in by_hand.items() if isinstance(day, date)}
    try:
        return {**by_hand, **holidays_for(str(form.get("country")), years, by_hand=good, cache=cache)}
    except ValueError as error:
        problems.append(("holidays", str(error)))
        return dict(dates)


def _is_year(value: object) -> bool:
    return type(value) is int and 1945 <= value <= 2199


def _as_date(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _path(where: tuple[int | str, ...]) -> str:
    # Pydantic marks a mistake in a mapping's key as (…, key, "[key]"); the form keeps its dates one level deeper.
    parts = ["holidays.dates" if part == "holidays" else str(part) for part in where if part != "[key]"]
    return ".".join(parts) or "calendar"


def _words(kind: str, message: str) -> str:
    return _PLAIN_WORDS.get(kind) or message.removeprefix("Value error, ")
