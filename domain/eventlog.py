"""What an event log says, whichever system kept it: cases, their events, and everything written beside them.

Imported history and live dossiers both hand out these records, so that reports and exporters read either.
The words follow IEEE 1849 (XES): a case is its trace, an attribute is typed and may hold further attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from domain.roles import Lane

CONCEPT, TIME, ORGANIZATIONAL = "concept:name", "time:timestamp", "org:resource"


class Attribute(NamedTuple):
    """One attribute as written: XES type (`string date int float boolean id list container values`), key, text.

    `value` keeps the very text of the file, so that it can be given back; list-like types have none.
    """

    type: str
    key: str | None
    value: str | None
    children: tuple[Attribute, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEvent:
    """Something that was done in a case: `activity`, by `resource` (if told), at the aware instant `at`.

    `attributes` is all that was written about the event, in its order, the three fields above included.
    """

    activity: str
    at: datetime
    resource: str | None = None
    attributes: tuple[Attribute, ...] = ()

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError("an event's instant must be aware of its zone")


@dataclass(frozen=True, kw_only=True, slots=True)
class LogCase:
    """One case of one lane, with its events in the order of the log and the deadline it has, if any.

    `closed` tells whether it is finished; None where the log does not tell, as with imported history.
    """

    case_id: str
    lane: Lane
    channel: str
    events: tuple[LogEvent, ...]
    deadline: datetime | None = None
    closed: bool | None = None
    attributes: tuple[Attribute, ...] = ()

    def __post_init__(self) -> None:
        if self.deadline is not None and self.deadline.utcoffset() is None:
            raise ValueError("a case's deadline must be aware of its zone")


class Extension(NamedTuple):
    """An XES extension that the log declares: its name, the prefix of its keys, and where it is defined."""

    name: str
    prefix: str
    uri: str


class Global(NamedTuple):
    """Attributes that every case (`scope` trace) or every event (`scope` event) of the log carries."""

    scope: str
    attributes: tuple[Attribute, ...]


class Classifier(NamedTuple):
    """A named identity of events (or of traces, by `scope`): the attribute keys that make two of them the same."""

    name: str
    keys: str
    scope: str | None = None


STANDARD_EXTENSIONS = (
    Extension("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    Extension("Time", "time", "http://www.xes-standard.org/time.xesext"),
    Extension("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LogHeader:
    """What a log says about itself before its first case; `marks` are the XML attributes of its root element."""

    marks: dict[str, str] = field(default_factory=dict)
    extensions: tuple[Extension, ...] = STANDARD_EXTENSIONS
    globals: tuple[Global, ...] = ()
    classifiers: tuple[Classifier, ...] = (Classifier("Activity", CONCEPT),)
    attributes: tuple[Attribute, ...] = ()


def with_standard_attributes(cases: Iterable[LogCase]) -> Iterator[LogCase]:
    """Give each case and event the attributes by which XES tools find them.

    For cases that did not come from XES: the name, the instant (UTC) and the resource are written under their
    standard keys, before what is already there; an attribute that had such a key gives way.
    """
    for case in cases:
        yield replace(
            case,
            attributes=_led_by(case.attributes, Attribute("string", CONCEPT, case.case_id)),
            events=tuple(replace(event, attributes=_standard(event)) for event in case.events),
        )


def _standard(event: LogEvent) -> tuple[Attribute, ...]:
    told = [
        Attribute("string", CONCEPT, event.activity),
        Attribute("date", TIME, event.at.isoformat(timespec="milliseconds")),
    ]
    if event.resource is not None:
        told.append(Attribute("string", ORGANIZATIONAL, event.resource))
    return _led_by(event.attributes, *told)


def _led_by(attributes: tuple[Attribute, ...], *first: Attribute) -> tuple[Attribute, ...]:
    keys = {attribute.key for attribute in first}
    return (*first, *(attribute for attribute in attributes if attribute.key not in keys))
