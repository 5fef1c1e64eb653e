"""How people on a family card are related to its head, in the words of form F-1.01 (Permendagri 109/2019)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RELATIONS: Final[Mapping[str, str]] = {
    "head": "kepala keluarga", "husband": "suami", "wife": "istri", "child": "anak", "child_in_law": "menantu",
    "grandchild": "cucu", "parent": "orang tua", "parent_in_law": "mertua", "other_relative": "famili lain",
    "household_help": "pembantu", "unrelated": "lainnya",
}  # fmt: skip
"""Each relation by its identifier, as it is printed."""

TO_A_HEAD: Final = tuple(name for name in RELATIONS if name != "head")
_READ: Final = {word: name for name in TO_A_HEAD for word in (name, name.replace("_", " "), RELATIONS[name])}


def relations(text: object) -> list[str]:
    """The relations written in a list with commas, in Indonesian or by their identifiers. Raises KeyError for a word
    that is none."""
    parts = (" ".join(part.lower().split()) for part in str(text).replace(";", ",").split(","))
    return [_READ[part] for part in parts if part]
