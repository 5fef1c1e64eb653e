"""One YAML file as plain data that remembers the line of each key and item.

ruamel.yaml's own loaders are not used: the quick one crashes the process on deep nesting and keeps no lines, the one
that keeps lines takes seconds for an office's files. So its parser's events are read one by one, which also lets
every abuse be refused when it is met. YAML 1.2: `on`, `yes` and `17:30` are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from domain.errors import ConfigError, Problem

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 40

Mark = tuple[str, int]

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_PLAIN_WORDS = (
    ("mapping values are not allowed", "a ': ' stands where no key can be", "quotes around text with ': ' in it"),
    ("could not find expected ':'", "a key has no ':' after it", "key: value"),
    ("unexpected end of stream", "a quote is never closed", "quotes in pairs"),
    ("expected ',' or", "a bracket is not closed, or a comma is missing", "[one, two] and {key: value, other: value}"),
    (
        "expected <block end>",
        "a line is indented differently from its neighbours",
        "the same indent for all of one list",
    ),
    (
        "expected the node content, but found '<stream end>'",
        "a bracket is opened and never closed",
        "brackets in pairs",
    ),
    ("expected the node content", "a bracket is closed that was never opened", "brackets in pairs"),
    ("cannot start any token", "text begins with a sign (@ % `)", "quotes around such text"),
    ("unknown escape character", "a \\ in double quotes that means nothing", "single quotes around text with a \\"),
)
"""For an analyst, what the thorough parser says in words meant for programmers."""
_SAYS_WHERE_IT_BEGAN = ("end of stream", "expected ',' or", "could not find")


class Table(dict[str, Any]):
    """A mapping; `marks` has the file and line of each key, `mark` those of its beginning."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: dict[str, Mark] = {}


class Row(list[Any]):
    """A list; `marks` has the file and line of each item."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[Mark] = []


def read_yaml(path: Path) -> Table:
    """The mapping that a file holds. Raises ConfigError naming the file and line of each problem."""
    return parse_yaml(read_text(path), str(path))


def read_text(path: Path) -> str:
    """A file's text. Raises ConfigError when it cannot be read as one."""
    name = str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _error(name, 1, "is too large", f"at most {MAX_BYTES // 1024} KiB")
        raw = path.read_bytes()
    except OSError as error:
        raise _error(name, 1, f"cannot be read: {error.strerror}", "a file that Jalur may read") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _error(name, line, "is not written in UTF-8", "a file saved as UTF-8") from None


def parse_yaml(text: str, name: str, twice: list[Problem] | None = None) -> Table:
    """The mapping that a text holds; `name` is what problems call it. Keys that stand twice are told in `twice`, so
    that they hide nothing else, or raised when there is no such list. Raises ConfigError."""
    try:
        try:
            return _Reader(name, YAML(typ="safe", pure=False).parse(text)).whole(twice)
        except MarkedYAMLError:
            # The quick parser also refuses what is right, such as `{at: 17:30}`; the thorough one has the last word.
            return _Reader(name, YAML(typ="safe", pure=True).parse(text)).whole(twice)
    except MarkedYAMLError as error:
        tab = re.search(r"^ *\t[ \t]*[^\s#]", text, re.MULTILINE)
        if tab is not None:
            line = text.count("\n", 0, tab.start()) + 1
            raise _error(name, line, "a tab stands where the line is indented", "spaces") from None
        raise _error(name, _line(error, text), *_words(error)) from None
    except YAMLError as error:
        line = text.count("\n", 0, _bad_sign(text)) + 1
        problem = f"holds a sign that no YAML file may hold ({type(error).__name__})"
        raise _error(name, line, problem, "text in printable signs") from None


def _bad_sign(text: str) -> int:
    found = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    return found.start() if found else 0


