"""What is late, the rules in force, and how the lanes keep up and keep their order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from adapters.web.api.asking import Me, OfficeNow
from adapters.web.api.cursors import At, Limit, decode, encode, instant, whole
from adapters.web.api.repeating import Repeatable
from adapters.web.api.shapes import DossierLine, TaskLine, Told, Verified
from adapters.web.api.tasks import line
from adapters.web.ids import Id
from domain.errors import Refused
from domain.fairness import Published
from domain.parity import Comparison
from domain.roles import Lane
from domain.scopes import Right
from lanes.records.rules import Policy
from lanes.rules import State
from lanes.store import Place

router = APIRouter(route_class=Repeatable)


class Still(Told):
    """A pause of a dossier, or (without a number) an outage, that lasts: why, since when, and by whom."""

    number: str | None
    reason: str
    since: datetime
    by: str


class Overdue(Told):
    """Open steps and dossiers past their due time, and what keeps others from falling due in time: sweeps that did not
    run, dossiers that are broken (`broken`), pauses and outages of more than a working day (`held`). `next`: the cursor
    of the next page, null when both lists are at their end."""

    steps: list[TaskLine]
    dossiers: list[DossierLine]
    late_sweeps: list[str]
    broken: list[str]
    held: list[Still]
    next: str | None


class VersionLine(Told):
    """A version of a lane's rules."""

    id: int
    lane: Lane
    state: State
    follows: int
    author: str
    reason: str
    policy: Policy
    applied_at: datetime
    effective_at: datetime


class VersionShown(VersionLine):
    """With the texts of the lane file and its calendar as they stood."""

    source: str
    calendar: str


class AlarmTold(Told):
    """Since when the online lane has been slower, for a document type (empty: for all together)."""

    code: str
    opened_at: datetime
    closed_at: datetime | None


class Parity(Told):
    """The online lane held against the manual one; hours are working hours of the counters, shares from 0 to 1."""

    since: datetime
    until: datetime
    comparisons: Sequence[Comparison]
    alarms: Sequence[AlarmTold]
    people: dict[Lane, float]
    work: dict[Lane, float | None]


class Fairness(Told):
    """How the order was kept in whole weeks that are over, without names; counts so small that they could point at
    somebody are withheld."""

    since: datetime
    until: datetime
    lanes: Sequence[Published]


@router.get("/overdue", tags=["Dossiers"], summary="List what is overdue in a lane")
def overdue(lane: Lane, me: Me, office: OfficeNow, cursor: At = None, limit: Limit = 100) -> Overdue:
    """Open steps in the order of their lane, dossiers the longest overdue first, so many of each (`LANE:read`)."""
    me.must(Right.READ, lane)
    of = ["overdue", lane]
    beginning: tuple[Place | None, tuple[datetime, int] | None] = (None, None)
    step, dossier = decode(cursor, of, _places, beginning)
    steps = office.views.overdue(lane=lane, after=step, limit=limit + 1)
    dossiers = office.views.overdue_dossiers(lane=lane, after=dossier, limit=limit + 1)
    more = len(steps) > limit or len(dossiers) > limit
    for last, _its in steps[:limit][-1:]:
        step = Place(last.priority, last.due_at, last.id)
    for each in dossiers[:limit][-1:]:
        dossier = (each.due_at, each.id) if each.due_at else dossier
    places = [*(step or (None, None, None)), *(dossier or (None, None))]
    return Overdue(
        steps=[line(task, its, office) for task, its in steps[:limit]],
        dossiers=[DossierLine.model_validate(each) for each in dossiers[:limit]],
        late_sweeps=list(office.watch.late()), broken=list(office.watch.failed(lane)),
        held=[Still.model_validate(each) for each in office.held.long(lane)],
        next=encode(of, places) if more else None,
    )  # fmt: skip


def _places(
    priority: object, due: object, step: object, dossier_due: object, dossier: object
) -> tuple[Place | None, tuple[datetime, int] | None]:  # fmt: skip
    """Where the two lists go on; None where one has shown nothing yet."""
    since = instant(dossier_due)
    return (
        None if step is None else Place(whole(priority), instant(due), whole(step)),
        None if since is None else (since, whole(dossier)),
    )


@router.get("/verification/{token}", tags=["Documents"], summary="Verify a document")
def verify(token: Annotated[str, Path(min_length=8, max_length=100)], office: OfficeNow) -> Verified:
    """By what its QR holds. Nothing of a person is told."""
    found = office.verifying.document(token)
    if found is None:
        raise Refused("unknown_document", "This office issued no document with this token.",
                      allowed="the token in the QR of a document")  # fmt: skip
    return Verified.model_validate(found)


@router.get("/rules/versions", tags=["Rules"], summary="List the versions of a lane's rules")
def versions(lane: Lane, me: Me, office: OfficeNow) -> list[VersionLine]:
    """Who put what in force, when and why (`LANE:read`), the newest first."""
    me.must(Right.READ, lane)
    return [VersionLine(**_version(each, state)) for each, state in office.rules.versions(lane)]


@router.get("/rules/versions/{id}", tags=["Rules"], summary="Show a version of a lane's rules")
def version(id: Id, me: Me, office: OfficeNow) -> VersionShown:  # noqa: A002
    """With the files as they stood (`LANE:read`)."""
    known = {each.id: (each, state) for each, state in office.rules.versions()}
    if id not in known:
        raise Refused("unknown_version", f"There is no version {id} of a lane's rules.", allowed="an id of the list")
    found, state = known[id]
    me.must(Right.READ, found.lane)
    return VersionShown(**_version(found, state), source=found.source, calendar=found.calendar)


def _version(found: object, state: State) -> dict[str, object]:
    names = ("id", "lane", "follows", "author", "reason", "policy", "applied_at", "effective_at")
    return {name: getattr(found, name) for name in names} | {"state": state}


@router.get("/figures/parity", tags=["Figures"], summary="How the lanes compare")
def parity(office: OfficeNow) -> Parity:
    """Over the window that the online lane's file names; for everybody."""
    return Parity.model_validate(office.parity.report())


@router.get("/figures/fairness", tags=["Figures"], summary="How the order is kept")
def fairness(office: OfficeNow, days: Annotated[int, Query(ge=1, le=366)] = 90) -> Fairness:
    """Overtakings of the last 4, 13 or 52 whole weeks, the most that fit into `days` (at least 4); for everybody."""
    report = office.fairness.report(days=days)
    return Fairness(since=report.opened, until=report.closed, lanes=report.published)
