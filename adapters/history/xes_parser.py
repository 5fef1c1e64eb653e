"""Reads XES from a stream of pieces, one case after another, holding only the case that is being read.

expat does the XML. Any DOCTYPE is refused, which is where entities are declared: so there are no entity bombs
and nothing outside the file is ever looked at (what defusedxml calls forbid_dtd). expat must hold a whole tag
before it can hand it over, so the distance to the tag it waits for is watched, too.
"""

from __future__ import annotations

from typing import NamedTuple, NoReturn
from xml.parsers import expat

from adapters.history.source import PIECE, Limits
from adapters.history.xes_values import NESTING, SIMPLE, problem_with
from domain.errors import Refused
from domain.eventlog import Attribute, Classifier, Extension, Global, LogHeader

_WITHIN = {"extension": "log", "global": "log", "classifier": "log", "trace": "log", "event": "trace", "values": "list"}
_OVERHEAD = 200  # bytes that an attribute or event takes in memory beside its texts
_HOLDERS = SIMPLE | NESTING | {"log", "trace", "event", "global"}
_KNOWN = "log, extension, global, classifier, trace, event, and attributes: string, date, int, float, boolean, id, list"
_DECLARED = "XML in the encoding that its first line names, UTF-8 if it names none"
_CUT_OFF = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
}
_ENCODING = {
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING],
    expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING],
}


class RawEvent(NamedTuple):
    """An event's attributes and the line where it begins."""

    line: int
    attributes: tuple[Attribute, ...]


class RawCase(NamedTuple):
    """A trace as it stands in the file."""

    line: int
    attributes: tuple[Attribute, ...]
    events: tuple[RawEvent, ...]


