"""The append-only history of a dossier as a hash chain, so that an edit, a gap, a reorder or a removal shows.

Each entry's hash is the SHA-256 of the previous entry's hash and the entry's canonical JSON; the first follows the
dossier's number. Chains are per dossier, so no writer waits for another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ENGINE = "jalur"
"""The actor of what the office does by itself; no person may be called so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One fact that happened, in the past tense. `data` is canonical JSON and holds no personal data."""

    seq: int
    at: datetime
    actor: str
    event: str
    data: str
    hash: str


_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def canonical(data: Mapping[str, Any]) -> str:
    """The one JSON text of these data: keys sorted, no spaces, UTF-8."""
    return _encoder.encode(data)


def entry_hash(*, number: str, previous: str, seq: int, at: datetime, actor: str, event: str, data: str) -> str:
    """The hash of an entry that follows the one whose hash is `previous` ("" for the first)."""
    text = "\x1f".join((previous or number, number, str(seq), at.isoformat(), actor, event, data))
    return hashlib.sha256(text.encode()).hexdigest()


def chain(
    *, number: str, seq: int, head: str, at: datetime, actor: str, events: Iterable[tuple[str, Mapping[str, Any]]]
) -> list[Entry]:
    """The entries of `events` (names and data), following entry `seq` with hash `head`."""
    entries = []
    for event, values in events:
        seq += 1
        data = canonical(values)
        head = entry_hash(number=number, previous=head, seq=seq, at=at, actor=actor, event=event, data=data)
        entries.append(Entry(seq=seq, at=at, actor=actor, event=event, data=data, hash=head))
    return entries


def faults(number: str, entries: Iterable[Entry], *, seq: int, head: str) -> list[str]:
    """What is wrong with a dossier's chain, given what the dossier says of its last entry; [] when nothing is."""
    found = []
    expected, previous = 1, ""
    for entry in entries:
        if entry.seq != expected:
            found.append(f"{number}: entry {expected} is missing or out of order (found entry {entry.seq})")
        proper = entry_hash(number=number, previous=previous, seq=entry.seq, at=entry.at, actor=entry.actor,
                            event=entry.event, data=entry.data)  # fmt: skip
        if proper != entry.hash:
            found.append(f"{number}: entry {entry.seq} was changed")
        expected, previous = entry.seq + 1, entry.hash
    if expected - 1 != seq or previous != head:
        found.append(f"{number}: the journal ends at entry {expected - 1}, the dossier says {seq}")
    return found


def entry_with(number: str, entries: Sequence[Entry], head: str) -> int | None:
    """The entry with which a dossier's chain, oldest first, had this head; None when, as far as it holds, none did."""
    for place, entry in enumerate(entries, start=1):
        if entry.hash == head:
            return None if faults(number, entries[:place], seq=entry.seq, head=head) else entry.seq
    return None


def seal_root(previous: str, heads: Iterable[tuple[str, int, str]]) -> str:
    """The root over the heads (number, seq, hash) of all chains that grew since the seal whose root is `previous`."""
    root = hashlib.sha256(previous.encode())
    for number, seq, head in sorted(heads):
        root.update(f"\x1e{number}\x1f{seq}\x1f{head}".encode())
    return root.hexdigest()
