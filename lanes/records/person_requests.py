"""Requests of people about their data, what was done for them, and files that are still to be removed; as kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from domain.person_request import Asked, IdentityCheck, RequestEnd, RequestKind


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestRecord:
    """A request. `token` is the blind-index token of the person's NIK; `cipher` holds who they are, how to reach them
    and what they are told, and is empty, with `key_id`, once that is forgotten. `remind_at` is when the office is
    reminded of it next."""

    id: int = 0
    number: str
    kind: RequestKind
    checked: IdentityCheck
    received_at: datetime
    recorded_at: datetime
    recorded_by: str
    token: str | None
    remind_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_how: RequestEnd | None = None
    key_id: str
    cipher: bytes

    @property
    def state(self) -> Asked:
        """Its clock."""
        return Asked(received_at=self.received_at, ended_at=self.ended_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Something that was done for a request: an entry of the record of processing. `data` holds no personal data."""

    request_id: int
    at: datetime
    by: str
    act: str
    data: Mapping[str, Any] = field(default_factory=dict)


class PersonRequests(Protocol):
    """Requests, acts, files to be removed, and a person's data where no other repository finds or forgets them."""

    def add(self, request: RequestRecord) -> RequestRecord: ...
    def save(self, request: RequestRecord) -> None: ...
    def get(self, number: str, *, lock: bool = False) -> RequestRecord | None: ...
    def by_id(self, request_id: int) -> RequestRecord: ...
    def listing(self, *, open_only: bool, limit: int) -> Sequence[RequestRecord]: ...
    def to_remind(self, now: datetime, limit: int) -> Sequence[RequestRecord]: ...
    def answered(self, limit: int) -> Sequence[RequestRecord]:
        """Those that ended, whose letters are no longer on their way, and of which it is still known who asked."""
        ...

    def ended_before(self, before: datetime, limit: int) -> Sequence[RequestRecord]:
        """Those that ended before then and still have their token."""
        ...

    def note(self, act: Act) -> None: ...
    def acts(self, request_id: int) -> Sequence[Act]: ...

    def doom(self, request_id: int, paths: Collection[str]) -> None:
        """Note files that are to be removed."""
        ...

    def doomed(self, limit: int, *, request_id: int | None = None) -> Sequence[tuple[str, int]]:
        """Files that are to be removed, each with the id of its request."""
        ...

    def removed(self, paths: Collection[str]) -> None:
        """Files that are gone."""
        ...

    def forget_papers(self, dossier_id: int) -> Sequence[str]:
        """Take a dossier's papers away; gives the files that no other paper refers to."""
        ...

    def forget_applicant(self, dossier_id: int) -> None:
        """Take the applicant's token out of what was taken out of turn, and what was begun to be filled in."""
        ...

    def stop_letters(self, dossier_id: int, now: datetime) -> None:
        """Send no more of the letters to a dossier's applicant that are still to be sent."""
        ...

    def in_history(self, nik: str) -> int:
        """In how many cases of imported history a number stands."""
        ...
