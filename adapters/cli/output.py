"""What the commands write: JSON for programs, tables and sentences for people. Nothing else goes to standard output."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from lanes.ports import Progress

_PIPED_WIDTH = 160  # columns, where no terminal tells


def say(text: str = "") -> None:
    """A line for people."""
    typer.echo(text)


def say_json(value: object) -> None:
    """The whole answer for programs: one JSON text, instants in UTC."""
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def console(*, error: bool = False) -> Console:
    """A Rich console that takes no text for markup."""
    from rich.console import Console

    made = Console(markup=False, highlight=False, stderr=error)
    return made if made.is_terminal else Console(markup=False, highlight=False, stderr=error, width=_PIPED_WIDTH)


@contextmanager
def progress_bar(text: str, as_json: bool) -> Iterator[Progress]:
    """A progress bar on standard error, to be told how far it is; none is shown where the answer is JSON."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn(text), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console(error=True), transient=True, disable=as_json) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> None:  # fmt: skip
    """A table for people; columns named in `right` hold numbers, those in `whole` names that no line may break."""
    from rich import box
    from rich.table import Table

    shown = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold", pad_edge=False)
    for column in columns:
        shown.add_column(column, justify="right" if column in right else "left", overflow="fold",
                         no_wrap=column in whole)  # fmt: skip
    for row in rows:
        shown.add_row(*("" if cell is None else str(cell) for cell in row))
    console().print(shown)


def pairs_table(rows: Mapping[str, object]) -> None:
    """Names and values beside each other; what has no value is left out."""
    width = max((len(name) for name in rows), default=0)
    for name, value in rows.items():
        if value not in (None, "", ()):
            say(f"  {name:<{width}}  {value}")


def local(instant: datetime | None, zone: str) -> str:
    """An instant as people of the office read it, such as `Tue 24 Nov 2026 16:30`; "" for none."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%a %d %b %Y %H:%M") if instant else ""
