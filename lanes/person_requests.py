"""What people ask of the office about their own data: recorded, answered in time, each act on record (UU 27/2022).

Who asked is encrypted, and forgotten once the answer has gone out; the record of processing holds numbers, times,
usernames and reasons, and no personal data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain import numbers
from domain.errors import Refused
from domain.form import FieldType
from domain.office import OfficeConfig
from domain.permissions import not_allowed, why_not_answer_request, why_not_see_requests, why_not_take_request
from domain.person_request import (
    EARLIEST,
    LONGEST,
    Asked,
    IdentityCheck,
    InvalidPersonRequest,
    RequestEnd,
    RequestKind,
    why_not_ask,
)
from domain.roles import Lane, Role
from domain.sentence import Sentence, say, sentence_of
from domain.words import Said
from lanes.people import People
from lanes.person_data import Holdings, PersonData
from lanes.ports import Clock, Vault
from lanes.records.person_requests import Act, RequestRecord
from lanes.store import Message, Store, Work

_BATCH = 100
_RECEIVED, _ANSWERED, _DUE = "person_request_received", "person_request_answered", "staff_person_request_due"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Whom a request is about, and how they are reached ("": they come for the answer)."""

    nik: str = field(repr=False)
    name: str = field(repr=False)
    contact: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A request with what was done for it; `asker` and `holdings` are None for who may not look, and once it is over;
    `files_left` counts files that are erased from the books and not from the disk yet."""

    record: RequestRecord
    acts: Sequence[Act]
    asker: Asker | None
    holdings: Holdings | None
    files_left: int


class PersonRequests:
    """See the module."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, data: PersonData, vault: Vault
    ) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._data, self._vault = people, data, vault

    def record(
        self, kind: str, *, nik: str, name: str, checked: str, by: str, contact: str = "",
        received_at: datetime | None = None,
    ) -> RequestRecord:  # fmt: skip
        """Record what a person asks, who identified themselves; `received_at` is when it came in, now when not given.
        Raises InvalidPersonRequest with everything that is wrong, or Refused."""
        now = self._clock.now()
        with self._store.read() as work:
            if reason := why_not_take_request(by, self.roles(work, by, now)):
                raise not_allowed(reason)
        received, asker = received_at or now, self._checked(kind, nik, name, contact, checked, received_at, now)
        with self._store.begin() as work:
            year = self._config.office.day(now).year
            number = f"PDP-{year}-{work.dossiers.take_number(f'person_request:{year}'):06d}"
            key_id, cipher = self._locked(number, asker)
            made = RequestRecord(
                number=number, kind=RequestKind(kind), checked=IdentityCheck(checked), received_at=received,
                recorded_at=now, recorded_by=by, token=self._vault.index(FieldType.NIK.value, asker.nik)[0],
                remind_at=Asked(received_at=received).next_reminder(now), key_id=key_id, cipher=cipher,
            )  # fmt: skip
            made = work.person_requests.add(made)
            work.person_requests.note(
                Act(request_id=made.id, at=now, by=by, act="recorded", data={"kind": kind, "checked": checked})
            )
            if asker.contact:
                work.outbox.put([self._letter(made, _RECEIVED, now)])
        return made

    def _checked(
        self, kind: str, nik: str, name: str, contact: str, checked: str, received_at: datetime | None, now: datetime
    ) -> Asker:
        today, wrong, born = self._config.office.day(now), list[Sentence](), None
        try:
            known = numbers.parse_nik(nik, today=today)
            nik, born = known.number, known.born
        except ValueError as error:
            wrong.append(sentence_of(error).at("nik"))
        try:
            name = numbers.parse_name(name)
        except ValueError as error:
            wrong.append(sentence_of(error).at("name"))
        try:
            if contact := contact.strip():
                contact = numbers.parse_email(contact) if "@" in contact else numbers.parse_phone(contact)
        except ValueError as error:
            wrong.append(sentence_of(error).at("contact"))
        if kind not in set(RequestKind):
            wrong.append(say("choose_one", f"choose one of {', '.join(RequestKind)}").at("kind"))
        if checked not in set(IdentityCheck):
            wrong.append(say("choose_one", f"choose one of {', '.join(IdentityCheck)}").at("checked"))
        elif born is not None and (reason := why_not_ask(IdentityCheck(checked), born, today)):
            wrong.append(reason.at("checked"))
        if received_at is not None and not now - EARLIEST <= received_at <= now:
            words = f"give a time of the last {EARLIEST.days} days"
            wrong.append(say("not_lately", words, days=EARLIEST.days).at("received"))
        if wrong:
            raise InvalidPersonRequest(wrong)
        return Asker(nik=nik, name=name, contact=contact)

    def listing(self, *, by: str, open_only: bool = True, limit: int = 200) -> Sequence[RequestRecord]:
        """The open requests, the first to be answered first; or the newest of all. Raises Refused."""
        with self._store.read() as work:
            self._may_see(work, by)
            return work.person_requests.listing(open_only=open_only, limit=limit)

    def sheet(self, number: str, *, by: str) -> Sheet:
        """A request, and for who may answer it whom it is about and what is held. Raises Refused."""
        now = self._clock.now()
        with self._store.read() as work:
            roles = self._may_see(work, by)
            record = self.known(work, number)
            may = why_not_answer_request(by, roles) is None
            asker = self.asker(record) if may else None
            looking = asker is not None and record.ended_at is None
            return Sheet(
                record=record, acts=work.person_requests.acts(record.id), asker=asker,
                holdings=self._data.find(work, asker.nik, now) if asker and looking else None,
                files_left=len(work.person_requests.doomed(10_000, request_id=record.id)),
            )  # fmt: skip

    def end(self, number: str, *, text: str, by: str, refused: bool = False) -> None:
        """End a request with an answer, or refuse it with the reason; the person is told. Raises Refused."""
        now, said = self._clock.now(), " ".join(text.split())
        if not 10 <= len(said) <= LONGEST:
            raise Refused("reason_missing", f"The answer has {len(said)} characters.", allowed=f"10 to {LONGEST}")
        with self._store.begin() as work:
            record = self.known(work, number, lock=True)
            self.may_answer(work, by, now)
            if record.kind is RequestKind.ERASURE and not refused:
                raise Refused("erase_it", f"{number} asks for an erasure.",
                              allowed=f"`jalur person erase {number}`, or to refuse it with the reason")  # fmt: skip
            how = RequestEnd.REFUSED if refused else RequestEnd.ANSWERED
            self.close(work, record, how, Said(said, said), by=by, now=now, data={})

    def close(
        self, work: Work, record: RequestRecord, how: RequestEnd, told: Said, *, by: str, now: datetime,
        data: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """End a request in the caller's transaction, note it, and tell the person. Raises Refused for an ended one."""
        asker = self.asker_of_open(record)
        key_id, cipher = self._locked(record.number, asker, told)
        ended = replace(record, ended_at=now, ended_by=by, ended_how=how, remind_at=None, key_id=key_id, cipher=cipher)
        work.person_requests.save(ended)
        work.person_requests.note(Act(request_id=record.id, at=now, by=by, act=how.value, data=data))
        if asker.contact:
            work.outbox.put([self._letter(ended, _ANSWERED, now)])

    def remind(self) -> int:
        """Tell the administrators of requests that come due, and past the time the head too; gives of how many. For
        sweeps: told once a time."""
        now = self._clock.now()
        with self._store.begin() as work:
            due = work.person_requests.to_remind(now, _BATCH)
            for record in due:
                wanted = [Role.ADMINISTRATOR, *([Role.AGENCY_HEAD] if record.state.is_late(now) else [])]
                people = self._config.office.people_with(*wanted)
                work.outbox.put([self._letter(record, _DUE, now, to=person) for person in people])
                work.person_requests.save(replace(record, remind_at=record.state.next_reminder(now)))
        return len(due)

    def forget(self) -> int:
        """Forget who asked once the answer went out, and much later whom it was about; gives how many requests."""
        before = self._clock.now() - self._config.office.retention.span("requests")
        with self._store.begin() as work:
            answered = work.person_requests.answered(_BATCH)
            for record in answered:
                work.person_requests.save(replace(record, key_id="", cipher=b""))
            old = work.person_requests.ended_before(before, _BATCH)
            for record in old:
                work.person_requests.save(replace(record, token=None, key_id="", cipher=b""))
        if answered or old:
            self._store.let_go()
        return len(answered) + len(old)

    def known(self, work: Work, number: str, *, lock: bool = False) -> RequestRecord:
        """The request with a number. Raises Refused."""
        record = work.person_requests.get(number.strip().upper()[:20], lock=lock)
        if record is None:
            raise Refused("unknown_request", "There is no request with this number.", allowed="such as PDP-2026-000001")
        return record

    def asker(self, record: RequestRecord) -> Asker | None:
        """Whom a request is about; None once that is forgotten."""
        plain = self._plain(record)
        return None if plain is None else Asker(nik=plain["nik"], name=plain["name"], contact=plain["contact"])

    def asker_of_open(self, record: RequestRecord) -> Asker:
        """The same, of a request that has not ended. Raises Refused for one that has."""
        asker = self.asker(record)
        if record.ended_at is not None or asker is None:
            raise Refused("request_ended", f"{record.number} has ended.", allowed="a request that is open")
        return asker

    def may_answer(self, work: Work, by: str, now: datetime) -> None:
        """Raise Refused for people who may not answer requests."""
        if reason := why_not_answer_request(by, self.roles(work, by, now)):
            raise not_allowed(reason)

    def roles(self, work: Work, by: str, now: datetime) -> set[Role]:
        """Every role a person has now, in whichever lane. Raises Refused for a stranger."""
        return {role for lane in Lane for role in self._people.roles_in(work, by, lane, now)}

    def _may_see(self, work: Work, by: str) -> set[Role]:
        roles = self.roles(work, by, self._clock.now())
        if reason := why_not_see_requests(by, roles):
            raise not_allowed(reason)
        return roles

    def _locked(self, number: str, asker: Asker, told: Said | None = None) -> tuple[str, bytes]:
        plain = {"nik": asker.nik, "name": asker.name, "contact": asker.contact}
        plain |= {"told": told.id, "told_en": told.en} if told else {}
        return self._vault.lock(plain, context=number)

    def _plain(self, record: RequestRecord) -> dict[str, Any] | None:
        return self._vault.unlock(record.key_id, record.cipher, context=record.number) if record.key_id else None

    def _letter(self, record: RequestRecord, name: str, now: datetime, *, to: str | None = None) -> Message:
        told = self._config.office.told
        values = {"number": record.number, "title": record.kind.words.id, "title_en": record.kind.words.en,
                  "due": told(record.state.answer_by)}  # fmt: skip
        moment = f":{now.isoformat()}" if to else ""
        return Message(key=f"{record.number}:{name}{moment}:{to or ''}", lane=Lane.MANUAL, request_id=record.id,
                       to_person=to, message=name, values=values, next_at=now, queued_at=now)  # fmt: skip


def told_to(vault: Vault, record: RequestRecord) -> tuple[str, dict[str, str]]:
    """Where who made a request is reached, and what the letter to them says beside its own values. Nothing of it stands
    in the outbox."""
    plain = vault.unlock(record.key_id, record.cipher, context=record.number) if record.key_id else {}
    return plain.get("contact", ""), {"reason": plain.get("told", ""), "reason_en": plain.get("told_en", "")}
