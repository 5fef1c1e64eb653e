"""The courier's rounds: an applicant is told the day, and no try at their door counts as failed before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from domain.dossier import Dossier, Task
from domain.errors import Refused
from domain.sentence import say
from lanes.store import Work

NOT_HOME: Final = "not_home"
"""How a try at the door ends at which nobody was met."""


def round_day(tasks: Iterable[Task]) -> date | None:
    """The day, in office time, of the newest round that a dossier with all these tasks was put on; None before there
    is one."""
    planned = [task for task in tasks if "round" in task.details]
    newest = max(planned, key=lambda task: task.id, default=None)
    return None if newest is None else date.fromisoformat(newest.details["round"].partition(":")[0])


def refuse_early(work: Work, dossier: Dossier, outcome: str, today: date) -> None:
    """Raise Refused when nobody was met on a day before the round: the applicant was told to be at home on its day. A
    card may be delivered earlier, to somebody who is there."""
    day = round_day(work.tasks.of(dossier.id, live=False)) if outcome == NOT_HOME else None
    if day is not None and today < day:
        told = f"{day:%d-%m-%Y}"
        raise Refused(
            "before_round",
            say("before_round", f"The applicant of {dossier.number} was told that the courier comes on {told}: no try "
                "counts before.", number=dossier.number, day=told),
            allowed="that day or later; to deliver it earlier, where somebody is met",
        )  # fmt: skip
