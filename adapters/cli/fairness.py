"""`jalur fairness`: what was taken out of its turn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.options import As, InLane, Json, command
from adapters.cli.output import local, say, say_json, table
from adapters.cli.session import open_office, settings

if TYPE_CHECKING:
    from domain.fairness import Counts, Published, Share
    from lanes.fairness import Inside

_DAYS = 28


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    command(
        app, "fairness", "jalur fairness", "jalur fairness --lane online --days 90 --as maria.lumowa",
        "jalur fairness --html fairness.html", rich_help_panel="History and proof",
    )(fairness)  # fmt: skip


def fairness(
    lane: InLane = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3_660, help="How many days to look back.")] = _DAYS,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the page that may be published.")
    ] = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Count the tasks taken out of their turn: by lane, document type, reason and week.

    The lane's manager, the head, the auditor and administrators also see officers, officers and applicants who recur,
    pauses set just before a due time, outages recorded late, and the dossiers passed over most. Nobody else does, and
    small counts are withheld from them.
    """
    office = open_office()
    report = office.fairness.report(days=days, lane=lane, by=as_ or settings().user)
    if html is not None:
        from adapters.fairness_page import fairness_page
        from adapters.files import write_whole

        write_whole(html, fairness_page(report, office.config).encode())
    if as_json:
        say_json({
            "since": report.since, "until": report.until, "opened": report.opened, "closed": report.closed,
            "published": report.published,
            "inside": {each: _plain(found) for each, found in report.inside.items()},
            "html": html and str(html),
        })  # fmt: skip
        return
    zone = office.config.office.timezone
    say(f"Tasks taken out of turn since {local(report.since, zone)}:")
    for told in report.published:
        inside = report.inside.get(told.lane)
        if inside is None:
            opened, closed = local(report.opened, zone), local(report.closed, zone)
            say(f"What everybody may know of the {told.lane} lane, in whole weeks: from {opened} to {closed}.")
            _public(told)
        else:
            _whole(inside, zone)
    if len(report.inside) < len(report.published):
        say("Officers are shown to the lane's manager, the head, the auditor and administrators (--as).")
    if html is not None:
        say(f"The page to publish is in {html}. It names nobody.")


def _public(told: Published) -> None:
    rows = [("all", told.whole), *((row.key, row) for row in told.types)]
    columns = ("Type", "Taken", "Out of turn", "Share")
    cells = [(name, row.claims, row.overtakings, row.share) for name, row in rows]
    table(f"The {told.lane} lane", columns, cells, right=columns[1:])
    if told.reasons:
        table("Reasons", ("Reason", "Out of turn"), told.reasons, right=["Out of turn"])
        table("What its manager says", ("", "Out of turn"), told.verdicts, right=["Out of turn"])


def _whole(inside: Inside, zone: str) -> None:
    counts = inside.counts
    columns = ("", "Taken", "Out of turn", "Share")
    shares = [("all", counts.whole), *counts.types.items()]
    shares += [(name, share) for name, share in counts.officers.items() if share.overtakings]
    cells = [(name, share.claims, share.overtakings, _percent(share)) for name, share in shares]
    table(f"The {counts.lane} lane, by document type and officer", columns, cells, right=columns[1:])
    if counts.reasons:
        table("Reasons", ("Reason", "Out of turn"), list(counts.reasons.items()), right=["Out of turn"])
        table("What its manager says", ("", "Out of turn"), list(counts.verdicts.items()), right=["Out of turn"])
    if inside.pairs:
        pairs = [(p.officer, f"applicant #{p.applicant}", p.tasks, p.dossiers) for p in inside.pairs]
        table("Who recurs", ("Officer", "Applicant", "Tasks", "Dossiers"), pairs, right=("Tasks", "Dossiers"))
    if inside.let_by:
        columns = ("Gave back", "Meanwhile took later ones", "Given back", "Taken")
        two = [(p.officer, p.other, p.given_back, p.taken) for p in inside.let_by]
        table("The same two, more than once", columns, two, right=columns[2:])
    if inside.pauses:
        pauses = [
            (p.number, p.by, p.reason, p.step or p.kind, local(p.at, zone), local(p.due_at, zone))
            for p in inside.pauses
        ]
        table("Paused just before due", ("Dossier", "By", "Reason", "What", "At", "Was due"), pauses)
    if inside.late_outages:
        heads = ("Reason", "What happened", "By", "Began", "Recorded", "Dossiers", "Late or about to be, and no longer")
        late = [(each.reason, each.why or "", each.by, local(each.started_at, zone), local(each.recorded_at, zone),
                 each.touched, each.saved) for each in inside.late_outages]  # fmt: skip
        table("Outages recorded late", heads, late, right=heads[5:])
    if inside.passed_over:
        table("Passed over most", ("Dossier", "Times"), inside.passed_over, right=["Times"])


def _percent(share: Share) -> str:
    return "" if share.share is None else f"{share.share:.1%}"


def _plain(inside: Inside) -> dict[str, Any]:
    counts: Counts = inside.counts
    return {
        "all": _share(counts.whole),
        "types": {code: _share(share) for code, share in counts.types.items()},
        "officers": {name: _share(share) for name, share in counts.officers.items()},
        "reasons": counts.reasons, "verdicts": counts.verdicts,
        "weeks": {f"{week}": _share(share) for week, share in counts.weeks.items()},
        "pairs": [{"officer": p.officer, "applicant": f"#{p.applicant}", "tasks": p.tasks, "dossiers": p.dossiers}
                  for p in inside.pairs],
        "let_by": inside.let_by, "pauses": inside.pauses, "late_outages": inside.late_outages,
        "passed_over": [{"number": number, "times": times} for number, times in inside.passed_over],
    }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    return {"taken": share.claims, "out_of_turn": share.overtakings, "share": share.share}
