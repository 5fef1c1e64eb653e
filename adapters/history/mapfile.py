"""Loads a map file (config/maps/*.yaml), which tells how another system's log is read as history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from domain.errors import ConfigError, Problem
from domain.history_map import HistoryMap

_ALLOWED = {
    "extra_forbidden": "case, lane (attribute, online, manual), activity, person, timestamp, deadline "
    "(each of the two: attribute, format, zone)",
    "missing": "it must be given",
    "string_type": "the name of an attribute or column",
}


def load_map(path: Path) -> HistoryMap:
    """Read a map file. Raises ConfigError with every problem in it, each with its line."""
    try:
        told = YAML(typ="rt").load(path.read_bytes())
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise _unreadable(path, mark.line + 1 if mark else 1, problem.problem or "cannot be read") from None
    except (YAMLError, UnicodeDecodeError):
        raise _unreadable(path, 1, "is not YAML in UTF-8") from None
    except OSError as problem:
        raise _unreadable(path, 1, problem.strerror or "cannot be read") from None
    if not isinstance(told, CommentedMap):
        raise _unreadable(path, 1, "holds no map")
    try:
        return HistoryMap.model_validate(told)
    except ValidationError as wrong:
        raise ConfigError(
            Problem(
                file=str(path),
                line=_line(told, error["loc"]),
                path=".".join(str(step) for step in error["loc"]) or "map",
                problem=_words(error["msg"])[0],
                allowed=_ALLOWED.get(error["type"], _words(error["msg"])[1]),
            )
            for error in wrong.errors(include_url=False)
        ) from None


def _unreadable(path: Path, line: int, problem: str) -> ConfigError:
    allowed = "a YAML file such as config/maps/receipt.yaml"
    return ConfigError([Problem(file=str(path), line=line, path="map", problem=problem, allowed=allowed)])


def _words(message: str) -> tuple[str, str]:
    """What is wrong and what is allowed, in a message of pydantic's or ours."""
    problem, _, allowed = message.removeprefix("Value error, ").partition("; allowed: ")
    return problem, allowed


def _line(told: Any, way: tuple[int | str, ...]) -> int:
    """The line of the innermost place that `way` still finds in the file."""
    line = 1
    for step in way:
        if isinstance(told, CommentedMap) and step in told:
            line = told.lc.key(step)[0] + 1
        elif isinstance(told, CommentedSeq) and isinstance(step, int):
            line = told.lc.item(step)[0] + 1
        else:
            break
        told = told[step]
    return line
