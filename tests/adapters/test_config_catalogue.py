"""The configuration that is shipped: it loads, its files fit the editor's schemas, each workflow can be drawn."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from adapters.config.diagram import mermaid, svg
from adapters.config.load import load_config
from adapters.config.schema import write_schemas
from adapters.config.yaml_file import read_yaml
from adapters.documents.products import PRODUCTS
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.workflow_check import ActionShape
from lanes.actions import ACTIONS

CONFIG = Path(__file__).parents[2] / "config"
SHAPES = {name: ActionShape(outcomes=action.outcomes, args=action.args) for name, action in ACTIONS.items()}


@pytest.fixture(scope="module")
def config() -> OfficeConfig:
    return load_config(CONFIG, actions=SHAPES, products=frozenset(PRODUCTS))


def test_the_shipped_configuration_has_every_document_type(config: OfficeConfig) -> None:
    catalogue = (
        "BIO KK-BARU KK-PISAH KK-UBAH KK-GANTI KTP-BARU KTP-GANTI KTP-UBAH KIA-BARU KIA-GANTI SKPWNI SKDWNI "
        "SKTT SUKET SKPTI LHR MTI KWN CRI AKU SAH ANG KED BTL"
    )
    assert set(config.workflows) == set(catalogue.split())


def test_no_form_asks_a_question_before_the_one_on_which_it_hangs(config: OfficeConfig) -> None:
    for workflow in config.workflows.values():
        asked = [field.id for field in workflow.asked_at_submission]
        for field in workflow.asked_at_submission:
            before = asked[: asked.index(field.id)]
            assert [name for name in field.when or {} if name in asked and name not in before] == [], workflow.code


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("workflow", "workflows/*.yaml"),
        ("lane", "lanes/*.yaml"),
        ("office", "office.yaml"),
        ("message", "messages/*.yaml"),
        ("calendar", "calendars/*.yaml"),
        ("services", "services.yaml"),
    ],
)
def test_every_shipped_file_fits_its_schema(tmp_path: Path, kind: str, pattern: str) -> None:
    write_schemas(tmp_path, actions=SHAPES, products=frozenset(PRODUCTS))
    validator = Draft202012Validator(json.loads((tmp_path / f"{kind}.json").read_text(encoding="utf-8")))
    validator.check_schema(validator.schema)
    files = sorted(CONFIG.glob(pattern))
    assert files
    assert [error.message for path in files for error in validator.iter_errors(as_json(path))] == []


def test_the_schema_marks_an_unknown_key_action_and_role(tmp_path: Path) -> None:
    write_schemas(tmp_path, actions=SHAPES, products=frozenset(PRODUCTS))
    validator = Draft202012Validator(json.loads((tmp_path / "workflow.json").read_text(encoding="utf-8")))
    for step in ({"humn": "verifier"}, {"human": "verifer"}, {"automatic": "registry.recrd"}, {"on": {"done": 5}}):
        assert list(validator.iter_errors({"steps": {"enter": step}})), step
    assert not list(validator.iter_errors({"extends": "standard", "steps": {"enter": {"on": {"done": ["a", "b"]}}}}))


def as_json(path: Path) -> object:
    return json.loads(json.dumps(read_yaml(path)))


@pytest.mark.parametrize("lane", list(Lane))
def test_every_workflow_can_be_drawn_with_all_its_steps(config: OfficeConfig, lane: Lane) -> None:
    for workflow in config.workflows.values():
        drawn = workflow.in_lane(lane)
        picture = svg(drawn)
        ElementTree.fromstring(picture)  # well-formed, or it raises
        text = mermaid(drawn)
        for name, step in drawn.steps.items():
            assert str(step.human or step.automatic) in picture
            assert f"  {name}" in text
            for outcome in step.on:
                assert outcome in picture
                assert outcome in text
