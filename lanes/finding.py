"""A dossier by its number, for everybody whose request names one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from domain.dossier import Dossier, Task
from domain.errors import Refused
from lanes.store import Work


def dossier_called(work: Work, number: str, *, lock: bool = False) -> Dossier:
    """The dossier with this number; `lock` keeps others from changing it until the transaction ends. Raises Refused."""
    dossier = work.dossiers.get(number, lock=lock)
    if dossier is None:
        raise Refused("unknown_dossier", f"There is no dossier {number}.", allowed="such as ON-2026-000123")
    return dossier


@contextmanager
def readable(number: str, what: str = "something of it") -> Iterator[None]:
    """Read something of a dossier. Raises Refused, which says what, when it is broken in the database."""
    try:
        yield
    except Refused:
        raise
    except (ValueError, LookupError, TypeError, AttributeError) as fault:
        raise Refused(
            "unreadable_dossier",
            f"Dossier {number} is broken in the database: {what} cannot be read ({type(fault).__name__}).",
            allowed="a whole one; an administrator sees by `jalur audit verify` what is wrong",
        ) from fault  # fmt: skip


def broken(
    work: Work, fault: Exception, *, dossier_id: int | None = None, clock_id: int | None = None,
    task_id: int | None = None,
) -> str:  # fmt: skip
    """What could not be treated, for whoever has to look into it: the dossier by its number, or by a clock or task of
    it, and the kind of the fault; never the fault's own words, which may tell of a person."""
    number = work.dossiers.number_of(dossier_id=dossier_id, clock_id=clock_id, task_id=task_id)
    return f"dossier {number}: {type(fault).__name__}"


class Seen(NamedTuple):
    """A dossier or a task as somebody saw it before they decided to change it."""

    id: int
    version: int


def still(thing: Dossier | Task, seen: Seen | None) -> None:
    """Raise Refused when a thing is not as it was seen any more; None asks nothing."""
    if seen is not None and (thing.id, thing.version) != seen:
        raise Refused("stale", "It was changed since it was looked at; nothing was done.", allowed="look at it again")
