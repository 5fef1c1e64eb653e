"""Papers handed in: scans are checked by what they are, not by their name, and kept encrypted outside the database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.errors import Refused
from lanes.store import Attachment

LARGEST = 10 * 1024 * 1024  # bytes; a phone photo is below this
_KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A scan or photo of an original, as it came."""

    content: bytes


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


class Papers:
    """Keeps scans."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def keep(self, papers: Mapping[str, Paper | None], now: datetime) -> list[Attachment]:
        """Check and keep the scans; a paper without one was shown at the counter. Raises Refused and keeps none."""
        for requirement, paper in papers.items():
            if paper is not None and not 0 < len(paper.content) <= LARGEST:
                raise Refused("scan_size", f"The scan of {requirement} is empty or too large.",
                              allowed=f"1 byte to {LARGEST // 1024 // 1024} MiB")  # fmt: skip
            if paper is not None and media_type(paper.content) is None:
                raise Refused(
                    "scan_kind", f"The scan of {requirement} is no document or photo.", allowed="PDF, JPEG, PNG"
                )
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
