"""The journal's proof: every chain holds, every seal holds, and no dossier is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.journal import faults, seal_root
from domain.numbers import DossierNumber
from lanes.ports import Clock
from lanes.store import Store, Work

Head = tuple[int, int, str]  # a seal, and the entry and hash with which a chain ended under it


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
        serials: dict[str, set[int]] = defaultdict(set)
        with self._store.read() as work:
            covered = self._covered(work, found)
            sealed = work.seals.sealed()
            for dossier, entries in work.dossiers.everything():
                found += faults(dossier.number, entries, seq=dossier.journal_seq, head=dossier.journal_head)
                heads = covered.pop(dossier.number, [])
                found += _changed(dossier.number, heads, {entry.seq: entry.hash for entry in entries})
                if sealed.get(dossier.number, 0) > max((seq for _, seq, _ in heads), default=0):
                    found.append(f"{dossier.number}: the seal up to entry {sealed[dossier.number]} is missing")
                number = DossierNumber.parse(dossier.number)
                serials[f"dossier:{number.lane}:{number.year}"].add(number.serial)
            for lost, heads in covered.items():
                found += _changed(lost, heads, {})
            for counter, last in work.seals.counters().items():
                if counter.startswith("dossier:"):
                    missing = sorted(set(range(1, last + 1)) - serials[counter])
                    found += [f"{counter}: dossier {serial} is missing" for serial in missing[:20]]
        return found

    @staticmethod
    def _covered(work: Work, found: list[str]) -> dict[str, list[Head]]:
        """What the seals cover, by dossier; a seal that does not hold is noted in `found`."""
        covered: dict[str, list[Head]] = defaultdict(list)
        root = ""
        for seal, at, kept, heads in work.seals.all():
            if seal_root(root, heads) != kept:
                found.append(f"seal {seal} of {at:%Y-%m-%d %H:%M} UTC does not fit what it covers")
            root = kept
            for number, seq, head in heads:
                covered[number].append((seal, seq, head))
        return covered


def _changed(number: str, heads: Sequence[Head], hashes: Mapping[int, str]) -> list[str]:
    return [
        f"{number}: entry {seq}, which seal {seal} covers, was changed or removed"
        for seal, seq, head in heads
        if hashes.get(seq) != head
    ]
