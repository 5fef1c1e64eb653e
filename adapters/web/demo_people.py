"""The people of a demo that a newcomer signs in as first: one for each of the office's main roles, and an applicant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from adapters.demo.applicants import Applicants
from adapters.registry.sandbox import SandboxRegistry
from domain.dossier import TaskStatus
from domain.roles import Lane, Role
from lanes.office import Office
from lanes.ports import Resident

PASSWORD: Final = "mari-coba-jalur"  # noqa: S105 - no secret
"""Everybody's in a demo; it is told on the first screen, and a production start refuses it."""

_WORDS: Final = {
    Role.FRONT_OFFICE: "takes applications in", Role.SIAK_OPERATOR: "enters them", Role.VERIFIER: "verifies",
    Role.DIVISION_HEAD: "approves", Role.HANDOVER_OFFICER: "hands over, delivers",
}  # fmt: skip
_MOST: Final = 1_000  # tasks looked at
_FAMILIES: Final = 50  # so many of the sandbox's are looked at for an applicant


def demo_people(office: Office) -> list[tuple[str, str, str, str]]:
    """Role in words, name, username and password, one for each role, of those who still have the demo's; empty without
    a demo."""
    known = set(office.credentials.of_a_demo())
    names = {person.username: person.name for person in office.config.office.people}
    found: dict[str, tuple[str, str, str, str]] = {}
    for words, username in _chosen(office):
        if username in known and words not in found:
            found[words] = (words, names.get(username, username), username, PASSWORD)
    return list(found.values())


def demo_applicant(office: Office) -> Resident | None:
    """A made-up resident whom the register knows, to apply for; None without a demo or with a real register."""
    registry = office.tools.registry
    if not isinstance(registry, SandboxRegistry) or not office.credentials.of_a_demo():
        return None
    residents = [one for family in registry.families(0, _FAMILIES) for one in family]
    today = office.config.office.day(office.clock.now())
    return Applicants(residents, avoid=registry.doubles(), draw=Random(1)).case("KK-UBAH", today).applicant  # noqa: S311


def _waiting(office: Office) -> Callable[[Lane, str, str], int]:
    """How many tasks wait for a member of a team: those they hold, and those nobody holds that they may do."""
    with office.store.read() as work:
        tasks = [task for task, _ in work.tasks.listing(statuses=[TaskStatus.OPEN, TaskStatus.CLAIMED], limit=_MOST)]

    def count(lane: Lane, team: str, username: str) -> int:
        return sum((task.lane, task.team) == (lane, team) and task.assignee in (None, username)
                   and username not in task.barred for task in tasks)  # fmt: skip

    return count


def _chosen(office: Office) -> Iterator[tuple[str, str]]:
    """For each role who has most to do, so that nobody begins at an empty desk where there is a fuller one."""
    lanes, people, waiting = office.config.lanes, office.config.office.people, _waiting(office)
    for role, words in _WORDS.items():
        members = [
            (lane, team.id, username)
            for lane in Lane for team in lanes[lane].teams if role in team.roles for username in team.members
        ]  # fmt: skip
        for among in ([Lane.ONLINE], [Lane.MANUAL]) if role is Role.FRONT_OFFICE else (list(Lane),):
            lane, _, username = max((each for each in members if each[0] in among), key=lambda each: waiting(*each))
            yield f"{words}, {lane} lane", username
    yield from ((f"manages the {lane} lane", lanes[lane].manager) for lane in Lane)
    yield from (("the head: signs", p.username) for p in people[:1] if Role.AGENCY_HEAD in p.roles)
    yield from (("administrator", p.username) for p in people if Role.ADMINISTRATOR in p.roles)
