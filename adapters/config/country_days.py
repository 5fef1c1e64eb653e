"""A country's holidays as the `holidays` package knows them, remembered in a file between starts.

The package imports 250 countries to answer for one, which would take longer than all else that a command does.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from adapters.files import write_whole
from domain.errors import Refused

CATEGORIES = ("public", "government")
"""Which of the package's holidays close the office. For Indonesia: public holidays and collective leave."""
_DECREED_YEARLY = {"ID": "government"}
"""Countries whose holidays of this category exist only once a yearly decree names them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CountryDays:
    """The days of the years asked for, with their names in the country's language; `undecreed` are the years whose
    decree the package does not know."""

    days: dict[date, str]
    undecreed: tuple[int, ...]


def country_days(country: str, years: list[int], cache: Path | None) -> CountryDays:
    """The holidays of a country in these years, from a file in the folder `cache` if they stand there.

    Raises ValueError for an unknown country.
    """
    file = None
    if cache is not None and country.isalpha() and years:
        file = cache / f"holidays-{country}-{years[0]}-{years[-1]}.json"
    asked = {"package": version("holidays"), "categories": list(CATEGORIES), "years": years}
    if file is not None:
        with suppress(OSError, ValueError, KeyError, TypeError):  # unreadable: asked for and written anew
            kept = json.loads(file.read_text(encoding="utf-8"))
            if kept["asked"] == asked:
                days = {date.fromisoformat(day): str(name) for day, name in kept["days"].items()}
                return CountryDays(days=days, undecreed=tuple(kept["undecreed"]))
    found = _from_package(country, years)
    if file is not None:
        kept = {
            "asked": asked,
            "days": {str(day): name for day, name in found.days.items()},
            "undecreed": found.undecreed,
        }
        with suppress(Refused):  # it only saves time
            write_whole(file, json.dumps(kept, ensure_ascii=False).encode())
    return found


def _from_package(country: str, years: list[int]) -> CountryDays:
    import holidays

    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        raise ValueError(
            f"{country!r} is not a country whose holidays are known; allowed: a code of two letters, such as ID"
        ) from None
    supported: dict[str, Any] = {
        "language": known.default_language,  # else the names would follow the language of the machine
        "categories": tuple(name for name in CATEGORIES if name in known.supported_categories),
    }
    found = dict(holidays.country_holidays(country, years=years, **supported)) if years else {}
    decreed = _DECREED_YEARLY.get(country)
    undecreed = tuple(
        year for year in years if decreed and not holidays.country_holidays(country, years=year, categories=(decreed,))
    )
    # The package may name dates of a neighbouring year when asked for one; those years were not asked for.
    return CountryDays(days={day: str(name) for day, name in found.items() if day.year in years}, undecreed=undecreed)
