"""The journal's proof: every chain holds, every seal holds, and no dossier is missing."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from domain.journal import faults, seal_root
from domain.numbers import DossierNumber
from lanes.ports import Clock
from lanes.store import Store


class Audit:
    """Seals and verifies."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def seal(self, now: datetime | None = None) -> int:
        """Put one root over all chains that grew since the last seal; gives how many. Nothing grew: no seal."""
        with self._store.begin() as work:
            heads = work.seals.unsealed(lock=True)
            if heads:
                root = seal_root(work.seals.last_root(), ((number, seq, head) for _, number, seq, head in heads))
                work.seals.add(now or self._clock.now(), root, heads)
        return len(heads)

    def verify(self) -> list[str]:
        """Everything that is wrong, in words; [] when the journal is whole."""
        found: list[str] = []
        hashes: dict[str, list[str]] = {}
        serials: dict[str, set[int]] = defaultdict(set)
        with self._store.read() as work:
            for dossier, entries in work.dossiers.everything():
                found += faults(dossier.number, entries, seq=dossier.journal_seq, head=dossier.journal_head)
                hashes[dossier.number] = [entry.hash for entry in entries]
                number = DossierNumber.parse(dossier.number)
                serials[f"dossier:{number.lane}:{number.year}"].add(number.serial)
            root = ""
            for seal, at, kept, heads in work.seals.all():
                if seal_root(root, heads) != kept:
                    found.append(f"seal {seal} of {at:%Y-%m-%d %H:%M} UTC does not fit what it covers")
                root = kept
                found += [
                    f"{number}: entry {seq}, which seal {seal} covers, was changed or removed"
                    for number, seq, head in heads
                    if seq > len(hashes.get(number, ())) or hashes[number][seq - 1] != head
                ]
            for counter, last in work.seals.counters().items():
                if counter.startswith("dossier:"):
                    missing = sorted(set(range(1, last + 1)) - serials[counter])
                    found += [f"{counter}: dossier {serial} is missing" for serial in missing[:20]]
        return found
