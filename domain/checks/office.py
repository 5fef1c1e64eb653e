"""What a lane's rules are checked against, and the rules about the office file and the message texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from string import Template
from zoneinfo import ZoneInfo

from domain.checks.finding import Finding, listed, unknown
from domain.lane import LaneRules
from domain.office import MessageSpec, OfficeSpec
from domain.ordinary_week import OrdinaryWeek
from domain.roles import OFFICE_ROLES, Lane
from domain.workflow import Workflow

#: What may stand as `$name` in a message text.
MESSAGE_VARIABLES = frozenset(
    {
        "number", "title", "title_en", "lane", "lane_en", "code", "track_url", "deficiencies", "deficiencies_en",
        "reason", "reason_en", "due", "place", "document_number", "item", "item_en", "step", "step_en", "count", "rung",
        "numbers", "estimate", "estimate_en", "open", "unassigned", "today", "overdue", "stuck", "out_of_turn", "held",
        "complaint", "topic", "topic_en", "answer_by", "decide_by",
        "person", "since", "why", "exemptions", "round", "round_en",
    }
)  # fmt: skip

#: The texts that the engine itself sends, whatever the workflows say.
ENGINE_MESSAGES = frozenset(
    {
        "received",
        "returned",
        "paused",
        "resumed",
        "due_earlier",
        "due_later",
        "rejected",
        "cancelled",
        "withdrawn",
        "complaint_received",
        "complaint_answered",
        "staff_complaint",
        "staff_complaint_due",
        "staff_stuck",
        "late",
        "reminder",
        "staff_digest",
        "staff_held",
        "staff_escalation",
        "staff_escalations",
        "staff_parity",
        "staff_parity_better",
        "staff_outage_late",
        "staff_stock_low",
        "staff_warning",
        "staff_account",
        "staff_place",
        "person_request_received",
        "person_request_answered",
        "staff_person_request_due",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What stands in the other files.

    `office` is None when its file could not be read; its people are not checked then. `today` is None where nothing is
    to be refused because its time has passed: rules in force go on when an exemption in them ends. `weeks` has no week
    for a lane whose calendar could not be read; nothing is held to its hours then.
    """

    office: OfficeSpec | None
    workflows: Mapping[str, Workflow]
    codes: Collection[str]  # every document type there is a file for, also one that could not be read
    calendars: Collection[str]
    others: Collection[LaneRules] = ()
    today: date | None = None
    weeks: Mapping[Lane, OrdinaryWeek] = field(default_factory=dict)


def unknown_types(path: tuple[str, ...], codes: Iterable[str], around: Surroundings) -> Iterator[Finding]:
    """Those of the document types named at `path` that there is no file for."""
    for code in codes:
        if code not in around.codes:
            yield Finding((*path, code), unknown("document type", code, around.codes), listed(around.codes))


def check_office(office: OfficeSpec) -> list[Finding]:
    """Everything that is wrong with the office file by itself."""
    return [*_timezone(office), *_people(office)]


def _timezone(office: OfficeSpec) -> Iterator[Finding]:
    try:
        ZoneInfo(office.timezone)
    except (KeyError, ValueError, OSError):
        allowed = "a name of the tz database, such as Asia/Makassar"
        yield Finding(("timezone",), f"{office.timezone!r} is not a timezone", allowed)


def _people(office: OfficeSpec) -> Iterator[Finding]:
    names = [person.username for person in office.people]
    for place, person in enumerate(office.people):
        if person.username in names[:place]:
            problem = f"{person.username!r} is listed twice"
            yield Finding(("people", place, "username"), problem, "one entry for each person")
        for seat, role in enumerate(person.roles):
            if role not in OFFICE_ROLES:
                problem = f"the role {role} is held in a lane's team, not in the office as a whole"
                yield Finding(("people", place, "roles", seat), problem, listed(OFFICE_ROLES))


def check_message(message: MessageSpec) -> list[Finding]:
    """Everything that is wrong with a message text: variables that nobody fills in, signs that are no variable."""
    findings = []
    for part, text in (("subject", message.subject), ("body", message.body)):
        for language in ("id", "en"):
            template = Template(getattr(text, language))
            if not template.is_valid():
                problem = "a $ stands before something that is no variable"
                findings.append(Finding((part, language), problem, "$$ for the sign itself"))
            for name in template.get_identifiers():
                if name not in MESSAGE_VARIABLES:
                    problem = unknown("variable", name, MESSAGE_VARIABLES)
                    findings.append(Finding((part, language), problem, listed(MESSAGE_VARIABLES)))
    return findings
