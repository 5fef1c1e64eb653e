"""What recorded events change of the sandbox register's residents."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from domain.errors import Refused
from domain.workflow import Element


def change(database: sqlite3.Connection, nik: str, changes: Mapping[str, str]) -> None:
    """Give what the register holds of a resident these values. Raises Refused for a NIK that nobody bears."""
    if not changes:
        return
    if database.execute("SELECT 1 FROM residents WHERE nik = ?", (nik,)).fetchone() is None:
        raise Refused("resident_unknown", "Nobody with this NIK is registered.", allowed="a registered NIK")
    if Element.DIED in changes:
        database.execute("UPDATE residents SET alive = 0 WHERE nik = ?", (nik,))
