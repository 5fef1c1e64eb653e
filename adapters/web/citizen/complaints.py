"""Complaints as the office sees them: the open ones of one's lanes by time, read on record, answered, decided."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.pages import page
from adapters.web.refusals import in_words, status_of
from adapters.web.session import Me, OfficeNow, Posted
from adapters.web.words import gettext as _
from adapters.web.words import said
from domain.complaint import LONGEST, SHORTEST, Stage
from domain.errors import Refused
from lanes.complaints import Told
from lanes.office import Office

router = APIRouter()
End = Literal["answer", "decide"]


@router.get("/complaints")
def listing(request: Request, me: Me, office: OfficeNow, done: bool = False) -> Response:
    """The open complaints of the lanes whose complaints one handles."""
    now, complaints = office.clock.now(), office.complaints
    lanes = [(lane, complaints.may_read(lane, by=me.username)) for lane in complaints.lanes_of(me.username)]
    rows = [
        {"number": each.number, "topic": said(each.topic.words), "late": each.state.is_late(now),
         "due_at": each.state.due_at, "decision": each.state.stage is Stage.DECISION, "may_read": may_read}
        for lane, may_read in lanes for each in complaints.listing(lane, by=me.username)
    ]  # fmt: skip
    rows.sort(key=lambda row: (row["due_at"], row["number"]))
    return page(request, "citizen/complaints.html", rows=rows, handles=bool(lanes), done=done,
                reads=any(may_read for _lane, may_read in lanes),
                crumbs=[_("Complaints")])  # fmt: skip


@router.post("/complaints/{number}")
def read(request: Request, me: Me, office: OfficeNow, number: str) -> Response:
    """A complaint in full; that it was read stands in the dossier's journal."""
    return _shown(request, office, me.username, number)


def _shown(
    request: Request, office: Office, by: str, number: str, *, problem: str = "", text: str = "", status: int = 200
) -> Response:  # fmt: skip
    told: Told = office.complaints.read(number, by=by)
    stage = told.record.state.stage
    return page(
        request, "citizen/complaint.html", status=status, told=told, topic=said(told.record.topic.words),
        problem=problem, text=text, shortest=SHORTEST, longest=LONGEST,
        may_answer=stage is Stage.ANSWER, may_decide=stage is not Stage.DONE,
        crumbs=[(_("Complaints"), "/complaints"), number],
    )  # fmt: skip


@router.post("/complaints/{number}/{end}")
def end(request: Request, me: Me, office: OfficeNow, number: str, end: End, form: Posted) -> Response:
    """Answer or decide."""
    text = str(form.get("text", ""))
    act = office.complaints.decide if end == "decide" else office.complaints.answer
    try:
        act(number, text, by=me.username)
    except Refused as refused:
        return _shown(request, office, me.username, number, problem=in_words(refused), text=text,
                      status=status_of(refused))  # fmt: skip
    return RedirectResponse("/complaints?done=true", 303)
