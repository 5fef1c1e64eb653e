"""`jalur complaint`: what applicants complain of, read, answered and decided in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import As, InLane, Json, command, group
from adapters.cli.output import local, pairs_table, say, say_json, table
from adapters.cli.session import open_office, who
from domain.roles import Lane

if TYPE_CHECKING:
    from lanes.records.complaints import ComplaintRecord

Complaint = Annotated[str, typer.Argument(metavar="COMPLAINT", help="Its number, such as ADU-2026-000001.")]
Words = Annotated[str, typer.Option("--text", metavar="TEXT", help="What the applicant reads; - reads standard input.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    complaint = group("Complaints of applicants: answered within 14 days, decided within 60.")
    command(complaint, "list", "jalur complaint list --lane online --as johan.walukow")(listing)
    command(complaint, "show", "jalur complaint show ADU-2026-000001 --as johan.walukow")(show)
    command(
        complaint, "answer", "jalur complaint answer ADU-2026-000001 --text 'Besok selesai.' --as johan.walukow"
    )(answer)  # fmt: skip
    command(
        complaint, "decide", "jalur complaint decide ADU-2026-000001 --text - --as maria.lumowa < decision.txt"
    )(decide)  # fmt: skip
    app.add_typer(complaint, name="complaint", rich_help_panel="Working")


def listing(
    lane: InLane = None,
    all_: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """List the complaints that are open, the oldest first: those of a lane that you handle."""
    office, by = open_office(), who(as_)
    now, zone = office.clock.now(), office.config.office.timezone
    lanes = [lane] if lane else office.complaints.lanes_of(by)
    found = [one for each in lanes or Lane for one in office.complaints.listing(each, by=by, open_only=not all_)]
    if as_json:
        say_json([_plain(each) for each in found])
    elif not found:
        say("No complaint is open." if not all_ else "There are no complaints.")
    else:
        table(
            "Complaints", ("Complaint", "Lane", "About", "Filed", "Waits for", "By", "Late"),
            [(each.number, each.lane, each.topic.words.en, local(each.filed_at, zone), each.state.stage,
              local(each.state.due_at, zone), "LATE" if each.state.is_late(now) else "") for each in found],
            whole=("Complaint",),
        )  # fmt: skip


def show(complaint: Complaint, as_: As = None, as_json: Json = False) -> None:
    """Read a complaint and what was answered. It may hold personal data: that you read it stands in the journal."""
    office = open_office()
    told, zone = office.complaints.read(complaint, by=who(as_)), office.config.office.timezone
    if as_json:
        say_json({**_plain(told.record), "dossier": told.dossier, "text": told.text, "answer": told.answer,
                  "decision": told.decision})  # fmt: skip
        return
    state = told.record.state
    say(f"{told.number} about {told.dossier}: {told.record.topic.words.en}")
    pairs_table({
        "Filed": local(told.record.filed_at, zone), "Answer by": local(state.answer_by, zone),
        "Decide by": local(state.decide_by, zone), "Text": told.text, "Answer": told.answer,
        "Decision": told.decision,
    })  # fmt: skip
    if state.due_at is not None:
        say(f"Next: `jalur complaint {'answer' if state.stage == 'answer' else 'decide'} {told.number} --text TEXT`.")


def answer(complaint: Complaint, text: Words, as_: As = None, as_json: Json = False) -> None:
    """Answer a complaint. The applicant gets a message and reads the answer on the page of their dossier."""
    open_office().complaints.answer(complaint, _read(text), by=who(as_))
    _done(complaint, "answered", as_json)


def decide(complaint: Complaint, text: Words, as_: As = None, as_json: Json = False) -> None:
    """Decide on a complaint, as the lane's manager or the head; that ends it."""
    open_office().complaints.decide(complaint, _read(text), by=who(as_))
    _done(complaint, "decided", as_json)


def _done(complaint: str, what: str, as_json: bool) -> None:
    if as_json:
        say_json({"complaint": complaint, "status": what})
    else:
        say(f"{complaint} is {what}.")


def _read(text: str) -> str:
    return typer.get_text_stream("stdin").read() if text == "-" else text


def _plain(record: ComplaintRecord) -> dict[str, object]:
    state = record.state
    return {
        "complaint": record.number, "lane": record.lane, "topic": record.topic, "filed_at": record.filed_at,
        "waits_for": state.stage, "due_at": state.due_at, "answered_at": record.answered_at,
        "answered_by": record.answered_by, "decided_at": record.decided_at, "decided_by": record.decided_by,
    }  # fmt: skip
