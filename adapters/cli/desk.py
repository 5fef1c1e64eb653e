"""What operators do with tasks: `next`, `claim`, `complete`, `return`, `release`, `reassign`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.boundary import REFUSED, described, in_words
from adapters.cli.options import As, Json, Number, StepName, command, pairs
from adapters.cli.output import say, say_json
from adapters.cli.session import open_office, step_of, step_title, what_next, who
from domain.roles import SERVED_AS_THEY_COME
from domain.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.dossier import Dossier
    from lanes.office import Office

_PANEL = "At the desk"
Values = Annotated[
    list[str] | None, typer.Option("--value", metavar="FIELD=VALUE", help="A field of the step's form; repeat it.")
]
Deficiencies = Annotated[
    list[str] | None,
    typer.Option("--deficiency", metavar="ITEM=NOTE", help="What is missing, with a note if need be; repeat it."),
]
Outcome = Annotated[str | None, typer.Option("--outcome", help="How the step ends; its usual way on when not given.")]
OutOfTurn = Annotated[
    str | None,
    typer.Option("--out-of-turn", metavar="REASON", help="Why others are passed over; a code of the lane's list."),
]
Reason = Annotated[str, typer.Option("--reason", help="Why, where the outcome ends the dossier.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    panel = {"rich_help_panel": _PANEL}
    command(app, "next", "jalur next --as debora.paputungan", "JALUR_USER=kepala jalur next --json", **panel)(next_)
    command(
        app, "claim", "jalur claim ON-2026-000123 --as debora.paputungan",
        "jalur claim ON-2026-000123 --out-of-turn MEDICAL --as debora.paputungan", **panel,
    )(claim)  # fmt: skip
    command(
        app, "complete", "jalur complete ON-2026-000123 --as debora.paputungan",
        "jalur complete MN-2026-000007 --value received_by=applicant --as rosa.lontoh",
        "jalur complete ON-2026-000123 --outcome rejected --reason TEXT --as ratna.katuuk",
        "jalur complete ON-2026-000101 ON-2026-000102 MN-2026-000044 --step sign --as kepala", **panel,
    )(complete)  # fmt: skip
    command(
        app, "return", "jalur return ON-2026-000123 --deficiency event_form=unreadable --as debora.paputungan",
        "jalur return ON-2026-000123 --deficiency event_form --deficiency other=TEXT --as debora.paputungan", **panel,
    )(return_)  # fmt: skip
    command(app, "release", "jalur release ON-2026-000123 --as debora.paputungan", **panel)(release)
    command(app, "reassign", "jalur reassign ON-2026-000123 --to grace.supit --as yohanes.pangemanan", **panel)(
        reassign
    )


def next_(as_: As = None, as_json: Json = False) -> None:
    """Take the most urgent task you may do, and see what is to be done and how to end it.

    What you hold already comes first; then your teams' lists, in lane order.
    """
    from adapters.cli.task_page import task_json, task_page

    username = who(as_)
    office = open_office()
    found = office.desk.next(username)
    if as_json:
        say_json(task_json(office, *found) if found else None)
    elif found:
        task_page(office, *found, as_=as_)
    else:
        say(f"There is nothing for {username} to do now.")
        say("To try: `jalur tasks` shows everybody's work, `jalur operator list` who does what.")


def claim(
    number: Number, step: StepName = None, out_of_turn: OutOfTurn = None, as_: As = None, as_json: Json = False
) -> None:
    """Take one task of a dossier, and see what is to be done and how to end it.

    One that is not the first of its team's line needs a reason of the lane's list; each overtaking is kept and counted.
    """
    from adapters.cli.task_page import task_json, task_page

    by = who(as_)
    office = open_office()
    found = office.desk.claim(number, step, by=by, out_of_turn=out_of_turn)
    if as_json:
        say_json(task_json(office, *found))
    else:
        if out_of_turn and found[0].role in SERVED_AS_THEY_COME:
            say(f"Handing over needs no reason: whoever comes is served. {out_of_turn} was not kept.")
        task_page(office, *found, as_=as_)


def complete(
    numbers: Annotated[list[str], typer.Argument(metavar="NUMBER", help="One dossier, or many at once.")],
    step: StepName = None,
    outcome: Outcome = None,
    value: Values = None,
    deficiency: Deficiencies = None,
    reason: Reason = "",
    out_of_turn: OutOfTurn = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """End the open step of a dossier, or of many (the head signs many at once); an open task is taken on the way.

    Of many, each is done or refused by itself, in lane order, and the exit code is 1 if any was refused.
    """
    values, missing = pairs(value or (), "--value"), pairs(deficiency or (), "--deficiency", alone=True)
    by = who(as_)
    office = open_office()

    def end(number: str) -> Dossier:
        return office.desk.complete(
            number, step, outcome, by=by, values=values, deficiencies=_whole(missing), reason=reason,
            out_of_turn=out_of_turn,
        )  # fmt: skip

    _each(office, office.views.in_line(numbers), end, as_json=as_json)


def return_(
    number: Number,
    deficiency: Deficiencies = None,
    step: StepName = None,
    outcome: Outcome = None,
    out_of_turn: OutOfTurn = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Send a dossier back to its applicant with the whole list of what is missing, in one go."""
    missing = pairs(deficiency or (), "--deficiency", alone=True)
    by = who(as_)
    office = open_office()

    def end(number: str) -> Dossier:
        ending = outcome or _returning(office, number, step)
        return office.desk.complete(number, step, ending, by=by, deficiencies=_whole(missing), out_of_turn=out_of_turn)

    _each(office, [number], end, as_json=as_json)


