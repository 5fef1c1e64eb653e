"""The head signs many at once, in the order of each line, and sees in what each differs from others of its kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
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
from domain.roles import Lane, Role
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


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSigned:
    """A document that was ticked and is not signed, with the reason."""

    task: int
    number: str
    words: str


@router.get("/sign")
def sign(request: Request, me: Me, office: OfficeNow) -> Response:
    """Everything that waits for this signature, by lane in the order of its line."""
    return _shown(request, office, me)


@router.post("/sign")
def sign_many(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Sign what was ticked, in the order of the line: what is ticked together with all that comes before it is in its
    turn. Each is done or refused by itself, and what is refused stays ticked. The button of a lane ticks all of it."""
    ticked, reason = {str(each) for each in form.getlist("task")}, str(form.get("out_of_turn", ""))
    lane = str(form.get("tick", ""))
    if lane:
        ticked |= {str(task.id) for task, _sheet in _waiting(office, me) if task.lane == lane}
        return _shown(request, office, me, ticked=ticked, reason=reason)
    if not ticked:
        return _shown(request, office, me, status=422, problem=_("Tick what you want to sign."), reason=reason)
    done, refused, early = [], [], False
    for task, sheet in _waiting(office, me):
        if str(task.id) not in ticked:
            continue
        try:
            office.desk.complete_task(task.id, _ENDS, by=me.username, out_of_turn=reason or None)
            done.append(sheet.dossier.number)
        except Refused as refusal:
            out_of_turn = refusal.code == "out_of_turn"
            words = _("Others come before it: tick them too, or say below why it comes first.")
            early = early or out_of_turn
            refused.append(NotSigned(task=task.id, number=sheet.dossier.number,
                                     words=words if out_of_turn else in_words(refusal)))  # fmt: skip
    return _shown(request, office, me, status=200 if done else 422, done=done, refused=refused, ticked=ticked,
                  reason=reason, early=early)  # fmt: skip


def _waiting(office: Office, me: SignedIn) -> list[tuple[Task, Sheet]]:
    """The tasks that end with this person's signature, in the order of the line."""
    found = [
        task for task, _dossier in office.views.tasks(of=me.username, limit=_MOST) if task.role is Role.AGENCY_HEAD
    ]
    sheets = [(task, office.sheets.task(task.id, by=me.username)) for task in found]
    return [(task, sheet) for task, sheet in sheets if sheet.step is not None and _ENDS in sheet.step.on]


def _shown(
    request: Request, office: Office, me: SignedIn, *, status: int = 200, problem: str = "",
    done: Sequence[str] = (), refused: Sequence[NotSigned] = (), ticked: Collection[str] = (), reason: str = "",
    early: bool = False,
) -> Response:  # fmt: skip
    """The page: `ticked` are ids of tasks, `reason` is what was chosen, `early` asks for one."""
    sheets = [sheet for _task, sheet in _waiting(office, me)]
    signings = _signings(office, sheets)
    reasons = {code: told(text) for rules in office.config.lanes.values()
               for code, text in rules.out_of_turn.reasons.items()}  # fmt: skip
    lines = [(lane, told(office.config.lanes[lane].title), of_lane) for lane in Lane
             if (of_lane := [each for each in signings if each.line.task.lane is lane])]  # fmt: skip
    return page(
        request, "desk/sign.html", status=status, lines=lines, problem=problem, done=done, refused=refused,
        ticked=ticked, reason=reason, early=early, reasons=reasons, crumbs=[(_("My desk"), "/desk"), _("Sign")],
    )  # fmt: skip


def _signings(office: Office, sheets: Sequence[Sheet]) -> list[Signing]:
    """These in their order: of what is no personal data, only what is not the same in all of its kind is told of
    each."""
    kinds: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        kinds[sheet.dossier.code].append(sheet)
    place, names = office.tools.places.name, office.people.names()
    found = []
    for sheet in sheets:
        assert sheet.task is not None
        kind, facts = kinds[sheet.dossier.code], sheet.dossier.facts
        differs = [
            (told(field.title), answer(field, facts[field.id], place)) for field in sheet.workflow.workflow.fields
            if field.is_fact and field.derived is None and field.id in facts
            and (len(kind) == 1 or any(other.dossier.facts.get(field.id) != facts[field.id] for other in kind))
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
