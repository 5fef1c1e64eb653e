"""Whether a lane's rules can be worked by: the list of what they are held to.

Like `domain/workflow_check.py` this comes after the form of the file has been judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from domain.checks import capacity, escalation, parity, promises, teams, watching
from domain.checks.finding import Finding, listed, unknown
from domain.checks.office import Surroundings
from domain.lane import LaneRules

__all__ = ["Surroundings", "check_lane"]


def _the_calendar_exists(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    if rules.calendar not in around.calendars:
        problem = unknown("calendar", rules.calendar, around.calendars)
        yield Finding(("calendar",), problem, listed(around.calendars))


def _channels_are_the_lanes_own(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    for place, channel in enumerate(rules.channels):
        if channel in rules.channels[:place]:
            yield Finding(("channels", place), f"channel {channel!r} is named twice", "each channel once")
        for other in around.others:
            if channel in other.channels:
                problem = f"channel {channel!r} feeds the {other.lane} lane too"
                yield Finding(("channels", place), problem, "one lane for each channel")


RULES: tuple[Callable[[LaneRules, Surroundings], Iterable[Finding]], ...] = (
    _the_calendar_exists,
    _channels_are_the_lanes_own,
    teams.teams_are_declared_once,
    teams.teams_have_members,
    teams.teams_have_roles_of_a_lane,
    teams.who_signs_has_the_role_in_the_office,
    teams.one_team_does_a_role,
    teams.people_are_known,
    teams.people_work_in_one_lane,
    capacity.the_lane_keeps_its_share_of_people,
    capacity.the_online_lane_is_held_to_the_other,
    capacity.exempt_types_are_known,
    capacity.exemptions_end_and_say_why,
    watching.the_sweep_comes_often,
    watching.the_comparison_is_made,
    watching.the_online_lane_keeps_half_of_its_people,
    promises.a_working_day_fits_into_a_day,
    promises.a_working_day_is_no_longer_than_the_calendars,
    promises.the_default_covers_every_step,
    promises.promises_are_for_known_types,
    promises.promises_are_for_known_steps,
    promises.no_promise_is_longer_than_the_law_allows,
    promises.no_step_is_longer_than_the_whole,
    escalation.ladders_are_for_known_types,
    escalation.every_clock_has_a_ladder,
    escalation.rungs_ascend,
    escalation.actions_make_sense,
    escalation.the_due_time_is_a_rung,
    escalation.somebody_stands_at_the_end,
    escalation.somebody_hears_in_time,
    parity.online_promises_no_less,
)


#: What is allowed and probably not meant: it is told and not refused.
DOUBTS = (promises.a_step_is_hardly_longer_than_the_target,)


#: What can be asked of a lane file that has lost its wrong values: whether the names that stand in it are right.
NAME_RULES = (
    _the_calendar_exists,
    _channels_are_the_lanes_own,
    teams.teams_are_declared_once,
    teams.people_are_known,
    teams.people_work_in_one_lane,
    promises.promises_are_for_known_types,
    promises.promises_are_for_known_steps,
    capacity.exempt_types_are_known,
    escalation.ladders_are_for_known_types,
)


def check_lane(rules: LaneRules, around: Surroundings) -> list[Finding]:
    """Everything that is wrong with a lane's rules, in the order of the rules; empty when they are good."""
    return [found for rule in RULES for found in rule(rules, around)]


def doubt_lane(rules: LaneRules, around: Surroundings) -> list[Finding]:
    """What of a lane's good rules was probably not meant so."""
    return [found for rule in DOUBTS for found in rule(rules, around)]


def check_lane_names(rules: LaneRules, around: Surroundings) -> list[Finding]:
    """The names in a lane's rules that are wrong, whatever else the file lacks."""
    return [found for rule in NAME_RULES for found in rule(rules, around)]
