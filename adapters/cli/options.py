"""What the commands share: their common options, and how a command with its examples is added to a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from inspect import cleandoc
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import typer

from adapters.instants import is_day, meant
from domain.roles import Lane

Json = Annotated[bool, typer.Option("--json", help="Answer with JSON on standard output, and nothing else.")]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="USERNAME", help="Who acts; JALUR_USER when not given."),
]
InLane = Annotated[Lane | None, typer.Option("--lane", help="Only this lane.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The dossier's number, such as ON-2026-000123.")]
StepName = Annotated[str | None, typer.Option("--step", help="Which step, when several are open at once.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many lines at most.")]

_F = TypeVar("_F", bound=Callable[..., None])


def group(help_: str) -> typer.Typer:
    """A group of commands that shows its help when called alone."""
    return typer.Typer(help=help_, no_args_is_help=True, add_completion=False, rich_markup_mode="rich")


def command(to: typer.Typer, name: str, *examples: str, **settings: Any) -> Callable[[_F], _F]:
    """Add a function to a group as the command `name`, its docstring being the help, with `examples` under it."""

    def add(function: _F) -> _F:
        text = cleandoc(function.__doc__ or "")
        shown = "\n".join(f"  {example}" for example in examples)
        # A paragraph that begins with a backspace keeps its line breaks.
        to.command(name, help=f"{text}\n\n\b\nExamples:\n{shown}".replace("[", "\\["), **settings)(function)
        return function

    return add


def pairs(given: Sequence[str], option: str, *, alone: bool = False) -> dict[str, str]:
    """`name=value` texts as a mapping; with `alone` a name may stand by itself. Raises typer.BadParameter."""
    found: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not name or not (sign or alone):
            # What was typed may be personal data, so it is not repeated.
            raise typer.BadParameter(f"write it as NAME=VALUE (number {len(found) + 1} is not)", param_hint=option)
        if name in found:
            raise typer.BadParameter(f"{name} is given twice", param_hint=option)
        found[name] = value
    return found


def moment(text: str, zone: str, option: str, *, ends: bool = True) -> datetime:
    """The instant that a person means, in office time unless it has an offset. A day is meant to its end where
    something `ends`, else from its beginning. Raises typer.BadParameter."""
    try:
        return meant(text, zone, ends=ends)
    except ValueError:
        raise typer.BadParameter("write a date as 2026-12-31, or 2026-12-31T16:00", param_hint=option) from None


def at_time(text: str, zone: str, now: datetime, option: str) -> datetime:
    """The instant that a person means by a time, in office time unless it has an offset; `09:30` is today's. Raises
    typer.BadParameter."""
    try:
        if len(text) <= len("09:30:00") and ":" in text:
            return datetime.combine(now.astimezone(ZoneInfo(zone)).date(), time.fromisoformat(text), ZoneInfo(zone))
        read = None if is_day(text) else meant(text, zone, ends=False)
    except ValueError:
        read = None
    if read is None:
        raise typer.BadParameter("write a time as 09:30 or 2026-12-31T09:30", param_hint=option)
    return read


def merged(*given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Mappings laid upon one another, the last one on top."""
    return {name: value for each in given for name, value in (each or {}).items()}
