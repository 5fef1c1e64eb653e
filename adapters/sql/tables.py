"""The tables. `table=True` skips validation: values are validated in the domain before they come here.

Personal data stand in `personal` only (encrypted) and, as keyed tokens, in `personal_index`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from adapters.sql.types import Instant, Json

_BigId = BigInteger().with_variant(Integer(), "sqlite")


def _key() -> Any:
    return Field(default=None, sa_column=Column(_BigId, primary_key=True, autoincrement=True))


def _instant(*, null: bool = False, **column: Any) -> Any:
    return Field(default=None, sa_column=Column(Instant(), nullable=null, **column))


def _json(*, null: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Json(), nullable=null))


def _ref(target: str = "dossier", *, null: bool = False, **column: Any) -> Any:
    return Field(default=None, sa_column=Column(_BigId, ForeignKey(f"{target}.id"), nullable=null, **column))


class DossierRow(SQLModel, table=True):
    """One application."""

    __tablename__ = "dossier"
    __table_args__ = (
        Index("dossier_unsealed", "number", sqlite_where=text("journal_seq > sealed_seq"),
              postgresql_where=text("journal_seq > sealed_seq")),
        Index("dossier_lane_status", "lane", "status", "due_at"),
        Index("dossier_page", "lane", "status", "id"),
        Index("dossier_closed", "lane", "code", "closed_at",
              sqlite_where=text("closed_at IS NOT NULL"), postgresql_where=text("closed_at IS NOT NULL")),
    )  # fmt: skip

    id: int | None = _key()
    number: str = Field(unique=True)
    lane: str
    channel: str
    code: str
    workflow_version: str
    status: str
    facts: dict[str, Any] = _json()
    district: str
    village: str
    priority: int = 0
    submitted_at: datetime = _instant()
    accepted_at: datetime | None = _instant(null=True)
    closed_at: datetime | None = _instant(null=True)
    due_at: datetime | None = _instant(null=True)
    held: dict[str, str] = _json()
    open_key: str | None = Field(default=None, unique=True)
    version: int = 1
    journal_seq: int = 0
    journal_head: str = ""
    sealed_seq: int = 0


class TaskRow(SQLModel, table=True):
    """One step of one dossier, to be done.

    The lane's order stands in the indexes as `tasks.LANE_ORDER` says it; `due_at IS NULL` puts what has no due time
    last on both databases. Statements must name the status as a literal, or SQLite plans them anew at each execution.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("task_dossier", "dossier_id"),
        Index("task_team", "lane", "team", text("priority DESC"), text("(due_at IS NULL)"), "due_at", "id",
              sqlite_where=text("status = 'open'"), postgresql_where=text("status = 'open'")),
        Index("task_assignee", "assignee", text("priority DESC"), text("(due_at IS NULL)"), "due_at", "id",
              sqlite_where=text("status = 'claimed'"), postgresql_where=text("status = 'claimed'")),
        Index("task_ready", "lane", text("priority DESC"), text("(due_at IS NULL)"), "due_at", "id",
              sqlite_where=text("status = 'ready'"), postgresql_where=text("status = 'ready'")),
        Index("task_leased", "lane", "lease_until",
              sqlite_where=text("status = 'running'"), postgresql_where=text("status = 'running'")),
        Index("task_stuck", "lane", "id",
              sqlite_where=text("status = 'stuck'"), postgresql_where=text("status = 'stuck'")),
        Index("task_claimed", "claimed_at",
              sqlite_where=text("claimed_at IS NOT NULL"), postgresql_where=text("claimed_at IS NOT NULL")),
    )  # fmt: skip

    id: int | None = _key()
    dossier_id: int = _ref()
    lane: str
    code: str
    step: str
    kind: str
    status: str
    team: str | None = None
    role: str | None = None
    assignee: str | None = None
    barred: list[str] = _json()
    priority: int = 0
    ready_at: datetime = _instant()
    not_before: datetime | None = _instant(null=True)
    due_at: datetime | None = _instant(null=True)
    claimed_at: datetime | None = _instant(null=True)
    done_at: datetime | None = _instant(null=True)
    done_by: str | None = None
    outcome: str | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = _instant(null=True)
    attempts: int = 0
    error: str | None = None
    details: dict[str, Any] = _json()
    version: int = 1


