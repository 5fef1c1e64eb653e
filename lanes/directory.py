"""The office's people as the administrator looks after them: who they are, where they work, how they sign in, whether
they still work here; and the register of what was changed about whom.

Members of teams, leads and managers stand in the lanes' files, office-wide roles in `config/office.yaml`; both are
changed there. What is given here is kept in the store and adds to it, so that nothing stands in two places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.access import IDLE, must_wait, needs_a_code
from domain.errors import Refused
from domain.giving_back import GivenBack
from domain.lane import Team
from domain.office import OfficeConfig, Person
from domain.permissions import Actor, not_allowed, why_not_administer
from domain.roles import Lane, Role
from domain.staff import Absence, AwayFor, reason_given, why_not_place, why_not_read_journal, why_not_tend
from lanes import tries
from lanes.people import People, away, gone
from lanes.ports import Clock
from lanes.records.access import Attempts, Credential, Sessions
from lanes.records.staff import Change, Membership, Operator
from lanes.store import Store, Work
from lanes.turns import Turns


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place of somebody in a team: as its lead, by the lane's file (`configured`), or given here for good or, with an
    end, as a loan."""

    lane: Lane
    team: str
    lead: bool = False
    configured: bool = False
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """How somebody signs in. `once`: with a password that another person gave; `code` whether they have to give a code,
    `device` whether they have one to give it; `locked_s` seconds until the next try is possible, after wrong ones."""

    password: bool
    once: bool
    code: bool
    device: bool
    last: datetime | None
    open_sessions: int
    locked_s: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Somebody:
    """A person of the office. `configured`: they stand in the office's file; `roles` are office-wide ones."""

    username: str
    name: str
    email: str | None
    configured: bool
    roles: Sequence[Role]
    manages: Sequence[Lane]
    places: Sequence[Place]
    absence: Absence | None
    left: bool
    account: Account


@dataclass(frozen=True, kw_only=True, slots=True)
class Crew:
    """A team with those who belong to it, and who of them is there now; those on loan to it are `guests`."""

    lane: Lane
    team: Team
    members: Sequence[str]
    guests: Sequence[str]
    present: Sequence[str]
    lead_left: bool


