"""The courier's round on a phone: what is to be delivered, by district and village, and what happened at each door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web import fields
from adapters.web.citizen.apply import scans_in
from adapters.web.desk.task import asked_at
from adapters.web.desk.words import Line, line, ways
from adapters.web.ids import Id
from adapters.web.pages import page
from adapters.web.refusals import by_place, status_of, summary
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.application import InvalidApplication
from domain.dossier import Dossier, Task, TaskStatus
from domain.errors import Refused
from domain.form import FormField
from domain.roles import Role
from domain.words import day
from lanes.delivering import DELIVERED, FIELD, PICTURES, Proof, is_delivery
from lanes.office import Office
from lanes.sheets import Sheet

router = APIRouter()
_MOST = 200
_DOOR = ("applicant_name", "applicant_address", "village", "district", "applicant_phone")


def stops(office: Office, username: str) -> list[tuple[Task, Dossier]]:
    """What this person has to deliver, in the order of places."""
    found = []
    for task, dossier in office.views.tasks(of=username, limit=_MOST):
        workflow = office.config.workflows.get(dossier.code)
        step = workflow.in_lane(dossier.lane).steps.get(task.step) if workflow else None
        if task.role is Role.HANDOVER_OFFICER and is_delivery(step):
            found.append((task, dossier))
    return sorted(found, key=lambda each: (each[1].district, each[1].village))


@router.get("/round")
def courier(request: Request, me: Me, office: OfficeNow, done: str = "") -> Response:
    """What waits for this courier, by place."""
    name = office.tools.places.name
    by_village: dict[tuple[str, str], list[Line]] = defaultdict(list)
    found = stops(office, me.username)
    for task, dossier in found:
        by_village[name(dossier.district), name(dossier.village)].append(line(office, task, dossier))
    return page(
        request, "desk/round.html", stops=sorted(by_village.items()),
        days={each: day(on) for each, on in office.views.round_days(dossier.id for _task, dossier in found).items()},
        done=done if done.replace("-", "").isalnum() else "", crumbs=[(_("My desk"), "/desk"), _("Round")],
    )  # fmt: skip


@router.get("/round/{task_id}")
def door(request: Request, me: Me, office: OfficeNow, task_id: Id) -> Response:
    """One door: what is delivered there, and the ways it can end."""
    return _door(request, office, me, _stop(office, me, task_id))


@router.post("/round/{task_id}/address")
def address(request: Request, me: Me, office: OfficeNow, task_id: Id) -> Response:
    """Where to and whom to ask for, in full; it is in the dossier's journal."""
    sheet = _stop(office, me, task_id)
    whole = office.reveal.full(sheet.dossier.number, by=me.username, purpose="processing")
    return _door(request, office, me, sheet, whole=whole)


@router.post("/round/{task_id}")
def answered(request: Request, me: Me, office: OfficeNow, task_id: Id, form: Posted) -> Response:
    """Delivered, with its proof; or nobody was at home, or they would not take it."""
    sheet, outcome = _stop(office, me, task_id), str(form.get("outcome", ""))
    values = fields.read(form, _asked(sheet))
    received = [str(form.get(name, "")).strip()[:100] for name in ("receiver", "relation")]
    try:
        if outcome == DELIVERED:
            proof = Proof(pictures=scans_in(form, set(PICTURES)), received=", ".join(each for each in received if each))
            office.delivering.delivered(task_id, proof, values=values, by=me.username)
        elif sheet.step is not None and outcome in sheet.step.on:
            office.desk.complete_task(task_id, outcome, by=me.username)
        else:
            raise Refused("unknown_outcome", _("Choose how the step ends."))
    except Refused as refused:
        return _door(request, office, me, sheet, values=values, received=received, refused=refused)
    return RedirectResponse(f"/desk/round?done={sheet.dossier.number}", 303)


def _stop(office: Office, me: SignedIn, task_id: int) -> Sheet:
    sheet = office.sheets.task(task_id, by=me.username)
    if not is_delivery(sheet.step):
        raise Refused("no_delivery", _("This step delivers nothing."))
    return sheet


def _asked(sheet: Sheet) -> list[FormField]:
    return [field for field in asked_at(sheet) if field.id != FIELD]


def _door(
    request: Request, office: Office, me: SignedIn, sheet: Sheet, *, whole: Mapping[str, object] | None = None,
    values: Mapping[str, str] | None = None, received: list[str] | None = None, refused: Refused | None = None,
) -> Response:  # fmt: skip
    task, dossier, known = sheet.task, sheet.dossier, sheet.workflow.workflow
    assert task is not None
    assert sheet.step is not None
    place = office.tools.places.name
    found = by_place(refused.problems) if isinstance(refused, InvalidApplication) else {}
    found = {name.removeprefix("delivery_"): words for name, words in found.items()}
    titles = {field.id: told(field.title) for field in known.fields} | {
        "photo": _("Photo"), "signature": _("Signature"), "proof": _("Proof of delivery"),
    }  # fmt: skip
    other = "photo" if refused is not None and refused.code == "proof_missing" else "main-content"
    shown = whole or sheet.fields
    return page(
        request, "desk/door.html", status=status_of(refused) if refused else 200, line=line(office, task, dossier),
        sheet=sheet, whole=whole is not None, found=found, received=received or ["", ""],
        problems=summary(refused, found, titles, other),
        open=task.status in (TaskStatus.OPEN, TaskStatus.CLAIMED) and sheet.why_not is None,
        rows=[(told(known.field[name].title), fields.answer(known.field[name], shown[name], place), name)
              for name in _DOOR if name in shown],
        ways=[way for way in ways(sheet.step, sheet.workflow) if way.kind == "on"], delivered=DELIVERED,
        asked=fields.shown(known, _asked(sheet), values or {}, found, place),
        crumbs=[(_("My desk"), "/desk"), (_("Round"), "/desk/round"), dossier.number],
    )  # fmt: skip