def _returning(office: Office, number: str, step: str | None) -> str | None:
    """The outcome by which the open step goes back to the applicant; None when the desk itself will say what is wrong.
    Raises Refused when the step has not exactly one such outcome."""
    from domain.dossier import LIVE_TASK, TaskKind
    from domain.errors import Refused

    dossier, tasks, _, _ = office.views.dossier(number)
    live = [t for t in tasks if t.status in LIVE_TASK and t.kind is TaskKind.HUMAN and step in (None, t.step)]
    node = step_of(office, dossier, live[0].step) if len(live) == 1 else None
    if node is None:
        return None
    ways = [name for name, outcome in node.on.items() if any(branch.return_to for branch in outcome.branches)]
    if len(ways) != 1:
        raise Refused(
            "no_return", f"Step {live[0].step} does not go back to the applicant in exactly one way.",
            allowed=f"--outcome {' or '.join(ways)}" if ways else f"`jalur complete` with {', '.join(node.on)}",
        )  # fmt: skip
    return ways[0]


def _whole(missing: dict[str, str]) -> list[Any]:
    from lanes.case import Deficiency

    return [Deficiency(item=item, note=note) for item, note in missing.items()]


def _each(office: Office, numbers: list[str], end: Callable[[str], Dossier], *, as_json: bool) -> None:
    """End each, tell of each; a single refusal is raised as it is."""
    completed: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for number in dict.fromkeys(numbers):
        try:
            dossier = end(number)
        except Exception as error:
            if len(numbers) == 1:
                raise
            told = described(error)
            if told["code"] == "broken":
                raise
            refused.append({"number": number, "error": told})
            if not as_json:
                say(f"{number} was refused. {in_words(told)}")
            continue
        completed.append({"number": number, "status": dossier.status, "next": what_next(office, number)})
        if not as_json:
            say(f"{number}: this step is done. {completed[-1]['next']}")
    if as_json:
        say_json({"completed": completed, "refused": refused})
    elif len(numbers) > 1:
        say(f"{counted(len(completed), 'step')} done, {len(refused)} refused. Go on with `jalur next`.")
    if refused:
        raise typer.Exit(REFUSED)


def release(
    number: Number, step: StepName = None, out_of_turn: OutOfTurn = None, as_: As = None, as_json: Json = False
) -> None:
    """Give a task that you hold back to its team (a lead: one that somebody of the team holds).

    When its holder has since taken some that come after it, that needs a reason of the lane's list, as for a claim.
    """
    by = who(as_)
    office = open_office()
    office.desk.release(number, step, by=by, out_of_turn=out_of_turn)
    _told(office, number, "It is back in its team's list.", as_json)


def reassign(
    number: Number,
    to: Annotated[str, typer.Option("--to", metavar="USERNAME", help="Who shall do it.")],
    step: StepName = None,
    out_of_turn: OutOfTurn = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Hand a task to a person of the team; for its lead, the lane's manager or an administrator."""
    by = who(as_)
    office = open_office()
    task = office.desk.reassign(number, step, to=to, by=by, out_of_turn=out_of_turn)
    dossier = office.views.dossier(number)[0]
    _told(office, number, f"{to} now has: {step_title(office, dossier, task.step)}.", as_json)


def _told(office: Office, number: str, what: str, as_json: bool) -> None:
    then = what_next(office, number)
    if as_json:
        say_json({"number": number, "next": then})
    else:
        say(f"{what} {then}")
