"""The drawings of the shipped workflows can be read: each word is whole, on the page, and no line runs through it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from adapters.config.diagram import CHARACTER, svg
from domain.office import OfficeConfig
from domain.roles import Lane

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Label:
    text: str
    left: float
    right: float
    baseline: float

    @property
    def top(self) -> float:
        return self.baseline - 9


def drawing(config: OfficeConfig, code: str, lane: Lane) -> ElementTree.Element:
    return ElementTree.fromstring(svg(config.workflows[code].in_lane(lane)))


def labels(root: ElementTree.Element) -> list[Label]:
    found = []
    for text in root.iter(f"{SVG}text"):
        if text.get("class") == "label":
            said, x = text.text or "", float(text.get("x") or 0)
            left = x - CHARACTER * len(said) if text.get("text-anchor") == "end" else x
            found.append(Label(said, left, left + CHARACTER * len(said), float(text.get("y") or 0)))
    return found


def upright_lines(root: ElementTree.Element) -> list[tuple[float, float, float]]:
    """x, top and bottom of each part of a line that runs up or down."""
    found = []
    for path in root.iter(f"{SVG}path"):
        if "line" in (path.get("class") or "").split():
            points = [(float(x), float(y)) for x, y in re.findall(r"(-?\d+) (-?\d+)", path.get("d") or "")]
            for (x, y), (to_x, to_y) in pairwise(points):
                if x == to_x:
                    found.append((x, min(y, to_y), max(y, to_y)))
    return found


TYPES = ("LHR", "SKDWNI", "KTP-BARU", "KTP-GANTI", "KWN", "BTL", "SUKET", "KIA-BARU")


@pytest.mark.parametrize("code", TYPES)
@pytest.mark.parametrize("lane", Lane)
def test_no_line_runs_through_a_label_and_none_leaves_the_page(config: OfficeConfig, code: str, lane: Lane) -> None:
    root = drawing(config, code, lane)
    width = float(root.get("width") or 0)
    lines = upright_lines(root)
    cut = {
        (label.text, x)
        for label in labels(root)
        for x, top, bottom in lines
        if label.left + 2 < x < label.right - 2 and top < label.baseline and bottom > label.top
    }
    assert not cut
    assert all(label.left >= 8 and label.right <= width - 8 for label in labels(root))


@pytest.mark.parametrize("code", TYPES)
def test_every_title_is_written_out(config: OfficeConfig, code: str) -> None:
    for lane in Lane:
        written = " ".join(text.text or "" for text in drawing(config, code, lane).iter(f"{SVG}text"))
        for step in config.workflows[code].in_lane(lane).steps.values():
            assert step.title.id in written
