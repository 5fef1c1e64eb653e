"""A register that can be switched off, so that a demo and tests can show what an outage does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lanes.ports import UNCHANGED, Changes, Registry, Resident, Unavailable


class InterruptibleRegistry:
    """Passes every call on to `inner`, or raises Unavailable while `down` is true."""

    def __init__(self, inner: Registry) -> None:
        self._inner = inner
        self.down = False

    def _reached(self) -> Registry:
        if self.down:
            raise Unavailable("The register's network is down.")
        return self._inner

    def resident(self, nik: str) -> Resident | None:
        """See `Registry`."""
        return self._reached().resident(nik)

    def family(self, family_card: str) -> Sequence[Resident]:
        """See `Registry`."""
        return self._reached().family(family_card)

    def record(
        self, *, event: str, nik: str, details: Mapping[str, Any], key: str, changes: Changes = UNCHANGED
    ) -> str:
        """See `Registry`."""
        return self._reached().record(event=event, nik=nik, details=details, key=key, changes=changes)

    def deduplicate(self, *, nik: str, key: str) -> bool:
        """See `Registry`."""
        return self._reached().deduplicate(nik=nik, key=key)
