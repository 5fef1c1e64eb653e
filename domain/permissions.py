"""Who may do what with a task: one pure function, a list of named rules, each allowing or saying why not."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from domain.dossier import Task
from domain.errors import Refused
from domain.roles import Lane, Role, lacking
from domain.sentence import Sentence, say


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """A person as the rules see them: the teams they belong to now (by lane), the teams they lead, and their
    office-wide roles."""

    username: str
    teams: Collection[tuple[Lane, str]] = ()
    leads: Collection[tuple[Lane, str]] = ()
    manages: Collection[Lane] = ()
    roles: Collection[Role] = field(default_factory=frozenset)


OVERSEEING = frozenset({Role.AGENCY_HEAD, Role.AUDITOR, Role.ADMINISTRATOR})
"""Office-wide roles that see which officer took what out of turn."""


def may_see_officers(actor: Actor, lane: Lane) -> bool:
    """Whether a person may see which officers of a lane took what out of turn: its manager, and who oversees both."""
    return lane in actor.manages or not OVERSEEING.isdisjoint(actor.roles)


_TAKING_REQUESTS = frozenset({Role.ADMINISTRATOR, Role.COMPLAINT_OFFICER})
_SEEING_REQUESTS = _TAKING_REQUESTS | OVERSEEING

STAFFING = frozenset({Role.AGENCY_HEAD, Role.ADMINISTRATOR})
"""Office-wide roles that decide who works where, in both lanes."""


def lenders(home: Collection[Lane], into: Lane) -> frozenset[Lane]:
    """The lanes that give somebody up, who works in these for good, when they are lent into a lane: the others they
    work in, or that one when it is their only lane. Empty for who works in neither: only the office decides then."""
    return frozenset(home) - {into} or frozenset(home)


def may_staff(actor: Actor, lanes: Collection[Lane]) -> bool:
    """Whether a person may decide who works in one of these lanes: its manager, and who decides for both."""
    return not set(actor.manages).isdisjoint(lanes) or not STAFFING.isdisjoint(actor.roles)


def serves(actor: Actor, lane: Lane) -> bool:
    """Whether a person works for a lane: in a team of it, leading or managing there, or overseeing both."""
    return confided(actor, lane) or not OVERSEEING.isdisjoint(actor.roles)


def why_not_serve(actor: Actor, lane: Lane) -> Sentence | None:
    """Why a program of this person may do nothing in a lane; None when it may."""
    return None if serves(actor, lane) else _not_in_the_lane(actor, lane)


def _not_in_the_lane(actor: Actor, lane: Lane) -> Sentence:
    return say("not_in_the_lane", f"{actor.username} does not work in the {lane} lane", who=actor.username, lane=lane)


def why_not_look_after(actor: Actor, lane: Lane) -> Sentence | None:
    """Why this person may not look after what a lane sends out (messages, events for programs); None when they may."""
    if lane in actor.manages or Role.ADMINISTRATOR in actor.roles:
        return None
    words = f"Only the manager of the {lane} lane or an administrator may do this, and {actor.username} is neither"
    return say("not_its_manager", words, who=actor.username, lane=lane)


def why_not_oversee(actor: Actor) -> Sentence | None:
    """Why this person may not look at both lanes at a glance; None when they may: who answers for a lane, and who
    oversees both."""
    if actor.manages or not OVERSEEING.isdisjoint(actor.roles):
        return None
    words = (
        "Only a lane's manager, the head, the auditor or an administrator may look at how both lanes stand, and "
        f"{actor.username} is none"
    )
    return say("not_overseeing", words, who=actor.username)


def why_not_administer(actor: Actor) -> Sentence | None:
    """Why this person may not look after the system and its accounts; None when they may."""
    if Role.ADMINISTRATOR in actor.roles:
        return None
    words = f"Only an administrator may come in here, and {actor.username} is none"
    return say("not_administering", words, who=actor.username)


def why_not_look_into(actor: Actor, lane: Lane) -> Sentence | None:
    """Why this person may not see who does what in a lane; None when they may (`may_see_officers`)."""
    if may_see_officers(actor, lane):
        return None
    words = (
        f"Only the manager of the {lane} lane, the head, the auditor or an administrator may look into this lane, and "
        f"{actor.username} is none"
    )
    return say("not_looking_into", words, who=actor.username, lane=lane)


def why_not_review_turn(actor: Actor, lane: Lane, officer: str) -> Sentence | None:
    """Why this person may not say whether a task that `officer` took out of its turn was rightly taken; None when they
    may: the lane's manager, or the head, of what others did."""
    if lane not in actor.manages and Role.AGENCY_HEAD not in actor.roles:
        words = (
            f"Only the manager of the {lane} lane or the head may approve what was taken out of its turn, and "
            f"{actor.username} is neither"
        )
        return say("not_reviewing", words, who=actor.username, lane=lane)
    if actor.username == officer:
        words = f"{actor.username} took this out of its turn and may not approve it: another manager or the head may"
        return say("own_turn", words, who=actor.username)
    return None