def _line(error: MarkedYAMLError, text: str) -> int:
    mark = error.problem_mark
    if any(sign in str(error.problem) for sign in _SAYS_WHERE_IT_BEGAN):
        mark = error.context_mark or mark  # where it was opened says more than where the parser gave up
    line = mark.line + 1 if mark is not None else 1
    return max(1, min(line, text.count("\n") + 1))


def _words(error: MarkedYAMLError) -> tuple[str, str]:
    """What is wrong, and what is allowed."""
    said = str(error.problem)
    known = ((problem, allowed) for sign, problem, allowed in _PLAIN_WORDS if sign in said)
    return next(known, (f"is no valid YAML: {said}", "YAML 1.2"))


def _error(file: str, line: int, problem: str, allowed: str, path: str = "") -> ConfigError:
    return ConfigError([Problem(file=file, line=line, path=path or "(file)", problem=problem, allowed=allowed)])


class _Reader:
    """Builds data from a parser's events; collects keys that stand twice, raises at what cannot be read."""

    def __init__(self, file: str, events: Iterator[Event]) -> None:
        self._file = file
        self._events = events
        self._problems: list[Problem] = []

    def whole(self, twice: list[Problem] | None) -> Table:
        documents = 0
        found: Any = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _error(self._file, _line_of(event), "a second document begins", "one document in a file")
                found = self._value(next(self._events), ())
        if self._problems and twice is None:
            raise ConfigError(self._problems)
        if documents == 0 or found is None:
            raise _error(self._file, 1, "is empty", "keys with values (key: value)")
        if not isinstance(found, Table):
            raise _error(self._file, 1, "does not hold keys with values", "keys with values (key: value)")
        if twice is not None:
            twice += self._problems
        return found

    def _value(self, event: Event, path: tuple[str | int, ...]) -> Any:
        if len(path) > MAX_DEPTH:
            raise _error(self._file, _line_of(event), "is nested too deeply", f"at most {MAX_DEPTH} levels")
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            sign = "*" if isinstance(event, AliasEvent) else "&"
            allowed = "shared parts in config/workflows/_NAME.yaml, taken up with extends: NAME"
            raise _error(self._file, _line_of(event), f"uses an anchor or alias ({sign}{anchor})", allowed)
        if tag:
            raise _error(self._file, _line_of(event), f"uses a tag ({tag})", "plain values")
        if isinstance(event, ScalarEvent):
            return event.value if event.style in ("'", '"', "|", ">") else _plain(event.value)
        if isinstance(event, SequenceStartEvent):
            return self._row(event, path)
        return self._table(event, path)

    def _row(self, start: Event, path: tuple[str | int, ...]) -> Row:
        row = Row((self._file, _line_of(start)))
        while not isinstance(event := next(self._events), SequenceEndEvent):
            row.marks.append((self._file, _line_of(event)))
            row.append(self._value(event, (*path, len(row))))
        return row

    def _table(self, start: Event, path: tuple[str | int, ...]) -> Table:
        table = Table((self._file, _line_of(start)))
        while not isinstance(event := next(self._events), MappingEndEvent):
            line = _line_of(event)
            if not isinstance(event, ScalarEvent):
                raise _error(self._file, line, "a key is a list or a mapping", "a word as key", written(path))
            key = event.value
            mark = table.marks.get(key)
            if mark is not None:
                problem = f"the key {key!r} stands twice; it is in line {mark[1]} already"
                self._problems.append(
                    Problem(
                        file=self._file, line=line, path=written((*path, key)), problem=problem, allowed="each key once"
                    )
                )
            table.marks[key] = (self._file, line)
            table[key] = self._value(next(self._events), (*path, key))
        return table


def _line_of(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _plain(text: str) -> Any:
    """An unquoted scalar by YAML 1.2's core schema, less what no config file needs (octal, hex, infinity)."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def written(path: tuple[str | int, ...]) -> str:
    """A path as people read it: `steps.receive.on`, `fields[2]`; list items are counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "(file)"
