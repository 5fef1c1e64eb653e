"""Keeps the catalogues of words up to date: `python -m adapters.web.catalogues` (`make words`).

Every message of the code and the templates is looked for. What belongs to one part of the web (`desk/`,
`templates/desk/`) goes into that part's catalogue, everything else into `common`; what `common` says too stands only
there. Translations are kept; what is no longer said goes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from adapters.web.words import FIRST, LOCALE

_HERE = LOCALE.parent
_KEYWORDS: Final = {"_": None, "gettext": None, "mark": None, "ngettext": (1, 2)}
_METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
_OPTIONS: Final = {"templates/**.html": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}}

Messages = dict[str, dict[str | tuple[str, ...], list[tuple[str, int]]]]


def said(folder: Path = _HERE) -> Messages:
    """Every message by part, with the files it is said in."""
    found: defaultdict[str, Any] = defaultdict(lambda: defaultdict(list))
    for file, _line, message, _comments, _context in extract_from_dir(
        folder, _METHODS, _OPTIONS, keywords=_KEYWORDS, directory_filter=lambda path: "node_modules" not in str(path)
    ):
        found[_part(Path(file))][message].append((Path(file).as_posix(), 0))
    common = found["common"]
    return {part: {m: places for m, places in messages.items() if part == "common" or m not in common}
            for part, messages in found.items()}  # fmt: skip


def _part(file: Path) -> str:
    folders = [name for name in file.parts[:-1] if name != "templates"]
    return folders[0] if folders else "common"


def kept(part: str) -> Catalog:
    """A part's catalogue as it is."""
    file = LOCALE / FIRST / f"{part}.po"
    if not file.exists():
        return Catalog(locale=FIRST)
    with file.open("rb") as source:
        return read_po(source, locale=FIRST)


def missing() -> Iterator[str]:
    """What is said and not translated, a line each."""
    for part, messages in sorted(said().items()):
        catalogue = kept(part)
        for message in messages:
            known = catalogue.get(message)
            string = known.string if known is not None else ""
            texts = [string] if isinstance(string, str) else list(string or ())
            if not texts or not all(texts) or (known is not None and known.fuzzy):
                yield f"locale/{FIRST}/{part}.po: {message!r}"


def update(part: str, messages: Mapping[str | tuple[str, ...], list[tuple[str, int]]]) -> None:
    """Write a part's catalogue with just these messages, sorted, so that two people's additions merge."""
    before, after = kept(part), Catalog(locale=FIRST)
    for message, places in messages.items():
        known = before.get(message)
        string = (
            known.string if known is not None and isinstance(known.string, str) is isinstance(message, str) else None
        )
        after.add(message, string, locations=sorted(set(places)))
    written = BytesIO()
    write_po(written, after, omit_header=True, sort_output=True, width=120, include_lineno=False)
    (LOCALE / FIRST / f"{part}.po").write_bytes(written.getvalue())


def main() -> int:
    """Update every catalogue and name what is still to be translated; gives 1 when something is."""
    for part, messages in said().items():
        update(part, messages)
    untranslated = [*missing()]
    sys.stdout.write("".join(f"{line}\n" for line in untranslated) or "Everything is translated.\n")
    return 1 if untranslated else 0


if __name__ == "__main__":
    sys.exit(main())
