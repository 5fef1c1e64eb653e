"""What a report page is made of: sections of topics, each with sentences, charts, and under each chart its table."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from domain.words import Said

_LONGEST = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of a table; a name that has no English stands alone."""

    name: Said
    cells: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A table with its first column's title first, and above it the chart that shows it; `alt` is what it is about."""

    alt: Said
    columns: Sequence[Said]
    rows: Sequence[Row]
    svg: str = ""
    caption: Said | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """A heading, what is to be known about the figures, and the figures."""

    title: Said
    notes: Sequence[Said] = ()
    figures: Sequence[Figure] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One report of the page."""

    title: Said
    notes: Sequence[Said]
    topics: Sequence[Topic]


def same(text: str) -> Said:
    """A name that is not translated, such as one from a log, without what no page can show, and not too long."""
    shown = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(sign).startswith("C") else sign for sign in text
    )
    return Said(shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} …", "")


def bilingual(said: Said) -> str:
    """Both languages in one line, for charts."""
    return f"{said.id} / {said.en}" if said.en else said.id


def hours(value: float | None) -> str:
    """Hours to the second decimal, as in JSON."""
    return "-" if value is None else f"{value:.2f}"


def share(value: float | None) -> str:
    """A share as a percentage, exactly what JSON says."""
    return "-" if value is None else f"{round(value, 4):.2%}"
