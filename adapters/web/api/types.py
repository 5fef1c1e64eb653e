"""Document types: what is asked for in each lane. Everybody may read them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path

from adapters.web.api.asking import OfficeNow
from adapters.web.api.repeating import Repeatable
from adapters.web.api.shapes import FieldAsked, Title, Told
from domain.form import FormField
from domain.roles import Lane
from domain.workflow import Workflow

router = APIRouter(prefix="/document-types", tags=["Document types"], route_class=Repeatable)


class TypeLine(Told):
    """A document type in a list."""

    code: str
    title: Title
    family: str
    limit: str


class Paper(Told):
    """A paper to bring, and how this lane wants to see it."""

    id: str
    title: Title
    form: str | None
    shown: str
    when: dict[str, list[bool | int | str]] | None


class InLane(Told):
    """What a lane asks for: by which channels it takes applications in, the time it promises, and the papers."""

    channels: list[str]
    promise: str
    papers: list[Paper]


class TypeShown(TypeLine):
    """A document type with its form and, per lane, its papers."""

    basis: list[str]
    fields: list[FieldAsked]
    lanes: dict[Lane, InLane]


def asked(field: FormField) -> FieldAsked:
    """A field of a form, told."""
    return FieldAsked(
        id=field.id, title=Title.model_validate(field.title), type=field.type, choices=list(field.choices),
        required=field.required, when=field.when and {name: list(values) for name, values in field.when.items()},
    )  # fmt: skip


@router.get("", summary="List the document types")
def listing(office: OfficeNow) -> list[TypeLine]:
    """Every document that can be applied for, by its code."""
    return [TypeLine(**_line(workflow)) for _, workflow in sorted(office.config.workflows.items())]


@router.get("/{code}", summary="Show a document type")
def show(code: Annotated[str, Path(max_length=40, examples=["KK-BARU"])], office: OfficeNow) -> TypeShown:
    """The form's fields, and the papers as each lane wants to see them. A field or a paper with `when` is asked for
    when the fields named there have one of those values."""
    if code not in office.config.workflows:
        raise HTTPException(404)
    workflow = office.config.workflows[code]
    lanes = {lane: _in_lane(office, workflow, lane) for lane in Lane}
    return TypeShown(**_line(workflow), basis=list(workflow.basis), lanes=lanes,
                     fields=[asked(field) for field in workflow.asked_at_submission])  # fmt: skip


def _line(workflow: Workflow) -> dict[str, object]:
    return {"code": workflow.code, "title": Title.model_validate(workflow.title), "family": workflow.family,
            "limit": workflow.limit}  # fmt: skip


def _in_lane(office: OfficeNow, workflow: Workflow, lane: Lane) -> InLane:
    rules = office.config.lanes[lane]
    papers = [
        Paper(id=each.id, title=Title.model_validate(each.title), form=each.form, shown=each.shown[lane],
              when=each.when and {name: list(values) for name, values in each.when.items()})
        for each in workflow.requirements
        if each.shown.get(lane, "not_needed") != "not_needed"
    ]  # fmt: skip
    return InLane(channels=list(rules.channels), papers=papers,
                  promise=rules.promise(workflow.code, workflow.limit).text)  # fmt: skip
