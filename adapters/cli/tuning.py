"""`jalur config apply | versions | diff | rollback`: a lane's rules changed by those who may, knowing what they do."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.options import As, InLane, Json, command, moment
from adapters.cli.output import local, progress_bar, say, say_json, table
from adapters.cli.session import open_office, open_office_to_tune, who
from domain.roles import Lane
from domain.words import counted

if TYPE_CHECKING:
    from lanes.records.rules import Policy, RulesVersion
    from lanes.rules import Applied

OfLane = Annotated[Lane, typer.Option("--lane", help="The lane whose file is put in force.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it goes on record.")]
_POLICY = "For dossiers that are open: keep (their times stay as promised) or recompute (they get the new ones)."
ForOpen = Annotated[str, typer.Option("--policy", metavar="keep|recompute", help=_POLICY)]


def add_to(config: typer.Typer) -> None:
    """Add the commands to the group `config`."""
    command(
        config, "apply", "jalur config apply --lane online --reason 'two more operators' --as maria.lumowa",
        "jalur config apply --lane manual --reason TEXT --policy recompute --from 2027-01-04T07:30 --as kepala",
    )(apply)  # fmt: skip
    command(config, "versions", "jalur config versions", "jalur config versions --lane online --json")(versions)
    command(
        config, "diff", "jalur config diff", "jalur config diff 3 --lane online", "jalur config diff 3 5 --json",
    )(diff)  # fmt: skip
    command(
        config, "rollback", "jalur config rollback 3 --reason 'it did not work' --as maria.lumowa",
        "jalur config rollback 3 --reason TEXT --policy recompute --discard --as kepala",
    )(rollback)  # fmt: skip


def apply(
    lane: OfLane,
    reason: Why = "",
    policy: ForOpen = "keep",
    from_: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="When it comes into force; now when not given.")
    ] = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Put what a lane's file and its calendar say in force; for the lane's manager, the head or an administrator.

    All files are checked first, and one mistake changes nothing. Running services take the new rules up by themselves.
    """
    by, for_open = who(as_), _policy(policy)
    office = open_office_to_tune()
    zone = office.config.office.timezone
    at = moment(from_, zone, "--from", ends=False) if from_ else None
    with progress_bar("Open dossiers", as_json) as progress:
        done = office.rules.apply(lane, by=by, reason=reason, policy=for_open, at=at, progress=progress)
    _tell(done, zone, as_json)


def versions(lane: InLane = None, as_json: Json = False) -> None:
    """List the versions of the lanes' rules: since when, by whom and why, and which are in force."""
    office = open_office()
    found = office.rules.versions(lane)
    if as_json:
        say_json([{**_plain(version), "state": state.value} for version, state in found])
        return
    zone = office.config.office.timezone
    rows = [
        (version.id, version.lane, local(version.effective_at, zone), state.value, version.author, version.reason,
         version.policy.value, version.digest)
        for version, state in found
    ]  # fmt: skip
    table("Rules", ("Version", "Lane", "Since", "State", "By", "Reason", "Open dossiers", "Digest"), rows)
    say("What one says, against what is in force: `jalur config diff VERSION`.")


def diff(
    first: Annotated[int | None, typer.Argument(metavar="[A]", help="A version; else what is in force.")] = None,
    second: Annotated[int | None, typer.Argument(metavar="[B]", help="Another of the same lane.")] = None,
    lane: InLane = None,
    as_json: Json = False,
) -> None:
    """Tell what differs between two versions: what is in force and the lane's file; A and what is in force; A and B."""
    from domain.errors import Refused

    office = open_office_to_tune()
    pairs: list[tuple[str, RulesVersion, str, RulesVersion]] = []
    if first is None:
        for each in Lane if lane is None else [lane]:
            current = office.rules.in_force(each)
            pairs.append((f"version {current.id}", current, f"lanes/{each}.yaml", office.rules.proposed(each)))
    else:
        one = office.rules.version(first)
        other = office.rules.in_force(one.lane) if second is None else office.rules.version(second)
        if one.lane is not other.lane or lane not in (None, one.lane):
            raise Refused("other_lane", f"Version {one.id} is of the {one.lane} lane.",
                          allowed=f"versions of one lane: `jalur config versions --lane {one.lane}`")  # fmt: skip
        pairs.append((f"version {one.id}", one, f"version {other.id}", other))
    told = [_compared(name, before, other_name, after) for name, before, other_name, after in pairs]
    if as_json:
        say_json(told)
        return
    for found in told:
        say(f"{found['lane']}, from {found['from']} to {found['to']}:" + ("" if found["text"] else " nothing differs."))
        for line in found["text"]:
            say(line)
        for change in found["changes"]:
            say(f"  {change}")


