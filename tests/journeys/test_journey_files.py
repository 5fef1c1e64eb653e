"""The shipped document types, walked through by the engine's own `advance` along the journeys people expect."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from journey_files import APPLICANT, FOLDER, Journey, all_journeys

from adapters.config.load import load_config
from adapters.documents.products import PRODUCTS
from domain.form import FieldType, FormField, holds
from domain.office import OfficeConfig
from domain.progress import advance
from domain.roles import Lane
from domain.workflow import Workflow, derive
from domain.workflow_check import ActionShape

CONFIG = Path(__file__).parents[2] / "config"
CATALOGUE = [
    *(
        "BIO",
        "KK-BARU",
        "KK-PISAH",
        "KK-UBAH",
        "KK-GANTI",
        "KTP-BARU",
        "KTP-GANTI",
        "KTP-UBAH",
        "KIA-BARU",
        "KIA-GANTI",
    ),
    *("SKPWNI", "SKDWNI", "SKTT", "SUKET", "SKPTI", "LHR", "MTI", "KWN", "CRI", "AKU", "SAH", "ANG", "KED", "BTL"),
]
#: The actions the workflow files are written against: outcomes, and the arguments that `with` must give.
ACTIONS = {
    name: ActionShape(frozenset(outcomes.split()), frozenset(args.split()))
    for name, outcomes, args in (
        ("upload.check", "complete incomplete", ""),
        ("queue.ticket", "issued", ""),
        ("registry.check_identity", "match mismatch", ""),
        ("registry.record", "recorded refused", ""),
        ("registry.deduplicate", "unique duplicate", ""),
        ("stock.reserve", "reserved out", "item"),
        ("stock.wait", "reserved", "item"),
        ("stock.look", "in_stock out", "item"),
        ("calendar.wait", "over", "time"),
        ("stock.consume", "consumed", "item"),
        ("document.make", "made", "product"),
        ("document.seal", "sealed", "product"),
        ("message.send", "sent", "message"),
        ("courier.plan", "planned", ""),
    )
}
JOURNEYS = all_journeys()
by_journey = pytest.mark.parametrize("journey", JOURNEYS, ids=str)


@cache
def shipped() -> OfficeConfig:
    return load_config(CONFIG, actions=ACTIONS, products=frozenset(PRODUCTS))


def test_the_whole_catalogue_is_shipped_with_a_journey_file_each() -> None:
    assert set(shipped().workflows) == set(CATALOGUE)
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(CATALOGUE) == {journey.code for journey in JOURNEYS}


@pytest.mark.parametrize("code", CATALOGUE)
def test_each_lane_has_a_straight_journey_and_one_that_is_not(code: str) -> None:
    for lane in Lane:
        names = {journey.name: journey.ends for journey in JOURNEYS if (journey.code, journey.lane) == (code, lane)}
        assert names.pop("straight") == "issued"
        assert names


@by_journey
def test_a_journey_goes_from_the_start_by_declared_outcomes_to_its_end(journey: Journey) -> None:
    workflow = shipped().workflows[journey.code].in_lane(journey.lane)
    facts = _facts(workflow.workflow, journey)
    live, resumes, done = [workflow.workflow.start], list[str](), set[str]()
    end = None
    for step, outcome in journey.steps:
        assert end is None, f"goes on after the end with {step}"
        if (step, outcome) == APPLICANT:
            live.append(resumes.pop(0))
            continue
        assert step in live, f"{step} is not open, but {live} and, for the applicant, {resumes}"
        live.remove(step)
        if outcome == workflow.steps[step].way_on:
            filled = {name: journey.staff[name] for name in _form(workflow.workflow, workflow.steps[step].form, facts)}
            facts |= {name: value for name, value in filled.items() if workflow.workflow.field[name].is_fact}
        after = advance(workflow, step, outcome, facts=facts, others=[*live, *resumes], done=done)
        done.add(step)
        live += after.opens
        resumes += [after.resume] if after.resume else []
        end = after.end
    assert end == journey.ends


@by_journey
def test_a_journey_answers_just_what_the_form_asks(journey: Journey) -> None:
    workflow = shipped().workflows[journey.code]
    asked = {field.id: field for field in workflow.asked_at_submission}
    facts = _facts(workflow, journey)
    assert journey.fields.keys() <= asked.keys()
    needed = {name for name, field in asked.items() if field.required and holds(field.when, facts)}
    assert needed <= journey.fields.keys()
    unfit = [name for name, value in journey.fields.items() if not _fits(asked[name], value)]
    assert not unfit


def test_every_outcome_of_every_step_is_travelled_in_some_journey() -> None:
    travelled = {(step, outcome) for journey in JOURNEYS for step, outcome in journey.steps}
    missing: dict[str, set[str]] = defaultdict(set)
    for code, workflow in shipped().workflows.items():
        for lane in Lane:
            for name, step in workflow.in_lane(lane).steps.items():
                for outcome in step.on:
                    if (name, outcome) not in travelled:
                        missing[f"{name}: {outcome}"].add(code)
    assert not missing


def test_every_paper_of_every_type_is_asked_for_in_some_journey() -> None:
    asked: dict[str, set[str]] = defaultdict(set)
    proxys = {"power_of_attorney", "proxy_id_card"}  # the same for every type: looked at in one
    for journey in JOURNEYS:
        workflow = shipped().workflows[journey.code].in_lane(journey.lane)
        asked[journey.code] |= {paper.id for paper in workflow.requirements(_facts(workflow.workflow, journey))}
    never = {
        code: unasked
        for code, workflow in shipped().workflows.items()
        if (unasked := {paper.id for paper in workflow.requirements} - asked[code] - proxys)
    }
    assert not never
    assert proxys <= asked["KK-UBAH"]


def _facts(workflow: Workflow, journey: Journey) -> dict[str, Any]:
    given = {name: value for name, value in journey.fields.items() if workflow.field[name].is_fact}
    return given | derive(workflow, journey.fields, journey.submitted)


def _form(workflow: Workflow, form: tuple[str, ...], facts: dict[str, Any]) -> list[str]:
    return [name for name in form if holds(workflow.field[name].when, facts)]


def _fits(field: FormField, value: object) -> bool:
    match field.type:
        case FieldType.CHOICE:
            return value in field.choices
        case FieldType.FLAG:
            return isinstance(value, bool)
        case FieldType.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str)
