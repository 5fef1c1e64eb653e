"""The one place where errors become words: a clear sentence and what to do, never a traceback, never personal data.

Exit codes: 1 when something was refused or is out of order, 2 when a command was not used as its help says.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import asdict
from typing import Any

import typer

from adapters.faults import place_of
from domain.errors import ConfigError, Problem, Refused
from domain.words import counted

REFUSED, USAGE = 1, 2
Told = dict[str, Any]
_as_json: ContextVar[bool] = ContextVar("as_json", default=False)


def guarded(run: Callable[[], object], *, as_json: bool) -> int:
    """Run a command; gives the exit code. What went wrong is told on standard error, in words or as JSON."""
    _as_json.set(as_json)
    try:
        result = run()
        return result if isinstance(result, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        return _tell(_told("interrupted", "Stopped. What was already answered is kept; nothing is half done."), as_json)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output has gone
        return REFUSED
    except Exception as error:
        if callable(getattr(error, "format_message", None)):  # typer's own: not used as the help says
            return _usage(error, as_json)
        return _tell(described(error), as_json)


def described(error: Exception) -> Told:
    """An error as `code`, `message`, `allowed` and `problems`; holds no personal data."""
    from domain.application import InvalidApplication
    from lanes.ports import Unavailable

    match error:
        case InvalidApplication():
            message = f"Not everything is in order ({len(error.problems)} to correct); nothing was kept."
            return _told(error.code, message, problems=error.problems)
        case Refused():
            return _told(error.code, error.message, error.allowed)
        case ConfigError():
            message = f"The configuration has {counted(len(error.problems), 'mistake')}; nothing was changed."
            return _told("configuration", message, problems=error.problems)
        case Unavailable():
            return _told("unavailable", str(error), "try again in a while")
        case TimeoutError() if error.errno is None:  # our own words
            return _told("timeout", str(error))
        case OSError():
            return _system(error)
    if type(error).__name__ == "ValidationError" and getattr(error, "title", "") == "Settings":
        return _settings(error)
    where = f"{type(error).__name__} at {place_of(error)}"
    return _told("broken", f"Jalur itself failed ({where}). Please report this line.",
                 "the same command again; nothing is half done")  # fmt: skip


def _system(error: OSError) -> Told:
    what = (error.strerror or type(error).__name__).lower()
    where = f" ({error.filename})" if error.filename else ""
    todo = {
        errno.ENOSPC: "free some space on that disk, or name another folder with JALUR_HOME",
        errno.EDQUOT: "free some space on that disk, or name another folder with JALUR_HOME",
        errno.EACCES: "a folder this user may write to; JALUR_HOME names it",
        errno.EPERM: "a folder this user may write to; JALUR_HOME names it",
        errno.EROFS: "a folder this user may write to; JALUR_HOME names it",
        errno.ENOENT: "the path of something that exists",
        errno.EADDRINUSE: "stop what uses the port, or name another with JALUR_PREFECT_PORT or JALUR_WEB_PORT",
    }.get(error.errno or 0, "")
    return _told("system", f"The system refused: {what}{where}.", todo)


def _settings(error: Any) -> Told:
    problems = [
        f"JALUR_{'_'.join(str(part) for part in each['loc']).upper()}: {each['msg'].lower()}" for each in error.errors()
    ]
    return _told("settings", "The settings in the environment cannot be used.", "see `jalur settings --help`", problems)


def warn_of_mistakes(problems: Sequence[Problem]) -> None:
    """Say on standard error, as JSON where the answer is, that the office goes on by files it took up before."""
    count = counted(len(problems), "mistake")
    told = _told("configuration",
                 f"The configuration has {count}; nothing of it is taken up, and the office goes on by the one before.",
                 "files without mistakes; `jalur config check` looks at them again", problems)  # fmt: skip
    if _as_json.get():
        _write("warning", told)
    else:
        typer.echo(f"ATTENTION: {in_words(told)}", err=True)


def _told(code: str, message: str, allowed: str = "", problems: Sequence[str | Problem] = ()) -> Told:
    return {"code": code, "message": message, "allowed": allowed, "problems": list(problems)}


def _usage(error: Any, as_json: bool) -> int:
    from adapters.cli.usage import allowed, plain

    error = plain(error)
    if as_json:
        _tell(_told("usage", " ".join(error.format_message().split()), allowed(error)), as_json)
    else:
        from typer.rich_utils import rich_format_error

        rich_format_error(error)
    return USAGE


def tell_usage(message: str, allowed: str) -> None:
    """Say on standard error, as JSON, that a command was not used as its help says."""
    _tell(_told("usage", message, allowed), as_json=True)


def _tell(told: Told, as_json: bool) -> int:
    if as_json:
        _write("error", told)
        return REFUSED
    typer.echo(in_words(told), err=True)
    return REFUSED


def _write(kind: str, told: Told) -> None:
    """As JSON; a mistake in a config file as an object of file, line, path, problem and allowed."""
    typer.echo(json.dumps({kind: told}, ensure_ascii=False, default=asdict), err=True)


def in_words(told: Told) -> str:
    """What was told, for people: a sentence, the problems a line each, and what is allowed."""
    lines = [told["message"], *(f"  - {problem}" for problem in told["problems"])]
    if told["allowed"]:
        lines.append(f"Allowed: {told['allowed']}.")
    return "\n".join(lines)
