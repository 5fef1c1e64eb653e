"""Ages in completed years, as the law counts them.

Somebody born on 29 February has their birthday on 1 March of a common year.
"""

from __future__ import annotations

from datetime import date, timedelta


def age(born: date, on: date) -> int:
    """Completed years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def birthday(born: date, years: int) -> date:
    """The day on which somebody becomes so many years old."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:  # 29 February, in a common year
        return date(born.year + years, 3, 1)


def first_birth_under(years: int, on: date) -> date:
    """The earliest date of birth of somebody who is under so many years of age on a day."""
    try:
        reached = on.replace(year=on.year - years)
    except ValueError:  # 29 February, of a year without one
        reached = date(on.year - years, 2, 28)
    return reached + timedelta(days=1)
