"""Who works where now: the teams of the lane files, the people added since, loans that have not ended, absences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from domain.capacity import LONGEST_LOAN, shares, short
from domain.complaint import Stage
from domain.dossier import Dossier, Task
from domain.errors import Refused
from domain.giving_back import GivenBack
from domain.lane import Team
from domain.office import OfficeConfig
from domain.permissions import Actor, lenders, may_staff, not_allowed, why_not, why_not_confide
from domain.places import roles_by_place, why_not_fill
from domain.roles import Lane, Role
from domain.sentence import Sentence, say
from domain.staff import LONGEST_ABSENCE, Absence, AwayFor, must_be_a_person, own_place
from lanes.finding import dossier_called
from lanes.ports import Clock
from lanes.records.staff import Membership, Operator
from lanes.store import Message, Store, Work
from lanes.turns import Turns


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A person as `jalur operator list` shows them; `absent_until` while they are away."""

    username: str
    name: str
    teams: tuple[str, ...]
    absent_until: datetime | None
    loans: tuple[Membership, ...]
    left: bool = False


def away(work: Work, now: datetime) -> dict[str, Absence]:
    """Who is away now, and for what; who has left too."""
    found: dict[str, Absence] = {}
    for each in work.people.absences(now):
        if each.lasts(now) and (each.kind is AwayFor.LEFT or each.username not in found):
            found[each.username] = each
    return found


def gone(work: Work, now: datetime) -> set[str]:
    """Who works here no more."""
    return {each.username for each in work.people.absences(now) if each.kind is AwayFor.LEFT}


