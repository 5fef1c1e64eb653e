"""Complaints about a dossier: filed by who holds its code, answered and decided in its lane, each by its own time.

The officer of the lane's complaint team or its manager answers; the manager or the head decides. What is said is
personal data: kept encrypted, read by people of the lane on record, and never put into a message.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.complaint import LONGEST, MOST_OPEN, SENT_TWICE, SHORTEST, Stage, Topic
from domain.dossier import Dossier
from domain.errors import Refused
from domain.office import OfficeConfig
from domain.permissions import not_allowed
from domain.roles import Lane, Role
from domain.sentence import say
from lanes.intake import APPLICANT, Intake
from lanes.people import People
from lanes.ports import Clock, Vault
from lanes.records.complaints import ComplaintRecord
from lanes.store import Message, Store, Work

_MAY_ANSWER = frozenset({Role.COMPLAINT_OFFICER, Role.AGENCY_HEAD})
_MAY_DECIDE = frozenset({Role.AGENCY_HEAD})
_BATCH = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A complaint with all that was said in it; `answer` and `decision` are "" until they come."""

    number: str
    dossier: str
    record: ComplaintRecord
    text: str
    answer: str
    decision: str


class Complaints:
    """See the module."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, intake: Intake, vault: Vault
    ) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._intake, self._vault = people, intake, vault

    def file(self, number: str, code: str, *, topic: str, text: str) -> ComplaintRecord:
        """Complain about a dossier; the tracking code proves that it is the applicant's. What was said in the last hour
        in the same words, and waits for its answer, was sent twice: gives the first. Raises Refused."""
        if topic not in set(Topic):
            raise Refused("unknown_topic", "A complaint is about one of the topics.", allowed=", ".join(Topic))
        said, now = _said(text), self._clock.now()
        with self._store.begin() as work:
            dossier = self._intake.owned(work, number, code)
            earlier = work.complaints.of(dossier.id)
            if first := next((each for each in earlier if self._is_again(each, topic, said, now)), None):
                return first
            if sum(each.decided_at is None for each in earlier) >= MOST_OPEN:
                raise Refused("complaints_open", f"{MOST_OPEN} complaints about {dossier.number} are open already.",
                              allowed="wait for their answers")  # fmt: skip
            year = self._config.office.day(now).year
            name = f"ADU-{year}-{work.dossiers.take_number(f'complaint:{year}'):06d}"
            key_id, cipher = self._vault.lock({"text": said}, context=name)
            record = ComplaintRecord(number=name, dossier_id=dossier.id, lane=dossier.lane, topic=Topic(topic),
                                     filed_at=now, key_id=key_id, cipher=cipher)  # fmt: skip
            record = replace(record, remind_at=record.state.next_reminder(now))
            work.complaints.add(record)
            event = ("complaint_filed", {"complaint": name, "topic": topic})
            dossier = work.dossiers.save(dossier, [event], at=now, actor=APPLICANT)
            work.outbox.put([
                self._message(record, dossier, "complaint_received", now),
                *(self._message(record, dossier, "staff_complaint", now, to=person)
                  for person in self._handlers(work, dossier.lane, now)),
            ])  # fmt: skip
        return record

    def _is_again(self, first: ComplaintRecord, topic: str, said: str, now: datetime) -> bool:
        if first.topic != topic or first.state.stage is not Stage.ANSWER or now - first.filed_at >= SENT_TWICE:
            return False
        return bool(self._vault.unlock(first.key_id, first.cipher, context=first.number)["text"] == said)

    def of_applicant(self, number: str, code: str) -> list[Told]:
        """The complaints about a dossier with their answers, for who holds its code. Raises Refused."""
        with self._store.read() as work:
            dossier = self._intake.owned(work, number, code, lock=False)
            return [self._told(dossier, record) for record in work.complaints.of(dossier.id)]

    def listing(self, lane: Lane, *, by: str, open_only: bool = True) -> list[ComplaintRecord]:
        """A lane's complaints, oldest first, for those who handle them there. Raises Refused."""
        with self._store.read() as work:
            self._allowed(work, lane, by, _MAY_ANSWER | {Role.AUDITOR})
            return list(work.complaints.listing(lane, open_only=open_only))

    def may_read(self, lane: Lane, *, by: str) -> bool:
        """Whether a person may read what the complaints of a lane say: an auditor sees only which there are."""
        with self._store.read() as work:
            return self._may(work, lane, by, _MAY_ANSWER)

    def lanes_of(self, by: str) -> list[Lane]:
        """The lanes whose complaints a person handles, or oversees. Raises Refused for a stranger."""
        with self._store.read() as work:
            return [lane for lane in Lane if self._may(work, lane, by, _MAY_ANSWER | {Role.AUDITOR})]

    def read(self, complaint: str, *, by: str) -> Told:
        """A complaint in full, and an entry in the journal of who read it. Raises Refused."""
        now = self._clock.now()
        with self._store.begin() as work:
            record = self._record(work, complaint)
            self._allowed(work, record.lane, by, _MAY_ANSWER)
            dossier = work.dossiers.by_id(record.dossier_id, lock=True)
            work.dossiers.save(dossier, [("complaint_read", {"complaint": complaint})], at=now, actor=by)
        return self._told(dossier, record)

    def answer(self, complaint: str, text: str, *, by: str) -> None:
        """Answer a complaint; its filer reads it on the page of their dossier. Raises Refused."""
        self._end(complaint, text, by=by, decided=False)

    def decide(self, complaint: str, text: str, *, by: str) -> None:
        """Decide on a complaint, answered before or not; that ends it. Raises Refused."""
        self._end(complaint, text, by=by, decided=True)

    def _end(self, complaint: str, text: str, *, by: str, decided: bool) -> None:
        said, now = _said(text), self._clock.now()
        with self._store.begin() as work:
            record = self._record(work, complaint, lock=True)
            self._allowed(work, record.lane, by, _MAY_DECIDE if decided else _MAY_ANSWER)
            if record.state.stage is Stage.DONE or (record.state.stage is Stage.DECISION and not decided):
                has = "decision" if record.decided_at else "answer"
                raise Refused("complaint_ended", f"{complaint} has its {has}.", allowed="a complaint that is open")
            part = "decision" if decided else "answer"
            plain = {**self._vault.unlock(record.key_id, record.cipher, context=record.number), part: said}
            key_id, cipher = self._vault.lock(plain, context=record.number)
            changes: dict[str, Any] = (
                {"decided_at": now, "decided_by": by} if decided else {"answered_at": now, "answered_by": by}
            )
            record = replace(record, **changes, key_id=key_id, cipher=cipher)
            record = replace(record, remind_at=record.state.next_reminder(now))
            work.complaints.save(record)
            dossier = work.dossiers.by_id(record.dossier_id, lock=True)
            event = (f"complaint_{'decided' if decided else 'answered'}", {"complaint": complaint})
            dossier = work.dossiers.save(dossier, [event], at=now, actor=by)
            work.outbox.put([self._message(record, dossier, "complaint_answered", now)])

    def remind(self, lane: Lane) -> list[str]:
        """Tell those who handle a lane's complaints, and past its times the head too, of those that come due. For
        sweeps; told once a time. Gives nothing: a complaint that cannot be told of raises."""
        now = self._clock.now()
        with self._store.read() as work:
            if not work.complaints.to_remind(lane, now, 1):
                return []
        with self._store.begin() as work:
            for record in work.complaints.to_remind(lane, now, _BATCH):
                dossier = work.dossiers.by_id(record.dossier_id)
                late = record.state.is_late(now)
                heads = self._config.office.people_with(Role.AGENCY_HEAD) if late else ()
                people = [*self._handlers(work, lane, now), *heads]
                work.outbox.put([
                    self._message(record, dossier, "staff_complaint_due", now, to=person)
                    for person in dict.fromkeys(people)
                ])  # fmt: skip
                work.complaints.save(replace(record, remind_at=record.state.next_reminder(now)))
        return []

    def _handlers(self, work: Work, lane: Lane, now: datetime) -> Iterator[str]:
        """Who is told of a complaint: the present officers, and the lane's manager."""
        rules = self._config.lanes[lane]
        for team in rules.teams:
            if Role.COMPLAINT_OFFICER in team.roles:
                yield from self._people.present(work, team, lane, now)
        yield rules.manager

    def _allowed(self, work: Work, lane: Lane, by: str, roles: frozenset[Role]) -> None:
        if not self._may(work, lane, by, roles):
            words = f"{by} does not handle complaints of the {lane} lane in this way"
            raise not_allowed(say("not_handling_complaints", words, who=by, lane=lane),
                              allowed=f"the manager of that lane, or: {', '.join(sorted(roles))}")  # fmt: skip

    def _may(self, work: Work, lane: Lane, by: str, roles: frozenset[Role]) -> bool:
        now = self._clock.now()
        manages = lane in self._people.actor(work, by, now).manages
        return manages or bool(self._people.roles_in(work, by, lane, now) & roles)

    @staticmethod
    def _record(work: Work, complaint: str, *, lock: bool = False) -> ComplaintRecord:
        record = work.complaints.get(complaint, lock=lock)
        if record is None:
            raise Refused(
                "unknown_complaint", "There is no complaint with this number.", allowed="such as ADU-2026-000001"
            )
        return record

    def _told(self, dossier: Dossier, record: ComplaintRecord) -> Told:
        plain = self._vault.unlock(record.key_id, record.cipher, context=record.number)
        return Told(number=record.number, dossier=dossier.number, record=record, text=plain["text"],
                    answer=plain.get("answer", ""), decision=plain.get("decision", ""))  # fmt: skip

    def _message(
        self, record: ComplaintRecord, dossier: Dossier, name: str, now: datetime, *, to: str | None = None
    ) -> Message:
        told, state = self._config.office.told, record.state
        stage = f"{name}:{state.stage}:{now.isoformat()}" if name == "staff_complaint_due" else f"{name}:{state.stage}"
        values = {"complaint": record.number, "topic": record.topic.words.id, "topic_en": record.topic.words.en,
                  "due": told(state.due_at or now), "answer_by": told(state.answer_by),
                  "decide_by": told(state.decide_by)}  # fmt: skip
        return Message(key=f"{record.number}:{stage}:{to or ''}", lane=record.lane, dossier_id=dossier.id, to_person=to,
                       message=name, values=values, next_at=now, queued_at=now)  # fmt: skip


def _said(text: str) -> str:
    said = "\n".join(line.strip() for line in text.strip().splitlines())
    if not SHORTEST <= len(said) <= LONGEST:
        raise Refused("complaint_text", f"The text has {len(said)} characters.", allowed=f"{SHORTEST} to {LONGEST}")
    return said
