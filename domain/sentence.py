"""What the rules say to people, so that it can be said again in other words: a page for citizens speaks otherwise than
the command line, and in two languages.

The sentence itself is English and for a clerk. Like every message of Jalur it holds no personal data.
"""

from __future__ import annotations

from typing import Any


class Sentence(str):
    """A sentence with what it is about: `code`, a stable snake_case name of what is said; `facts`, what stands in it
    (a limit, a lane, a username); `place`, the field or paper that it is about, "" where there is none."""

    code: str = ""
    place: str = ""
    facts: dict[str, Any] = {}  # noqa: RUF012 - never changed: `say` gives each its own

    def at(self, place: str) -> Sentence:
        """The same, said of a field or paper: "place: …"."""
        return _made(f"{place}: {self}", code=self.code, place=place, facts=self.facts)

    def as_sentence(self) -> Sentence:
        """The same with a full stop. A username that begins it stays as it is written."""
        return _made(f"{self}.", code=self.code, place=self.place, facts=self.facts)


def say(code: str, text: str, **facts: object) -> Sentence:
    """A sentence and what it is about; see `Sentence`."""
    return _made(text, code=code, place="", facts=facts)


def sentence_of(error: Exception) -> Sentence:
    """What an error says; without a code when it was not said by the rules."""
    words = error.args[0] if error.args else ""
    return words if isinstance(words, Sentence) else Sentence(words)


def _made(text: str, *, code: str, place: str, facts: dict[str, Any]) -> Sentence:
    made = Sentence(text)
    made.code, made.place, made.facts = code, place, facts
    return made
