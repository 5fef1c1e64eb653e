"""The people of a demo that a newcomer signs in as first: one for each of the office's main roles in both lanes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.roles import Lane, Role
from lanes.office import Office

PASSWORD: Final = "mari-coba-jalur"  # noqa: S105 - no secret
"""Everybody's in a demo; it is told on the first screen, and a production start refuses it."""

_WORDS: Final = {
    Role.FRONT_OFFICE: "takes applications in", Role.SIAK_OPERATOR: "enters them", Role.VERIFIER: "verifies",
    Role.DIVISION_HEAD: "approves", Role.HANDOVER_OFFICER: "hands over, delivers",
}  # fmt: skip


def demo_people(office: Office) -> list[tuple[str, str, str, str]]:
    """Role in words, name, username and password, one for each role, of those who still have the demo's; empty without
    a demo."""
    known = set(office.sign_in.of_a_demo())
    names = {person.username: person.name for person in office.config.office.people}
    found: dict[str, tuple[str, str, str, str]] = {}
    for words, username in _chosen(office):
        if username in known and words not in found:
            found[words] = (words, names.get(username, username), username, PASSWORD)
    return list(found.values())


def _chosen(office: Office) -> Iterator[tuple[str, str]]:
    lanes, people = office.config.lanes, office.config.office.people
    for role, words in _WORDS.items():
        for lane in Lane if role is Role.FRONT_OFFICE else (Lane.ONLINE,):
            yield from (
                (f"{words}, {lane} lane", username)
                for team in lanes[lane].teams if role in team.roles for username in team.members[:1]
            )  # fmt: skip
    yield from ((f"manages the {lane} lane", lanes[lane].manager) for lane in Lane)
    yield from (("the head: signs", p.username) for p in people[:1] if Role.AGENCY_HEAD in p.roles)
    yield from (("administrator", p.username) for p in people if Role.ADMINISTRATOR in p.roles)