class ClockRow(SQLModel, table=True):
    """An SLA clock of a dossier or a task; `due_at` and `wake_at` are indexes over what the ledger says.

    `wake_at` is when the next rung of its ladder comes, `rung` how many were passed, `rules` the version of the lane's
    rules that it runs under (0: before versions were kept), `passed` the highest place passed under earlier ones.
    """

    __tablename__ = "clock"
    __table_args__ = (
        Index("clock_wake", "lane", "wake_at",
              sqlite_where=text("wake_at IS NOT NULL"), postgresql_where=text("wake_at IS NOT NULL")),
        Index("clock_dossier", "dossier_id"),
        Index("clock_task", "task_id"),
    )  # fmt: skip

    id: int | None = _key()
    dossier_id: int = _ref()
    task_id: int | None = _ref("task", null=True)
    lane: str
    kind: str
    budget: str
    budget_s: int
    working: bool
    ledger: dict[str, Any] = _json()
    rules: int = 0
    rung: int = 0
    passed: str | None = None
    summits: dict[str, str] | None = _json(null=True)
    due_at: datetime | None = _instant(null=True)
    wake_at: datetime | None = _instant(null=True)
    flagged_at: datetime | None = _instant(null=True)
    stopped_at: datetime | None = _instant(null=True)


class JournalRow(SQLModel, table=True):
    """One entry of a dossier's hash-chained history. Never updated, never deleted; searched by who, what and when."""

    __tablename__ = "journal"
    __table_args__ = (
        Index("journal_at", "at", "dossier_id", "seq"),
        Index("journal_actor", "actor", "at", "dossier_id", "seq"),
        Index("journal_event", "event", "at", "dossier_id", "seq"),
    )

    dossier_id: int = _ref(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime = _instant()
    actor: str
    event: str
    data: str
    hash: str


class SealRow(SQLModel, table=True):
    """One root over all chains that grew since the seal before it."""

    __tablename__ = "journal_seal"

    id: int | None = _key()
    at: datetime = _instant()
    root: str
    heads: int


class SealedHeadRow(SQLModel, table=True):
    """The head of one chain as a seal saw it."""

    __tablename__ = "journal_sealed_head"

    seal_id: int = _ref("journal_seal", primary_key=True)
    number: str = Field(primary_key=True)
    seq: int
    hash: str


class PersonalRow(SQLModel, table=True):
    """A dossier's personal data, encrypted; bound to the dossier's number."""

    __tablename__ = "personal"

    dossier_id: int = _ref(primary_key=True)
    key_id: str
    cipher: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


class PersonalIndexRow(SQLModel, table=True):
    """Keyed blind-index tokens by which personal data are found."""

    __tablename__ = "personal_index"

    kind: str = Field(primary_key=True)
    token: str = Field(primary_key=True)
    dossier_id: int = _ref(primary_key=True)


class AttachmentRow(SQLModel, table=True):
    """A paper handed in: a scan (kept encrypted under the data folder) or a note that it was shown."""

    __tablename__ = "attachment"
    __table_args__ = (Index("attachment_dossier", "dossier_id"), Index("attachment_file", "file"))

    id: int | None = _key()
    dossier_id: int = _ref()
    requirement: str
    shown: str
    media_type: str | None = None
    size: int = 0
    sha256: str | None = None
    file: str | None = None
    at: datetime = _instant()


class DocumentRow(SQLModel, table=True):
    """A numbered product. `key` is the task that makes it: the same key never takes a second number."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("key"), Index("document_dossier", "dossier_id"), Index("document_about", "about"),
    )  # fmt: skip

    id: int | None = _key()
    dossier_id: int = _ref()
    key: str
    product: str
    number: str = Field(unique=True)
    token: str = Field(unique=True)
    made_at: datetime = _instant()
    sealed_at: datetime | None = _instant(null=True)
    file: str | None = None
    sha256: str | None = None
    about: str | None = None  # a blind-index token
    supersedes_at: datetime | None = _instant(null=True)


class OutboxRow(SQLModel, table=True):
    """A message to be sent once. Whom it goes to is found when it is sent, so no address stands here."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("outbox_due", "lane", "next_at",
              sqlite_where=text("status IN ('queued', 'sending')"),
              postgresql_where=text("status IN ('queued', 'sending')")),
        Index("outbox_dossier", "dossier_id"),
    )  # fmt: skip

    id: int | None = _key()
    key: str
    lane: str
    dossier_id: int | None = _ref(null=True)
    request_id: int | None = Field(default=None, sa_column=Column(_BigId, nullable=True))  # of a person_request
    to_person: str | None = None
    message: str
    values: dict[str, Any] = _json()
    status: str
    attempts: int = 0
    next_at: datetime = _instant()
    queued_at: datetime = _instant()
    sent_at: datetime | None = _instant(null=True)
    error: str | None = None