class Directory:
    """See the module. Everything raises Refused, with the reason, for who may not."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People, turns: Turns) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._turns = people, turns

    def people(self, *, by: str) -> list[Somebody]:
        """Everybody, by name."""
        with self._store.read() as work:
            self._must_administer(work, by)
            return self._everybody(work)

    def person(self, username: str, *, by: str) -> tuple[Somebody, Sequence[Absence], Sequence[Change]]:
        """Somebody, with their newest absences and what was changed about them."""
        with self._store.read() as work:
            self._must_administer(work, by)
            found = next((each for each in self._everybody(work) if each.username == username), None)
            if found is None:
                raise Refused("unknown_person", f"Nobody called {username[:40]!r} works here.",
                              allowed="`jalur operator list`")  # fmt: skip
            return found, work.people.absences_of(username), work.people.registered(username, limit=20)

    def me(self, username: str) -> Somebody:
        """One's own account."""
        with self._store.read() as work:
            return next(each for each in self._everybody(work) if each.username == username)

    def teams(self, *, by: str) -> list[Crew]:
        """Every team of both lanes."""
        now = self._clock.now()
        with self._store.read() as work:
            self._must_administer(work, by)
            left, given = gone(work, now), work.people.memberships(now)
            return [
                Crew(
                    lane=lane, team=team,
                    members=[name for name in dict.fromkeys((*team.members, *_given(given, lane, team.id, lent=False)))
                             if name not in left],
                    guests=[name for name in _given(given, lane, team.id, lent=True) if name not in left],
                    present=self._people.present(work, team, lane, now), lead_left=team.lead in left,
                )
                for lane in Lane for team in self._config.lanes[lane].teams
            ]  # fmt: skip

    def changes(
        self, *, by: str, about: str | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[Change]:
        """What was changed about people or somebody, the newest first; for who may read the journal."""
        with self._store.read() as work:
            reason = why_not_read_journal(self._people.actor(work, by, self._clock.now()))
            if reason:
                raise not_allowed(reason)
            return work.people.registered(about, before=before, limit=limit)

    def give(self, username: str, *, lane: Lane, team: str, reason: str, by: str) -> None:
        """Give a person who works in a lane, or in none, a place in one of its teams for good. Raises Refused also for
        one's own places, and for who is at home in the other lane: a loan is for that."""
        now, why = self._clock.now(), reason_given(reason)
        with self._store.begin() as work:
            self._must_place(work, username, lane, by, now)
            self._people.must_fill(work, by, self._people.actor(work, username, now), lane, team, now)
            if self._people.home(work, username, now) - {lane}:
                raise Refused("other_lane", f"{username} works in the other lane.", allowed="a loan, which ends")
            if team in self._people.teams_in(work, lane, now).get(username, ()):
                raise Refused("place_taken", f"{username} is in {lane}/{team} already.", allowed="another team")
            work.people.add_membership(Membership(username=username, lane=lane, team=team, by=by, at=now))
            told = {"lane": lane, "team": team, "reason": why}
            work.people.register("place_given", username, told, at=now, actor=by)
            self._people.tell_of_places(work, username, lane, [team], by, now)

    def take(self, username: str, *, lane: Lane, team: str, reason: str, by: str) -> int:
        """Take a place from a person that was given to them here; what they hold there goes back to the team. Gives how
        much. Raises Refused also for a place that stands in the lane's file: it is taken away there."""
        now, why = self._clock.now(), reason_given(reason)
        with self._store.begin() as work:
            self._must_place(work, username, lane, by, now)
            if not work.people.end_places(username, lane, team, now):
                raise Refused("configured_place", f"The place of {username} in {lane}/{team[:40]} was not given here.",
                              allowed=f"config/lanes/{lane}.yaml, where the members of teams stand")  # fmt: skip
            told = {"lane": lane, "team": team, "reason": why}
            work.people.register("place_taken", username, told, at=now, actor=by)
            if team in self._people.teams_in(work, lane, now).get(username, ()):
                return 0
            return self._turns.hand_back(work, username, now, by=by, why=GivenBack.PLACE_TAKEN, lane=lane, teams=[team])

    def leave(self, username: str, *, reason: str, by: str) -> int:
        """Let a person work here no more: they can do nothing, are signed out everywhere, and what they hold goes back
        to its teams. Gives how much. Raises Refused; an administrator does not leave by their own hand."""
        now, why = self._clock.now(), reason_given(reason)
        with self._store.begin() as work:
            self._must_tend(work, username, by, now)
            self._people.actor(work, username, now)
            absence = Absence(username=username, kind=AwayFor.LEFT, starts_at=now, until=None, by=by, at=now)
            work.people.add_absence(absence)
            work.people.register("person_left", username, {"reason": why}, at=now, actor=by)
            work.access.end_sessions(now, username=username)
            return self._turns.hand_back(work, username, now, by=by, why=GivenBack.LEFT)

    def come_back(self, username: str, *, reason: str, by: str) -> None:
        """Let a person who has left work here again, with the places they have. Raises Refused."""
        now, why = self._clock.now(), reason_given(reason)
        with self._store.begin() as work:
            self._must_tend(work, username, by, now)
            left = [each for each in work.people.absences(now)
                    if each.username == username and each.kind is AwayFor.LEFT]  # fmt: skip
            if not left:
                raise Refused("has_not_left", f"{username[:40]} has not left.", allowed="somebody who has")
            for each in left:
                work.people.end_absence(each.id, now)
            work.people.register("person_came_back", username, {"reason": why}, at=now, actor=by)

    def _everybody(self, work: Work) -> list[Somebody]:
        now = self._clock.now()
        configured = {person.username: person for person in self._config.office.people}
        known: dict[str, Person | Operator] = {**work.people.operators(), **configured}
        missing, given = away(work, now), work.people.memberships(now)
        credentials = {each.username: each for each in work.access.credentials()}
        sessions = work.access.sessions(now - IDLE)
        tried = work.access.attempts_at([key for name in known for key in _keys(name)])
        return [
            Somebody(
                username=name, name=each.name, email=each.email, configured=name in configured,
                roles=tuple(actor.roles) if (actor := self._people.as_configured(name)) else (),
                manages=sorted(actor.manages) if actor else (), places=self._places(name, actor, given),
                absence=missing.get(name), left=name in missing and missing[name].kind is AwayFor.LEFT,
                account=_account(
                    credentials.get(name), sessions.get(name), actor or Actor(username=name),
                    [tried[key] for key in _keys(name) if key in tried], now,
                ),
            )
            for name, each in sorted(known.items(), key=lambda item: (item[1].name.casefold(), item[0]))
        ]  # fmt: skip

    def _places(self, username: str, actor: Actor | None, given: Sequence[Membership]) -> list[Place]:
        members = actor.teams if actor else ()
        leads = actor.leads if actor else ()
        return [
            *(Place(lane=lane, team=team, configured=True, lead=(lane, team) in leads)
              for lane, team in sorted({*members, *leads})),
            *(Place(lane=each.lane, team=each.team, until=each.until) for each in given if each.username == username),
        ]  # fmt: skip

    def _must_administer(self, work: Work, by: str) -> None:
        reason = why_not_administer(self._people.actor(work, by, self._clock.now()))
        if reason:
            raise not_allowed(reason)

    def _must_tend(self, work: Work, username: str, by: str, now: datetime) -> None:
        reason = why_not_tend(self._people.actor(work, by, now), username)
        if reason:
            raise not_allowed(reason)

    def _must_place(self, work: Work, username: str, lane: Lane, by: str, now: datetime) -> None:
        self._people.actor(work, username, now)
        reason = why_not_place(self._people.actor(work, by, now), username, [lane])
        if reason:
            raise not_allowed(reason, allowed="the lane's manager, the head or an administrator; not for themselves")


def _given(given: Sequence[Membership], lane: Lane, team: str, *, lent: bool) -> list[str]:
    return [each.username for each in given
            if (each.lane, each.team) == (lane, team) and (each.until is not None) is lent]  # fmt: skip


def _keys(username: str) -> tuple[str, str]:
    return tries.of_password(username), tries.of_code(username)


def _account(
    known: Credential | None, sessions: Sessions | None, actor: Actor, tried: Sequence[Attempts], now: datetime
) -> Account:
    waits = [must_wait(each.failures, each.last_at, now) for each in tried]
    device = known is not None and known.totp is not None
    return Account(
        password=known is not None, once=known is not None and known.once,
        code=device or needs_a_code(actor), device=device,
        last=sessions.last if sessions else None, open_sessions=sessions.open if sessions else 0,
        locked_s=max((int(wait.total_seconds()) for wait in waits), default=0),
    )  # fmt: skip
