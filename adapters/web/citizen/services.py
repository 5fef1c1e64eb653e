"""Which service somebody needs, all services, and each of them: what to bring per lane, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.web.fields import answer
from adapters.web.pages import page
from adapters.web.session import OfficeNow
from adapters.web.times import day
from adapters.web.vocabulary import shown_words
from adapters.web.words import gettext as _
from adapters.web.words import language, told
from domain import words
from domain.form import Requirement
from domain.form_parts import details, situation
from domain.roles import Division, Lane
from domain.workflow import Workflow
from lanes.office import Office
from lanes.public import Promise

router = APIRouter()


@router.get("/which")
@router.get("/which/{name}")
def which(request: Request, office: OfficeNow, name: str = "") -> Response:
    """A question; each answer leads to another one or to a service."""
    guide = office.config.services
    question = guide.questions.get(name or guide.start) if guide else None
    if question is None:
        raise HTTPException(404)
    ways = [
        {"text": told(each.say), "href": f"/services/{each.type}" if each.type else f"/which/{each.ask}",
         "type": told(office.config.workflows[each.type].title) if each.type else ""}
        for each in question.answers
    ]  # fmt: skip
    return page(request, "citizen/which.html", question=told(question.say), ways=ways, first=not name,
                crumbs=[(_("Home"), "/"), _("Which service do I need?")])  # fmt: skip


@router.get("/services")
def services(request: Request, office: OfficeNow) -> Response:
    """All services, by the office's two divisions."""
    titles = {Division.POPULATION: _("Family cards, ID cards, moving"),
              Division.CIVIL: _("Deeds: birth, marriage, death")}  # fmt: skip
    groups = [
        (titles[division], sorted((told(each.title), code) for code, each in office.config.workflows.items()
                                  if each.division is division))
        for division in Division
    ]  # fmt: skip
    return page(request, "citizen/services.html", groups=groups, guided=office.config.services is not None,
                crumbs=[(_("Home"), "/"), _("All services")])  # fmt: skip


def known(office: Office, code: str) -> Workflow:
    """A document type by its code in an address. Raises 404."""
    workflow = office.config.workflows.get(code)
    if workflow is None:
        raise HTTPException(404)
    return workflow


@router.get("/services/{code}")
def service(request: Request, office: OfficeNow, code: str) -> Response:
    """A service: what it gives, what to bring, how long it takes."""
    workflow = known(office, code)
    asked = [*situation(workflow), *details(workflow, {})]
    return page(
        request, "citizen/service.html", workflow=workflow, title=told(workflow.title),
        lanes=[_lane(office, workflow, promise) for promise in office.public.promises(code)],
        asked=[told(field.title) for field in asked],
        blanks=any("form_filled_in" in paper.shown.values() for paper in workflow.requirements),
        is_card=workflow.product.card is not None,
        crumbs=[(_("Home"), "/"), (_("All services"), "/services"),
                told(workflow.title)],
    )  # fmt: skip


def _lane(office: Office, workflow: Workflow, promise: Promise) -> Mapping[str, Any]:
    lane, zone = promise.lane, office.config.office.timezone
    promised, estimate = words.budget(promise.promised), promise.told
    papers = [each for each in workflow.requirements if each.shown.get(lane) not in (None, "not_needed")]
    return {
        "lane": lane.value, "title": told(office.config.lanes[lane].title), "online": lane is Lane.ONLINE,
        "promised": promised.en if language.get() == "en" else promised.id,
        "papers": [
            {"title": told(paper.title), "how": shown_words(paper.shown[lane]),
             "when": condition(office, workflow, paper)}
            for paper in papers
        ],
        "earliest": estimate and day(estimate.earliest, zone), "latest": estimate and day(estimate.latest, zone),
        "hits": estimate.hits if estimate else 0, "tested": estimate.tested if estimate else 0,
    }  # fmt: skip


def condition(office: Office, workflow: Workflow, paper: Requirement) -> str:
    """When a paper is asked for, in words; "" when it always is."""
    parts = []
    for name, values in (paper.when or {}).items():
        field = workflow.field[name]
        answers = " / ".join(answer(field, value, office.tools.places.name) for value in values)
        parts.append(_("only if “%(field)s” is: %(answers)s") % {"field": told(field.title), "answers": answers})
    return "; ".join(parts)
