"""The head signs many at once, and sees in what each differs from the others of its kind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.web.desk.words import Line, line
from adapters.web.fields import answer
from adapters.web.pages import page
from adapters.web.refusals import in_words
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.dossier import Task
from domain.errors import Refused
from domain.roles import Role
from lanes.office import Office
from lanes.sheets import Sheet

router = APIRouter()
_MOST = 100
_ENDS = "signed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Signing:
    """A document to be signed: `differs` is what its application says otherwise than others of its kind."""

    line: Line
    sheet: Sheet
    applicant: str
    differs: tuple[tuple[str, str], ...]
    doers: tuple[str, ...]


@router.get("/sign")
def sign(request: Request, me: Me, office: OfficeNow) -> Response:
    """Everything that waits for this signature, by kind."""
    return _shown(request, office, me)


@router.post("/sign")
def sign_many(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Sign what was ticked, in the order of the line; each is done or refused by itself."""
    ticked = {str(each) for each in form.getlist("task")}
    if not ticked:
        return _shown(request, office, me, status=422, problem=_("Tick what you want to sign."))
    reason = str(form.get("out_of_turn", "")) or None
    done, refused = [], []
    for task, sheet in _waiting(office, me):
        if str(task.id) in ticked:
            try:
                office.desk.complete_task(task.id, _ENDS, by=me.username, out_of_turn=reason)
                done.append(sheet.dossier.number)
            except Refused as refusal:
                refused.append((sheet.dossier.number, in_words(refusal)))
    return _shown(request, office, me, done=done, refused=refused)


def _waiting(office: Office, me: SignedIn) -> list[tuple[Task, Sheet]]:
    """The tasks that end with this person's signature, in the order of the line."""
    found = [
        task for task, _dossier in office.views.tasks(of=me.username, limit=_MOST) if task.role is Role.AGENCY_HEAD
    ]
    sheets = [(task, office.sheets.task(task.id, by=me.username)) for task in found]
    return [(task, sheet) for task, sheet in sheets if sheet.step is not None and _ENDS in sheet.step.on]


def _shown(
    request: Request, office: Office, me: SignedIn, *, status: int = 200, problem: str = "",
    done: list[str] | None = None, refused: list[tuple[str, str]] | None = None,
) -> Response:  # fmt: skip
    kinds: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in (sheet for _task, sheet in _waiting(office, me)):
        kinds[sheet.dossier.code].append(sheet)
    groups = [(told(sheets[0].workflow.workflow.title), _signings(office, sheets)) for sheets in kinds.values()]
    reasons = {code: told(text) for rules in office.config.lanes.values()
               for code, text in rules.out_of_turn.reasons.items()}  # fmt: skip
    return page(
        request, "desk/sign.html", status=status, groups=groups, problem=problem, done=done or [],
        refused=refused or [], reasons=reasons,
        crumbs=[(_("My desk"), "/desk"), _("Sign")],
    )  # fmt: skip


def _signings(office: Office, sheets: list[Sheet]) -> list[Signing]:
    """Those of one kind: of what is no personal data, only what is not the same in all is told of each."""
    fields = [field for field in sheets[0].workflow.workflow.fields if field.is_fact and field.derived is None]
    said = {field.id: {str(sheet.dossier.facts.get(field.id)) for sheet in sheets} for field in fields}
    place, names = office.tools.places.name, office.people.names()
    found = []
    for sheet in sheets:
        assert sheet.task is not None
        differs = [
            (told(field.title), answer(field, sheet.dossier.facts[field.id], place)) for field in fields
            if field.id in sheet.dossier.facts and (len(said[field.id]) > 1 or len(sheets) == 1)
        ]  # fmt: skip
        found.append(
            Signing(
                line=line(office, sheet.task, sheet.dossier), sheet=sheet, differs=tuple(differs),
                applicant=str(sheet.fields.get("applicant_name", "")),
                doers=tuple(sorted({names.get(who, who) for who in _by(sheet)})),
            )
        )  # fmt: skip
    return found


def _by(sheet: Sheet) -> list[str]:
    return [entry.actor for entry in sheet.journal if entry.event == "step_completed" and entry.actor != "jalur"]
