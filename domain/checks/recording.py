"""Rules about what the register learns: from fields that can say it, and whole."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.finding import Finding, listed, unknown
from domain.checks.view import Vocabulary
from domain.form import VALUES, Element, FieldType, FormField
from domain.workflow import Workflow

#: The elements of the register that only some kinds of field can give; for the others a choice or a text will do.
_KINDS = {
    Element.NAME: (FieldType.NAME,),
    Element.SEX: (FieldType.CHOICE,),
    Element.BORN: (FieldType.DATE,),
    Element.FATHER: (FieldType.NAME,),
    Element.MOTHER: (FieldType.NAME,),
    Element.MARRIAGE_DATE: (FieldType.DATE,),
    Element.SPOUSE: (FieldType.NIK,),
    Element.ADDRESS: (FieldType.ADDRESS,),
    Element.DIED: (FieldType.DATE,),
    Element.JOINS: (FieldType.NIKS, FieldType.NIK),
    Element.LEAVES: (FieldType.NIKS, FieldType.NIK),
    Element.FAMILY_CARD: (FieldType.FAMILY_CARD,),
    Element.MEMBERS: (FieldType.NIKS,),
    Element.RELATIONS: (FieldType.RELATIONS, FieldType.CHOICE),
    Element.ISSUED: (),
}


def what_is_set_has_its_kind(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    for place, field in enumerate(workflow.fields):
        if field.sets is not None:
            yield from _kind(("fields", place, "sets"), field, field.sets)


def _kind(path: tuple[str | int, ...], field: FormField, element: Element) -> Iterator[Finding]:
    kinds = _KINDS.get(element)
    if kinds == ():
        yield Finding(path, f"{element} is the engine's to say", "issued: true beside the NIK, under learned")
    elif kinds is not None and field.type not in kinds:
        problem = f"field {field.id!r} is no {' or '.join(kinds)}, but sets {element}"
        yield Finding(path, problem, f"sets: {element} only with type: {' or '.join(kinds)}")
    for choice in field.choices:
        yield from _value(path, element, choice)


def _value(path: tuple[str | int, ...], element: Element, value: str) -> Iterator[Finding]:
    """A value that the register does not know."""
    known = VALUES.get(element)
    if known is not None and value not in known:
        yield Finding(path, unknown(f"{element} of the register", value, known), listed(known))


#: What the register has to know of a new resident.
_SURE = (Element.NAME, Element.SEX, Element.BORN)


def what_is_learned_stands_in_the_form(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    fields = workflow.field
    niks = [each.id for each in workflow.fields if each.type is FieldType.NIK]
    for place, one in enumerate(workflow.learned):
        path: tuple[str | int, ...] = ("learned", place)
        if one.of not in niks:
            yield Finding((*path, "of"), unknown("NIK field", one.of, niks), listed(niks))
        for element, name in one.takes.items():
            if name not in fields:
                yield Finding((*path, "takes", element), unknown("field", name, fields), listed(fields))
            else:
                yield from _kind((*path, "takes", element), fields[name], element)
        missing = [element for element in _SURE if element not in one.takes]
        if one.issued and missing:
            problem = f"a new resident is not told whole: {listed(missing)}"
            yield Finding((*path, "takes"), problem, f"at least {listed(_SURE)}")
        for element, value in one.becomes.items():
            yield from _value((*path, "becomes", element), element, value)
        if Element.ISSUED in one.becomes:
            yield Finding((*path, "becomes", "issued"), "issued is the engine's to say", "issued: true beside of")
