"""One ZIP of what is held about a person: `data.json` for programs, `data.html` for people, and every file.

It is made while it is taken, a file at a time, and lies nowhere: not in memory as a whole, and on no disk of ours.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

from domain.citizen import STATUS
from domain.errors import Refused
from domain.office import OfficeConfig
from domain.words import moment
from lanes.person_export import Export, PersonExport


class _Chunks(io.RawIOBase):
    """What was written since it was last taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def archive_name(export: Export) -> str:
    """What the archive is called; it names nobody."""
    return f"{export.number}.zip"


def archive(export: Export, source: PersonExport, config: OfficeConfig) -> Iterator[bytes]:
    """The archive, in parts. A file that cannot be read any more is named in it in place of its content."""
    chunks, missing = _Chunks(), list[str]()
    with ZipFile(chunks, "w", ZIP_DEFLATED) as made:
        for file in export.files:
            try:
                made.writestr(file.name, source.content(file))
            except Refused:
                missing.append(file.name)
            yield chunks.take()
        about = {**export.about, "files_not_readable": missing}
        made.writestr("data.json", json.dumps(about, ensure_ascii=False, indent=2))
        made.writestr("data.html", _page(about, config))
        yield chunks.take()
    yield chunks.take()


def _page(about: dict[str, Any], config: OfficeConfig) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("adapters.person_archive", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    zone = ZoneInfo(config.office.timezone)

    def at(text: str | None) -> str:
        return moment(datetime.fromisoformat(text), zone).id if text else "–"

    lanes = {lane: rules.title for lane, rules in config.lanes.items()}
    template = environment.get_template("data.html.jinja")
    return template.render(about=about, office=config.office, at=at, statuses=STATUS, lanes=lanes)
