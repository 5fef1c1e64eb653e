"""What client and server of the register's HTTP protocol agree on. `server.py` shows it as OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from domain.form import Element

RESIDENT: Final = "/v1/residents/find"
FAMILY: Final = "/v1/families/find"
EVENTS: Final = "/v1/events"
DEDUPLICATE: Final = "/v1/biometrics/deduplicate"

KEY_HEADER: Final = "Idempotency-Key"
UNKNOWN: Final = "resident_unknown"  # the code of the problem that comes with 404
LARGEST_ANSWER: Final = 4_000_000  # bytes; the largest family fits a thousand times


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class ResidentQuestion(_Message):
    """Who bears this NIK?"""

    nik: str


class FamilyQuestion(_Message):
    """Who stands on this family card?"""

    family_card: str


class Change(_Message):
    """The values that the register's data of somebody have from then on. With `issued` they are of a new resident,
    to whom the office issued the NIK; it says in which dossier, so that the same one may put them right."""

    nik: str
    values: dict[Element, str]


class Event(_Message):
    """A population or vital event to be recorded; `event` is a document type's code, `nik` whom it is about, and
    `changes` are what the register learns of it, of whomever: all of them or, with a problem, none. In `details` stand
    the `office_reference`, the dossier's number, and those of dossiers that it `takes_over`, so that the same one may
    put right what they told."""

    event: str
    nik: str
    details: dict[str, Any] = Field(default_factory=dict)
    changes: list[Change] = Field(default_factory=list)


class Recorded(_Message):
    """The register's reference of a recorded event."""

    reference: str


class Deduplicated(_Message):
    """Whether biometrics belong to nobody else."""

    unique: bool


class Problem(_Message):
    """Why a request was not carried out; personal data have no place in it."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    detail: str = ""
    allowed: str = ""
