"""The rules of one's own lane, written as text: mistakes at their lines, what they would change, and applying them."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.manager.previewing import told_of
from adapters.web.manager.words import crumbs, policy_given, problem_of
from adapters.web.pages import page
from adapters.web.refusals import status_of
from adapters.web.session import Me, OfficeNow, Posted
from adapters.web.times import instant
from adapters.web.titles import lane_title
from adapters.web.words import gettext as _
from domain.errors import ConfigError, Problem, Refused
from domain.roles import Lane
from lanes.office import Office
from lanes.previewed import LanePreview
from lanes.proposals import Opened

router = APIRouter()
DAYS = 365
FIELDS = (("reason_missing", "reason"), ("past_time", "from"), ("unknown_time", "from"))


@router.get("/{lane}/rules")
def editor(request: Request, me: Me, office: OfficeNow, lane: Lane) -> Response:
    """The lane's file in an editor."""
    opened = office.proposals.opened(lane, by=me.username)
    return show_editor(request, office, lane, opened, opened.text)


@router.post("/{lane}/rules/edit")
def edit(request: Request, me: Me, office: OfficeNow, lane: Lane, form: Posted) -> Response:
    """Back from the preview to the editor, with the text as it is."""
    opened = office.proposals.opened(lane, by=me.username)
    return show_editor(request, office, lane, opened, text_of(form), given=str(form.get("from", "")))


@router.post("/{lane}/rules/preview")
def preview(request: Request, me: Me, office: OfficeNow, lane: Lane, form: Posted) -> Response:
    """What the text would change; its mistakes, where it has some."""
    opened, text, given = office.proposals.opened(lane, by=me.username), text_of(form), str(form.get("from", ""))
    try:
        at = instant(given, office.config.office.timezone, ends=False)
        found, seen = office.proposals.preview(
            lane, text, by=me.username, opened=str(form.get("opened", "")), days=DAYS, at=at
        )
    except ConfigError as error:
        return show_editor(request, office, lane, opened, text, given=given, mistakes=error.problems)
    except Refused as refused:
        return show_editor(request, office, lane, opened, text, given=given, refused=refused)
    return show_preview(request, office, lane, opened, text, given, found, seen)


@router.post("/{lane}/rules/apply")
def apply(request: Request, me: Me, office: OfficeNow, lane: Lane, form: Posted) -> Response:
    """Put the text in force as it was previewed."""
    text, given, seen = text_of(form), str(form.get("from", "")), str(form.get("seen", ""))
    try:
        at = instant(given, office.config.office.timezone, ends=False)
        done = office.proposals.apply(
            lane, text, by=me.username, seen=seen, reason=str(form.get("reason", ""))[:500],
            policy=policy_given(str(form.get("policy", ""))), at=at,
        )  # fmt: skip
    except ConfigError as error:
        opened = office.proposals.opened(lane, by=me.username)
        return show_editor(request, office, lane, opened, text, given=given, mistakes=error.problems)
    except Refused as refused:
        opened = office.proposals.opened(lane, by=me.username)
        if refused.code != "reason_missing":
            return show_editor(request, office, lane, opened, text, given=given, refused=refused)
        found, seen = office.proposals.preview(lane, text, by=me.username, opened=opened.mark, days=DAYS, at=at)
        return show_preview(request, office, lane, opened, text, given, found, seen, refused)
    return RedirectResponse(f"/manager/{lane}/versions?done={done.version.id}", 303)


def text_of(form: Any) -> str:
    """The text of the form; browsers end its lines as in a letter."""
    return str(form.get("text", "")).replace("\r\n", "\n")


def show_editor(
    request: Request, office: Office, lane: Lane, opened: Opened, text: str, *, given: str = "",
    mistakes: tuple[Problem, ...] = (), refused: Refused | None = None,
) -> Response:  # fmt: skip
    """The editor with a text, and what is wrong with it."""
    lines = text.splitlines()
    own = f"{lane}.yaml"
    told = [
        {"text": f"{_where(each, own)}: {each.problem}", "allowed": each.allowed, "path": each.path, "href": "#text",
         "line": lines[each.line - 1] if Path(each.file).name == own and each.line <= len(lines) else ""}
        for each in mistakes
    ]  # fmt: skip
    problems = problem_of(refused, FIELDS, "text") if refused else told
    status = status_of(refused) if refused else 422 if mistakes else 200
    return page(
        request, "manager/editor.html", status=status, lane=lane, lane_title=lane_title(office, lane), text=text,
        opened=opened, given=given, problems=problems,
        moved=refused is not None and refused.code == "changed_in_between", mistakes=told,
        rows=min(max(len(lines), 20), 40),
        crumbs=crumbs(_("Rules: %(lane)s") % {"lane": lane_title(office, lane)}),
    )  # fmt: skip


def _where(problem: Problem, own: str) -> str:
    name = Path(problem.file).name
    line = _("Line %(line)s") % {"line": problem.line}
    return line if name == own else f"{name}, {line}"


def show_preview(
    request: Request, office: Office, lane: Lane, opened: Opened, text: str, given: str, found: LanePreview, seen: str,
    refused: Refused | None = None,
) -> Response:  # fmt: skip
    """What a text would change, and the form to apply it."""
    before = opened.in_force.source.splitlines()
    names = _("in force"), _("proposed")
    return page(
        request, "manager/preview.html", status=status_of(refused) if refused else 200, lane=lane,
        lane_title=lane_title(office, lane), text=text, given=given, seen=seen, found=found,
        at=_at(given, office), told=told_of(office, found), chart=_chart(found),
        diff=list(unified_diff(before, text.splitlines(), *names, lineterm="")),
        problems=problem_of(refused, FIELDS, "reason") if refused else [],
        crumbs=crumbs((_("Rules: %(lane)s") % {"lane": lane_title(office, lane)}, f"/manager/{lane}/rules"),
                      _("Preview")),
    )  # fmt: skip


def _at(given: str, office: Office) -> datetime | None:
    return instant(given, office.config.office.timezone, ends=False)


def _chart(found: LanePreview) -> str:
    """The past under both rules as a picture within the page; "" where nothing would look different."""
    if found.past is None or not found.past.dossiers:
        return ""
    from adapters.preview_chart import on_time_chart  # imports altair, 0.5 s

    return "data:image/svg+xml;base64," + b64encode(on_time_chart([found]).encode()).decode()
