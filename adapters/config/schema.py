"""JSON schemas of the config files, for an editor that completes keys and marks mistakes while a file is written.

Made from the models, so that they cannot differ from what is read; then told of what only the files have: `extends`,
partial steps, null to remove, and an outcome's short forms. They are generated, never committed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from domain.calendar import CalendarSpec
from domain.lane import LaneRules
from domain.office import MessageSpec, OfficeSpec
from domain.services import ServiceGuide
from domain.workflow import Workflow
from domain.workflow_check import ActionShape

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def write_schemas(folder: Path, *, actions: Mapping[str, ActionShape], products: Iterable[str]) -> list[Path]:
    """Write a schema for each kind of config file into `folder` (made when missing); gives the files written.

    A YAML file names its schema in its first line: `# yaml-language-server: $schema=../schemas/workflow.json`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    schemas = {
        "workflow": workflow_schema(actions, products),
        "lane": _schema(LaneRules),
        "office": _schema(OfficeSpec),
        "message": _schema(MessageSpec),
        "services": _schema(ServiceGuide),
        "calendar": _calendar_schema(),
    }
    written = []
    for name, schema in schemas.items():
        path = folder / f"{name}.json"
        text = json.dumps({"$schema": _DRAFT, **schema}, indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
        written.append(path)
    return written


def workflow_schema(actions: Mapping[str, ActionShape], products: Iterable[str]) -> Schema:
    """The schema of `config/workflows/*.yaml`, shared parts included; what is left out may be inherited."""
    schema = _schema(Workflow)
    parts: dict[str, Schema] = schema["$defs"]
    step, branch = parts["Step"]["properties"], parts["Branch"]["properties"]
    step["automatic"] = {"enum": [*sorted(actions), None]}
    step["online"] = step["manual"] = {"anyOf": [{"$ref": "#/$defs/Step"}, {"type": "null"}]}
    step["with"] = _arguments(actions, products)
    branch["to"] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    parts["Outcome"] = _outcome(parts["Branch"])
    base = {"type": "string", "description": "a shared file: _NAME.yaml"}
    schema["properties"]["extends"] = {"anyOf": [base, {"type": "array", "items": base, "minItems": 1}]}
    for part in (schema, parts["Step"], parts["FormField"], parts["Requirement"], parts["Product"], parts["Replacing"]):
        _allow_parts(part)
    for name in ("FormField", "Requirement"):
        parts[name]["required"] = ["id"]
    return schema


def _outcome(branch: Schema) -> Schema:
    """A step; a list of parallel steps; one branch, which may say accepts and form; a list of branches, or choose."""
    steps = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    branches = {"type": "array", "items": {"$ref": "#/$defs/Branch"}, "minItems": 1}
    accepts = {"type": "boolean"}
    beside = {"accepts": accepts, "choose": branches, "form": {"type": "array", "items": {"type": "string"}}}
    one = {**branch, "properties": {**branch["properties"], **beside}}
    return {"anyOf": [{"type": "string"}, steps, branches, one, {"type": "null"}]}


def _arguments(actions: Mapping[str, ActionShape], products: Iterable[str]) -> Schema:
    names = sorted({name for shape in actions.values() for name in shape.args})
    known: dict[str, Schema] = {"product": {"enum": sorted(products)}}
    properties = {name: known.get(name, {"type": "string"}) for name in names}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _allow_parts(part: Schema) -> None:
    """Let a mapping be written in part, and each of its keys be removed with null."""
    part.pop("required", None)
    part["properties"] = {key: {"anyOf": [value, {"type": "null"}]} for key, value in part["properties"].items()}
    if "steps" in part["properties"]:
        steps = part["properties"]["steps"]["anyOf"][0]
        for kind in ("additionalProperties", "patternProperties"):
            if isinstance(steps.get(kind), dict):
                steps[kind] = _steps_or_nothing(steps[kind])


def _steps_or_nothing(values: Schema) -> Schema:
    if "$ref" in values:
        return {"anyOf": [values, {"type": "null"}]}
    return {pattern: {"anyOf": [value, {"type": "null"}]} for pattern, value in values.items()}


def _calendar_schema() -> Schema:
    schema = _schema(CalendarSpec)
    schema["properties"]["holidays"] = {
        "type": "object",
        "properties": {
            "country": {"type": "string", "description": "two letters, such as ID"},
            "years": {"type": "array", "items": {"type": "integer"}},
            "dates": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "additionalProperties": False,
    }
    closed = schema["properties"]["closed"]
    schema["properties"]["closed"] = {"anyOf": [closed, {"type": "array", "items": {"type": "string"}}]}
    return schema


def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema(by_alias=True, mode="validation")
