"""Papers handed in: scans are checked by what they are, not by their name, and kept encrypted outside the database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lanes.store import Attachment

LARGEST = 10 * 1024 * 1024  # bytes; a phone photo is below this
_KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A scan or photo of an original, as it came; `fault` says why its content could not be had, where it could not."""

    content: bytes = b""
    fault: str = ""


class Files(Protocol):
    """Where papers and documents lie, encrypted."""

    def put(self, folder: str, name: str, content: bytes) -> str:
        """Keep a file whole or not at all; gives the path to find it by. Raises Refused (disk full, not writable)."""
        ...

    def get(self, path: str) -> bytes:
        """The file's content. Raises Refused when it is gone."""
        ...


def media_type(content: bytes) -> str | None:
    """What a file is, by its first bytes; None when it is none of the allowed kinds."""
    return next((kind for mark, kind in _KINDS.items() if content.startswith(mark)), None)


def _fault(paper: Paper) -> str:
    if paper.fault:
        return paper.fault
    if not 0 < len(paper.content) <= LARGEST:
        return f"is empty or too large (allowed: 1 byte to {LARGEST // 1024 // 1024} MiB)"
    if media_type(paper.content) is None:
        return "is no document or photo (allowed: PDF, JPEG, PNG)"
    return ""


class Papers:
    """Judges scans and keeps them."""

    def __init__(self, files: Files) -> None:
        self._files = files

    @staticmethod
    def problems(papers: Mapping[str, Paper | None]) -> list[str]:
        """What is wrong with the scans, each with its requirement's id and what is allowed; empty when nothing is."""
        found = ((requirement, _fault(paper)) for requirement, paper in papers.items() if paper is not None)
        return [f"{requirement}: the scan {fault}" for requirement, fault in found if fault]

    def keep(self, papers: Mapping[str, Paper | None], now: datetime) -> list[Attachment]:
        """Keep scans that have no `problems`; a paper without one was shown at the counter. A file that was kept stays,
        so ask for this last, when nothing can be refused any more. Raises Refused (disk full, not writable)."""
        return [self._kept(requirement, paper, now) for requirement, paper in papers.items()]

    def _kept(self, requirement: str, paper: Paper | None, now: datetime) -> Attachment:
        if paper is None:
            return Attachment(requirement=requirement, shown="shown", at=now)
        digest = hashlib.sha256(paper.content).hexdigest()
        path = self._files.put("papers", digest, paper.content)
        return Attachment(requirement=requirement, shown="scan", media_type=media_type(paper.content),
                          size=len(paper.content), sha256=digest, file=path, at=now)  # fmt: skip

    def readable(self, paper: Attachment) -> bool:
        """Whether a scan is there, opens, and is still what was handed in."""
        if paper.file is None or paper.sha256 is None:
            return False
        return hashlib.sha256(self._files.get(paper.file)).hexdigest() == paper.sha256
