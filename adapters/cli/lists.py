"""What people look at: `tasks`, `overdue`, `show`. Nothing personal, unless revealed for a purpose."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.options import As, InLane, Json, Limit, Number, command
from adapters.cli.output import local, pairs_table, say, say_json, table
from adapters.cli.session import at_work, open_office, settings, step_title, title, what_next, who
from domain.roles import Lane

if TYPE_CHECKING:
    from datetime import datetime

    from domain.dossier import Dossier, Task
    from domain.journal import Entry
    from lanes.office import Office

_PANEL = "Seeing"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    panel = {"rich_help_panel": _PANEL}
    command(
        app, "tasks", "jalur tasks --lane online", "jalur tasks --mine --as debora.paputungan",
        "jalur tasks --team manual-verify --json", "jalur tasks --stuck", **panel,
    )(tasks)  # fmt: skip
    command(app, "overdue", "jalur overdue", "jalur overdue --lane manual --json", **panel)(overdue)
    command(
        app, "show", "jalur show ON-2026-000123 --as debora.paputungan",
        "jalur show ON-2026-000123 --reveal --purpose processing --as debora.paputungan", **panel,
    )(show)  # fmt: skip


def tasks(
    stuck: Annotated[bool, typer.Option("--stuck", help="Automatic steps that gave up, with the reason.")] = False,
    mine: Annotated[bool, typer.Option("--mine", help="What you hold, then what you may take.")] = False,
    team: Annotated[str | None, typer.Option("--team", help="Only this team's.")] = None,
    lane: InLane = None,
    limit: Limit = 50,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """List what people have to do, in the order in which it is to be done."""
    if mine and (stuck or team):
        raise typer.BadParameter("stands by itself, without --stuck and --team", param_hint="--mine")
    office = open_office()
    found = office.views.tasks(lane=lane, of=who(as_) if mine else None, stuck=stuck, team=team, limit=limit)
    if as_json:
        _as_json(office, found)
    elif not found and stuck:
        say("No step is stuck" + (f" in the {lane} lane." if lane else "."))
        say("What people have to do: `jalur tasks`. What is late: `jalur overdue`.")
    elif not found:
        say("There is nothing to do.")
        for each in Lane:
            if count := office.engine.waiting(each):
                say(f"In the {each} lane, {count} ready for the system{_start(each)}")
        say("To try: `jalur demo` brings in made-up dossiers, `jalur submit --help` one of your own.")
    elif stuck:
        rows = [(d.number, d.code, d.lane, t.step, t.error or "") for t, d in found]
        table("Stuck steps", ("Dossier", "Type", "Lane", "Step", "Reason"), rows)
        say(f"When the reason is gone: `jalur retry {found[0][1].number} --as {_lead(office, found[0][0])}`.")
    else:
        _task_table(office, "Tasks", found)
        say(_shown(len(found), limit) + "The most urgent one you may do: `jalur next --as USERNAME`.")


def _start(lane: Lane) -> str:
    return "." if at_work(f"work-{lane}") else ": start `jalur up`."


def _as_json(office: Office, found: list[tuple[Task, Dossier]]) -> None:
    from adapters.cli.task_page import line_json

    now = office.clock.now()
    say_json([line_json(task, dossier, now) for task, dossier in found])


def _task_table(office: Office, name: str, found: list[tuple[Task, Dossier]]) -> None:
    zone, now = office.config.office.timezone, office.clock.now()
    rows = [
        (d.number, title(office, d), step_title(office, d, t.step), t.team or "the system", t.assignee or "",
         t.priority or "", local(t.due_at, zone), "OVERDUE" if t.due_at and t.due_at <= now else "")
        for t, d in found
    ]  # fmt: skip
    columns = ("Dossier", "Document", "Step", "Team", "Taken by", "Priority", "Due", "")
    table(name, columns, rows, right=["Priority"])


def _shown(count: int, limit: int) -> str:
    return f"The first {limit} are shown (--limit). " if count == limit else f"{count} in all. "


def _lead(office: Office, task: Task) -> str:
    return office.config.lanes[task.lane].manager


def overdue(lane: InLane = None, limit: Limit = 100, as_json: Json = False) -> None:
    """List open steps and dossiers past their due time by lane, team and age, sweeps that did not run in time, and
    dossiers that are broken, and pauses and outages that have lasted for more than a working day."""
    from adapters.cli.task_page import line_json

    office = open_office()
    steps, dossiers = (
        office.views.overdue(lane=lane, limit=limit),
        office.views.overdue_dossiers(lane=lane, limit=limit),
    )
    failed = {each: office.watch.failed(each) for each in ([lane] if lane else Lane)}
    late, now, held = office.watch.late(), office.clock.now(), office.held.long(lane)
    teams = office.views.teams_at([dossier.id for dossier in dossiers])
    warnings = office.config.warnings(now, [lane] if lane else Lane)
    if as_json:
        shown = [{"number": d.number, "code": d.code, "lane": d.lane, "status": d.status, "due_at": d.due_at,
                  "teams": teams[d.id], "overdue_hours": _hours(now, d.due_at)} for d in dossiers]  # fmt: skip
        say_json({"steps": [line_json(t, d, now) for t, d in steps], "dossiers": shown, "late_sweeps": late,
                  "broken": failed,
                  "warnings": warnings, "held": [asdict(each) for each in held]})  # fmt: skip
        return
    for words in late:
        say(f"Sweep late: {words}. Is `jalur up` running?")
    for each, names in failed.items():
        for words in names:
            say(f"Broken, and not treated by the {each} lane's last sweep: {words} (`jalur audit verify`)")
    for words in warnings:
        say(f"Warning: {words}")
    if held:
        still = [(each.lane, each.words, each.reason, local(each.since, office.config.office.timezone), each.by)
                for each in held]  # fmt: skip
        table("Time that stands still", ("Lane", "What", "Reason", "Since", "By"), still)
    if not steps and not dossiers:
        say("Nothing is overdue." + ("" if lane is None else f" In the {lane} lane, that is."))
        say("What is due next: `jalur tasks`. How the lanes do: `jalur lane report`.")
        return
    zone = office.config.office.timezone
    if steps:
        rows = [
            (d.lane, t.team or "the system", _age(now, t.due_at), d.number, title(office, d),
             step_title(office, d, t.step), t.assignee or "", local(t.due_at, zone))
            for t, d in sorted(steps, key=lambda each: (each[0].lane, each[0].team or "", each[0].due_at or now))
        ]  # fmt: skip
        table("Overdue steps", ("Lane", "Team", "Late by", "Dossier", "Document", "Step", "Taken by", "Was due"), rows)
    if dossiers:
        found = sorted(dossiers, key=lambda d: (d.lane, teams[d.id], d.due_at or now))
        cells = [
            (d.lane, ", ".join(teams[d.id]) or "the system", _age(now, d.due_at), d.number, title(office, d), d.status,
             local(d.due_at, zone))
            for d in found
        ]  # fmt: skip
        table("Overdue dossiers", ("Lane", "Team", "Late by", "Dossier", "Document", "Status", "Was due"), cells)
    say("What holds one up: `jalur show NUMBER`. Its lead can hand it on: `jalur reassign NUMBER --to USERNAME`.")


def _hours(now: datetime, due: datetime | None) -> float:
    return round((now - due).total_seconds() / 3600, 1) if due else 0.0


def _age(now: datetime, due: datetime | None) -> str:
    days, hours = divmod(int(_hours(now, due)), 24)
    return f"{days} d {hours} h" if days else f"{hours} h"


def show(
    number: Number,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show personal data; goes on record.")] = False,
    purpose: Annotated[
        str, typer.Option("--purpose", help="What for: processing, contact, correction, complaint or audit.")
    ] = "",
    as_: As = None,
    as_json: Json = False,
) -> None:
    """See a dossier as the office sees it: steps, journal, papers, documents, and the form, masked.

    With --reveal the form is shown in full to people of its lane, and the journal notes who saw it for what.
    """
    from domain.errors import Refused

    office = open_office()
    hidden, form = "", None
    if reveal:
        form = office.reveal.full(number, by=who(as_), purpose=purpose)
    elif username := as_ or settings().user:
        try:
            form = office.reveal.masked(number, by=username)
        except Refused as refused:
            if refused.code != "not_allowed":
                raise
            hidden = str(refused)
    else:
        hidden = "name yourself with --as USERNAME to see it"
    dossier, steps, journal, documents = office.views.dossier(number)
    with office.store.read() as work:
        papers = {paper.requirement: paper.shown for paper in work.dossiers.attachments(dossier.id)}
    if as_json:
        say_json({
            **_head(dossier), "form": form, "papers": papers, "steps": [_step_json(step) for step in steps],
            "journal": [_entry_json(entry) for entry in journal],
            "documents": [{"product": d.product, "number": d.number, "made_at": d.made_at, "sealed_at": d.sealed_at}
                          for d in documents],
        })  # fmt: skip
        return
    zone = office.config.office.timezone
    say(f"{number}  {title(office, dossier)}, {dossier.lane} lane, by {dossier.channel}")
    pairs_table({
        "Status": dossier.status, "Submitted": local(dossier.submitted_at, zone),
        "Found complete": local(dossier.accepted_at, zone), "Due": local(dossier.due_at, zone),
        "Closed": local(dossier.closed_at, zone),
        "Papers": ", ".join(f"{name} ({how})" for name, how in papers.items()),
    })  # fmt: skip
    for document in documents:
        state = "sealed" if document.sealed_at else "made" if document.file else "not made yet"
        say(f"  Document {document.number} ({document.product}): {state}")
    say("Form" + (f": hidden ({hidden})" if form is None else "" if reveal else ", masked (--reveal --purpose)"))
    pairs_table(form or {})
    rows = [(t.step, t.status, t.outcome or t.error or "", t.done_by or t.assignee or t.team or "",
             local(t.done_at or t.due_at, zone)) for t in steps]  # fmt: skip
    table("Steps", ("Step", "Status", "Outcome", "By", "Done or due"), rows)
    entries = [(e.seq, local(e.at, zone), e.actor, e.event, e.data if e.data != "{}" else "") for e in journal]
    table("Journal", ("#", "When", "Who", "What", ""), entries)
    say(what_next(office, number))


def _head(dossier: Dossier) -> dict[str, Any]:
    names = ("number", "code", "lane", "channel", "status", "submitted_at", "accepted_at", "due_at", "closed_at")
    return {name: getattr(dossier, name) for name in names}


def _step_json(task: Task) -> dict[str, Any]:
    names = (
        "step",
        "kind",
        "status",
        "team",
        "assignee",
        "outcome",
        "done_by",
        "done_at",
        "due_at",
        "attempts",
        "error",
    )
    return {name: getattr(task, name) for name in names}


def _entry_json(entry: Entry) -> dict[str, Any]:
    import json

    return {"seq": entry.seq, "at": entry.at, "actor": entry.actor, "event": entry.event,
            "data": json.loads(entry.data), "hash": entry.hash}  # fmt: skip