class StockRow(SQLModel, table=True):
    """How many blanks there are; what is reserved is no longer available."""

    __tablename__ = "stock"

    item: str = Field(primary_key=True)
    available: int
    reserved: int = 0


class StockMoveRow(SQLModel, table=True):
    """One movement of blanks; the key makes each happen once."""

    __tablename__ = "stock_move"

    key: str = Field(primary_key=True)
    item: str
    kind: str
    count: int
    dossier_id: int | None = _ref(null=True, index=True)
    at: datetime = _instant()
    actor: str


class CounterRow(SQLModel, table=True):
    """A gapless sequence: dossier numbers, document numbers, counter tickets of a day."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int


class WorkflowVersionRow(SQLModel, table=True):
    """What a workflow said when dossiers began under it."""

    __tablename__ = "workflow_version"

    version: str = Field(primary_key=True)
    code: str
    body: str
    first_used_at: datetime = _instant()


class OperatorRow(SQLModel, table=True):
    """A person added while the office runs."""

    __tablename__ = "operator"

    username: str = Field(primary_key=True)
    name: str
    email: str | None = None


class AbsenceRow(SQLModel, table=True):
    """A time in which somebody is away; without an end they work here no more."""

    __tablename__ = "absence"

    id: int | None = _key()
    username: str = Field(index=True)
    kind: str
    starts_at: datetime = _instant()
    until: datetime | None = _instant(null=True)
    by: str
    at: datetime = _instant()


class RegisterRow(SQLModel, table=True):
    """What was changed about somebody who works here: one hash chain for all. Never updated, never deleted."""

    __tablename__ = "register"
    __table_args__ = (Index("register_about", "about", "seq"),)

    seq: int = Field(sa_column=Column(_BigId, primary_key=True, autoincrement=False))
    at: datetime = _instant()
    actor: str
    about: str
    event: str
    data: str
    hash: str


class VerificationRow(SQLModel, table=True):
    """A proof of the whole journal: asked for, begun and ended, with what it found."""

    __tablename__ = "verification"

    id: int | None = _key()
    asked_at: datetime = _instant()
    asked_by: str
    began_at: datetime | None = _instant(null=True)
    ended_at: datetime | None = _instant(null=True)
    found: int = 0
    faults: list[str] = _json()


class MembershipRow(SQLModel, table=True):
    """A place in a team given while the office runs: for good, or as a loan with a reason and an end."""

    __tablename__ = "membership"

    id: int | None = _key()
    username: str = Field(index=True)
    lane: str
    team: str
    reason: str | None = None
    until: datetime | None = _instant(null=True)
    by: str
    at: datetime = _instant()


class SweepRow(SQLModel, table=True):
    """When each scheduled flow last ran, so that one that does not run is noticed, and what it could not treat."""

    __tablename__ = "sweep"

    name: str = Field(primary_key=True)
    at: datetime = _instant()
    found: int = 0
    failed: list[str] | None = _json(null=True)


class RulesRow(SQLModel, table=True):
    """A version of a lane's rules and its calendar: who put them in force, why, from when, and for which dossiers.

    Of two people who change the same version at once only one can follow it.
    """

    __tablename__ = "lane_rules"
    __table_args__ = (UniqueConstraint("lane", "follows"),)

    id: int | None = _key()
    lane: str
    follows: int = 0  # the version that was the lane's newest before; 0 for its first
    digest: str
    source: str  # the lane file's text, as it stood
    calendar: str  # its calendar file's text, as it stood
    body: str  # rules and calendar as checked, in JSON
    author: str
    reason: str
    policy: str  # keep | recompute
    applied_at: datetime = _instant()
    effective_at: datetime = _instant()
    carried_out_at: datetime | None = _instant(null=True)  # every open clock it is for runs under it
    settled_at: datetime | None = _instant(null=True)  # so do those that a process started before it noticed


class PauseRow(SQLModel, table=True):
    """A dossier's clocks held for a reason: by a person, the applicant's turn, or an outage."""

    __tablename__ = "pause"
    __table_args__ = (
        Index("pause_dossier", "dossier_id"),
        Index("pause_lane", "lane", "started_at"),
        Index("pause_outage", "outage_id", "dossier_id", unique=True),
    )

    id: int | None = _key()
    dossier_id: int = _ref()
    outage_id: int | None = _ref("outage", null=True)
    lane: str
    code: str
    reason: str
    started_at: datetime = _instant()
    ended_at: datetime | None = _instant(null=True)
    recorded_at: datetime = _instant()
    by: str
    due_at: datetime | None = _instant(null=True)  # the dossier's due time when the pause was set


class OutageRow(SQLModel, table=True):
    """A time in which the office could not work, for a reason; in one lane, or in both."""

    __tablename__ = "outage"

    id: int | None = _key()
    reason: str
    lane: str | None = None
    started_at: datetime = _instant()
    ended_at: datetime | None = _instant(null=True)
    recorded_at: datetime = _instant()
    by: str
    why: str | None = None  # what happened, in words of who recorded it; for who works here, never for applicants
    ended_by: str | None = None
    carried_out_at: datetime | None = _instant(null=True)  # over or withdrawn, and every dossier it touched says so
    withdrawn_at: datetime | None = _instant(null=True)  # recorded by mistake: it never was
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


class EscalationRow(SQLModel, table=True):
    """What a person hears of a place on a clock's ladder, by one of its actions; the key lets each be given once for
    one due time.

    Places and not rungs are counted, because a ladder may be another one under later rules.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("clock_id", "place", "action", "due_at"),
        Index("escalation_dossier", "dossier_id"),
        Index("escalation_untold", "lane", "id",
              sqlite_where=text("told_at IS NULL"), postgresql_where=text("told_at IS NULL")),
    )  # fmt: skip

    id: int | None = _key()
    clock_id: int = _ref("clock")
    action: str
    lane: str
    dossier_id: int = _ref()
    step: str
    kind: str
    place: str  # where the rung stands: 80%, +4wh
    due_at: datetime | None = _instant(null=True)
    at: datetime = _instant()
    person: str
    instead_of: str | None = None
    told_at: datetime | None = _instant(null=True)


