"""Between what a log says and the JSON in which it is kept: its header, and attributes anywhere."""

from __future__ import annotations

import json
from typing import Any

from domain.eventlog import Attribute, Classifier, Extension, Global, LogHeader

_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def header_to_json(header: LogHeader) -> dict[str, Any]:
    """A header as JSON can hold it."""
    return {
        "marks": header.marks,
        "extensions": header.extensions,
        "globals": header.globals,
        "classifiers": header.classifiers,
        "attributes": header.attributes,
    }


def header_from_json(kept: dict[str, Any]) -> LogHeader:
    """The header that `header_to_json` was given."""
    return LogHeader(
        marks=kept["marks"],
        extensions=tuple(Extension(*extension) for extension in kept["extensions"]),
        globals=tuple(Global(scope, attributes_from_json(within)) for scope, within in kept["globals"]),
        classifiers=tuple(Classifier(*classifier) for classifier in kept["classifiers"]),
        attributes=attributes_from_json(kept["attributes"]),
    )


def attributes_to_json(attributes: tuple[Attribute, ...]) -> str:
    """Attributes as JSON text, each the list of its type, key, value and children."""
    return _ENCODE(attributes)


def attributes_from_json(kept: list[Any]) -> tuple[Attribute, ...]:
    """Attributes out of what the JSON of `attributes_to_json` holds."""
    return tuple(
        Attribute(kind, key, value, attributes_from_json(children) if children else ())
        for kind, key, value, children in kept
    )
