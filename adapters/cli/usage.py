"""What a command that was not used as its help says is told: the problem in plain words, and what is allowed there.

The errors are typer's own, known by what they carry, for importing their classes would slow down every command.
"""

from __future__ import annotations

import re
from typing import Any

_LONG_NUMBER = re.compile(r"\d{9,}")  # a NIK, a family card, a phone: typed where none belongs, and not to be repeated
_PYDANTIC = "Value error, "  # put by typer's validation before its own sentence


def plain(error: Any) -> Any:
    """The same error, its message without what only a programmer understands, and without anybody's number."""
    error.message = _LONG_NUMBER.sub("…", error.message.removeprefix(_PYDANTIC))
    return error


def allowed(error: Any) -> str:
    """What would have been accepted: for the option or argument that is wrong, else for the whole command."""
    context = getattr(error, "ctx", None)
    if context is None:  # an option without its value, or a flag with one: the message says which
        return "as `jalur COMMAND --help` shows it"
    parameters = context.command.get_params(context)
    wrong = _parameter(error, parameters)
    if wrong is not None:
        name, help_ = wrong.get_help_record(context) or (wrong.name, "")
        said = " ".join(help_.replace("[required]", "").split())
        return f"{name}: {said}".rstrip(":. ")
    if hasattr(error, "option_name"):
        return ", ".join(parameter.opts[0] for parameter in parameters if parameter.opts[0].startswith("-"))
    if hasattr(context.command, "list_commands"):
        return ", ".join(sorted(context.command.list_commands(context)))
    return str(context.command.get_usage(context)).removeprefix("Usage: ")


def _parameter(error: Any, parameters: list[Any]) -> Any:
    """The option or argument an error is about, also where a command itself named it; None when it is about none."""
    named = getattr(error, "param_hint", None)
    by_name = (each for each in parameters if named in each.opts)
    return getattr(error, "param", None) or next(by_name, None)