class XesParser:
    """Feed it pieces, take the finished cases; `header()` is complete after `close()`.

    Raises Refused, with the line, at the first thing that is not XES or exceeds a limit.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._fed = 0
        self._finished: list[RawCase] = []
        # What is open, outermost first: tag, key, value, attributes gathered within.
        self._open: list[tuple[str, str | None, str | None, list[Attribute]]] = []
        self._line = self._event_line = 0
        self._scope = ""
        self._events: list[RawEvent] = []
        self._held = self._log_held = 0
        self._marks: dict[str, str] = {}
        self._extensions: list[Extension] = []
        self._globals: list[Global] = []
        self._classifiers: list[Classifier] = []
        self._attributes: list[Attribute] = []
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def feed(self, piece: bytes) -> list[RawCase]:
        """Take the next piece; gives the cases that it finished."""
        self._fed += len(piece)
        self._parse(piece, last=False)
        # Twice the limit, since values may be written longer than they are (&amp; for one character).
        if self._fed - self._parser.CurrentByteIndex > 2 * self._limits.value + PIECE:
            self._refuse(f"one tag or value is longer than {self._limits.value} bytes", "shorter values")
        finished, self._finished = self._finished, []
        return finished

    def close(self) -> None:
        """Say that there are no more pieces."""
        self._parse(b"", last=True)

    def header(self) -> LogHeader:
        """What the log says of itself."""
        return LogHeader(
            marks=self._marks,
            extensions=tuple(self._extensions),
            globals=tuple(self._globals),
            classifiers=tuple(self._classifiers),
            attributes=tuple(self._attributes),
        )

    def _parse(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as problem:
            self._line = problem.lineno
            if problem.code in _CUT_OFF and last:
                self._refuse("the file is cut off", "XML that ends with </log>")
            if problem.code in _ENCODING:
                self._refuse(
                    f"not well-formed, or not in the encoding that it declares (column {problem.offset + 1})", _DECLARED
                )
            self._refuse(f"{expat.ErrorString(problem.code)} (column {problem.offset + 1})", "well-formed XML")
        except (LookupError, ValueError):  # how pyexpat says that it does not know the encoding
            self._refuse("the XML declaration names an encoding that cannot be read", _DECLARED)

    def _doctype(self, *_: object) -> NoReturn:
        self._refuse("the file has a DOCTYPE, by which entities are declared", "XES without a DOCTYPE")

    def _start(self, name: str, given: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        outer = self._open[-1][0] if self._open else None
        key = value = None
        if tag in SIMPLE or tag in NESTING:
            key, value = self._attribute(tag, given)
            misplaced = outer not in _HOLDERS if tag != "values" else outer != "list"
        else:
            misplaced = outer != _WITHIN[tag] if tag in _WITHIN else tag != "log" or outer is not None
            self._element(tag, given)
        if misplaced:
            where = f"within <{outer}>" if outer else "as the outermost element"
            self._refuse(f"<{_shown(tag)}> stands {where}", f"XES elements in their places: {_KNOWN}")
        if len(self._open) > self._limits.depth:
            self._refuse("attributes lie too deep within attributes", f"at most {self._limits.depth} levels")
        self._open.append((tag, key, value, []))

    def _attribute(self, tag: str, given: dict[str, str]) -> tuple[str | None, str | None]:
        key, value = given.get("key"), given.get("value")
        simple = tag in SIMPLE
        if (key is None and tag in SIMPLE | {"list"}) or (value is None) is simple or len(given) > simple + 1:
            self._refuse(f"<{tag}> has not the right XML attributes", "key and value; key alone for a list")
        size = len(key or "") + len(value or "")
        if size > self._limits.value:
            self._refuse(f"a value is longer than {self._limits.value} bytes", "shorter values")
        self._hold(size)
        if value is not None and (allowed := problem_with(tag, value)):
            self._refuse(f"attribute {_shown(key)} is no {tag}", allowed)
        return key, value

    def _hold(self, size: int) -> None:
        """Count what must be kept in memory: a case until it ends, what the log says of itself to the last."""
        if len(self._open) > 1 and self._open[1][0] == "trace":
            self._held += size + _OVERHEAD
        else:
            self._log_held += size + _OVERHEAD
        if max(self._held, self._log_held) > self._limits.case:
            self._refuse(f"one case, or the log's own data, is longer than {self._limits.case} bytes", "smaller cases")

    def _element(self, tag: str, given: dict[str, str]) -> None:
        try:
            if tag == "event":
                self._event_line = self._parser.CurrentLineNumber
            elif tag == "trace":
                self._line = self._parser.CurrentLineNumber
                self._held = 0
            elif tag == "log":
                self._marks = {mark: text for mark, text in given.items() if " " not in mark}
            elif tag == "extension":
                self._extensions.append(Extension(given["name"], given["prefix"], given["uri"]))
            elif tag == "classifier":
                self._classifiers.append(Classifier(given["name"], given["keys"], given.get("scope")))
            elif tag == "global" and given["scope"] not in {"trace", "event"}:
                self._refuse("<global> has another scope", "trace or event")
        except KeyError as missing:
            self._refuse(f"<{tag}> lacks {missing.args[0]}", "extension: name, prefix, uri; classifier: name, keys")
        if tag not in {"log", "trace"}:
            self._hold(sum(map(len, given.values())))
        self._scope = given.get("scope", "")

    def _end(self, name: str) -> None:
        tag, key, value, within = self._open.pop()
        if tag in SIMPLE or tag in NESTING:
            self._open[-1][3].append(Attribute(tag, key, value, tuple(within)))
        elif tag == "event":
            self._events.append(RawEvent(self._event_line, tuple(within)))
        elif tag == "trace":
            self._finished.append(RawCase(self._line, tuple(within), tuple(self._events)))
            self._events = []
        elif tag == "global":
            self._globals.append(Global(self._scope, tuple(within)))
        elif tag == "log":
            self._attributes = within

    def _refuse(self, problem: str, allowed: str) -> NoReturn:
        line = max(self._line, self._parser.CurrentLineNumber)
        raise Refused("history_xes", f"{self._name}, line {line}: {problem}.", allowed=allowed)


def _shown(name: str | None) -> str:
    """A name out of the file, short enough for a message."""
    return repr(name if name is None or len(name) <= 60 else f"{name[:60]}…")
