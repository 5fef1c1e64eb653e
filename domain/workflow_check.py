"""Whether a workflow makes sense: the list of rules it is held to, and what breaks them.

The form of a file (types, patterns, unknown keys) is pydantic's to judge; here it is known to have that form, and the
question is whether the office could work by it. `adapters/config` tells the findings with file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from domain.checks import actions, conditions, document, graph, joins, overrides, people, recording
from domain.checks.finding import Finding
from domain.checks.view import ActionShape, View, Vocabulary
from domain.roles import Lane
from domain.workflow import Workflow

__all__ = ["ActionShape", "Finding", "Vocabulary", "check_workflow", "check_workflow_parts", "check_workflow_ways"]

LaneRule = Callable[[View], Iterable[Finding]]

#: Asked of the document type as a whole; each with the parts of a file (its keys, or those of its steps) that it needs
#: whole, so that a file which has lost a wrong value can still be asked the others. "kinds" is what the fields hold.
WORKFLOW_RULES: tuple[tuple[str, Callable[[Workflow, Vocabulary], Iterable[Finding]]], ...] = (
    ("fields", document.fields_are_declared_once),
    ("fields kinds", document.choices_belong_to_choice_fields),
    ("fields kinds", document.marks_fit_their_fields),
    ("fields kinds", document.fields_are_held_to_fields_like_them),
    ("fields kinds", document.dates_come_after_dates),
    ("fields kinds", document.relations_are_of_people),
    ("fields kinds", recording.what_is_set_has_its_kind),
    ("fields kinds learned", recording.what_is_learned_stands_in_the_form),
    ("fields kinds", document.numbers_of_deeds_say_of_which),
    ("fields kinds replaces product also", document.what_is_replaced_has_a_number),
    ("about", document.what_happens_once_says_what_it_is_about),
    ("fields kinds", document.derived_fields_are_flags_of_dates),
    ("requirements", document.requirements_are_declared_once),
    ("requirements", document.forms_are_known),
    ("requirements", document.papers_say_how_each_lane_sees_them),
    ("product also", document.products_can_be_made),
    ("limit", document.the_limit_is_one_a_law_could_name),
    ("start steps", document.the_start_is_a_step_of_both_lanes),
    ("fields kinds", conditions.fields_and_papers_depend_on_facts),
    ("", overrides.every_step_stands_in_a_lane),
    ("lanes", overrides.overrides_are_for_the_steps_own_lanes),
)

#: Where the outcomes of a workflow's steps lead, in a lane.
WAY_RULES: tuple[LaneRule, ...] = (
    graph.every_outcome_has_a_way_on,
    graph.every_step_can_be_reached,
    graph.every_step_can_come_to_an_end,
    graph.no_circle_without_a_person,
    graph.the_document_can_be_issued_once_accepted,
    joins.joins_wait_for_steps_that_can_arrive,
    joins.parallel_ways_come_together,
)

#: Those of them that can be asked while a step's outcomes could not be read, since it may lead anywhere, or while it is
#: not known on what branches depend.
SURE_WAY_RULES: tuple[LaneRule, ...] = (
    graph.every_outcome_has_a_way_on,
    graph.every_step_can_be_reached,
    graph.every_step_can_come_to_an_end,
    graph.no_circle_without_a_person,
)

#: Asked of the workflow as each lane runs it, before those; with the parts each needs whole, as above.
LANE_RULES: tuple[tuple[str, LaneRule], ...] = (
    ("", actions.people_work_in_roles_for_dossiers),
    ("", actions.actions_are_registered),
    ("automatic", actions.automatic_outcomes_are_the_actions_own),
    ("automatic on", actions.people_stop_a_step_by_outcomes_of_their_own),
    ("automatic", actions.actions_get_their_arguments),
    ("product steps automatic with", actions.a_step_makes_the_product),
    ("automatic", actions.only_people_fill_in_forms),
    ("fields", actions.forms_name_fields_people_fill_in),
    ("division", people.a_team_does_every_human_step),
    ("steps", people.four_eyes_look_at_human_steps),
    ("steps human automatic on", people.four_eyes_look_at_earlier_steps),
    ("steps human automatic division", people.four_eyes_leave_somebody),
    ("fields kinds", conditions.branches_depend_on_facts),
    ("fields kinds form on", document.issued_numbers_agree_with_the_form),
    ("fields kinds form on", document.whoever_is_named_by_number_is_known),
    ("fields kinds", document.what_it_is_about_is_filled_in),
    ("steps", graph.ways_lead_to_steps_of_this_lane),
)


def check_workflow(workflow: Workflow, vocabulary: Vocabulary) -> list[Finding]:
    """Everything that is wrong with a workflow, in the order of the rules; empty when it is good.

    What is wrong in one lane only says so. A path leads through the model (`steps`, name, `on`, outcome, `branches`, 0,
    `to`, 0), with the lane after the step's name where the lane's override says it.
    """
    broken = list(overrides.overrides_leave_a_whole_step(workflow))
    findings = [found for _, rule in WORKFLOW_RULES for found in rule(workflow, vocabulary)]
    rules = [*(rule for _, rule in LANE_RULES), *WAY_RULES]
    return [*findings, *(broken or _of_the_lanes(workflow, vocabulary, rules, findings))]


def check_workflow_parts(workflow: Workflow, vocabulary: Vocabulary, lost: Collection[str]) -> list[Finding]:
    """What is wrong in a workflow beside where its outcomes lead, as far as that can be said without the parts that are
    `lost`: keys of the file or of its steps, in which a value could not be read."""
    findings = [found for needs, rule in WORKFLOW_RULES if _whole(needs, lost) for found in rule(workflow, vocabulary)]
    if any(overrides.overrides_leave_a_whole_step(workflow)):
        return findings
    rules = [rule for needs, rule in LANE_RULES if _whole(needs, lost)]
    return [*findings, *_of_the_lanes(workflow, vocabulary, rules, findings)]


def _whole(needs: str, lost: Collection[str]) -> bool:
    return not any(part in lost for part in needs.split())


def check_workflow_ways(
    workflow: Workflow, vocabulary: Vocabulary, lost: Collection[str], open_ended: Collection[str] = ()
) -> list[Finding]:  # fmt: skip
    """What is wrong with where a workflow's outcomes lead, whoever does its steps, without the parts that are `lost`;
    `open_ended` are steps whose outcomes could not be read."""
    if not _whole("start steps on", lost) or any(overrides.overrides_leave_a_whole_step(workflow)):
        return []
    sure = open_ended or not _whole("fields kinds waits_for once", lost)
    return _of_the_lanes(workflow, vocabulary, SURE_WAY_RULES if sure else WAY_RULES, (), open_ended)


def _of_the_lanes(
    workflow: Workflow, vocabulary: Vocabulary, rules: Sequence[LaneRule], told_before: Iterable[Finding],
    open_ended: Collection[str] = (),
) -> list[Finding]:  # fmt: skip
    by_lane = {lane: _in_lane(View(workflow, lane, vocabulary, open_ended), rules) for lane in Lane}
    before = list(told_before)
    findings: list[Finding] = []
    for lane, found in by_lane.items():
        for finding in found:
            everywhere = all(_is_among(finding, other) for other in by_lane.values())
            told = finding if everywhere else _told_of(finding, lane)
            if not _is_among(told, [*before, *findings]):
                findings.append(told)
    return findings


def _in_lane(view: View, rules: Iterable[LaneRule]) -> list[Finding]:
    return [found for rule in rules for found in rule(view)]


def _is_among(finding: Finding, others: Iterable[Finding]) -> bool:
    """Whether the same was said already; what is allowed may differ, since lanes have steps of their own."""
    return any(other.path == finding.path and other.problem == finding.problem for other in others)


def _told_of(finding: Finding, lane: Lane) -> Finding:
    if lane.value in finding.path or f"{lane} lane" in finding.problem:
        return finding
    return Finding(finding.path, f"in the {lane} lane: {finding.problem}", finding.allowed)