class OvertakingRow(SQLModel, table=True):
    """A task taken before its turn: by whom, why, and whose turn it was. `applicant` is a blind-index token."""

    __tablename__ = "overtaking"
    __table_args__ = (
        Index("overtaking_lane", "lane", "at"),
        Index("overtaking_unreviewed", "lane", "at",
              sqlite_where=text("verdict IS NULL"), postgresql_where=text("verdict IS NULL")),
    )  # fmt: skip

    id: int | None = _key()
    at: datetime = _instant()
    lane: str
    team: str
    code: str
    step: str
    officer: str
    task_id: int = _ref("task")
    dossier_id: int = _ref()
    reason: str
    applicant: str
    passed: list[int] = _json()  # the dossiers whose turn came before
    verdict: str | None = None
    remark: str | None = None
    reviewed_at: datetime | None = _instant(null=True)
    reviewed_by: str | None = None


class AlarmRow(SQLModel, table=True):
    """Something about the office as a whole that is not as promised, on record until it is better."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index("alarm_open", "name", "code", unique=True,
              sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
    )  # fmt: skip

    id: int | None = _key()
    name: str
    code: str  # the document type; "" for all together
    opened_at: datetime = _instant()
    closed_at: datetime | None = _instant(null=True)
    figures: dict[str, Any] = _json()
    closing: dict[str, Any] | None = _json(null=True)


class OutreachRow(SQLModel, table=True):
    """Where and when the office told people about the online lane."""

    __tablename__ = "outreach"

    id: int | None = _key()
    district: str
    since: datetime = _instant()
    until: datetime = _instant()
    what: str
    by: str
    recorded_at: datetime = _instant()


class CredentialRow(SQLModel, table=True):
    """How a person signs in: the hash of their password, and the encrypted secret of their second factor."""

    __tablename__ = "credential"

    username: str = Field(primary_key=True)
    password: str
    set_at: datetime = _instant()
    demo: bool = False
    totp: bytes | None = Field(default=None, sa_column=Column(LargeBinary(), nullable=True))
    totp_step: int = Field(default=0, sa_column=Column(BigInteger(), nullable=False))
    once: bool = False  # given by another person: good for choosing one's own


class SessionRow(SQLModel, table=True):
    """Somebody signed in, under the digest of what their browser holds."""

    __tablename__ = "session"

    key: str = Field(primary_key=True)
    username: str = Field(index=True)
    began_at: datetime = _instant()
    seen_at: datetime = _instant()
    second: bool = True
    renew: bool = False  # good for nothing but choosing a password
    ended_at: datetime | None = _instant(null=True)


class AttemptsRow(SQLModel, table=True):
    """Wrong tries in a row at a password or a code."""

    __tablename__ = "attempts"

    key: str = Field(primary_key=True)
    failures: int
    last_at: datetime = _instant()


class ComplaintRow(SQLModel, table=True):
    """A complaint about a dossier; what was said in it, answered and decided is encrypted."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("complaint_dossier", "dossier_id"),
        Index("complaint_remind", "lane", "remind_at",
              sqlite_where=text("remind_at IS NOT NULL"), postgresql_where=text("remind_at IS NOT NULL")),
        Index("complaint_open", "lane", "id",
              sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL")),
    )  # fmt: skip

    id: int | None = _key()
    number: str
    dossier_id: int = _ref()
    lane: str
    topic: str
    filed_at: datetime = _instant()
    answered_at: datetime | None = _instant(null=True)
    answered_by: str | None = None
    decided_at: datetime | None = _instant(null=True)
    decided_by: str | None = None
    remind_at: datetime | None = _instant(null=True)
    key_id: str
    cipher: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


