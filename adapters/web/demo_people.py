"""The people of a demo that a newcomer signs in as first: one for each role in each lane, and an applicant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Final, NamedTuple

from adapters.demo.applicants import Applicants
from adapters.registry.sandbox import SandboxRegistry
from domain.dossier import TaskStatus
from domain.passwords import DEMO
from domain.roles import Lane, Role
from lanes.office import Office
from lanes.ports import Resident

_WORDS: Final = {
    Role.FRONT_OFFICE: "takes applications in", Role.SIAK_OPERATOR: "enters them", Role.VERIFIER: "verifies",
    Role.DIVISION_HEAD: "approves", Role.PRINT_OPERATOR: "prints cards", Role.HANDOVER_OFFICER: "hands over",
}  # fmt: skip
_DELIVERS: Final = "delivers"  # what handing over is in the online lane
_MOST: Final = 1_000  # tasks looked at
_FAMILIES: Final = 50  # so many of the sandbox's are looked at for an applicant


class DemoPerson(NamedTuple):
    """What somebody does in the office, in words; their name, their username, and how many tasks wait for them."""

    role: str
    name: str
    username: str
    waiting: int
    password: str = DEMO


def demo_people(office: Office) -> list[DemoPerson]:
    """Somebody for each role in each lane, and those who serve both, of the people who still have the demo's password;
    empty without a demo."""
    known = set(office.credentials.of_a_demo())
    names = {person.username: person.name for person in office.config.office.people}
    return [
        DemoPerson(words, names.get(username, username), username, waiting)
        for words, username, waiting in _chosen(office) if username in known
    ]  # fmt: skip


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


def _chosen(office: Office) -> Iterator[tuple[str, str, int]]:
    """For each role in each lane who has most to do, so that nobody begins at an empty desk where there is a fuller
    one: what they do, their username, and how many tasks wait for them."""
    lanes, people, waiting = office.config.lanes, office.config.office.people, _waiting(office)
    for lane in Lane:
        for role, words in _WORDS.items():
            members = {name: waiting(lane, team.id, name)
                       for team in lanes[lane].teams if role in team.roles for name in team.members}  # fmt: skip
            if members:
                username = max(members, key=lambda name: members[name])
                told = _DELIVERS if (lane, role) == (Lane.ONLINE, Role.HANDOVER_OFFICER) else words
                yield f"{told}, {lane} lane", username, members[username]
        yield f"manages the {lane} lane", lanes[lane].manager, 0
    for role, words in ((Role.AGENCY_HEAD, "the head: signs"), (Role.ADMINISTRATOR, "administrator")):
        teams = [(lane, team.id) for lane in Lane for team in lanes[lane].teams if role in team.roles]
        for who in [person.username for person in people if role in person.roles][:1]:
            yield words, who, sum(waiting(lane, team, who) for lane, team in teams)