def why_not_tune(actor: Actor, lane: Lane) -> Sentence | None:
    """Why this person may not change the rules of a lane; None when they may."""
    if lane in actor.manages or not {Role.AGENCY_HEAD, Role.ADMINISTRATOR}.isdisjoint(actor.roles):
        return None
    words = f"{actor.username} may not change the rules of the {lane} lane"
    return say("not_tuning", words, who=actor.username, lane=lane)


def confided(actor: Actor, lane: Lane) -> bool:
    """Whether a person may see personal data of a lane's dossiers: who works, leads or manages there."""
    return lane in {each for each, _ in (*actor.teams, *actor.leads)} | set(actor.manages)


NEEDING_ONE_DOSSIER = frozenset({Role.COMPLAINT_OFFICER, Role.HANDOVER_OFFICER})
"""Roles whose work is with single dossiers, and never with all of a lane."""


def why_not_confide(
    actor: Actor, lane: Lane, roles: Collection[Role], *, complained: bool, waiting: bool
) -> Sentence | None:
    """Why this person may not see the personal data of a dossier of a lane; None when they may. `roles` are those of
    their teams there; `complained` is whether a complaint about it is open, `waiting` whether a step of it is open with
    one of these teams. Who answers complaints or hands over sees no dossier beyond need (domain facts: Roles)."""
    if not confided(actor, lane):
        words = f"{actor.username} may not see personal data of the {lane} lane"
        return say("not_confided", words, who=actor.username, lane=lane)
    if lane in actor.manages or waiting or not NEEDING_ONE_DOSSIER.issuperset(roles):
        return None
    if complained and Role.COMPLAINT_OFFICER in roles:
        return None
    words = (
        f"{actor.username} may see personal data of a dossier only while a complaint about it that they handle, or its "
        "handing over by their team, is open"
    )
    return say("not_needed", words, who=actor.username)


Rule = Callable[[Actor, Task], Sentence | None]


def _works_in_the_lane(actor: Actor, task: Task) -> Sentence | None:
    if any(lane is task.lane for lane, _ in actor.teams):
        return None
    return _not_in_the_lane(actor, task.lane)


def _belongs_to_the_team(actor: Actor, task: Task) -> Sentence | None:
    if (task.lane, task.team) in actor.teams:
        return None
    words = f"Step {task.step} is the work of team {task.team}, and {actor.username} is not in it"
    return say("not_in_the_team", words, who=actor.username, team=task.team)


def _holds_the_office(actor: Actor, task: Task) -> Sentence | None:
    """Who signs for the office stands in office.yaml: no place in a team, given, lent or written, makes one that."""
    if task.role is None or not lacking([task.role], actor.roles):
        return None
    words = f"Step {task.step} takes the office's own role {task.role}, and {actor.username} does not have it"
    return say("not_of_the_office", words, who=actor.username)


def _is_another_person(actor: Actor, task: Task) -> Sentence | None:
    if actor.username not in task.barred:
        return None
    words = f"{actor.username} did an earlier step of this dossier that must be done by another person (four eyes)"
    return say("four_eyes", words, who=actor.username)


def _holds_it_or_nobody_does(actor: Actor, task: Task) -> Sentence | None:
    if task.assignee in (None, actor.username):
        return None
    return say("being_done", f"Step {task.step} is being done by {task.assignee}", who=task.assignee)


DO_TASK: tuple[Rule, ...] = (
    _works_in_the_lane, _belongs_to_the_team, _holds_the_office, _is_another_person, _holds_it_or_nobody_does,
)  # fmt: skip


def why_not(actor: Actor, task: Task) -> Sentence | None:
    """Why this person may not do the task; None when they may."""
    return next((reason for rule in DO_TASK if (reason := rule(actor, task))), None)


