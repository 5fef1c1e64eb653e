"""`jalur workflow`: the document types, read, checked and drawn."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import Json, command, group
from adapters.cli.output import pairs_table, say, say_json, table
from adapters.cli.session import configuration
from domain.roles import Lane

if TYPE_CHECKING:
    from domain.workflow import LaneWorkflow, Workflow

Type = Annotated[str, typer.Argument(metavar="TYPE", help="A document type, such as KK-BARU.")]
OfLane = Annotated[Lane, typer.Option("--lane", help="As this lane runs it.")]


class Form(StrEnum):
    """How a diagram is written."""

    MERMAID = "mermaid"
    SVG = "svg"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    workflow = group("The document types: what is asked for, who does what, and where each outcome leads.")
    command(workflow, "list", "jalur workflow list", "jalur workflow list --json")(list_)
    command(workflow, "show", "jalur workflow show LHR --lane manual")(show)
    command(workflow, "check", "jalur workflow check", "JALUR_CONFIG=draft jalur workflow check --json")(check)
    command(
        workflow, "diagram", "jalur workflow diagram LHR --lane online",
        "jalur workflow diagram LHR --lane online --format svg --out LHR.svg",
    )(diagram)  # fmt: skip
    command(workflow, "schema", "jalur workflow schema config/schemas")(schema)
    app.add_typer(workflow, name="workflow", rich_help_panel="Configuration and people")


def _workflow(code: str) -> Workflow:
    from lanes.intake import known_type

    return known_type(configuration(), code)


def list_(as_json: Json = False) -> None:
    """List the document types."""
    found = configuration().workflows.values()
    if as_json:
        say_json([{"code": w.code, "title": w.title.model_dump(), "family": w.family, "division": w.division,
                   "limit": w.limit, "steps": {lane: len(w.in_lane(lane).steps) for lane in Lane}}
                  for w in found])  # fmt: skip
        return
    rows = [(w.code, w.title.id, w.title.en, w.division, w.limit,
             *(len(w.in_lane(lane).steps) for lane in Lane)) for w in found]  # fmt: skip
    table("Document types", ("Code", "Indonesian", "English", "Division", "Limit", "Online", "Manual"), rows,
          right=("Online", "Manual"))  # fmt: skip
    say("Online and manual: how many steps. One in full: `jalur workflow show KK-BARU --lane online`.")


def show(code: Type, lane: OfLane = Lane.ONLINE, as_json: Json = False) -> None:
    """Show one document type as a lane runs it: papers, fields, steps."""
    workflow = _workflow(code)
    own = workflow.in_lane(lane)
    if as_json:
        steps = {name: step.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
                 for name, step in own.steps.items()}  # fmt: skip
        say_json({**workflow.model_dump(mode="json", by_alias=True), "lane": lane, "steps": steps})
        return
    say(f"{workflow.code}  {workflow.title.id} ({workflow.title.en}), {lane} lane")
    pairs_table({"Division": workflow.division, "Limit": workflow.limit,
                 "Published": workflow.published_time or "", "Basis": "; ".join(workflow.basis)})  # fmt: skip
    _tables(workflow, own, lane)
    say(f"To try it: `jalur submit {code} --lane {lane} --example > a.json`.")


def _tables(workflow: Workflow, own: LaneWorkflow, lane: Lane) -> None:
    from adapters.cli.task_page import leads_to

    papers = [(each.id, each.title.en, each.shown.get(lane, "not_needed"), _condition(each.when))
              for each in workflow.requirements]  # fmt: skip
    fields = [(each.id, each.title.en, each.type, ", ".join(each.choices), _condition(each.when))
              for each in workflow.asked_at_submission]  # fmt: skip
    steps = [(name, step.title.en, step.human or step.automatic,
              "\n".join(f"{outcome}: {leads_to(way)}" for outcome, way in step.on.items()))
             for name, step in own.steps.items()]  # fmt: skip
    table("Papers", ("Paper", "", "How", "Only if"), papers)
    table("Fields asked at submission", ("Field", "", "Kind", "Choices", "Only if"), fields)
    table("Steps", ("Step", "", "Done by", "Outcomes"), steps)


def _condition(when: dict[str, tuple[bool | int | str, ...]] | None) -> str:
    return " and ".join(f"{name} is {' or '.join(map(str, values))}" for name, values in (when or {}).items())


def check(as_json: Json = False) -> None:
    """Check the workflow files, with all that surrounds them. Every mistake is told at once, with its line."""
    from adapters.cli.configs import check as check_all

    check_all(as_json)


def diagram(
    code: Type,
    lane: OfLane = Lane.ONLINE,
    form: Annotated[Form, typer.Option("--format", help="A text for Mermaid, or a picture.")] = Form.MERMAID,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to; else it is shown.")] = None,
    as_json: Json = False,
) -> None:
    """Draw one document type as a lane runs it."""
    from adapters.config.diagram import mermaid, svg

    own = _workflow(code).in_lane(lane)
    text = svg(own) if form is Form.SVG else mermaid(own)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if as_json:
        say_json({"code": code, "lane": lane, "format": form, "file": out, **({} if out else {"text": text})})
    else:
        say(f"Drawn: {out}" if out else text.rstrip())


def schema(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the schema files go.")], as_json: Json = False
) -> None:
    """Write JSON schemas of the config files, for editors that complete and check while you type."""
    from adapters.bootstrap import action_shapes
    from adapters.config.schema import write_schemas
    from adapters.documents.products import PRODUCTS

    written = write_schemas(folder, actions=action_shapes(), products=PRODUCTS)
    if as_json:
        say_json([str(path) for path in written])
    else:
        for path in written:
            say(f"Written: {path}")
        say("Name one in a YAML file's first line: `# yaml-language-server: $schema=../schemas/workflow.json`.")
