"""Turns the rows of a CSV file, one event each, into cases and events of Jalur's history, by the map.

Rows of a case need not stand together. A row may be no longer than the limit, however many lines it spans, so a
quotation mark that is never closed, or a line without end, is found out before it fills the memory.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, NoReturn

from adapters.history.naming import case_named
from adapters.history.source import Content, Limits
from domain.errors import Refused
from domain.eventlog import Attribute, LogEvent
from domain.history_map import HistoryMap, MomentRule
from domain.roles import Lane

_DELIMITERS = ",;\t"
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what neither XML nor PostgreSQL can hold


class Row(NamedTuple):
    """One event and what its row says about its case; `line` is where the row ends."""

    line: int
    case_id: str
    lane: Lane
    channel: str
    deadline: datetime | None
    event: LogEvent


class CsvReader:
    """Gives the rows of `content` one by one; `columns` and `delimiter` are known from the first row on."""

    def __init__(self, content: Content, mapping: HistoryMap, limits: Limits) -> None:
        self._content = content
        self._map = mapping
        self._limits = limits
        self._line = 0
        self._since_row = 0
        self.columns: list[str] = []
        self.delimiter = ","

    def rows(self) -> Iterator[Row]:
        """Each event as its row ends. Raises Refused where the file or the map does not hold."""
        lines = self._lines()
        try:
            self._read_heading(next(lines, ""))
            for cells in csv.reader(lines, delimiter=self.delimiter, strict=True):
                self._since_row = 0
                if cells:
                    yield self._row(cells)
        except csv.Error as problem:
            self._refuse(f"the row cannot be read: {problem}", "cells as in RFC 4180, each below 131072 characters")

    def contradiction(self, case_id: str) -> Refused:
        """What to raise when the row just given names another channel than an earlier row of its case."""
        problem = f"{case_named(case_id)}: column {self._map.lane.attribute!r} differs from an earlier row of the case"
        return self._refusal(problem, "one channel for each case")

    def _lines(self) -> Iterator[str]:
        limit = self._limits.value
        while line := self._content.line(limit - self._since_row + 1):
            self._line += 1
            self._since_row += len(line)
            if self._since_row > limit:
                self._refuse(f"one row is longer than {limit} bytes", "shorter rows, each quotation mark closed")
            try:
                text = line.decode("utf-8-sig" if self._line == 1 else "utf-8")
            except UnicodeDecodeError as problem:
                self._refuse(f"byte {problem.start + 1} of the line is not UTF-8", "a file saved as UTF-8")
            if _NOT_TEXT.search(text):
                self._refuse("there is a control character in the line", "text")
            yield text

    def _read_heading(self, line: str) -> None:
        if not line:
            self._refuse("there is no first row", "a first row with the headings of the columns")
        mapping = self._map
        needed = [mapping.case, mapping.lane.attribute, mapping.activity, mapping.timestamp.attribute]
        needed += [mapping.person] if mapping.person else []
        needed += [mapping.deadline.attribute] if mapping.deadline else []
        for delimiter in _DELIMITERS:
            columns = next(csv.reader([line], delimiter=delimiter), [])
            if set(needed) <= set(columns):
                break
        else:
            columns = max((next(csv.reader([line], delimiter=by), []) for by in _DELIMITERS), key=len)
            missing = ", ".join(sorted(set(needed) - set(columns)))
            self._refuse(f"there is no column {missing}, which the map names", f"the columns {', '.join(needed)}")
        if len(set(columns)) < len(columns) or "" in columns:
            self._refuse("a column's heading is empty or stands twice", "headings that differ")
        self.columns, self.delimiter, self._since_row = columns, delimiter, 0

    def _row(self, cells: list[str]) -> Row:
        if len(cells) != len(self.columns):
            self._refuse(f"the row has {len(cells)} cells", f"{len(self.columns)} cells, as many as the first row")
        told = dict(zip(self.columns, cells, strict=True))
        case_id = told[self._map.case]
        if not case_id:
            self._refuse(f"column {self._map.case!r} is empty", "the number of the case in every row")
        named, rule = case_named(case_id), self._map.lane
        channel = told[rule.attribute]
        lane = rule.lane_of(channel)
        if lane is None:
            wrong = "has a value the map does not list" if channel else "is empty, though it tells the lane"
            self._refuse(f"{named}: column {rule.attribute!r} {wrong}", rule.allowed)
        activity = told[self._map.activity]
        if not activity:
            self._refuse(f"{named}: column {self._map.activity!r}, the activity, is empty", "any text")
        at = self._moment(named, self._map.timestamp, told)
        if at is None:
            self._refuse(f"{named}: column {self._map.timestamp.attribute!r}, the time, is empty", "an instant")
        person = self._map.person
        event = LogEvent(
            activity=activity,
            at=at,
            resource=(told[person] or None) if person else None,
            attributes=tuple(Attribute("string", column, cell) for column, cell in told.items()),
        )
        due = self._moment(named, self._map.deadline, told) if self._map.deadline else None
        return Row(self._line, case_id, lane, channel, due, event)

    def _moment(self, named: str, rule: MomentRule, told: dict[str, str]) -> datetime | None:
        text = told[rule.attribute]
        try:
            return rule.read(text) if text else None
        except ValueError as problem:
            wrong, _, allowed = str(problem).partition("; allowed: ")
            self._refuse(f"{named}: column {rule.attribute!r} {wrong}", allowed)

    def _refusal(self, problem: str, allowed: str) -> Refused:
        return Refused("history_csv", f"{self._content.name}, line {self._line}: {problem}.", allowed=allowed)

    def _refuse(self, problem: str, allowed: str) -> NoReturn:
        raise self._refusal(problem, allowed)