def why_not_lead(actor: Actor, task: Task) -> Sentence | None:
    """Why this person may not hand the task to somebody, or take a stuck step on; None when they may."""
    if (task.lane, task.team) in actor.leads or task.lane in actor.manages or Role.ADMINISTRATOR in actor.roles:
        return None
    words = f"Only the team's lead, the lane's manager or an administrator may do this, and {actor.username} is none"
    return say("not_leading", words, who=actor.username)


def why_not_pause(actor: Actor, lane: Lane, teams: Collection[str]) -> Sentence | None:
    """Why this person may not hold or release a dossier of this lane on which these teams have open work; None when
    they may."""
    leads = any((lane, team) in actor.leads for team in teams)
    if leads or lane in actor.manages or Role.ADMINISTRATOR in actor.roles:
        return None
    words = (
        f"Only the lead of a team that has an open step of it, the manager of the {lane} lane or an administrator may "
        f"pause or resume this dossier, and {actor.username} is none"
    )
    return say("not_pausing", words, who=actor.username, lane=lane)


def why_not_record_outreach(actor: Actor) -> Sentence | None:
    """Why this person may not put on record that people were told about the online lane; None when they may."""
    if actor.manages or not {Role.AGENCY_HEAD, Role.ADMINISTRATOR}.isdisjoint(actor.roles):
        return None
    words = f"Only a lane's manager, the head and administrators record outreach, and {actor.username} is none"
    return say("not_recording_outreach", words, who=actor.username)


def why_not_record_outage(actor: Actor, lanes: Collection[Lane]) -> Sentence | None:
    """Why this person may not record an outage over these lanes; None when they may."""
    if Role.ADMINISTRATOR in actor.roles or all(lane in actor.manages for lane in lanes):
        return None
    if len(lanes) > 1:
        words = (
            "Only an administrator may record an outage of both lanes (a lane's manager records outages of that lane "
            f"alone: --lane), and {actor.username} is none"
        )
        return say("not_recording_for_both", words, who=actor.username)
    (lane,) = lanes
    words = (
        f"Only an administrator or the manager of the {lane} lane may record this outage, and {actor.username} is "
        "neither"
    )
    return say("not_recording", words, who=actor.username, lane=lane)


def why_not_take_in(username: str, roles: Collection[Role], lane: Lane) -> Sentence | None:
    """Why somebody with these roles in a lane may not take applications in there; None when they may."""
    if Role.FRONT_OFFICE in roles:
        return None
    words = f"Only the front office of the {lane} lane takes applications in, and {username} is not of it"
    return say("not_taking_in", words, who=username, lane=lane)


def why_not_see_requests(username: str, roles: Collection[Role]) -> Sentence | None:
    """Why somebody with these roles, in whichever lane, may not see which requests about personal data there are,
    without who made them; None when they may: who takes them, who answers them, and who oversees that."""
    if roles and not _SEEING_REQUESTS.isdisjoint(roles):
        return None
    words = (
        "Only administrators, complaint officers, the head and the auditor see requests about personal data, and "
        f"{username} is none"
    )
    return say("not_seeing_requests", words, who=username)


def why_not_take_request(username: str, roles: Collection[Role]) -> Sentence | None:
    """Why somebody with these roles may not record a person's request about their data; None when they may."""
    if not _TAKING_REQUESTS.isdisjoint(roles):
        return None
    words = (
        f"Only an administrator or a complaint officer records requests about personal data, and {username} is neither"
    )
    return say("not_taking_requests", words, who=username)


def why_not_answer_request(username: str, roles: Collection[Role]) -> Sentence | None:
    """Why somebody with these roles may not look for a person's data, hand them out, or end a request; None when they
    may. It reaches over both lanes, so no lane's people may; each reading is in the journals it reads from."""
    if Role.ADMINISTRATOR in roles:
        return None
    words = f"Only an administrator answers requests about personal data, and {username} is none"
    return say("not_answering_requests", words, who=username)


def why_not_erase(username: str, roles: Collection[Role], recorded_by: str) -> Sentence | None:
    """Why somebody with these roles may not erase what was asked for in a request that `recorded_by` took; None when
    they may. It cannot be taken back, so it takes two people."""
    if reason := why_not_answer_request(username, roles):
        return reason
    if username != recorded_by:
        return None
    words = (
        f"{username} recorded this request; another administrator erases, because it cannot be taken back (four eyes)"
    )
    return say("erasing_own_request", words, who=username)


def not_allowed(reason: Sentence, *, allowed: str = "") -> Refused:
    """The refusal to raise for a reason that one of the functions here gives; `allowed` says who may."""
    return Refused("not_allowed", reason.as_sentence(), allowed=allowed)