class People:
    """The office's directory."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, turns: Turns) -> None:
        self._store, self._config, self._clock, self._turns = store, config, clock, turns

    def actor(self, work: Work, username: str, now: datetime) -> Actor:
        """What the rules need to know of a person. Raises Refused for a stranger, and for who works here no more."""
        if username in gone(work, now):
            raise Refused("has_left", self._has_left(username).as_sentence(), allowed="`jalur operator list`")
        configured = self._as_configured.get(username)
        if configured is None:
            if username not in work.people.operators():
                raise Refused(
                    "unknown_person", f"Nobody called {username!r} works here.", allowed="`jalur operator list`"
                )
            configured = Actor(username=username)
        given = {(m.lane, m.team) for m in work.people.memberships(now) if m.username == username}
        return replace(configured, teams=frozenset(given.union(configured.teams))) if given else configured

    def teams_in(self, work: Work, lane: Lane, now: datetime) -> dict[str, set[str]]:
        """For everybody who works in a lane now, their teams there; who does not work here any more is left out."""
        found: dict[str, set[str]] = {}
        for username, configured in self._as_configured.items():
            found[username] = {team for its_lane, team in configured.teams if its_lane is lane}
        given = [each for each in work.people.memberships(now) if each.lane is lane]
        added = work.people.operators() if any(each.username not in found for each in given) else {}
        for each in given:
            if each.username in found or each.username in added:
                found.setdefault(each.username, set()).add(each.team)
        left = gone(work, now)
        return {username: teams for username, teams in found.items() if username not in left}

    def why_not(self, work: Work, username: str, task: Task, now: datetime) -> Sentence | None:
        """Why a person may not do a task now; None when they may. Raises Refused for a stranger.

        Places given while the office runs only add to what the configuration allows, so they are looked up only when
        that is not enough.
        """
        if username in gone(work, now):
            return self._has_left(username)
        configured = self._as_configured.get(username)
        if configured is not None and why_not(configured, task) is None:
            return None
        return why_not(self.actor(work, username, now), task)

    def as_configured(self, username: str) -> Actor | None:
        """A person as the configuration describes them; None when they do not stand in it."""
        return self._as_configured.get(username)

    def _has_left(self, username: str) -> Sentence:
        return say("has_left", f"{username} does not work here any more", who=username)

    @cached_property
    def _as_configured(self) -> dict[str, Actor]:
        """Everybody in the configuration as it describes them; it does not change while the office runs."""
        lanes = self._config.lanes
        teams = [(lane, team) for lane in Lane for team in lanes[lane].teams]
        return {
            person.username: Actor(
                username=person.username,
                teams=frozenset((lane, team.id) for lane, team in teams if person.username in team.members),
                leads=frozenset((lane, team.id) for lane, team in teams if person.username == team.lead),
                manages=frozenset(lane for lane in Lane if lanes[lane].manager == person.username),
                roles=frozenset(person.roles),
            )
            for person in self._config.office.people
        }

    def confidant(self, work: Work, number: str, username: str, now: datetime, *, lock: bool = False) -> Dossier:
        """The dossier, for somebody who may see its personal data: a person of its own lane who needs them. Raises
        Refused."""
        dossier = dossier_called(work, number, lock=lock)
        reason = self._why_not_confide(work, dossier, username, now)
        if reason:
            raise not_allowed(reason, allowed=f"people of that lane: `jalur operator list --lane {dossier.lane}`")
        return dossier

    def is_confidant(self, work: Work, dossier: Dossier, username: str, now: datetime) -> bool:
        """Whether somebody may see the dossier's personal data. Raises Refused for a stranger."""
        return self._why_not_confide(work, dossier, username, now) is None

    def _why_not_confide(self, work: Work, dossier: Dossier, username: str, now: datetime) -> Sentence | None:
        actor, lane = self.actor(work, username, now), dossier.lane
        teams = {team for its_lane, team in (*actor.teams, *actor.leads) if its_lane is lane}
        return why_not_confide(
            actor, lane, {role for team in teams for role in self._config.lanes[lane].team[team].roles},
            complained=any(each.state.stage is not Stage.DONE for each in work.complaints.of(dossier.id)),
            waiting=any(task.team in teams for task in work.tasks.of(dossier.id)),
        )  # fmt: skip

    def roles_in(self, work: Work, username: str, lane: Lane, now: datetime) -> set[Role]:
        """The roles a person has in a lane now, office-wide ones included. Raises Refused for a stranger."""
        actor = self.actor(work, username, now)
        teams = self._config.lanes[lane].team
        return roles_by_place(teams[team] for its_lane, team in actor.teams if its_lane is lane) | set(actor.roles)

    def present(self, work: Work, team: Team, lane: Lane, now: datetime) -> list[str]:
        """The members of a team who are not absent, those on loan to it included."""
        missing = away(work, now)
        lent = [m.username for m in work.people.memberships(now) if (m.lane, m.team) == (lane, team.id)]
        return [name for name in dict.fromkeys((*team.members, *lent)) if name not in missing]

    def email(self, work: Work, username: str) -> str:
        """Where an office message reaches a person: their address, or their username for the folder of messages."""
        added = work.people.operators().get(username)
        person = next((p for p in self._config.office.people if p.username == username), None)
        return (added and added.email) or (person and person.email) or username

    def add(self, username: str, name: str, *, email: str | None, lane: Lane, teams: Sequence[str], by: str) -> None:
        """Add a person to teams of a lane. Raises Refused when they are known already, or work in the other lane."""
        now = self._clock.now()
        must_be_a_person(username, name, email)
        with self._store.begin() as work:
            self.must_staff(work, by, [lane], now, what=say("man", f"change who works in the {lane} lane", lane=lane))
            if username in work.people.operators() or username in {p.username for p in self._config.office.people}:
                raise Refused("person_exists", f"{username} works here already.", allowed="another username, or a loan")
            for team in teams:
                self.must_fill(work, by, Actor(username=username), lane, team, now)
            work.people.put_operator(Operator(username=username, name=name, email=email))
            for team in teams:
                work.people.add_membership(Membership(username=username, lane=lane, team=team, by=by, at=now))
            told = {"lane": lane, "teams": list(teams)}
            work.people.register("person_added", username, told, at=now, actor=by)
            self.tell_of_places(work, username, lane, teams, by, now)

    def tell_of_places(
        self, work: Work, username: str, lane: Lane, teams: Sequence[str], by: str, now: datetime
    ) -> None:
        """Tell the lane's manager and the head that somebody else gave a person places there, so that no administrator
        alone, and no manager, makes up people who decide about dossiers."""
        rules = self._config.lanes[lane]
        titles = [rules.team[team].title for team in teams]
        values = {
            "person": username, "reason": by, "title": ", ".join(each.id for each in titles),
            "title_en": ", ".join(each.en for each in titles), "lane": rules.title.id, "lane_en": rules.title.en,
        }  # fmt: skip
        head = self._config.office.people_with(Role.AGENCY_HEAD)
        work.outbox.put([
            Message(key=f"place:{username}:{','.join(teams)}:{now.isoformat()}:{person}", lane=lane, to_person=person,
                    message="staff_place", values=values, next_at=now, queued_at=now)
            for person in dict.fromkeys((rules.manager, *head)) if person != by
        ])  # fmt: skip

    def lend(self, username: str, *, lane: Lane, team: str, reason: str, until: datetime, by: str) -> None:
        """Let a person work in another lane's team until a given instant; the loan ends by itself.

        The lane that gives them up makes it: its manager, the head or an administrator. Raises Refused for everybody
        else, and when a lane would be left with less than its share of people.
        """
        now = self._clock.now()
        if until <= now:
            raise Refused("loan_over", "The loan would end before it begins.", allowed="an end in the future")
        if until > now + LONGEST_LOAN:
            allowed = f"an end up to {now + LONGEST_LOAN:%Y-%m-%d}, or a place in the lane's file"
            raise Refused("loan_too_long", "A loan lasts a year at most.", allowed=allowed)
        if not reason.strip():
            raise Refused("reason_missing", "A loan needs a reason.", allowed="--reason TEXT")
        with self._store.begin() as work:
            self.must_staff(work, by, lenders(self.home(work, username, now), lane), now,
                            what=say("lend", f"lend {username}", whom=username))  # fmt: skip
            if by == username:
                raise not_allowed(own_place(by), allowed="somebody else who may lend them")
            self.must_fill(work, by, self.actor(work, username, now), lane, team, now)
            there = [m for m in work.people.memberships(now) if (m.username, m.lane, m.team) == (username, lane, team)]
            if any(each.until is None or each.until >= until for each in there):
                raise Refused("place_taken", f"{username} is in {lane}/{team} until then already.",
                              allowed="another team, or a later end")  # fmt: skip
            loan = Membership(username=username, lane=lane, team=team, reason=reason, until=until, by=by, at=now)
            self._must_leave_enough(work, loan, now)
            work.people.add_membership(loan)
            told = {"lane": lane, "team": team, "until": until, "reason": reason}
            work.people.register("person_lent", username, told, at=now, actor=by)

    def home(self, work: Work, username: str, now: datetime) -> set[Lane]:
        """The lanes a person works in for good, as configured or added; a guest is not at home where they are lent to.
        Raises Refused for a stranger."""
        self.actor(work, username, now)
        configured = self._as_configured.get(username, Actor(username=username))
        added = {m.lane for m in work.people.memberships(now) if m.username == username and m.until is None}
        return added | {lane for lane, _ in (*configured.teams, *configured.leads)} | set(configured.manages)

    def must_staff(self, work: Work, by: str, lanes: Collection[Lane], now: datetime, *, what: Sentence) -> None:
        """Raises Refused unless a person may decide who works in one of these lanes; `what` they would do."""
        if not may_staff(self.actor(work, by, now), lanes):
            managers = {lane: self._config.lanes[lane].manager for lane in sorted(lanes)}
            named = [f"the manager of the {lane} lane ({manager}), " for lane, manager in managers.items()]
            raise not_allowed(say(f"may_not_{what.code}", f"{by} may not {what}", who=by, **what.facts),
                              allowed=f"{''.join(named)}the head or an administrator")  # fmt: skip

    def must_fill(self, work: Work, by: str, person: Actor, lane: Lane, team: str, now: datetime) -> None:
        """Raises Refused unless somebody may put this person into this team of a lane."""
        if reason := why_not_fill(self.actor(work, by, now), person, self._team(lane, team)):
            raise not_allowed(reason, allowed="another team, or what stands in config/office.yaml")

    def _must_leave_enough(self, work: Work, loan: Membership, now: datetime) -> None:
        places = work.people.memberships(now)
        before, after = shares(self._config.lanes, places), shares(self._config.lanes, [*places, loan])
        for lane, rules in self._config.lanes.items():
            if rules.capacity is not None and after[lane] < min(before[lane], rules.capacity.share):
                raise Refused(
                    "too_few_left", f"With this loan the {lane} lane would have {after[lane]:.1%} of the people; "
                    f"it keeps {rules.capacity.least_share}.", allowed="a loan after another one has ended",
                )  # fmt: skip

    def absent(
        self, username: str, until: datetime | None, *, by: str, start: datetime | None = None,
        kind: AwayFor = AwayFor.OTHER,
    ) -> int:  # fmt: skip
        """Enter that a person is away until an instant (or that they are back, with None), from now or `start` on; what
        they hold goes back to its teams, now or when the absence begins. Gives how much went back now.

        Raises Refused for people who may not: it takes the person, somebody who leads or manages them, or an
        administrator; and for an absence that is over already, would end before it begins, or ends in over a year.
        """
        now = self._clock.now()
        begins = max(start or now, now)
        if until is not None and until <= begins:
            raise Refused(
                "absence_over", "The absence would end before it begins.",
                allowed=f"an end in the future; when they are back: `jalur operator absent {username} --back`",
            )  # fmt: skip
        if until is not None and until > now + LONGEST_ABSENCE:
            allowed = f"an end up to {now + LONGEST_ABSENCE:%Y-%m-%d}; who works here no more is entered as having left"
            raise Refused("absence_too_long", "An absence ends within a year.", allowed=allowed)
        with self._store.begin() as work:
            self._must_answer_for(self.actor(work, by, now), self.actor(work, username, now))
            if begins <= now:  # what lasts is over or replaced; what is to come stays
                for each in work.people.absences(now):
                    if each.username == username and each.lasts(now):
                        work.people.end_absence(each.id, now)
            if until is None:
                work.people.register("absence_ended", username, {}, at=now, actor=by)
                return 0
            work.people.add_absence(
                Absence(username=username, kind=kind, starts_at=begins, until=until, by=by, at=now)
            )  # fmt: skip
            told = {"from": begins, "until": until}
            work.people.register("absence_entered", username, told, at=now, actor=by)
            return 0 if begins > now else self._turns.hand_back(work, username, now, by=by, why=GivenBack.ABSENCE)

    def left_short(self, *usernames: str) -> dict[Lane, float]:
        """The lanes that have less than their least share of the people who are present because these people are away,
        have left, or will be away when an absence of theirs begins; with the share, from 0 to 1. People fall ill, so it
        is told and nothing is refused; the sweep tells the heads (`lanes.parity`)."""
        now, lanes = self._clock.now(), self._config.lanes
        with self._store.read() as work:
            theirs = [each for each in work.people.absences(now) if each.username in usernames]
            found: dict[Lane, float] = {}
            for at in sorted({max(now, each.starts_at) for each in theirs}):
                places, missing = work.people.memberships(at), away(work, at).keys()
                there = shares(lanes, places, missing - {*usernames})
                then = short(lanes, shares(lanes, places, missing))
                found |= {lane: share for lane, share in then.items() if share < there[lane]}
            return found

    def call_off(self, username: str, absence: int, *, by: str) -> None:
        """End one absence of a person, or call it off before it begins. Raises Refused as `absent` does, and when there
        is none of this number that is not over."""
        now = self._clock.now()
        with self._store.begin() as work:
            self._must_answer_for(self.actor(work, by, now), self.actor(work, username, now))
            if not any(each.id == absence and each.username == username for each in work.people.absences(now)):
                raise Refused("no_absence", "This absence is over already.", allowed="one that is not")
            work.people.end_absence(absence, now)
            work.people.register("absence_ended", username, {}, at=now, actor=by)

    def names(self) -> dict[str, str]:
        """Everybody's name by username."""
        with self._store.read() as work:
            return self._names(work)

    def _names(self, work: Work) -> dict[str, str]:
        added = {each.username: each.name for each in work.people.operators().values()}
        return added | {each.username: each.name for each in self._config.office.people}

    def listing(self) -> list[Listed]:
        """Everybody, with the teams they work in now."""
        now = self._clock.now()
        with self._store.read() as work:
            names, memberships, missing = self._names(work), work.people.memberships(now), away(work, now)
        return [
            Listed(
                username=username,
                name=name,
                teams=tuple(self._team_names(username, memberships)),
                absent_until=missing[username].until if username in missing else None,
                loans=tuple(m for m in memberships if m.username == username and m.until),
                left=username in missing and missing[username].kind is AwayFor.LEFT,
            )
            for username, name in sorted(names.items())
        ]

    def _team_names(self, username: str, memberships: Iterable[Membership]) -> Iterable[str]:
        for lane in Lane:
            yield from (f"{lane}/{team.id}" for team in self._config.teams_of(username, lane))
        yield from (f"{m.lane}/{m.team}" for m in memberships if m.username == username)

    def _team(self, lane: Lane, team: str) -> Team:
        teams = self._config.lanes[lane].team
        if team not in teams:
            raise Refused("unknown_team", f"The {lane} lane has no team {team!r}.", allowed=", ".join(teams))
        return teams[team]

    def _must_answer_for(self, actor: Actor, person: Actor) -> None:
        lanes = {lane for lane, _ in person.teams}
        if not (
            actor.username == person.username or set(actor.leads) & set(person.teams) or set(actor.manages) & lanes
            or Role.ADMINISTRATOR in actor.roles
        ):  # fmt: skip
            words = f"{actor.username} may not say whether {person.username} is absent"
            raise not_allowed(say("not_answering_for", words, who=actor.username, whom=person.username),
                              allowed="the person, who leads or manages them, or an administrator")  # fmt: skip
