"""The office's proof: every chain and seal holds, no dossier is missing, and the rows say what the journal says."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile

from domain.errors import Refused
from domain.journal import Entry, entry_with, faults, seal_root
from domain.numbers import DossierNumber
from domain.proof import Row, unreadable
from domain.staff import REGISTER
from lanes.audit_clocks import RulesOf, clock_faults
from lanes.audit_rows import row_faults, unreadable_rows
from lanes.audit_surroundings import (
    blank_faults,
    issued,
    level_faults,
    message_faults,
    notice_faults,
    outage_faults,
    ticket_faults,
    tickets_given,
    tickets_of,
)
from lanes.evidence import Evidence, Record
from lanes.papers import Files
from lanes.ports import Clock, Sealer
from lanes.store import Store, Work
from lanes.timing import Timing

Head = tuple[object, int, str]  # a seal, and the entry and hash with which a chain ended under it
#: The sequences of which every number that was taken is kept.
_COUNTER = re.compile(
    r"dossier:(online|manual):[0-9]{4}|document:[A-Z]{2,10}:[0-9]{4}-[0-9]{2}-[0-9]{2}|complaint:[0-9]{4}"
)
_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNED = 12  # so many signatures between the first and the last are checked: some 30 ms each
_NAMED = 20  # so many missing dossiers of a lane and year are named
_ENTRY = ("seq", "at", "actor", "event", "data", "hash")


class Audit:
    """Seals and verifies."""

    def __init__(
        self, store: Store, clock: Clock, files: Files, timing: Timing, make_sealer: Callable[[], Sealer]
    ) -> None:
        self._store, self._clock, self._files, self._timing = store, clock, files, timing
        self._make_sealer = make_sealer

    def seal(self, now: datetime | None = None) -> int:
        """Put one root over all chains that grew since the last seal; gives how many. Nothing grew: no seal."""
        with self._store.begin() as work:
            heads = work.seals.unsealed(lock=True)
            if heads:
                root = seal_root(work.seals.last_root(), ((number, seq, head) for _, number, seq, head in heads))
                work.seals.add(now or self._clock.now(), root, heads)
        return len(heads)

    def sealed_at(self) -> datetime | None:
        """When the newest seal was put; None before the first."""
        with self._store.read() as work:
            return work.seals.last_at()

    def verify(self) -> list[str]:
        """Everything that is wrong, in words that name dossier, table, column and row, and never what stands there;
        [] when journal, rows and documents are whole."""
        serials: dict[str, set[int]] = defaultdict(set)
        signed: list[tuple[str, Row]] = []
        queued: dict[str, set[str]] = {}
        with self._store.read() as work:
            covered, roots, found = _covered(work)
            seals_hold = not found
            around, rules = Around.read(work.evidence), RulesOf(work, self._timing)
            found += level_faults(work.evidence.stock(), around.blanks, work.evidence.available())
            found += [fault for row in around.outages.values() for fault in unreadable(row)]
            for record in work.evidence.dossiers():
                number = _number(record.dossier.values.get("number"))
                if number is None:
                    found.append(record.dossier.fault("number", "is no dossier number"))
                    continue
                serials[f"dossier:{number.lane}:{number.year}"].add(number.serial)
                for sequence, serial in issued(record.journal):
                    serials[sequence].add(serial)
                queued[str(number)] = tickets_of(record.journal)
                wrong = self._of_dossier(record, str(number), covered.pop(str(number), []), around, rules)
                if not wrong:
                    signed += [(str(number), row) for row in record.documents if row.values["sealed_at"]]
                    told = json.loads(record.journal[0].values["data"]).get("seal", "")  # told since 0.1.0
                    if seals_hold and told not in roots:
                        roots.add(told)  # one fault for each seal
                        wrong.append(f"{number}: the seal that was the newest when it came in is missing")
                found += wrong
            found += _register_faults(work.evidence)
            for lost, heads in covered.items():
                name = lost if _number(lost) else "a sealed head of no dossier"
                found += [f"{name}: {fault}" for fault in _changed(heads, {})]
            found += [f"{table}: {count} rows belong to no dossier" for table, count in work.evidence.strays().items()]
            tickets = work.evidence.tickets()
            found += ticket_faults(tickets, queued)
            for sequence, serial in tickets_given(tickets):
                serials[sequence].add(serial)
            found += _missing(work.evidence.counters(), serials)
        return list(dict.fromkeys(found)) + self._unsigned(_sample(signed, self._clock.now().toordinal()))

    def verify_one(self, number: str) -> list[str]:
        """The same of one dossier: its chain, what the seals say of it, its rows, its documents and their signatures.
        Whether the seals hold among themselves, and whether a dossier is missing, only the whole proof can tell. Raises
        Refused when there is no such dossier."""
        known = _number(number.strip().upper())
        with self._store.read() as work:
            record = work.evidence.dossier(str(known)) if known else None
            if record is None:
                raise Refused("unknown_dossier", f"There is no dossier {number.strip()[:40]!r}.",
                              allowed="a number such as ON-2026-000123")  # fmt: skip
            around = Around.read(work.evidence, record.dossier.id)
            rules = RulesOf(work, self._timing)
            found = self._of_dossier(record, str(known), work.evidence.heads(str(known)), around, rules)
            if not found:
                told = json.loads(record.journal[0].values["data"]).get("seal", "")
                if told and not work.evidence.roots(told):
                    found.append(f"{known}: the seal that was the newest when it came in is missing")
        signed = [(str(known), row) for row in record.documents if not row.unreadable and row.values["sealed_at"]]
        return found or self._unsigned(signed)

    def _unsigned(self, signed: Sequence[tuple[str, Row]]) -> list[str]:
        """The fault of the first of these documents whose signature does not verify. Their files are whole, and so are
        the signatures in them; what may be another one, for a time or for good, is the authority that they lead to. To
        check each of them would take ten times as long as all else, so these are a sample, another one every day."""
        for number, row in signed:
            try:
                report = self._make_sealer().check(self._files.get(row.values["file"]))
            except Refused as refusal:
                return [f"{number}: {row.fault('file', f'its signature cannot be checked ({refusal.code})')}"]
            if not report.trusted:
                return [
                    f"{number}: {row.fault('file', 'its signature does not verify by the authority of this office')}"
                ]
        return []

    def receipt(self, number: str, given: str) -> int | None:
        """The entry whose hash an applicant was given; None when the dossier's journal, as it stands, never had it:
        then it is not the one that the receipt was given for, however whole it is in itself. Raises Refused for what
        is no number, or no hash."""
        known, given = _number(number.strip().upper()), given.strip().lower()
        if known is None or not _HASH.fullmatch(given):
            raise Refused("no_receipt", "This is not what a receipt holds.",
                          allowed="a number such as ON-2026-000123, and 64 signs from 0 to f")  # fmt: skip
        with self._store.read() as work:
            rows = work.evidence.journal(str(known))
        return entry_with(str(known), _entries(takewhile(lambda row: not row.unreadable, rows)), given)

    def _of_dossier(
        self, record: Record, number: str, heads: Sequence[Head], around: Around, rules: RulesOf
    ) -> list[str]:
        """The faults of one dossier. Its rows are held against its journal only where the journal itself is whole."""
        found = unreadable_rows(record)
        values = record.dossier.values
        up_to = max((seq for _, seq, _ in heads), default=0)
        sealed = values.get("sealed_seq", up_to)
        if sealed < up_to:
            found.append(record.dossier.fault("sealed_seq", "is not what the seals say"))
        if any(row.unreadable for row in record.journal):
            return [f"{number}: {fault}" for fault in found]
        entries = _entries(record.journal)
        seq, head = (entries[-1].seq, entries[-1].hash) if entries else (0, "")
        broken = faults(number, entries, seq=values.get("journal_seq", seq), head=values.get("journal_head", head))
        changed = _changed(heads, {entry.seq: entry.hash for entry in entries})
        if sealed > up_to:
            changed.append(f"the seal up to entry {sealed} is missing")
        if not broken and not changed:
            found += row_faults(record, entries, self._files) or [
                *around.faults(record, entries), *([] if found else clock_faults(record, entries, rules)),
            ]  # fmt: skip
        return [*broken, *(f"{number}: {fault}" for fault in (*changed, *found))]


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What the office keeps beside its dossiers, read once."""

    outages: Mapping[int, Row]
    messages: Mapping[int, Mapping[str, int]]
    blanks: Mapping[int, Mapping[tuple[str, str], int]]

    @classmethod
    def read(cls, evidence: Evidence, dossier_id: int | None = None) -> Around:
        """As it is kept, about all dossiers or one."""
        return cls(outages={row.id: row for row in evidence.outages()}, messages=evidence.messages(dossier_id),
                   blanks=evidence.blanks(dossier_id))  # fmt: skip

    def faults(self, record: Record, entries: Sequence[Entry]) -> list[str]:
        """Where it disagrees with a dossier whose journal is whole."""
        key = record.dossier.id
        return [
            *message_faults(entries, self.messages.get(key, {})), *blank_faults(entries, self.blanks.get(key, {})),
            *outage_faults(record.dossier, record.pauses, self.outages, entries),
            *notice_faults(entries, record.escalations),
        ]  # fmt: skip


