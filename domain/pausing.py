"""Why a dossier's time may stand still, and how a hold is named in ledgers.

The reasons are the usual exclusions of published service standards (domain facts: "What shapes the design", 2). What
the office suffers as a whole is an outage: it holds every dossier it touches and is named apart from a pause that a
person set on one dossier for the same reason, so that either can end without the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import Refused
from domain.form import Text
from domain.roles import Lane
from domain.workflow import Workflow


class PauseReason(StrEnum):
    """A reason for which time does not count."""

    APPLICANT_INCOMPLETE = "APPLICANT_INCOMPLETE"
    SIAK_NETWORK = "SIAK_NETWORK"
    POWER = "POWER"
    BLANK_STOCK = "BLANK_STOCK"
    TTE_BSRE = "TTE_BSRE"
    AFIS = "AFIS"

    @property
    def words(self) -> Text:
        """What it is called."""
        return _TITLES[self]


_TITLES = {
    PauseReason.APPLICANT_INCOMPLETE: Text(id="menunggu kelengkapan dari pemohon", en="waiting for the applicant"),
    PauseReason.SIAK_NETWORK: Text(id="gangguan jaringan SIAK", en="SIAK network fault"),
    PauseReason.POWER: Text(id="listrik padam", en="power cut"),
    PauseReason.BLANK_STOCK: Text(id="blangko kartu habis", en="no card blanks"),
    PauseReason.TTE_BSRE: Text(id="layanan tanda tangan elektronik terganggu", en="signature service down"),
    PauseReason.AFIS: Text(id="layanan sidik jari (AFIS) terganggu", en="fingerprint service (AFIS) down"),
}

#: The reasons that people and outages may name: the applicant's turn comes with a return, which tells the applicant.
OFFICE_REASONS = tuple(reason for reason in PauseReason if reason is not PauseReason.APPLICANT_INCOMPLETE)


def _does(*actions: str) -> Callable[[Workflow, Lane], bool]:
    """Whether a step of the workflow is one of these automatic actions."""
    return lambda workflow, lane: any(step.automatic in actions for step in workflow.in_lane(lane).steps.values())


#: Which document types an outage of this kind stops. One that is not listed stops all of them. A card may lead to a
#: signed letter when blanks are out, but does not wait for the signature service otherwise.
_STOPS: Mapping[PauseReason, Callable[[Workflow, Lane], bool]] = {
    PauseReason.BLANK_STOCK: _does("stock.reserve", "stock.wait"),
    PauseReason.TTE_BSRE: lambda workflow, _: workflow.product.signed_pdf is not None,
    PauseReason.AFIS: _does("registry.deduplicate"),
}

_OUTAGE = "outage:"
_LATE, _LONGEST_AGO = timedelta(hours=1), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Hold:
    """What holds a clock: a reason, and whether as an outage. Written as ledgers and `Dossier.held` name it."""

    reason: PauseReason
    outage: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether a person set it: it is no outage, and not the applicant's turn."""
        return not self.outage and self.reason in OFFICE_REASONS

    def __str__(self) -> str:
        return f"{_OUTAGE}{self.reason}" if self.outage else str(self.reason)

    @classmethod
    def read(cls, text: str) -> Hold:
        """What `str` wrote. Raises ValueError for what it never writes."""
        return cls(PauseReason(text.removeprefix(_OUTAGE)), text.startswith(_OUTAGE))


def held_by_outage(held: Iterable[str]) -> bool:
    """Whether an outage is among what holds a dossier (`Dossier.held`)."""
    return any(Hold.read(each).outage for each in held)


def office_reason(text: str) -> PauseReason:
    """The reason that somebody named for a pause or an outage. Raises Refused."""
    allowed = ", ".join(OFFICE_REASONS)
    if text == PauseReason.APPLICANT_INCOMPLETE:
        raise Refused("needs_message", "A pause for the applicant needs a message sent to them, so it comes only with "
                      "`jalur return`, which sends it.", allowed=f"`jalur return`, or one of {allowed}")  # fmt: skip
    if text not in OFFICE_REASONS:
        raise Refused("unknown_reason", f"There is no reason {text!r}.", allowed=allowed)
    return PauseReason(text)


def types_stopped(reason: PauseReason, workflows: Mapping[str, Workflow], lane: Lane) -> list[str] | None:
    """The document types that an outage for this reason stops in a lane: a lack of card blanks stops only cards. None
    for every type, as with a power cut."""
    if reason not in _STOPS:
        return None
    return sorted(code for code, workflow in workflows.items() if can_stop(reason, workflow, lane))


def can_stop(reason: PauseReason, workflow: Workflow, lane: Lane) -> bool:
    """Whether what the reason names is needed for a document of this type in a lane."""
    stops = _STOPS.get(reason)
    return stops is None or stops(workflow, lane)


def is_recorded_late(start: datetime, recorded: datetime) -> bool:
    """Whether an outage was recorded so long after it began that the head is told: by then it may be meant to save what
    was late."""
    return recorded - start > _LATE


def checked_times(start: datetime, end: datetime | None, now: datetime, told: Callable[[datetime], str]) -> None:
    """Raise Refused unless an outage may be recorded so: aware instants, not in the future, the end after the start,
    which lies at most 30 days back when it is new (without an end). `told` gives an instant in office time, for the
    words."""
    for at in (start, *((end,) if end else ())):
        if at.utcoffset() is None:
            raise Refused("naive_datetime", "The time does not say which zone it is meant in.",
                          allowed="a time with an offset, such as 2026-03-02T09:00+08:00")  # fmt: skip
        if at > now:
            raise Refused("in_the_future", "The time lies in the future.", allowed=f"up to {told(now)}, office time")
    if end is None and now - start > _LONGEST_AGO:
        raise Refused("too_long_ago", f"The time lies more than {_LONGEST_AGO.days} days back: who was late then stays "
                      "late.", allowed=f"from {told(now - _LONGEST_AGO)} on, office time")  # fmt: skip
    if end is not None and end <= start:
        raise Refused("end_before_start", f"The outage began at {told(start)} (office time), which is not before that "
                      "end.", allowed="a time after it")  # fmt: skip