def _compared(name: str, before: RulesVersion, other: str, after: RulesVersion) -> dict[str, Any]:
    from domain import rules_version
    from domain.rules_diff import differences

    texts = (("", before.source, after.source), (", calendar", before.calendar, after.calendar))
    return {
        "lane": before.lane, "from": name, "to": other,
        "changes": differences(rules_version.read(before.body), rules_version.read(after.body)),
        "text": [
            line
            for part, one, two in texts
            for line in unified_diff(one.splitlines(), two.splitlines(), name + part, other + part, lineterm="")
        ],
    }  # fmt: skip


def rollback(
    version: Annotated[int, typer.Argument(metavar="VERSION", help="See `jalur config versions`.")],
    reason: Why = "",
    policy: ForOpen = "keep",
    discard: Annotated[
        bool, typer.Option("--discard", help="Also when the lane's files hold changes that were never applied.")
    ] = False,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Put an earlier version in force again, and write it back into the lane's files.

    Refused, as apply is, when its calendar has ended or is about to, unless the one in force ends no later.
    """
    by, for_open = who(as_), _policy(policy)
    office = open_office_to_tune()
    with progress_bar("Open dossiers", as_json) as progress:
        done = office.rules.rollback(
            version, by=by, reason=reason, policy=for_open, discard=discard, progress=progress
        )  # fmt: skip
    _tell(done, office.config.office.timezone, as_json)


def _policy(text: str) -> Policy:
    from lanes.records.rules import Policy

    try:
        return Policy(text)
    except ValueError:
        raise typer.BadParameter("write keep or recompute", param_hint="--policy") from None


def _plain(version: RulesVersion) -> dict[str, object]:
    names = ("id", "lane", "effective_at", "author", "reason", "policy", "digest", "applied_at", "carried_out_at")
    return {name: getattr(version, name) for name in names}


def _tell(done: Applied, zone: str, as_json: bool) -> None:
    version, carried = done.version, done.carried_out
    if as_json:
        count, moved, failed = (carried.dossiers, carried.moved, carried.failed) if carried else (0, 0, ())
        more = {"before": done.before, "overtook": done.overtook, "put_aside": done.put_aside, "dossiers": count,
                "moved_clocks": moved,
                "failed": failed, "moves": done.moves, "warnings": done.warnings}  # fmt: skip
        say_json({**_plain(version), **more})
        return
    when = "is in force" if carried else f"comes into force on {local(version.effective_at, zone)}"
    say(f"Version {version.id} of the {version.lane} lane's rules {when}.")
    if carried and version.policy.value == "recompute":
        say(f"{counted(carried.dossiers, 'open dossier')} brought to it; {counted(carried.moved, 'clock')} of theirs "
            "got another due time, and the journal of each dossier that moved says so.")  # fmt: skip
    elif version.policy.value == "recompute":
        say("Open dossiers get the new times then.")
    else:
        say("Open dossiers keep the times they were promised.")
    for words in carried.failed if carried else ():
        say(f"Could not be treated, and is tried again at the next sweep: {words}")
    for number in done.overtook:
        say(f"Version {number}, which was to come into force later, never will.")
    for words in done.moves:
        say(words)
    for words in done.warnings:
        say(f"Warning: {words}")
    if done.put_aside:
        say(f"The changes that were never applied are kept in {done.put_aside}/.")
    say(f"Running services work by it {'within seconds' if carried else 'then'}.")
    say(f"The way back: `jalur config rollback {done.before} --reason TEXT`.")
