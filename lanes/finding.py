"""A dossier by its number, for everybody whose request names one."""

from __future__ import annotations

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


class Seen(NamedTuple):
    """A dossier or a task as somebody saw it before they decided to change it."""

    id: int
    version: int


def still(thing: Dossier | Task, seen: Seen | None) -> None:
    """Raise Refused when a thing is not as it was seen any more; None asks nothing."""
    if seen is not None and (thing.id, thing.version) != seen:
        raise Refused("stale", "It was changed since it was looked at; nothing was done.", allowed="look at it again")