def _sample(signed: Sequence[tuple[str, Row]], day: int) -> list[tuple[str, Row]]:
    """The first and the last, and some between them that are others on another day."""
    step = max(1, (len(signed) - 2) // _SIGNED)
    return [*signed[:1], *signed[1 + day % step : -1 : step], *signed[1:][-1:]]


def _entries(rows: Iterable[Row]) -> list[Entry]:
    return [Entry(**{name: row.values[name] for name in _ENTRY}) for row in rows]


def _register_faults(evidence: Evidence) -> list[str]:
    """The faults of the register of people: of its chain, and whether each entry is about whom the chain says."""
    rows = evidence.register()
    unread = [fault for row in rows for fault in unreadable(row)]
    if unread:
        return unread
    entries = _entries(rows)
    kept = {row.values["name"]: row.values["value"] for row in evidence.counters() if not row.unreadable}
    last = entries[-1] if entries else None
    return [
        *faults(REGISTER, entries, seq=kept.get(REGISTER, 0), head=last.hash if last else ""),
        *(row.fault("about", "is not what its entry says") for row, entry in zip(rows, entries, strict=True)
          if json.loads(entry.data).get("about") != row.values["about"]),
    ]  # fmt: skip


def _covered(work: Work) -> tuple[dict[str, list[Head]], set[str], list[str]]:
    """What the seals cover, by dossier; their roots, with "" for before the first; and the seals that do not hold."""
    covered: dict[str, list[Head]] = defaultdict(list)
    found: list[str] = []
    root, roots = "", {""}
    for seal, heads in work.evidence.seals():
        wrong = [fault for row in (seal, *heads) for fault in unreadable(row)]
        readable = [
            (row.values["number"], row.values["seq"], row.values["hash"]) for row in heads if not row.unreadable
        ]
        kept = seal.values.get("root")
        whole = (seal_root(root, readable), len(readable)) == (kept, seal.values.get("heads", len(readable)))
        if not wrong and not whole:
            wrong.append(f"seal {seal.id} of {seal.values['at']:%Y-%m-%d %H:%M} UTC does not fit what it covers")
        found += wrong
        root = kept or ""
        roots.add(root)
        for number, seq, head in readable:
            covered[number].append((seal.id, seq, head))
    return covered, roots, found


def _changed(heads: Sequence[Head], hashes: Mapping[int, str]) -> list[str]:
    return [
        f"entry {seq}, which seal {seal} covers, was changed or removed"
        for seal, seq, head in heads
        if hashes.get(seq) != head
    ]


def _number(text: object) -> DossierNumber | None:
    """A dossier's number, if it is one and written as the office writes it."""
    try:
        number = DossierNumber.parse(text)
    except ValueError:
        return None
    return number if str(number) == text else None


def _missing(counters: Sequence[Row], serials: Mapping[str, set[int]]) -> Iterator[str]:
    """The dossiers and documents whose numbers were taken and that are not there, and the sequences that stand before a
    number that was given out: it would be given out twice."""
    for counter in counters:
        yield from unreadable(counter)
    kept = {row.values["name"]: row.values["value"] for row in counters if not row.unreadable}
    unread = {row.values.get("name") for row in counters if row.unreadable}
    for name in sorted({*serials, *filter(_COUNTER.fullmatch, kept)}):
        there, last = serials.get(name, set()), kept.get(name, 0)
        if max(there, default=0) > last and name not in unread:
            yield f"counter {name}: stands at {last}, and number {max(there)} was given out"
        if not _COUNTER.fullmatch(name):
            continue
        missing = (serial for serial in range(1, last + 1) if serial not in there)
        what = name.partition(":")[0]
        yield from (f"{name}: {what} {serial} is missing" for serial in islice(missing, _NAMED))
