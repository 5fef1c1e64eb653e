"""What a rule says when it is broken, and the words all rules share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake: `path` is where it stands in the model (keys and list positions), `allowed` what would be right."""

    path: tuple[str | int, ...]
    problem: str
    allowed: str = ""


def listed(names: Iterable[object]) -> str:
    """The allowed values as one line, in a stable order."""
    return ", ".join(sorted(str(name) for name in names)) or "none is declared"


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """The sentence for a name that nobody declared, with the nearest one that somebody did."""
    near = nearest(name, known)
    return f"unknown {kind} {name!r}" + (f"; did you mean {near!r}?" if near else "")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The declared name that a misspelt one was most likely meant to be, or None."""
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.6)), None)
