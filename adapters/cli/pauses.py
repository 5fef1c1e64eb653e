"""When time does not count: `pause` and `resume` for one dossier, `outage` for all that it touches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import As, Json, Limit, Number, at_time, command, group
from adapters.cli.output import local, progress_bar, say, say_json, table
from adapters.cli.session import open_office, who
from domain.roles import Lane
from domain.words import counted

if TYPE_CHECKING:
    from domain.dossier import Dossier
    from lanes.office import Office
    from lanes.outages import Carried

_PANEL = "Keeping work moving"
Reason = Annotated[
    str, typer.Argument(metavar="REASON", help="Such as SIAK_NETWORK, POWER, BLANK_STOCK, TTE_BSRE or AFIS.")
]
OverLane = Annotated[Lane | None, typer.Option("--lane", help="Only this lane; both when not given.")]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help="When it was, if not now: 09:30, 2026-03-02T09:30, with an offset or not."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    panel = {"rich_help_panel": _PANEL}
    command(app, "pause", "jalur pause ON-2026-000123 --reason SIAK_NETWORK --as yohanes.pangemanan", **panel)(pause)
    command(
        app, "resume", "jalur resume ON-2026-000123 --as yohanes.pangemanan",
        "jalur resume ON-2026-000123 --reason SIAK_NETWORK --as yohanes.pangemanan", **panel,
    )(resume)  # fmt: skip
    outage = group("Times in which the office could not work: they hold every dossier they touch.")
    command(
        outage, "start", "jalur outage start SIAK_NETWORK --reason 'the cable at the bridge is cut' --as admin",
        "jalur outage start POWER --lane manual --at 09:30 --as kezia.rumagit",
    )(start)  # fmt: skip
    command(
        outage, "end", "jalur outage end SIAK_NETWORK --as admin",
        "jalur outage end POWER --lane manual --at 2026-03-02T11:15 --as kezia.rumagit",
    )(end)  # fmt: skip
    command(
        outage, "withdraw", "jalur outage withdraw POWER --reason 'it was another building' --as admin",
        "jalur outage withdraw POWER --lane manual --at 2026-03-02T09:30 --reason TEXT --as kezia.rumagit",
    )(withdraw)  # fmt: skip
    command(outage, "list", "jalur outage list", "jalur outage list --json")(list_)
    app.add_typer(outage, name="outage", rich_help_panel=_PANEL)


def pause(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="Why: SIAK_NETWORK, POWER, BLANK_STOCK, TTE_BSRE or AFIS.")],
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Let a dossier's time stand still for a reason; for the lead of a team that has an open step of it, the lane's
    manager or an administrator. The applicant is told.

    A dossier that waits for its applicant is paused by `jalur return`, what befalls the whole office by `jalur outage`.
    """
    by = who(as_)
    office = open_office()
    dossier = office.pausing.pause(number, reason, by=by)
    if not _as_json(as_json, dossier):
        say(f"The time of {number} stands still. This pause ends with `jalur resume {number} --reason {reason}`.")


