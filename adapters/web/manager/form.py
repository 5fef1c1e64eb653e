"""The rules of one's own lane filled in as a form: the same draft as in the editor, seen otherwise."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.web.manager.editor import DAYS, FIELDS, show_editor, show_preview, text_of
from adapters.web.manager.lane_form import EVERY, LaneForm
from adapters.web.manager.words import crumbs, problem_of
from adapters.web.pages import page
from adapters.web.refusals import status_of
from adapters.web.session import Me, OfficeNow, Posted
from adapters.web.times import instant
from adapters.web.titles import lane_title
from adapters.web.words import gettext as _
from domain.errors import ConfigError, Problem, Refused
from domain.roles import Lane
from lanes.office import Office
from lanes.proposals import Opened

router = APIRouter()


@router.get("/{lane}/rules/form")
def form(request: Request, me: Me, office: OfficeNow, lane: Lane, part: str = EVERY) -> Response:
    """The lane's file as a form: what is the same for all document types, or one type's own."""
    opened = office.proposals.opened(lane, by=me.username)
    return _form(request, office, lane, opened, opened.text, part)


@router.post("/{lane}/rules/form")
def filled_in(request: Request, me: Me, office: OfficeNow, lane: Lane, form: Posted) -> Response:
    """Take up what was filled in, then `do`: show another part, the text, or the preview; `open`: only show the text
    that was sent as a form."""
    opened, text = office.proposals.opened(lane, by=me.username), text_of(form)
    part, given, do = str(form.get("part", EVERY)), str(form.get("from", "")), str(form.get("do", "preview"))
    try:
        if do != "open":
            text = LaneForm(office, lane, text, part).written(form)
    except ConfigError as error:
        return show_editor(request, office, lane, opened, text, given=given, mistakes=error.problems)
    if do == "text":
        return show_editor(request, office, lane, opened, text, given=given)
    if do in ("open", "show", "more"):
        return _form(request, office, lane, opened, text, str(form.get("show", part)) if do == "show" else part,
                     given=given)  # fmt: skip
    try:
        at = instant(given, office.config.office.timezone, ends=False)
        found, seen = office.proposals.preview(
            lane, text, by=me.username, opened=str(form.get("opened", "")), days=DAYS, at=at
        )
    except ConfigError as error:
        return _form(request, office, lane, opened, text, part, given=given, mistakes=error.problems)
    except Refused as refused:
        return _form(request, office, lane, opened, text, part, given=given, refused=refused)
    return show_preview(request, office, lane, opened, text, given, found, seen)


def _form(
    request: Request, office: Office, lane: Lane, opened: Opened, text: str, part: str, *, given: str = "",
    mistakes: tuple[Problem, ...] = (), refused: Refused | None = None,
) -> Response:  # fmt: skip
    try:
        form = LaneForm(office, lane, text, part, mistakes)
    except ConfigError as error:
        return show_editor(request, office, lane, opened, text, given=given, mistakes=error.problems)
    times, steps, types, ladders, watch = form.times(), form.steps(), form.types(), form.ladders(), form.watch()
    fields = [*times, *steps, *watch, *(each for row in types for each in row[3])]
    rungs = [(ladder, rung) for ladder in ladders for rung in ladder.rungs]
    told: list[dict[str, Any]] = [
        {"text": f"{each.label}: {each.problem}", "href": f"#{each.id}"}
        for each in (*fields, *(rung.at for _ladder, rung in rungs))
        if each.problem
    ]
    told += [{"text": f"{ladder.title}, {rung.at.value}: {rung.problem}", "href": f"#{rung.at.id}"}
             for ladder, rung in rungs if rung.problem]  # fmt: skip
    told += [{"text": f"{each.title}: {each.problem}", "href": f"#{each.id}"} for each in ladders if each.problem]
    named = [*(each.id for each in fields), *(each.id for each in ladders)]
    told += [{"text": f"{place}: {problem}", "href": "#as-text"} for place, problem in form.elsewhere(named)]
    if refused:
        told = problem_of(refused, FIELDS, "preview")
    name = lane_title(office, lane)
    return page(
        request, "manager/form.html", status=status_of(refused) if refused else 422 if mistakes else 200, lane=lane,
        lane_title=name, opened=opened, text=text, given=given, form=form, times=times, steps=steps, types=types,
        ladders=ladders, watch=watch, every=EVERY, problems=told, title=next(
            title for code, title, _own in form.parts() if code == form.part),
        crumbs=crumbs((_("Rules: %(lane)s") % {"lane": name}, f"/manager/{lane}/rules"), _("As a form")),
    )  # fmt: skip
