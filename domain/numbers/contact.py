"""Names of people and the ways to reach them: what is accepted, and the one form in which it is kept."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from domain.sentence import say

RecipientKind = Literal["email", "phone", "username"]

LONGEST_NAME: Final = 60
_NAME_EXTRAS: Final = frozenset(" .,'’-")
_PHONE_SEPARATORS: Final = re.compile(r"[\s.()\-]")
_MOBILE: Final = re.compile(r"(?:\+?62|0)(8[1-9][0-9]{7,10})")
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(
    rf"([A-Za-z0-9_+%-]+(?:\.[A-Za-z0-9_+%-]+)*)@((?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
)
_USERNAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}")


def parse_name(text: object) -> str:
    """A person's name with single spaces: at most 60 characters, at least two words, letters and . , ' - only.

    Raises ValueError that does not repeat the name.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split()) if isinstance(text, str) else ""
    problems = []
    if len(name) > LONGEST_NAME:
        problems.append(f"it has {len(name)} characters, at most {LONGEST_NAME} are allowed")
    one_word = len(name_words(name)) < 2
    if one_word:
        problems.append("it needs at least two words")
    strange = [
        str(at)
        for at, sign in enumerate(name, 1)
        if sign not in _NAME_EXTRAS and unicodedata.category(sign)[0] not in "LM"
    ]
    if strange:
        problems.append(f"position {', '.join(strange[:3])} holds a sign other than letters, spaces and . , ' -")
    if problems:
        words = "This name cannot be taken: " + "; ".join(problems) + "."
        raise ValueError(say("name_of_one_word" if one_word else "name_wrong", words))
    return name


def name_words(name: str) -> tuple[str, ...]:
    """The words by which a name is compared and found: no case, accents or punctuation, in order."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(sign if sign.isalnum() else _gap(sign) for sign in plain)
    return tuple(kept.split())


def _gap(sign: str) -> str:
    """What a sign that is no letter turns into: marks and apostrophes vanish inside a word, the rest ends it."""
    return "" if unicodedata.combining(sign) or sign in "'’`" else " "


def parse_phone(text: object) -> str:
    """An Indonesian mobile number as `+62…`; spaces, dots, hyphens and brackets are ignored. Raises ValueError."""
    plain = _PHONE_SEPARATORS.sub("", text) if isinstance(text, str) else ""
    match = _MOBILE.fullmatch(plain)
    if match is None:
        raise ValueError(say("phone_wrong", "This is no Indonesian mobile number; it begins with 08, 628 or +628 and "
                             "has 10 to 13 digits from the 0 on."))  # fmt: skip
    return f"+62{match[1]}"


def parse_email(text: object) -> str:
    """An e-mail address, its domain in lower case. Raises ValueError that does not repeat the address."""
    plain = text.strip() if isinstance(text, str) else ""
    match = _EMAIL.fullmatch(plain)
    if match is None or len(match[1]) > 64 or len(plain) > 254:
        raise ValueError(say("email_wrong", "This is no e-mail address; it has one @ between a name and a domain with "
                             "a dot, such as name@example.id, and no spaces."))  # fmt: skip
    return f"{match[1]}@{match[2].lower()}"


def recipient_kind(recipient: str) -> RecipientKind:
    """Whether a message's recipient is an e-mail address, a phone number or an office username. Raises ValueError."""
    if "@" in recipient:
        parse_email(recipient)
        return "email"
    if _USERNAME.fullmatch(recipient):
        return "username"
    try:
        parse_phone(recipient)
    except ValueError:
        raise ValueError(
            "The recipient is neither an e-mail address, nor an Indonesian mobile number, nor a username."
        ) from None
    return "phone"
