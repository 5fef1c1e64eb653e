"""The words of the pages in the reader's language: Indonesian first, English second.

The English words stand in the code and the templates; `locale/id/PART.po` has them in Indonesian, one catalogue for
each part of the web (`adapters.web.catalogues` keeps them up to date). They are read at the start as they are: no
compiled file is kept anywhere. Titles in the configuration have both languages already (`told`).
"""

from __future__ import annotations

import gettext as gnu
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from domain.form import Text
from domain.words import Said

LANGUAGES: Final = {"id": "Bahasa Indonesia", "en": "English"}
FIRST: Final = "id"
LOCALE = Path(__file__).parent / "locale"

language: ContextVar[str] = ContextVar("language", default=FIRST)
"""The language of the request that is being answered."""


@cache
def _words(of: str) -> gnu.NullTranslations:
    found: gnu.NullTranslations = gnu.NullTranslations()
    for file in sorted((LOCALE / of).glob("*.po")):
        compiled = BytesIO()
        with file.open("rb") as source:
            write_mo(compiled, read_po(source, locale=of))
        compiled.seek(0)
        part = gnu.GNUTranslations(compiled)
        part.add_fallback(found)
        found = part
    return found


def gettext(message: str) -> str:
    """The message, written in English, in the reader's language."""
    return _words(language.get()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """As `gettext`, for a count."""
    return _words(language.get()).ngettext(one, many, count)


def mark(message: str) -> str:
    """Marks a message that is translated where it is shown."""
    return message


def said(words: Said | Text | None) -> str:
    """Words that there are in both languages, in the reader's; nothing for none."""
    return "" if words is None else words.en if language.get() == "en" else words.id


def told(text: Text | Said | str) -> str:
    """A title of the configuration in the reader's language."""
    return text if isinstance(text, str) else said(text)
