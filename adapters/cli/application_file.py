"""An application as a JSON file, read so that a mistake in it is told with its place and never with its content.

{"lane": "online", "channel": "web",
 "fields": {"applicant_nik": "…"},
 "papers": {"event_form": "scan.pdf", "family_card": "data:application/pdf;base64,…", "birth_letter": null}}
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.application import InvalidApplication
from domain.errors import Refused
from domain.roles import Lane
from domain.sentence import Sentence
from lanes.papers import LARGEST, Paper

_KEYS = ("lane", "channel", "code", "fields", "papers")


class BrokenApplicationFile(InvalidApplication):
    """An application file that holds something where, or as, it must not: `problems` lists all of it."""

    def __init__(self, problems: Collection[str]) -> None:
        super().__init__("this file", [Sentence(problem) for problem in problems])
        self.code = "application_file"


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplicationFile:
    """What a file says; `folder` is where the paths of its scans begin."""

    lane: Lane | None = None
    channel: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    papers: Mapping[str, str | None] = field(default_factory=dict)
    folder: Path = Path()


def read_application(name: str | None) -> ApplicationFile:
    """Read a file (`-`: standard input; None: nothing). Raises Refused or OSError."""
    if name is None:
        return ApplicationFile()
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        told = json.loads(text)
    except UnicodeDecodeError:
        raise _wrong("is not UTF-8 text", "a JSON object") from None
    except json.JSONDecodeError as error:
        raise _wrong(f"is not JSON (line {error.lineno}, column {error.colno})", "a JSON object") from None
    if not isinstance(told, dict):
        raise _wrong("is not a JSON object", f"an object with {', '.join(_KEYS)}")
    if problems := list(_misshapen(told)):
        raise BrokenApplicationFile(problems)
    lane, fields, papers = told.get("lane"), told.get("fields") or {}, told.get("papers") or {}
    folder = Path() if name == "-" else Path(name).parent
    return ApplicationFile(lane=lane and Lane(lane), channel=told.get("channel"), fields=fields, papers=papers,
                           folder=folder)  # fmt: skip


def _misshapen(told: Mapping[str, Any]) -> Iterator[str]:
    """Everything that a file holds where, or as, it must not; entries by their place, for a name may be a person's."""
    strange = len(told.keys() - set(_KEYS))
    if strange:
        yield f"the top: holds {strange} unknown {'name' if strange == 1 else 'names'} (allowed: {', '.join(_KEYS)})"
    if told.get("lane") not in (None, *Lane):
        yield f"lane: names a lane that does not exist (allowed: {', '.join(Lane)})"
    for key in ("channel", "code"):
        if not isinstance(told.get(key), str | None):
            yield f"{key}: is no text (allowed: a text in quotes)"
    for part, kinds, allowed in (
        ("fields", str | int | float | bool | None, "a text, a number, true, false or null"),
        ("papers", str | None, "the path of its scan in quotes, or null"),
    ):
        entries = told.get(part)
        if entries is not None and not isinstance(entries, dict):
            yield f'{part}: has to be an object (allowed: {{"NAME": …}}, each with {allowed})'
            continue
        for place, value in enumerate((entries or {}).values(), 1):
            if not isinstance(value, kinds):
                yield f"{part}, entry {place}: holds {_kind(value)} (allowed: {allowed})"


def _kind(value: object) -> str:
    return {list: "a list", dict: "an object", bool: "true or false"}.get(type(value), "a number")


def papers_of(given: ApplicationFile, scans: Mapping[str, str]) -> dict[str, Paper | None]:
    """The papers of a file and of the command line, their scans read. A scan that cannot be read stays among them with
    its fault, so that the intake tells of it together with everything else."""
    found = {name: _scan(text, given.folder) for name, text in given.papers.items()}
    return found | {name: _scan(path or None, Path()) for name, path in scans.items()}


def _scan(text: str | None, folder: Path) -> Paper | None:
    if text is None:
        return None
    if text.startswith("data:"):
        try:
            return Paper(base64.b64decode(text.partition(",")[2], validate=True))
        except ValueError:
            return Paper(fault="is no base64 text (allowed: data:application/pdf;base64,…)")
    try:
        with (folder / text).open("rb") as file:
            return Paper(file.read(LARGEST + 1))  # one byte too many is enough to be refused
    except (OSError, ValueError) as error:  # the path may hold a person's name, so it is not repeated
        why = getattr(error, "strerror", None) or "that is no path"
        return Paper(fault=f"cannot be read: {why} (allowed: the path of a PDF, JPEG or PNG file)")


def _wrong(what: str, allowed: str) -> Refused:
    return Refused("application_file", f"The application file {what}.", allowed=allowed)
