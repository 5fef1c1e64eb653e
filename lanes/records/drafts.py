"""Applications begun and not sent yet, as kept: encrypted, under the digest of the code that their writer holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftRecord:
    """A draft. `key` is the digest of its code; `files` are the paths of its scans, so that they go with it."""

    key: str
    code: str
    changed_at: datetime
    files: Sequence[str] = ()
    key_id: str
    cipher: bytes


class Drafts(Protocol):
    """Drafts."""

    def get(self, key: str, *, lock: bool = False) -> DraftRecord | None: ...
    def put(self, draft: DraftRecord) -> None: ...
    def remove(self, key: str) -> None: ...
    def everything(self) -> Iterator[DraftRecord]: ...
    def left_before(self, before: datetime, limit: int) -> Sequence[DraftRecord]: ...
