"""Which texts an XES attribute of each type may hold: the lexical forms of XML Schema that IEEE 1849 names.

Checked on the way in, so that a log that was let in can always be given back as XES that validates.
"""

from __future__ import annotations

import re

SIMPLE = frozenset({"string", "date", "int", "float", "boolean", "id"})
NESTING = frozenset({"list", "container", "values"})

_ZONE = r"(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_FORMS = {
    "date": (
        re.compile(
            r"\s*\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?" + _ZONE + r"\s*"
        ),
        "an instant such as 2026-03-02T09:15:00.000+08:00",
    ),
    "int": (re.compile(r"\s*[+-]?\d{1,19}\s*", re.ASCII), "a whole number of 64 bits"),
    "float": (
        re.compile(r"\s*([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN)\s*", re.ASCII),
        "a number such as 1.5 or 2.0E7, INF or NaN",
    ),
    "boolean": (re.compile(r"\s*(true|false|1|0)\s*"), "true or false"),
}


def problem_with(kind: str, value: str) -> str | None:
    """What would be allowed, if `value` is not a text that an attribute of type `kind` may hold; else None."""
    form = _FORMS.get(kind)
    if form is None:
        return None
    pattern, allowed = form
    if pattern.fullmatch(value) is None or (kind == "int" and not -(2**63) <= int(value) < 2**63):
        return allowed
    return None
