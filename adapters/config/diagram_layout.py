"""Where the steps of a workflow stand in a drawing, and along which lines their outcomes run.

Steps stand in rows by how far they are from the start; the happy way is the first column. Lines run down through free
cells, or beside a column and into the gap above their target, so that no line crosses a box. A small layout of our
own, because the libraries that lay graphs out need a program installed, or carry a licence ours cannot take on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from domain.workflow import Branch, End, LaneWorkflow

ISSUED = "@issued"


@dataclass(frozen=True, slots=True)
class Arrow:
    """The outcomes that lead from one step to another (or to `ISSUED`); `∥` marks one that opens others as well."""

    source: str
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class Exit:
    """An outcome that leaves the flow: back to the applicant (`resume` tells where it goes on), or to an end."""

    label: str
    end: End | None
    resume: str


class Route(Enum):
    """How a line runs: straight down; across, then down its target's column; or beside its own column."""

    STRAIGHT = auto()
    ACROSS = auto()
    BESIDE = auto()


@dataclass(slots=True)
class Layout:
    """The grid: `cell` gives column and row of each step; `routes` how each arrow runs; `exits` what leaves a step."""

    cell: dict[str, tuple[int, int]]
    routes: dict[Arrow, Route]
    exits: dict[str, list[Exit]] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return 1 + max(column for column, _ in self.cell.values())

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return 1 + max(row for _, row in self.cell.values())


def laid_out(workflow: LaneWorkflow) -> Layout:
    """The layout of one lane's workflow."""
    arrows, exits = outcomes(workflow)
    rows = _rows(workflow.workflow.start, arrows)
    cell = _cells(_spine(workflow), rows, arrows)
    taken = set(cell.values())
    routes = {arrow: _route(cell[arrow.source], cell[arrow.target], taken) for arrow in arrows if arrow.source in cell}
    return Layout(cell, routes, exits)


def outcomes(workflow: LaneWorkflow) -> tuple[list[Arrow], dict[str, list[Exit]]]:
    """What each outcome does: arrows between steps (one for each pair of steps), and ways out of the flow by step."""
    labels: dict[tuple[str, str], list[str]] = {}
    exits: dict[str, list[Exit]] = {}
    for name, step in workflow.steps.items():
        for outcome, leads in step.on.items():
            for branch in leads.branches:
                label = _label(outcome, branch, alone=len(leads.branches) == 1)
                if branch.end is End.ISSUED:
                    labels.setdefault((name, ISSUED), []).append(label)
                elif branch.to:
                    for target in branch.to:
                        labels.setdefault((name, target), []).append(f"∥ {label}" if len(branch.to) > 1 else label)
                else:
                    exits.setdefault(name, []).append(Exit(label, branch.end, branch.resume or name))
    arrows = [Arrow(source, target, " / ".join(said)) for (source, target), said in labels.items()]
    return arrows, exits


def _label(outcome: str, branch: Branch, *, alone: bool) -> str:
    if branch.when:
        said = ", ".join(f"{name} {_said(values)}" for name, values in branch.when.items())
        return f"{outcome}, {said}"
    return outcome if alone else f"{outcome}, else"


def _said(values: Iterable[object]) -> str:
    return "|".join({True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
                    for value in values)  # fmt: skip


def _rows(start: str, arrows: list[Arrow]) -> dict[str, int]:
    """Each step's row: one below the lowest step that leads to it, arrows back to an earlier step left out."""
    following: dict[str, list[str]] = {}
    for arrow in arrows:
        following.setdefault(arrow.source, []).append(arrow.target)
    order: list[str] = []  # every step after all that it leads to
    back: set[tuple[str, str]] = set()
    open_ones: set[str] = set()

    def visit(name: str) -> None:
        open_ones.add(name)
        for target in following.get(name, ()):
            if target in open_ones:
                back.add((name, target))
            elif target not in order:
                visit(target)
        open_ones.discard(name)
        order.append(name)

    visit(start)
    rows = dict.fromkeys(reversed(order), 0)
    for name in reversed(order):
        for target in following.get(name, ()):
            if (name, target) not in back:
                rows[target] = max(rows[target], rows[name] + 1)
    if ISSUED in rows:
        rows[ISSUED] = max(rows.values()) if rows[ISSUED] == max(rows.values()) else max(rows.values()) + 1
    return rows


def _spine(workflow: LaneWorkflow) -> list[str]:
    """The steps of the happy way: each time the first target of the first outcome."""
    spine = [workflow.workflow.start]
    while True:
        step = workflow.steps[spine[-1]]
        targets = [target for branch in step.on[step.way_on].branches for target in branch.to]
        fresh = [target for target in targets if target not in spine]
        if not fresh:
            return [*spine, ISSUED]
        spine.append(fresh[0])


def _cells(spine: list[str], rows: dict[str, int], arrows: list[Arrow]) -> dict[str, tuple[int, int]]:
    cell = {name: (0, rows[name]) for name in spine if name in rows}
    taken = set(cell.values())
    for name in sorted(rows, key=lambda each: rows[each]):
        if name in cell:
            continue
        before = [cell[arrow.source][0] for arrow in arrows if arrow.target == name and arrow.source in cell]
        column = max(1, min(before, default=1))
        while (column, rows[name]) in taken:
            column += 1
        cell[name] = (column, rows[name])
        taken.add(cell[name])
    return cell


def _route(source: tuple[int, int], target: tuple[int, int], taken: set[tuple[int, int]]) -> Route:
    (from_column, from_row), (to_column, to_row) = source, target
    if to_row <= from_row or any((to_column, row) in taken for row in range(from_row + 1, to_row)):
        return Route.BESIDE
    return Route.STRAIGHT if from_column == to_column else Route.ACROSS
