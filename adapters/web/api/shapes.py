"""What is sent and answered, as the description shows it. Nothing here is personal unless it says so."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from domain.dossier import DossierStatus, TaskKind, TaskStatus
from domain.roles import Lane

T = TypeVar("T")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Code = Annotated[str, Field(pattern=r"^[A-Z]{2,6}(-[A-Z]{2,6})?$", examples=["KK-BARU"])]
Number = Annotated[str, Field(pattern=r"^(ON|MN)-\d{4}-\d{6,9}$", examples=["ON-2026-000123"])]
TrackingCode = Annotated[str, Field(min_length=4, max_length=40, examples=["ABCD-EFGH-JKMN"])]
Username = Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{0,59}$", examples=["debora.paputungan"])]
Words = Annotated[str, Field(max_length=2_000)]
Value = Annotated[str, Field(max_length=2_000)] | bool | int | None
Scan = Annotated[
    str,
    Field(max_length=14_000_000, json_schema_extra={"contentEncoding": "base64"},
          description="A PDF, JPEG or PNG file of at most 10 MiB, in base64 (or as a data: address)."),
]  # fmt: skip
Fields = Annotated[
    dict[Name, Value], Field(max_length=100, description="Values by the document type's field ids. Personal data.")
]
Papers = Annotated[
    dict[Name, Scan | None],
    Field(max_length=50, description="By the document type's requirement ids; null for an original that was shown."),
]


class Given(BaseModel):
    """What is sent: an unknown name in it is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """What is answered."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Problem(BaseModel):
    """Why something was not done (RFC 9457). `code` is stable; nothing was changed."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    allowed: str | None = Field(default=None, description="What would have been accepted.")
    problems: list[str] | None = Field(default=None, description="Every mistake in what was sent.")


class Page(Told, Generic[T]):
    """A part of a list; `next` leads on, and is null at its end."""

    items: list[T]
    next: str | None


class Title(Told):
    """Words in both languages."""

    id: str
    en: str


class DossierLine(Told):
    """A dossier in a list."""

    number: str
    code: str
    lane: Lane
    channel: str
    status: DossierStatus
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None


class TaskLine(Told):
    """A step of a dossier in a list."""

    id: int
    number: str
    code: str
    lane: Lane
    step: str
    kind: TaskKind
    status: TaskStatus
    team: str | None
    assignee: str | None
    priority: int
    ready_at: datetime
    due_at: datetime | None
    overdue: bool


class FieldAsked(Told):
    """A field of a form."""

    id: str
    title: Title
    type: str
    choices: list[str]
    required: bool
    when: dict[str, list[bool | int | str]] | None


class TaskShown(TaskLine):
    """A step as whoever does it needs it: the duty, the form to fill in, and each outcome with where it leads."""

    title: Title
    duty: Title | None
    regulation: str | None
    form: list[FieldAsked]
    outcomes: dict[str, str]


class StepDone(Told):
    """A step in a dossier's life."""

    id: int
    step: str
    kind: TaskKind
    status: TaskStatus
    team: str | None
    assignee: str | None
    outcome: str | None
    done_by: str | None
    done_at: datetime | None
    due_at: datetime | None


class DocumentLine(Told):
    """A document of a dossier; it is issued once it is sealed."""

    id: int
    number: str
    product: str
    made_at: datetime
    sealed_at: datetime | None


class Entry(Told):
    """An entry of the journal."""

    seq: int
    at: datetime
    actor: str
    event: str
    hash: str


class DossierShown(DossierLine):
    """A dossier as the office sees it. `form` is masked, and null for who does not work in its lane."""

    held: dict[str, datetime]
    form: dict[str, Any] | None
    papers: dict[str, str]
    steps: list[StepDone]
    documents: list[DocumentLine]
    journal: list[Entry]


class ReceiptTold(Told):
    """What an applicant gets. The code opens the dossier to who holds it: it is told here only."""

    number: str
    code: str
    hash: str
    due_at: datetime


class Verified(Told):
    """A document of this office. `replaced_by`: the number of the one that stands in its place now; `replaced_at`:
    since when; `revoked_at`: since when none does, and this one is not valid. All null while it is."""

    number: str
    product: str
    title: Title
    issued_at: datetime
    replaced_by: str | None
    replaced_at: datetime | None
    revoked_at: datetime | None
