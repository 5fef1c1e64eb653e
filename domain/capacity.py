"""Each lane's share of the office's people, loans included: an online lane without people of its own is slow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from domain.lane import LaneRules
from domain.roles import Lane


class Place(Protocol):
    """A place in a team given while the office runs; a loan when it has an end."""

    @property
    def username(self) -> str: ...
    @property
    def lane(self) -> Lane: ...
    @property
    def until(self) -> datetime | None: ...


LONGEST_LOAN = timedelta(days=366)
"""Whoever works elsewhere for longer is no guest there."""


def people_of(
    lanes: Mapping[Lane, LaneRules], places: Iterable[Place] = (), absent: Collection[str] = ()
) -> dict[Lane, set[str]]:
    """Who works for each lane now: a guest counts where they are lent to, and who is `absent` nowhere. Whoever has a
    place in both lanes by configuration (the head, who signs for both) counts for neither."""
    home = {lane: {name for team in rules.teams for name in team.members} for lane, rules in lanes.items()}
    for place in places:
        if place.until is None:
            home[place.lane].add(place.username)
    both = set.intersection(*home.values()) if len(home) == len(Lane) else set()
    for lane in home:
        home[lane] -= both
    for place in places:
        if place.until is not None and place.username not in both:
            for lane, names in home.items():
                (names.add if lane is place.lane else names.discard)(place.username)
    return {lane: names.difference(absent) for lane, names in home.items()}


def shares(
    lanes: Mapping[Lane, LaneRules], places: Iterable[Place] = (), absent: Collection[str] = ()
) -> dict[Lane, float]:
    """Each lane's share of the people of both, from 0 to 1; 0 where nobody is."""
    people = people_of(lanes, list(places), absent)
    whole = sum(map(len, people.values())) or 1
    return {lane: len(names) / whole for lane, names in people.items()}


def short(lanes: Mapping[Lane, LaneRules], present: Mapping[Lane, float]) -> dict[Lane, float]:
    """The lanes that keep a least share of people and have less of those who are present, with what they have, from 0
    to 1; none where nobody is present at all."""
    if not any(present.values()):
        return {}
    kept = {lane: rules.capacity.share for lane, rules in lanes.items() if rules.capacity is not None}
    return {lane: present[lane] for lane, least in kept.items() if present[lane] < least}
