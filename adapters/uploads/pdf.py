"""Scans as PDF: read from end to end, and refused when they are locked, cut off, too long, or do something.

pypdf is written in Python and bounds what it unpacks, so a file made to exhaust the machine ends in an error.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from lanes.papers import Unreadable, unreadable

MOST_PAGES: Final = 40
"""Papers of an application have a few pages; a court's ruling some more."""
_MOST_OBJECTS: Final = 20_000
_END = 2048  # bytes at the end in which a PDF says that it is whole
#: What makes a PDF do something when it is opened or read, and what carries other files in it.
_ACTIVE_KEYS: Final = frozenset({"/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/EF", "/XFA", "/RichMedia"})
_ACTIVE_ACTIONS: Final = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound"}
)

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every oddity, with parts of the file


def checked_pdf(content: bytes) -> None:
    """Read it whole. Raises Unreadable."""
    try:
        if b"%%EOF" not in content[-_END:]:
            raise _damaged()
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise unreadable("locked", "is locked with a password (save it without one, or photograph the paper)")
        pages = len(reader.pages)
        if not 1 <= pages <= MOST_PAGES:
            raise unreadable("pages", f"has {pages} pages (allowed: 1 to {MOST_PAGES})", pages=pages)
        if any(page.mediabox.width <= 0 or page.mediabox.height <= 0 for page in reader.pages):
            raise _damaged()
        if any(_acts(found) for found in _dictionaries(reader)):
            words = "is a PDF that runs something or carries other files (photograph the paper itself)"
            raise unreadable("active", words)
    except Unreadable:
        raise
    except (
        PyPdfError,
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
        MemoryError,
    ):  # fmt: skip - all that pypdf raises on files that are none
        raise _damaged() from None


def _damaged() -> Unreadable:
    return unreadable("damaged", "is cut off or damaged (save the PDF anew, or photograph the paper)")


def _acts(found: DictionaryObject) -> bool:
    return not _ACTIVE_KEYS.isdisjoint(found) or found.get("/S") in _ACTIVE_ACTIONS


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Everything the document leads to. Raises Unreadable when it has no end."""
    todo: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    looked = 0
    while todo:
        value = todo.pop()
        if isinstance(value, IndirectObject):
            name = (value.idnum, value.generation)
            if name in seen:
                continue
            seen.add(name)
            value = value.get_object()
        if isinstance(value, DictionaryObject):
            yield value
            todo.extend(dict.values(value))
        elif isinstance(value, ArrayObject):
            todo.extend(list.__iter__(value))
        looked += 1
        if looked > _MOST_OBJECTS * 10:
            raise unreadable("complicated", "is too complicated for a scan (photograph the paper)")
