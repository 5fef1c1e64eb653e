"""Writes cases as XES (IEEE 1849), a case at a time, in the order of elements that the standard sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO
from xml.sax.saxutils import quoteattr

from domain.eventlog import Attribute, LogCase, LogHeader

NAMESPACE = "http://www.xes-standard.org/"
_VERSION = re.compile(r"\d+(\.\d+)?")
_MARK = re.compile(r"[A-Za-z_][\w.-]*")


def write_xes(header: LogHeader, cases: Iterable[LogCase], out: BinaryIO) -> None:
    """Write a whole log to `out` as UTF-8. Attributes are written as they stand, with their order and nesting.

    Cases from elsewhere than XES want `domain.eventlog.with_standard_attributes` first.
    """
    for part in _log(header, cases):
        out.write(part.encode())


def _log(header: LogHeader, cases: Iterable[LogCase]) -> Iterator[str]:
    marks = {mark: text for mark, text in header.marks.items() if _MARK.fullmatch(mark)}
    if not _VERSION.fullmatch(marks.get("xes.version", "")):
        marks["xes.version"] = "1849.2016"  # the schema wants a decimal number here
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<log{_written(marks)} xmlns={quoteattr(NAMESPACE)}>\n"
    for extension in header.extensions:
        yield f"\t<extension{_written(extension._asdict())}/>\n"
    for scope, within in header.globals:
        yield f"\t<global{_written({'scope': scope})}>\n{_attributes(within, 2)}\t</global>\n"
    for classifier in header.classifiers:
        yield f"\t<classifier{_written(classifier._asdict())}/>\n"
    yield _attributes(header.attributes, 1)
    for case in cases:
        yield f"\t<trace>\n{_attributes(case.attributes, 2)}"
        for event in case.events:
            yield f"\t\t<event>\n{_attributes(event.attributes, 3)}\t\t</event>\n"
        yield "\t</trace>\n"
    yield "</log>\n"


def _attributes(attributes: tuple[Attribute, ...], depth: int) -> str:
    """Attributes as elements, indented, each with what it holds."""
    indent = "\t" * depth
    parts: list[str] = []
    for kind, key, value, children in attributes:
        start = f"{indent}<{kind}{_written({'key': key, 'value': value})}"
        if children:
            parts.append(f"{start}>\n{_attributes(children, depth + 1)}{indent}</{kind}>\n")
        else:
            parts.append(f"{start}/>\n")
    return "".join(parts)


def _written(texts: Mapping[str, str | None]) -> str:
    """XML attributes, those without a text left out; line breaks and tabs are kept by character references."""
    return "".join(f" {name}={quoteattr(text)}" for name, text in texts.items() if text is not None)
