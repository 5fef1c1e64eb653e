"""What pydantic finds wrong with a file, told in words for the analyst who wrote it."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.checks.finding import Finding, listed, unknown

#: What each pattern of the models means; a test sees to it that none is missing here.
PATTERNS = {
    r"^[A-Z]{2,6}(-[A-Z]{2,6})?$": "capital letters, such as LHR or KTP-BARU",
    r"^[a-z][a-z0-9_]{0,39}$": "small letters, digits and _, beginning with a letter, such as check_identity",
    r"^[a-z][a-z0-9-]{1,39}$": "small letters, digits and -, beginning with a letter, 2 to 40, such as online-desk",
    r"^[a-z][a-z0-9._-]{1,31}$": "a user name: small letters, digits and . _ -, beginning with a letter, 2 to 32",
    r"^F-\d\.\d{2}$": "a form code, such as F-1.02",
    r"^[a-z_]+\.[a-z_]+$": "an action, such as registry.record",
    r"^\d{2}\.\d{2}$": "a city code of two and two digits in quotes, such as '71.72'",
    r"^[A-Z][A-Z_]{2,30}$": "a reason's code: capital letters and _, such as FUNERAL",
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time of day in quotes, such as '07:30'",
    r"^(100|\d{1,2})%$": "a share from 0% to 100%",
    r"^https?://": "an address that begins with http:// or https://",
}

_KINDS = {
    "string_type": "text (numbers go in quotes)",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "keys with values (key: value)",
    "mapping_type": "keys with values (key: value)",
    "model_type": "keys with values (key: value)",
    "model_attributes_type": "keys with values (key: value)",
    "tuple_type": "a list",
    "list_type": "a list",
    "frozen_set_type": "a list",
    "set_type": "a list",
    "date_type": "a date, such as 2026-08-17",
}

_OUTCOME = "a step, a list of parallel steps, or one of to, return_to, end; with when: a list of such"


def form_findings(error: ValidationError, model: type[BaseModel]) -> list[Finding]:
    """A finding for each of pydantic's errors about `model`; several about one place are told once."""
    found: dict[tuple[str | int, ...], Finding] = {}
    for detail in error.errors(include_url=False):
        finding = _finding(detail, model)
        found.setdefault(finding.path, finding)
    # A list whose only item is wrong counts as empty as well; the item says it better.
    return [each for each in found.values() if not any(_is_within(other, each) for other in found.values())]


def _is_within(inner: Finding, outer: Finding) -> bool:
    return len(inner.path) > len(outer.path) and inner.path[: len(outer.path)] == outer.path


def _finding(detail: ErrorDetails, model: type[BaseModel]) -> Finding:
    path = detail["loc"]
    if path and path[-1] == "[key]":
        path = path[:-1]
    problem, allowed = _WORDS.get(detail["type"], _wrong_kind)(detail, model)
    return Finding(path, problem, allowed)


def _missing(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    annotation = _annotation_at(model, detail["loc"])
    key = detail["loc"][-1]
    return f"{key!r} is missing", _choices(annotation) or f"the key {key!r} with its value"


def _extra(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    owner = model_at(model, detail["loc"][:-1])
    keys = [field.alias or name for name, field in owner.model_fields.items()] if owner else []
    return unknown("key", str(detail["loc"][-1]), keys), listed(keys)


def _not_listed(detail: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    expected = detail.get("ctx", {}).get("expected", "").replace(" or ", ", ").replace("'", "")
    names = [name.strip() for name in str(expected).split(",")]
    return unknown("value", _short(detail["input"]), names), listed(names)


def _pattern(detail: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    pattern = str(detail.get("ctx", {}).get("pattern"))
    return f"{_short(detail['input'])!r} is not written as it must be", PATTERNS.get(pattern, pattern)


def _said_by_the_model(detail: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    said = detail["msg"].removeprefix("Value error, ")
    problem, _sign, allowed = said.partition("; allowed: ")
    return problem, allowed


def _too_short(detail: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    least = detail.get("ctx", {}).get("min_length", 1)
    if detail["loc"][-1] == "on":
        return "no outcome is named, so the step never ends", f"at least one outcome, each leading to {_OUTCOME}"
    return f"must have at least {least}", f"{least} or more entries"


def _size(words: str, allowed: str) -> Callable[[ErrorDetails, type[BaseModel]], tuple[str, str]]:
    def told(detail: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
        limits = detail.get("ctx", {})
        return words.format(**limits), allowed.format(**limits)

    return told


def _wrong_kind(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    owner = model_at(model, detail["loc"])
    if owner is not None and owner.__name__ == "Outcome":
        return "does not say where the outcome leads", _OUTCOME
    wanted = _KINDS.get(detail["type"])
    if wanted is None:
        return detail["msg"][0].lower() + detail["msg"][1:], ""
    given: dict[type, str] = {
        dict: "keys with values",
        list: "a list",
        str: "text",
        type(None): "nothing",
        bool: "true or false",
    }
    kind = next((words for kind, words in given.items() if isinstance(detail["input"], kind)), "a number")
    return f"is {kind}, but must be {wanted}", _choices(_annotation_at(model, detail["loc"])) or wanted


_WORDS: Mapping[str, Callable[[ErrorDetails, type[BaseModel]], tuple[str, str]]] = {
    "missing": _missing,
    "extra_forbidden": _extra,
    "enum": _not_listed,
    "literal_error": _not_listed,
    "string_pattern_mismatch": _pattern,
    "value_error": _said_by_the_model,
    "too_short": _too_short,
    "string_too_short": _size("is empty", "at least {min_length} characters"),
    "string_too_long": _size("is too long", "at most {max_length} characters"),
    "greater_than_equal": _size("is too small", "{ge} or more"),
    "less_than_equal": _size("is too large", "{le} or less"),
}


def _short(value: object) -> str:
    """A value as the file has it, cut so that no file can flood the screen."""
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _choices(annotation: Any) -> str:
    """The allowed values when there is a closed set of them, else nothing."""
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, Enum):
            return listed(member.value for member in part)
        if get_origin(part) is Literal:
            return listed(get_args(part))
    return ""


def model_at(model: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The model that stands at a path of `model`, or None when a plain value does or the path leaves the model."""
    annotation = _annotation_at(model, path)
    return next((part for part in _parts(annotation) if isinstance(part, type) and issubclass(part, BaseModel)), None)


def _annotation_at(model: type[BaseModel], path: tuple[str | int, ...]) -> Any:
    """The annotation that a place in a model has, or None when the path leaves the model."""
    here: Any = model
    for key in path:
        here = next((inner for part in _parts(here) if (inner := _step_into(part, key)) is not None), None)
    return here


def _step_into(part: Any, key: str | int) -> Any:
    if isinstance(part, type) and issubclass(part, BaseModel):
        fields = ((field.alias or name, field) for name, field in part.model_fields.items())
        return next((field.annotation for name, field in fields if name == key), None)
    origin, arguments = get_origin(part), get_args(part)
    if origin is dict:
        return arguments[1]
    return arguments[0] if origin in (tuple, list, frozenset) and isinstance(key, int) else None


def _parts(annotation: Any) -> list[Any]:
    """The alternatives of an annotation, without the wrappings that carry its constraints."""
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [part for argument in get_args(annotation) for part in _parts(argument)]
    return [annotation]
