"""What people have to do: listed, taken, completed, given back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import Field

from adapters.cli.task_page import leads_to
from adapters.web.api.asking import Me, OfficeNow, SeenBefore, SeenIfGiven, tagged
from adapters.web.api.cursors import At, Limit, decode, encode, instant, whole
from adapters.web.api.repeating import Repeatable
from adapters.web.api.shapes import (
    DossierLine,
    Fields,
    Given,
    Name,
    Page,
    TaskLine,
    TaskShown,
    Title,
    Username,
    Words,
)
from adapters.web.api.types import asked
from adapters.web.ids import Id
from domain.dossier import Dossier, Task, TaskKind
from domain.errors import Refused
from domain.roles import Lane
from domain.scopes import Right
from lanes.case import Deficiency
from lanes.store import Place

router = APIRouter(prefix="/tasks", tags=["Tasks"], route_class=Repeatable)
OutOfTurn = Annotated[
    str | None, Field(max_length=40, description="Why others are passed over: a code of the lane's list.")
]


class Taking(Given):
    """How a task is taken."""

    out_of_turn: OutOfTurn = None


class Missing(Given):
    """One thing that is missing or wrong: a requirement's or field's id, or `other`; the note is for the applicant."""

    item: Name
    note: Words = ""


class Completing(Taking):
    """How a task ends. Without `outcome` it goes the usual way on. An outcome that ends the dossier needs a reason."""

    outcome: Name | None = None
    values: Fields = Field(default_factory=dict)
    reason: Words = ""


class Returning(Taking):
    """Everything that is missing, at once; `outcome` where a step can return a dossier in more than one way."""

    outcome: Name | None = None
    deficiencies: Annotated[list[Missing], Field(min_length=1, max_length=50)]


class Handing(Taking):
    """To whom a task is handed."""

    to: Username


def line(task: Task, dossier: Dossier, office: OfficeNow) -> TaskLine:
    """A task in a list."""
    return TaskLine(**_line(task, dossier, office))


def _line(task: Task, dossier: Dossier, office: OfficeNow) -> dict[str, object]:
    names = ("id", "lane", "step", "kind", "status", "team", "assignee", "priority", "ready_at", "due_at")
    overdue = task.due_at is not None and task.due_at <= office.clock.now()
    told = {name: getattr(task, name) for name in names}
    return {**told, "number": dossier.number, "code": dossier.code, "overdue": overdue}


def shown(task: Task, dossier: Dossier, office: OfficeNow, response: Response) -> TaskShown:
    """A task as whoever does it needs it, with its ETag."""
    with office.store.read() as work:
        workflow = office.tools.moves.workflow(work, dossier)
    step, known = workflow.steps[task.step], workflow.workflow.field
    titles = {name: each.title.en for name, each in workflow.steps.items()}
    tagged(response, task)
    return TaskShown(
        **_line(task, dossier, office), title=Title.model_validate(step.title),
        duty=Title.model_validate(step.duty) if step.duty else None,
        regulation=step.regulation, form=[asked(known[name]) for name in step.asks],
        outcomes={name: leads_to(step.on[name], titles) for name in step.by_people or step.on},
    )  # fmt: skip


def _persons(task_id: int, me: Me, office: OfficeNow, right: Right) -> tuple[Task, Dossier, str]:
    task, dossier = office.views.task(task_id)
    by = me.must(right, task.lane)
    if right is Right.WORK and not (task.kind is TaskKind.HUMAN or _may_be_stopped(task, dossier, office)):
        raise Refused("not_open", f"Step {task.step} of {dossier.number} is no person's.", allowed="an open task")
    return task, dossier, by


def _may_be_stopped(task: Task, dossier: Dossier, office: OfficeNow) -> bool:
    """Whether a person may end this automatic step before its action does."""
    with office.store.read() as work:
        node = office.tools.moves.workflow(work, dossier).steps[task.step]
    return task.kind is TaskKind.AUTOMATIC and bool(node.by_people)


@dataclass(frozen=True, slots=True)
class Change:
    """A request to change a task: which one, by whom, and as it was seen."""

    id: Id
    me: Me
    seen: SeenBefore
    office: OfficeNow
    response: Response

    def begun(self) -> tuple[Task, Dossier, str]:
        """The task, its dossier, and the username of who may change it. Raises Refused."""
        return _persons(self.id, self.me, self.office, Right.WORK)

    def left(self) -> TaskShown:
        """The task as it is after the change."""
        return shown(*self.office.views.task(self.id), self.office, self.response)

    def moved(self, dossier: Dossier) -> DossierLine:
        """The dossier as it is after its task has ended."""
        tagged(self.response, dossier)
        return DossierLine.model_validate(dossier)


Changing = Annotated[Change, Depends()]


@router.get("", summary="List a lane's tasks")
def listing(
    lane: Lane,
    me: Me,
    office: OfficeNow,
    team: Annotated[str | None, Query(max_length=60)] = None,
    cursor: At = None,
    limit: Limit = 50,
) -> Page[TaskLine]:
    """What people have to do, in the order in which it is to be done (`LANE:read`)."""
    me.must(Right.READ, lane)
    of = ["tasks", lane, team]
    after = decode(cursor, of, lambda p, due, last: Place(whole(p), instant(due), whole(last)), None)
    found = office.views.tasks(lane=lane, team=team, after=after, limit=limit + 1)
    last = found[limit - 1][0] if len(found) > limit else None
    more = encode(of, [last.priority, last.due_at, last.id]) if last else None
    return Page(items=[line(task, dossier, office) for task, dossier in found[:limit]], next=more)


@router.post("/next", summary="Take the most urgent task", responses={204: {"description": "There is nothing to do."}})
def next_(me: Me, office: OfficeNow, response: Response, lane: Lane) -> TaskShown | None:
    """What the token's person holds already in this lane, else the top of their teams' lists, claimed for them
    (`LANE:work`)."""
    found = office.desk.next(me.must(Right.WORK, lane), lane=lane)
    if found is None:
        response.status_code = 204
        return None
    return shown(*found, office, response)


@router.get("/{id}", summary="Show a task")
def show(id: Id, me: Me, office: OfficeNow, response: Response) -> TaskShown:  # noqa: A002
    """The duty, the form and the outcomes (`LANE:read`)."""
    task, dossier, _ = _persons(id, me, office, Right.READ)
    return shown(task, dossier, office, response)


@router.post("/{id}/claim", summary="Take a task")
def claim(
    id: Id,  # noqa: A002
    given: Annotated[Taking, Body()],
    me: Me,
    seen: SeenIfGiven,
    office: OfficeNow,
    response: Response,
) -> TaskShown:
    """One that is not the first of its line needs a reason (`LANE:work`). If-Match may be left out here."""
    *_, by = _persons(id, me, office, Right.WORK)
    task, dossier = office.desk.claim_task(id, by=by, out_of_turn=given.out_of_turn, seen=seen)
    return shown(task, dossier, office, response)


@router.post("/{id}/complete", summary="Complete a task")
def complete(of: Changing, given: Annotated[Completing, Body()]) -> DossierLine:
    """End it with an outcome, in one transaction with what follows (`LANE:work`). So may a waiting step that a person
    may stop, such as an announcement to which somebody objects."""
    *_, by = of.begun()
    return of.moved(of.office.desk.complete_task(
        of.id, given.outcome, by=by, values=given.values, reason=given.reason, out_of_turn=given.out_of_turn,
        seen=of.seen,
    ))  # fmt: skip


@router.post("/{id}/return", summary="Return a dossier to its applicant")
def return_(of: Changing, given: Annotated[Returning, Body()]) -> DossierLine:
    """With the whole list of what is missing, at once (`LANE:work`)."""
    task, dossier, by = of.begun()
    outcome = given.outcome or _returning(of.office, task, dossier)
    missing = [Deficiency(item=each.item, note=each.note) for each in given.deficiencies]
    return of.moved(of.office.desk.complete_task(
        of.id, outcome, by=by, deficiencies=missing, out_of_turn=given.out_of_turn, seen=of.seen
    ))  # fmt: skip


def _returning(office: OfficeNow, task: Task, dossier: Dossier) -> str:
    with office.store.read() as work:
        step = office.tools.moves.workflow(work, dossier).steps[task.step]
    ways = [name for name, outcome in step.on.items() if any(branch.return_to for branch in outcome.branches)]
    if len(ways) != 1:
        raise Refused("no_return", f"Step {task.step} does not return a dossier in exactly one way.",
                      allowed=f"outcome: {' or '.join(ways)}" if ways else f"one of {', '.join(step.on)}")  # fmt: skip
    return ways[0]


@router.post("/{id}/release", summary="Give a task back")
def release(of: Changing, given: Annotated[Taking, Body()]) -> TaskShown:
    """To its team's list (`LANE:work`)."""
    task, dossier, by = of.begun()
    of.office.desk.release(dossier.number, task.step, by=by, out_of_turn=given.out_of_turn, seen=of.seen)
    return of.left()


@router.post("/{id}/reassign", summary="Hand a task to somebody")
def reassign(of: Changing, given: Annotated[Handing, Body()]) -> TaskShown:
    """By its team's lead, the lane's manager or an administrator (`LANE:work`)."""
    task, dossier, by = of.begun()
    of.office.desk.reassign(
        dossier.number, task.step, to=given.to, by=by, out_of_turn=given.out_of_turn, seen=of.seen
    )  # fmt: skip
    return of.left()
