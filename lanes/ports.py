"""What the application needs from the outside world, as Protocols that adapters fill.

The store's port is in `lanes/store.py`; it is the largest. Everything here may be slow or fail: callers give a
stable `key`, and an adapter that gets the same key twice carries the effect out once and gives the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Protocol

from domain.errors import Refused

Progress = Callable[[int, int], None]
"""Told how many of what takes long (dossiers, simulations) are done, of how many."""


class Unavailable(Exception):
    """An outside system cannot be reached or did not answer in time.

    What to do: nothing by hand; the step is tried again as its workflow declares, then becomes stuck.
    """


class Unconfirmed(Exception):
    """An outside system was handed something and never said whether it took it: to hand it over again could be twice.

    What to do: a person decides; nothing is repeated by itself.
    """


class Clock(Protocol):
    """Where the present comes from. Only the edge reads it; everything else takes `now` as an argument."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Resident:
    """A person as the national register (SIAK) knows them, with what a family card prints (form F-1.01); `relationship`
    where a family is asked for. "" (of a date None) where the register does not say."""

    nik: str
    family_card: str
    name: str
    sex: str  # "male" | "female"
    born: date
    birth_place: str
    district: str  # Kemendagri code, "71.72.01"
    village: str  # Kemendagri code, "71.72.01.1001"
    address: str
    religion: str
    marital_status: str  # "single" | "married" | "divorced" | "widowed"
    alive: bool = True
    relationship: str = ""  # to the head, one of `domain.relations.RELATIONS`
    father: str = ""
    mother: str = ""
    marriage_date: date | None = None
    education: str = ""  # the words of form F-1.01, as they are printed
    occupation: str = ""
    blood_type: str = ""
    spouse: str = ""  # the NIK of whom they are married to


Changes = Mapping[str, Mapping[str, str]]
"""New values by NIK and `domain.form.Element`."""
UNCHANGED: Final[Changes] = MappingProxyType({})


class Registry(Protocol):
    """The civil register behind the office. Raises `Unavailable` when it does not answer in time."""

    def resident(self, nik: str) -> Resident | None:
        """The living or dead person with this NIK, or None."""
        ...

    def family(self, family_card: str) -> Sequence[Resident]:
        """Everybody on a family card, head of family first; empty when the number is unknown."""
        ...

    def record(
        self, *, event: str, nik: str, details: Mapping[str, Any], key: str, changes: Changes = UNCHANGED
    ) -> str:
        """Record a population or vital event (a document type's code) of a person; gives the register's reference.

        `changes` are what the register holds of people from then on. Who bears a NIK that the office issued is made
        known; recorded again for the same dossier (`Element.ISSUED`), they are put right. Raises Refused, and records
        nothing, for a NIK that nobody bears, one issued that somebody bears, a new card's number that others have, the
        death of somebody whose death another dossier told of, and a newborn whose name and birth date somebody on
        their family card or another child of their mother has. In `details` are the `office_reference`, the number of
        the dossier, and those that it `takes_over`, whose recordings it puts right as it does its own.
        """
        ...

    def deduplicate(self, *, nik: str, key: str) -> bool:
        """AFIS: True when the recorded biometrics belong to nobody else."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentData:
    """What is printed on a product. `verify_url` goes into the QR; `fields` are the product's own data."""

    product: str  # family_card | birth_deed | move_letter | … one template each
    number: str
    issued_at: datetime
    office: str
    city: str
    signatory: str
    signatory_title: str
    verify_url: str
    timezone: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    members: Sequence[Mapping[str, str]] = ()  # rows of a family card


class DocumentMaker(Protocol):
    """Makes the PDF/A of a product."""

    def products(self) -> frozenset[str]:
        """The products there is a template for; the workflow checker refuses any other."""
        ...

    def make(self, data: DocumentData) -> bytes:
        """A PDF/A; the same data gives the same bytes. Raises Refused when a needed field is missing."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SealReport:
    """What a check of a sealed document found."""

    intact: bool
    trusted: bool
    signer: str
    signed_at: datetime | None


class Sealer(Protocol):
    """The electronic signature (TTE). A national service can stand behind this port."""

    def seal(self, pdf: bytes, *, reason: str, signer: str, key: str, now: datetime) -> bytes:
        """The PDF with a PAdES signature. Raises `Unavailable`."""
        ...

    def check(self, pdf: bytes) -> SealReport:
        """Whether a PDF carries an intact signature of this authority."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One message to one recipient. `recipient` is personal data: never logged."""

    key: str
    recipient: str  # an e-mail address, a phone number, or a username of the office
    subject: str
    body: str


class Messenger(Protocol):
    """Carries messages out of the office.

    `idempotent`: whether sending a letter with the same key again is harmless. Where it is not (e-mail), a sending
    that was cut off is not repeated but shown as unconfirmed, because nobody can tell whether it went out.
    """

    idempotent: bool

    def send(self, letter: Letter) -> None:
        """Hand the message over. Raises `Unavailable` for another try, `Refused` when it can never be sent."""
        ...


class Places(Protocol):
    """Names of districts and villages."""

    def name(self, code: str) -> str:
        """The name of a district ("71.72.01") or village ("71.72.01.1001"); the code itself when it is unknown."""
        ...


class Vault(Protocol):
    """Encrypts personal data at rest and finds it again by keyed blind indexes."""

    def lock(self, plain: Mapping[str, Any], *, context: str) -> tuple[str, bytes]:
        """Encrypt a JSON object bound to `context` (its row); gives the id of the key used and the ciphertext."""
        ...

    def unlock(self, key_id: str, cipher: bytes, *, context: str) -> dict[str, Any]:
        """Decrypt. Raises `Tampered` when the data, the context or the key does not fit."""
        ...

    def lock_bytes(self, plain: bytes, *, context: str) -> bytes:
        """Encrypt a file (an uploaded scan); the key's id travels inside."""
        ...

    def unlock_bytes(self, cipher: bytes, *, context: str) -> bytes:
        """Decrypt what `lock_bytes` made. Raises `Tampered`."""
        ...

    def index(self, kind: str, value: str) -> tuple[str, ...]:
        """Blind index tokens of a value: one for a number, one per word for a name (`kind` = "name").

        The token of a value never changes when encryption keys are rotated.
        """
        ...


class Passwords(Protocol):
    """Keeps passwords so that nobody can read them."""

    def hash(self, password: str) -> str:
        """What is kept in place of a password."""
        ...

    def fits(self, hashed: str, password: str) -> bool:
        """Whether this is the password that was hashed."""
        ...


class SecondFactor(Protocol):
    """Codes of a person's own device, each good for half a minute and once."""

    def secret(self) -> str:
        """A new secret, as a person may type it into a device."""
        ...

    def address(self, secret: str, username: str) -> str:
        """What a device reads from a QR: `otpauth://…`."""
        ...

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """The time step that a code belongs to, now or one step before or after; None when it is wrong."""
        ...


class Tampered(Refused):
    """Encrypted data that does not open: it was changed, moved, or its key is missing.

    What to do: restore the key file or the row from a backup; do not go on with this dossier.
    """
