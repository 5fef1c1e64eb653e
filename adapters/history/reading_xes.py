"""Turns the traces of an XES file into cases of Jalur's history, by the map."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NoReturn

from adapters.history.naming import case_named
from adapters.history.source import Content, Limits
from adapters.history.xes_parser import RawCase, RawEvent, XesParser
from domain.errors import Refused
from domain.eventlog import Attribute, LogCase, LogEvent, LogHeader
from domain.history_map import HistoryMap, MomentRule


class XesReader:
    """Gives the cases of `content` one by one; `header` is complete once they have all been given."""

    def __init__(self, content: Content, mapping: HistoryMap, limits: Limits) -> None:
        self._content = content
        self._map = mapping
        self._parser = XesParser(content.name, limits)

    @property
    def header(self) -> LogHeader:
        """What the log says of itself."""
        return self._parser.header()

    def cases(self) -> Iterator[LogCase]:
        """Each case as it ends in the file. Raises Refused where the file or the map does not hold."""
        while piece := self._content.read():
            for raw in self._parser.feed(piece):
                yield self._case(raw)
        self._parser.close()

    def _case(self, raw: RawCase) -> LogCase:
        told = _values(raw.attributes)
        case_id = told.get(self._map.case)
        if not case_id:
            self._refuse(raw.line, "a case", f"lacks attribute {self._map.case!r}, its number", "one in every case")
        named = case_named(case_id)
        rule = self._map.lane
        channel = told.get(rule.attribute)
        if not channel:
            self._refuse(raw.line, named, f"lacks attribute {rule.attribute!r}, which tells the lane", rule.allowed)
        lane = rule.lane_of(channel)
        if lane is None:
            self._refuse(
                raw.line, named, f"attribute {rule.attribute!r} has a value the map does not list", rule.allowed
            )
        due = self._map.deadline
        text = told.get(due.attribute) if due else None
        return LogCase(
            case_id=case_id,
            lane=lane,
            channel=channel,
            deadline=self._moment(raw.line, named, due, text) if due and text else None,
            attributes=raw.attributes,
            events=tuple(self._event(event, named) for event in raw.events),
        )

    def _event(self, raw: RawEvent, case: str) -> LogEvent:
        told = _values(raw.attributes)
        activity, rule = told.get(self._map.activity), self._map.timestamp
        if not activity:
            self._refuse(raw.line, case, f"an event lacks attribute {self._map.activity!r}, its activity", "any text")
        text = told.get(rule.attribute)
        if not text:
            self._refuse(raw.line, case, f"an event lacks attribute {rule.attribute!r}, its time", "an instant")
        person = self._map.person
        return LogEvent(
            activity=activity,
            at=self._moment(raw.line, case, rule, text),
            resource=(told.get(person) or None) if person else None,
            attributes=raw.attributes,
        )

    def _moment(self, line: int, case: str, rule: MomentRule, text: str) -> datetime:
        try:
            return rule.read(text)
        except ValueError as problem:
            wrong, _, allowed = str(problem).partition("; allowed: ")
            self._refuse(line, case, f"attribute {rule.attribute!r} {wrong}", allowed)

    def _refuse(self, line: int, case: str, problem: str, allowed: str) -> NoReturn:
        raise Refused("history_case", f"{self._content.name}, line {line}: {case}: {problem}.", allowed=allowed)


def _values(attributes: tuple[Attribute, ...]) -> dict[str | None, str | None]:
    return {key: value for _, key, value, _ in attributes}
