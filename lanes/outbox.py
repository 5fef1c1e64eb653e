"""Messages out of the office: queued in the transaction that caused them, sent once, by whoever works on the lane.

Texts stand in `config/messages`; `domain.checks.office.MESSAGE_VARIABLES` are the names that are filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from string import Template
from typing import Any

from domain.dossier import Dossier, DossierStatus
from domain.errors import Refused
from domain.office import OfficeConfig
from domain.permissions import not_allowed, why_not_look_after
from domain.roles import Lane
from domain.words import Language
from domain.workflow import Workflow
from lanes.case import Case, Cases
from lanes.moves import Moves
from lanes.people import People
from lanes.person_requests import told_to
from lanes.ports import Clock, Letter, Messenger, Unavailable, Unconfirmed, Vault
from lanes.store import Message, Store

_HOLD = timedelta(minutes=1)  # how long a sending may take before another worker looks at it
_MOST_TRIES = 12
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(hours=1)
_SOON = {"round": "hari kerja berikutnya", "round_en": "the next working day"}  # of a courier whose day none has told
#: What tells how a dossier stands, and not what happened, is sent only while it stands so.
_TRUE_WHILE: Mapping[str, Callable[[Dossier], bool]] = {
    "late": lambda dossier: dossier.is_open,
    "reminder": lambda dossier: dossier.status is DossierStatus.RETURNED,
    "resumed": lambda dossier: dossier.is_open and not dossier.held,
    "due_earlier": lambda dossier: dossier.is_open,
    "due_later": lambda dossier: dossier.is_open and not dossier.held,
}


class Outbox:
    """Sends what is queued."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, moves: Moves, cases: Cases,
        messenger: Messenger, vault: Vault,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock, self._people = store, config, clock, people
        self._moves, self._cases, self._messenger, self._vault = moves, cases, messenger, vault

    def claim(self, lane: Lane, limit: int) -> list[Message]:
        """Take messages of a lane that are to be sent now, for a minute."""
        now = self._clock.now()
        with self._store.read() as work:
            if not work.outbox.any_due(lane, now):
                return []
        with self._store.begin() as work:
            return work.outbox.claim(lane, now=now, until=now + _HOLD, limit=limit)

    def deliver(self, message: Message) -> None:
        """Send one message and note what became of it. A gateway that is out of reach is tried again later."""
        now = self._clock.now()
        if message.status == "sending" and not self._messenger.idempotent:
            self._note(replace(message, status="unconfirmed", error="cut off while it was being sent"))
            return
        if self._is_overtaken(message):
            self._note(replace(message, status="overtaken", error=None))
            return
        try:
            self._messenger.send(self._letter(message))
        except Unavailable as fault:
            self._note(self._postponed(message, str(fault), now))
        except Unconfirmed as fault:
            self._note(replace(message, status="unconfirmed", error=str(fault)[:200]))
        except Refused as fault:
            self._note(replace(message, status="failed", error=fault.code))
        else:
            self._note(replace(message, status="sent", sent_at=now, error=None))

    def _is_overtaken(self, message: Message) -> bool:
        """Whether a letter that waited (for the morning, for a gateway) says what is no longer so."""
        still = _TRUE_WHILE.get(message.message)
        if still is None or message.dossier_id is None:
            return False
        with self._store.read() as work:
            return not still(work.dossiers.by_id(message.dossier_id))

    def _postponed(self, message: Message, why: str, now: datetime) -> Message:
        if message.attempts >= _MOST_TRIES:
            return replace(message, status="failed", error=why[:200])
        delay = min(_FIRST_DELAY * 2 ** (message.attempts - 1), _LONGEST_DELAY)
        return replace(message, status="queued", next_at=now + delay, error=why[:200])

    def _note(self, message: Message) -> None:
        with self._store.begin() as work:
            work.outbox.save(message)

    def _letter(self, message: Message) -> Letter:
        with self._store.read() as work:
            dossier = work.dossiers.by_id(message.dossier_id) if message.dossier_id else None
            workflow = self._moves.workflow(work, dossier).workflow if dossier else None
            case = self._cases.read(work, dossier) if dossier and message.to_person is None else None
            told: Mapping[str, str] = {}
            if message.to_person is not None:
                recipient = self._people.email(work, message.to_person)
            elif message.request_id is not None:
                recipient, told = told_to(self._vault, work.person_requests.by_id(message.request_id))
            else:
                fields = case.fields if case else {}
                recipient = str(fields.get("applicant_email") or fields.get("applicant_phone") or "")
        spec = self._config.messages[message.message]
        values = {**self._values(message, dossier, workflow, case), **told}
        texts = [Template(text).safe_substitute(values) for text in (spec.body.id, spec.body.en)]
        subject = Template(spec.subject.id).safe_substitute(values)
        return Letter(key=message.key, recipient=recipient, subject=subject, body="\n\n".join(texts))

    def _values(
        self, message: Message, dossier: Dossier | None, workflow: Workflow | None, case: Case | None
    ) -> dict[str, Any]:
        office = self._config.office
        values: dict[str, Any] = {
            "track_url": office.track_url,
            "place": office.name.id,
            "due": "",
            **_SOON,
            **message.values,
        }
        if dossier is not None and workflow is not None:
            lane = self._config.lanes[dossier.lane].title
            values |= {"number": dossier.number, "lane": lane.id, "lane_en": lane.en}
            values |= {"title": workflow.title.id, "title_en": workflow.title.en}
            if "due" not in message.values and dossier.due_at:
                values["due"] = dossier.due_at
        if isinstance(values["due"], datetime):
            values["due"] = office.told(values["due"])
        if case is not None and workflow is not None:
            values |= {"code": case.code, "reason": values.get("reason") or case.reason}
            values |= {"deficiencies": _deficiencies(workflow, case, "id"),
                       "deficiencies_en": _deficiencies(workflow, case, "en")}  # fmt: skip
        return values

    def resend(self, message_id: int, *, by: str) -> Message:
        """Send a message that failed or that nobody confirmed once more, for its lane's manager or an administrator:
        whoever asks for it accepts that an unconfirmed one may come twice. Raises Refused."""
        now = self._clock.now()
        with self._store.begin() as work:
            message = work.outbox.get(message_id, lock=True)
            if message is None:
                raise Refused(
                    "unknown_message", f"There is no message {message_id}.", allowed="`jalur outbox` lists them"
                )
            if reason := why_not_look_after(self._people.actor(work, by, now), message.lane):
                raise not_allowed(reason)
            if message.status not in ("failed", "unconfirmed"):
                raise Refused("not_failed", f"Message {message_id} is {message.status}; it need not be sent again.",
                              allowed="a message that failed or is unconfirmed")  # fmt: skip
            again = replace(message, status="queued", attempts=0, next_at=now, error=None)
            work.outbox.save(again)
            if message.dossier_id is not None:
                dossier = work.dossiers.by_id(message.dossier_id, lock=True)
                work.dossiers.save(dossier, [("message_resent", {"message": message.message})], at=now, actor=by)
            return again

    def counts(self) -> Mapping[str, int]:
        """How many messages there are of each status."""
        with self._store.read() as work:
            return work.outbox.counts()

    def listing(self, *, status: str | None = None, limit: int = 100) -> Sequence[Message]:
        """The newest messages; they hold no personal data."""
        with self._store.read() as work:
            return work.outbox.listing(status=status, limit=limit)


def _deficiencies(workflow: Workflow, case: Case, language: Language) -> str:
    known = {r.id: r.title for r in workflow.requirements} | {f.id: f.title for f in workflow.fields}
    titles = {item: getattr(title, language) for item, title in known.items()}
    lines = [(titles.get(each.item, ""), each.note) for each in case.deficiencies]
    return "\n".join("- " + ": ".join(part for part in line if part) for line in lines)
