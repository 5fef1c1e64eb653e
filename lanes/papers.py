"""Papers handed in: judged by opening them, not by their names or first bytes, and kept encrypted outside the database.

The same look is taken wherever a scan comes in (page, API, command line, counter) and again by the online lane's upload
check, so that nobody spends time on a scan that cannot be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.sentence import Sentence, say, sentence_of
from lanes.ports import Unavailable
from lanes.store import Attachment

LARGEST = 10 * 1024 * 1024  # bytes; a phone photo is below this


@dataclass(frozen=True, slots=True)
class Opened:
    """A scan that opens: as it is to be kept (a photo reduced, without where it was taken), and what it is."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A scan or photo of an original, as it came; `fault` says why its content could not be had, where it could not.
    `opened` is what it was found to be, by who looked at it with `Papers.judge` before."""

    content: bytes = b""
    fault: str = ""
    opened: Opened | None = None


class Files(Protocol):
    """Where papers and documents lie, encrypted."""

    def put(self, folder: str, name: str, content: bytes) -> str:
        """Keep a file whole or not at all; gives the path to find it by. Raises Refused (disk full, not writable)."""
        ...

    def get(self, path: str) -> bytes:
        """The file's content. Raises Refused when it is gone."""
        ...

    def remove(self, path: str) -> None:
        """Take a file away for good; one that is gone already is no mistake."""
        ...


class Unreadable(Exception):
    """A scan that does not open, or that holds what no scan holds, with what to do (`unreadable`)."""


def unreadable(why: str, words: str, **facts: object) -> Unreadable:
    """The error to raise for a scan: its code is "scan_" and `why`, the words follow "the scan …"."""
    return Unreadable(say(f"scan_{why}", f"the scan {words}", **facts))


class Opener(Protocol):
    """Opens scans."""

    def open(self, content: bytes) -> Opened:
        """Open a scan whole. Raises Unreadable."""
        ...


class VirusScan(Protocol):
    """Looks for viruses. `name` says what does, "" when nothing does: an administrator must be able to see it."""

    name: str

    def found(self, content: bytes) -> str:
        """The name of what was found in it, "" when nothing was. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """Scans that were looked at: those to keep, by requirement (None: shown at the counter), and what is wrong with the
    others, each said of its requirement."""

    papers: Mapping[str, Opened | None] = field(default_factory=dict)
    problems: tuple[Sentence, ...] = ()


class Papers:
    """Judges scans and keeps them."""

    def __init__(self, files: Files, opener: Opener, viruses: VirusScan) -> None:
        self._files, self._opener, self.viruses = files, opener, viruses

    def judge(self, papers: Mapping[str, Paper | None]) -> Judged:
        """Look at scans. It takes as long as opening them does: ask for it outside of transactions."""
        kept: dict[str, Opened | None] = {}
        problems = []
        for requirement, paper in papers.items():
            try:
                kept[requirement] = None if paper is None else self._opened(paper)
            except Unreadable as fault:
                problems.append(sentence_of(fault).at(requirement))
        return Judged(kept, tuple(problems))

    def _opened(self, paper: Paper) -> Opened:
        if paper.opened is not None:
            return paper.opened
        if paper.fault:
            raise unreadable("unreachable", paper.fault)
        if not 0 < len(paper.content) <= LARGEST:
            most = LARGEST // 1024 // 1024
            raise unreadable("size", f"is empty or too large (allowed: 1 byte to {most} MiB)", mb=most)
        opened = self._opener.open(paper.content)
        try:
            found = self.viruses.found(paper.content)
        except Unavailable:
            words = "could not be looked through for viruses just now (send it again later)"
            raise unreadable("not_looked_through", words) from None
        if found:
            words = "carries a virus (clean the device it comes from, and scan the original again)"
            raise unreadable("virus", words)
        return opened

    def keep(self, judged: Judged, now: datetime, *, of: str) -> list[Attachment]:
        """Keep what was judged and has no problems, for the dossier with the number `of`; a paper without a scan was
        shown at the counter. A file that was kept stays, so ask for this last, when nothing can be refused any more.
        Raises Refused (disk full, not writable)."""
        return [self._kept(requirement, paper, now, of) for requirement, paper in judged.papers.items()]

    def _kept(self, requirement: str, paper: Opened | None, now: datetime, of: str) -> Attachment:
        if paper is None:
            return Attachment(requirement=requirement, shown="shown", at=now)
        digest = hashlib.sha256(paper.content).hexdigest()
        # Named by its dossier too: the same scan in two dossiers is two files, and each goes with its own.
        path = self._files.put("papers", f"{of}-{digest}", paper.content)
        return Attachment(requirement=requirement, shown="scan", media_type=paper.media_type,
                          size=len(paper.content), sha256=digest, file=path, at=now)  # fmt: skip

    def readable(self, paper: Attachment) -> bool:
        """Whether a scan is there, is still what was handed in, and opens."""
        if paper.file is None or paper.sha256 is None:
            return False
        content = self._files.get(paper.file)
        if hashlib.sha256(content).hexdigest() != paper.sha256:
            return False
        try:
            self._opener.open(content)
        except Unreadable:
            return False
        return True