def resume(
    number: Number,
    reason: Annotated[str | None, typer.Option("--reason", help="Which pause, when several hold it.")] = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Let a dossier's time run again; for those who may pause it."""
    by = who(as_)
    office = open_office()
    dossier = office.pausing.resume(number, reason, by=by)
    if _as_json(as_json, dossier):
        return
    if dossier.held:
        say(f"That pause of {number} is over; it is still held: {'; '.join(_holds(dossier))}.")
    else:
        say(f"The time of {number} runs again. See `jalur explain {number}`.")


def _holds(dossier: Dossier) -> Iterator[str]:
    """What holds a dossier, in words, with the name that commands know it by."""
    from domain.pausing import Hold

    for hold in (Hold.read(each) for each in sorted(dossier.held)):
        kind = "outage, " if hold.outage else ""
        yield f"{kind}{hold.reason.words.en} ({hold.reason})"


def _as_json(as_json: bool, dossier: Dossier) -> bool:
    if as_json:
        say_json({"number": dossier.number, "held": dict(dossier.held), "due_at": dossier.due_at})
    return as_json


def start(
    reason: Reason,
    why: Annotated[
        str, typer.Option("--reason", help="What happened, in words for who works here: no names of applicants.")
    ] = "",
    lane: OverLane = None,
    at: At = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Record that the office cannot work: every open dossier it touches is held at once, from --at on when it is
    recorded late. A lack of blanks holds cards only, AFIS what needs fingerprints, TTE_BSRE what is signed.

    For an administrator, or the lane's manager with --lane. Called again it completes what was cut off.
    """
    by = who(as_)
    office = open_office()
    since = at_time(at, office.config.office.timezone, office.clock.now(), "--at") if at else None
    with progress_bar("Holding dossiers", as_json) as progress:
        carried = office.outages.start(reason, lane=lane, at=since, why=why, by=by, progress=progress)
    _told(office, carried, "held", as_json)


def end(reason: Reason, lane: OverLane = None, at: At = None, as_: As = None, as_json: Json = False) -> None:
    """Record that an outage is over, now or at --at: what it holds runs again from then on, and dossiers that closed
    before it was recorded are due so much later too. Called again it completes what was cut off."""
    by = who(as_)
    office = open_office()
    until = at_time(at, office.config.office.timezone, office.clock.now(), "--at") if at else None
    with progress_bar("Letting dossiers go", as_json) as progress:
        carried = office.outages.end(reason, lane=lane, at=until, by=by, progress=progress)
    _told(office, carried, "let go", as_json)


def withdraw(
    reason: Reason,
    why: Annotated[str, typer.Option("--reason", help="Why it is taken back; it goes on record.")],
    lane: OverLane = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="When it began, where several are recorded.")
    ] = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Take back an outage that was recorded by mistake: due times are as if it had never been, and applicants who were
    told a later date are told the earlier one. Journals keep both. For those who may record one.
    """
    by = who(as_)
    office = open_office()
    began = at_time(at, office.config.office.timezone, office.clock.now(), "--at") if at else None
    with progress_bar("Taking back", as_json) as progress:
        carried = office.outages.withdraw(reason, lane=lane, at=began, why=why, by=by, progress=progress)
    _told(office, carried, "freed of it", as_json)


def _told(office: Office, carried: Carried, what: str, as_json: bool) -> None:
    outage = carried.outage
    if as_json:
        say_json({"reason": outage.reason, "why": outage.why, "lane": outage.lane, "started_at": outage.started_at,
                  "ended_at": outage.ended_at, "withdrawn_at": outage.withdrawn_at, "dossiers": carried.touched,
                  "failed": carried.failed})  # fmt: skip
        return
    zone = office.config.office.timezone
    until = f" until {local(outage.ended_at, zone)}" if outage.ended_at else ""
    say(f"{outage.reason} in {_where(outage.lane)} since {local(outage.started_at, zone)}{until}: "
        f"{counted(carried.touched, 'dossier')} {what}.")  # fmt: skip
    for broken in carried.failed:
        say(f"  Not {what}, and tried again by the sweep: {broken}")
    if outage.withdrawn_at is not None:
        say("It counts no more: see `jalur explain NUMBER`.")
    elif outage.ended_at is None:
        say(f"It ends with `jalur outage end {outage.reason}`.")


def list_(limit: Limit = 100, as_json: Json = False) -> None:
    """List the outages, the newest first."""
    office = open_office()
    found = office.outages.listing(limit)
    if as_json:
        names = (
            "reason",
            "why",
            "lane",
            "started_at",
            "ended_at",
            "recorded_at",
            "by",
            "ended_by",
            "carried_out_at",
            "withdrawn_at",
            "withdrawn_by",
            "withdrawn_why",
        )
        say_json([{name: getattr(each, name) for name in names} for each in found])
        return
    if not found:
        say("No outage has been recorded.")
        say("To try: `jalur outage start SIAK_NETWORK --as admin`.")
        return
    zone = office.config.office.timezone
    rows = [(each.reason, each.why or "", _where(each.lane), local(each.started_at, zone),
             "taken back" if each.withdrawn_at else local(each.ended_at, zone) or "lasts", each.by, each.ended_by or "",
             f"{each.withdrawn_by}: {each.withdrawn_why}" if each.withdrawn_at else "") for each in found]  # fmt: skip
    table(
        "Outages",
        ("Reason", "What happened", "Where", "Since", "Until", "Recorded by", "Ended by", "Taken back by"),
        rows,
    )


def _where(lane: Lane | None) -> str:
    return f"the {lane} lane" if lane else "both lanes"
