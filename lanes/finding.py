"""A dossier by its number, for everybody whose request names one."""

from __future__ import annotations

from domain.dossier import Dossier
from domain.errors import Refused
from lanes.store import Work


def dossier_called(work: Work, number: str, *, lock: bool = False) -> Dossier:
    """The dossier with this number; `lock` keeps others from changing it until the transaction ends. Raises Refused."""
    dossier = work.dossiers.get(number, lock=lock)
    if dossier is None:
        raise Refused("unknown_dossier", f"There is no dossier {number}.", allowed="such as ON-2026-000123")
    return dossier
