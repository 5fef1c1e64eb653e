"""What is filled in on a task's page, by the part (form) of it: read from what was sent, and shown again.

The parts are "fill" (the step's own form), "return" (what is missing) and "end:OUTCOME" (a reason).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import FormData

from adapters.web import fields
from domain.form import FormField
from lanes.unfinished import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """The same, as a page shows it: values of fields, what is ticked as missing with its notes, reasons by outcome."""

    values: Mapping[str, str] = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)
    other: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


def part_of(form: FormData, asked: Iterable[FormField], items: Iterable[str]) -> tuple[str, Part]:
    """The part that was sent, and what is filled in there; an unknown part is the step's own form."""
    part = str(form.get("part", ""))
    if part == "return":
        notes = {f"note_{item}": _text(form, f"note_{item}", 300) for item in items}
        ticked = [str(each) for each in form.getlist("missing")][:200]
        return part, {"missing": ticked, "missing_other": _text(form, "missing_other", 300),
                      **{name: note for name, note in notes.items() if note}}  # fmt: skip
    if part.startswith("end:"):
        outcome = part.removeprefix("end:")[:60]
        return f"end:{outcome}", {"reason": _text(form, f"reason_{outcome}", 1000)}
    return "fill", fields.read(form, asked)


def _text(form: FormData, name: str, most: int) -> str:
    return str(form.get(name, "")).strip()[:most]


def as_shown(parts: Mapping[str, Part]) -> Filled:
    """Every part, as the page shows it."""
    returned = parts.get("return", {})
    ticked = returned.get("missing", [])
    return Filled(
        values={name: str(value) for name, value in parts.get("fill", {}).items()},
        ticked=frozenset(ticked) if isinstance(ticked, list) else frozenset(),
        notes={name.removeprefix("note_"): str(note) for name, note in returned.items() if name.startswith("note_")},
        other=str(returned.get("missing_other", "")),
        reasons={part.removeprefix("end:"): str(filled.get("reason", "")) for part, filled in parts.items()
                 if part.startswith("end:")},
    )  # fmt: skip
