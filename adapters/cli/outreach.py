"""`jalur outreach`: where the office told people about the online lane, and whether more of them apply online since."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.options import As, Json, Limit, command, group, moment
from adapters.cli.output import local, say, say_json, table
from adapters.cli.session import open_office, who

if TYPE_CHECKING:
    from domain.outreach import Applied, Effect


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    outreach = group("Outreach: where people were told about the online lane, and what came of it.")
    command(
        outreach, "record",
        "jalur outreach record --district 71.72.03 --from 2026-11-09 --until 2026-11-13 --what 'Stand di pasar' "
        "--as maria.lumowa",
    )(record)  # fmt: skip
    command(outreach, "list", "jalur outreach list", "jalur outreach list --json")(list_)
    app.add_typer(outreach, name="outreach", rich_help_panel="History and proof")


def record(
    district: Annotated[str, typer.Option("--district", metavar="CODE", help="The district's code, as 71.72.03.")],
    from_: Annotated[str, typer.Option("--from", metavar="DAY", help="Its first day.")],
    what: Annotated[str, typer.Option("--what", metavar="TEXT", help="What was done; nobody's name.")],
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Its last day; the first one when not given.")
    ] = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Put on record that people of a district were told; for a lane's manager, the head or an administrator."""
    by, office = who(as_), open_office()
    zone = office.config.office.timezone
    since, end = moment(from_, zone, "--from", ends=False), moment(until or from_, zone, "--until")
    kept = office.outreach.record(district, what, since=since, until=end, by=by)
    if as_json:
        say_json(asdict(kept))
        return
    say(f"On record. In the four weeks after {local(end, zone)} `jalur outreach list` shows what comes of it.")


def list_(limit: Limit = 100, as_json: Json = False) -> None:
    """List outreach, the newest first, each with the online share of its district in the four weeks before and after,
    and by how much more that rose than in all other districts in the same weeks."""
    from adapters.places import LokalPlaces

    office = open_office()
    found = office.outreach.told(limit)
    if as_json:
        say_json([{**asdict(each.outreach), "effect": _plain(each.effect)} for each in found])
        return
    if not found:
        say("No outreach has been recorded.")
        say("Where few apply online: `jalur lane report --html FILE`. To record one: `jalur outreach record --help`.")
        return
    zone, places = office.config.office.timezone, LokalPlaces()
    rows = [
        (places.name(each.outreach.district), each.outreach.what, local(each.outreach.since, zone),
         f"{_share(each.effect.before)} -> {_share(each.effect.after)}",
         f"{_share(each.effect.others_before)} -> {_share(each.effect.others_after)}", each.effect.days,
         _points(each.effect))
        for each in found
    ]  # fmt: skip
    columns = ("District", "What", "From", "Online before -> after", "Other districts", "Days after", "Gained")
    table("Outreach and what came of it", columns, rows, right=columns[3:])
    say("Gained: percentage points by which the district's online share rose more than the others'. Few applications, "
        "and other things that happened there, move it too.")  # fmt: skip


def _share(applied: Applied) -> str:
    told = "few" if applied.share is None else f"{applied.share:.0%}"
    return f"{told} of {applied.applications}"


def _points(effect: Effect) -> str:
    return "too few to say" if effect.gained is None else f"{effect.gained * 100:+.1f}"


def _plain(effect: Effect) -> dict[str, Any]:
    names = ("before", "after", "others_before", "others_after")
    told: dict[str, Any] = {
        name: {**asdict(getattr(effect, name)), "share": getattr(effect, name).share} for name in names
    }
    return {**told, "days": effect.days, "gained": effect.gained}
