"""`jalur turn`: what was taken out of its turn, approved or objected to by who answers for the lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import As, InLane, Json, Limit, command, group
from adapters.cli.output import local, say, say_json, table
from adapters.cli.session import open_office, who
from domain.fairness import Verdict
from domain.roles import Lane

if TYPE_CHECKING:
    from lanes.turn_reviews import ToReview

Which = Annotated[int, typer.Argument(metavar="ID", min=1, help="Its number in `jalur turn list`.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Goes on record; no personal data.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    turn = group("Tasks taken out of their turn: approved of or objected to afterwards.")
    command(turn, "list", "jalur turn list --as maria.lumowa", "jalur turn list --lane online --json")(list_)
    command(turn, "approve", "jalur turn approve 12 --as maria.lumowa")(approve)
    command(turn, "object", "jalur turn object 12 --reason 'no such funeral is known' --as maria.lumowa")(object_)
    app.add_typer(turn, name="turn", rich_help_panel="History and proof")


def list_(lane: InLane = None, limit: Limit = 200, as_: As = None, as_json: Json = False) -> None:
    """List what was taken out of its turn and neither approved nor objected to yet, the oldest first.

    For the lane's manager, the head, the auditor and administrators; without --lane, of the lanes that one may see.
    """
    from domain.errors import Refused

    office, by = open_office(), who(as_)
    lanes = [lane] if lane else list(Lane)
    found: list[ToReview] = []
    refusals = []
    for each in lanes:
        try:
            found += office.turn_reviews.waiting(each, by=by, limit=limit)
        except Refused as refused:
            refusals.append(refused)
    if len(refusals) == len(lanes):
        raise refusals[0]
    if as_json:
        say_json([_told(each) for each in found])
        return
    if not found:
        say("Everything that was taken out of its turn has been answered. The figures: `jalur fairness`.")
        return
    zone = office.config.office.timezone
    rows = [
        (each.overtaking.id, each.overtaking.lane, each.number, each.overtaking.step, each.overtaking.officer,
         each.overtaking.reason, each.passed, local(each.overtaking.at, zone))
        for each in found
    ]  # fmt: skip
    columns = ("Id", "Lane", "Dossier", "Step", "Taken by", "Reason", "Passed over", "When")
    table("Taken out of turn, not answered yet", columns, rows, right=("Id", "Passed over"), whole=("Dossier",))
    say("Answer with `jalur turn approve ID` or `jalur turn object ID --reason TEXT`.")


def approve(which: Which, reason: Reason = "", as_: As = None, as_json: Json = False) -> None:
    """Say that a task was rightly taken out of its turn. For the lane's manager or the head, of what others took."""
    _review(which, Verdict.APPROVED, reason, as_, as_json=as_json)


def object_(which: Which, reason: Reason, as_: As = None, as_json: Json = False) -> None:
    """Say that a task should not have been taken out of its turn, and why. It stays done; the figures count it."""
    _review(which, Verdict.OBJECTED, reason, as_, as_json=as_json)


def _review(which: int, verdict: Verdict, reason: str, as_: str | None, *, as_json: bool) -> None:
    found = open_office().turn_reviews.review(which, verdict, remark=reason, by=who(as_))
    if as_json:
        say_json({"id": found.id, "verdict": found.verdict, "by": found.reviewed_by, "at": found.reviewed_at})
    else:
        say(f"{found.id}: {verdict}. It is in the dossier's journal and in `jalur fairness`.")


def _told(each: ToReview) -> dict[str, object]:
    over = each.overtaking
    return {"id": over.id, "lane": over.lane, "number": each.number, "step": over.step, "officer": over.officer,
            "reason": over.reason, "passed": each.passed, "at": over.at, "why_not": each.why_not}  # fmt: skip