class DraftRow(SQLModel, table=True):
    """An application begun and not sent yet, encrypted, under the digest of its code."""

    __tablename__ = "draft"
    __table_args__ = (Index("draft_changed", "changed_at"),)

    key: str = Field(primary_key=True)
    code: str
    changed_at: datetime = _instant()
    files: list[str] = _json()
    key_id: str
    cipher: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


class TokenRow(SQLModel, table=True):
    """An access token of a person, under the digest of its text."""

    __tablename__ = "token"

    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    username: str = Field(index=True)
    name: str
    scopes: list[str] = _json()
    made_at: datetime = _instant()
    made_by: str
    ends_at: datetime = _instant()
    revoked_at: datetime | None = _instant(null=True)


class AnswerRow(SQLModel, table=True):
    """What a request was answered, encrypted, for when it is sent again."""

    __tablename__ = "answer"
    __table_args__ = (Index("answer_at", "at"),)

    key: str = Field(primary_key=True)
    fingerprint: str
    at: datetime = _instant()
    status: int | None = None
    cipher: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


class WebhookRow(SQLModel, table=True):
    """An address that is told of a lane's events; the secret is encrypted."""

    __tablename__ = "webhook"

    id: str = Field(primary_key=True)
    lane: str
    kinds: list[str] = _json()
    url: str
    made_by: str
    made_at: datetime = _instant()
    key_id: str
    cipher: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    ended_at: datetime | None = _instant(null=True)


class DeliveryRow(SQLModel, table=True):
    """One event to be told to one address."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("subscription_id", "dossier_id", "seq"),
        Index("delivery_due", "lane", "next_at",
              sqlite_where=text("status IN ('queued', 'sending')"),
              postgresql_where=text("status IN ('queued', 'sending')")),
        Index("delivery_of", "subscription_id", "id"),
    )  # fmt: skip

    id: int | None = _key()
    subscription_id: str = Field(foreign_key="webhook.id")
    lane: str
    dossier_id: int = _ref()
    seq: int
    kind: str
    at: datetime = _instant()
    status: str
    attempts: int
    next_at: datetime = _instant()
    sent_at: datetime | None = _instant(null=True)
    error: str | None = None


class TicketRow(SQLModel, table=True):
    """A number of the waiting room; `first` is why it is called before the others, "" when it is not."""

    __tablename__ = "ticket"
    __table_args__ = (UniqueConstraint("day", "number"), Index("ticket_dossier", "dossier"))

    id: int | None = _key()
    day: str
    number: str
    first: str
    taken_at: datetime = _instant()
    status: str
    counter: int | None = None
    called_at: datetime | None = _instant(null=True)
    called_by: str | None = None
    ended_at: datetime | None = _instant(null=True)
    dossier: str | None = None


class UnfinishedRow(SQLModel, table=True):
    """What somebody has filled in of a task that they hold and have not ended, encrypted."""

    __tablename__ = "unfinished"

    task_id: int = _ref("task", primary_key=True)
    username: str
    version: int
    saved_at: datetime = _instant()
    key_id: str
    cipher: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


class PersonRequestRow(SQLModel, table=True):
    """What a person asked of the office about their data. Who they are is encrypted, and forgotten once they are
    answered; `token` is the blind-index token of their NIK, forgotten later."""

    __tablename__ = "person_request"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("person_request_remind", "remind_at",
              sqlite_where=text("remind_at IS NOT NULL"), postgresql_where=text("remind_at IS NOT NULL")),
    )  # fmt: skip

    id: int | None = _key()
    number: str
    kind: str
    checked: str
    received_at: datetime = _instant()
    recorded_at: datetime = _instant()
    recorded_by: str
    token: str | None = None
    remind_at: datetime | None = _instant(null=True)
    ended_at: datetime | None = _instant(null=True)
    ended_by: str | None = None
    ended_how: str | None = None
    key_id: str
    cipher: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


class ProcessingRow(SQLModel, table=True):
    """What was done for a request, by whom: the record of processing (UU 27/2022 article 31). No personal data."""

    __tablename__ = "processing"
    __table_args__ = (Index("processing_request", "request_id"),)

    id: int | None = _key()
    request_id: int = _ref("person_request")
    at: datetime = _instant()
    by: str
    act: str
    data: dict[str, Any] = _json()


class DoomedFileRow(SQLModel, table=True):
    """A file that nothing refers to any more and that is still to be removed, for a request."""

    __tablename__ = "doomed_file"

    path: str = Field(primary_key=True)
    request_id: int = _ref("person_request")


def table(model: type[SQLModel]) -> Table:
    """The Core table of a model: what the hot path's statements are written against."""
    result: Table = model.__table__  # type: ignore[attr-defined]
    return result


metadata: MetaData = SQLModel.metadata
