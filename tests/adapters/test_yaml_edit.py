"""Values changed in a YAML text: what was asked is what a reader finds, and every other line stays to the letter."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from adapters.config.yaml_edit import Drop, Put, edited
from adapters.config.yaml_file import parse_yaml
from domain.errors import ConfigError

LANES = sorted((Path(__file__).parents[2] / "config/lanes").glob("*.yaml"))
TEXT = dedent("""\
    # above
    times:
      one: 1wd   # a note
      two: "2wd"
      empty:
      # before three
      three: {a: 1h, b: 2h} # behind

      # the end of times
    list:
    - {at: 50%, do: [x]} # first
    - at: 80%
      do:
        - x
        - y
    last: [a, b]
    """)


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (Put(("times", "one"), "2wh"), "one: 1wd ", "one: 2wh "),
        (Put(("times", "two"), "07:30"), '"2wd"', '"07:30"'),
        (Put(("times", "one"), "a: #b"), "one: 1wd ", 'one: "a: #b" '),
        (Put(("times", "one"), "true"), "one: 1wd ", 'one: "true" '),
        (Put(("times", "empty"), "1h"), "empty:\n", "empty: 1h\n"),
        (Put(("times", "three", "b"), "3h"), "b: 2h", "b: 3h"),
        (Put(("times", "three", "c"), "3h"), "b: 2h}", "b: 2h, c: 3h}"),
        (Put(("times", "four", "x"), "1h"), "# behind\n", "# behind\n  four: {x: 1h}\n"),
        (Put(("list", 1, "do"), ["y"]), "- x\n    - y\n", "[y]\n"),
        (Put(("list", 1), {"at": "70%", "do": ["x"]}, insert=True), "# first\n", "# first\n- {at: 70%, do: [x]}\n"),
        (Put(("list", 2), {"at": "+1d", "do": ["x"]}), "    - y\n", "    - y\n- {at: +1d, do: [x]}\n"),
        (Put(("last", 0), "c", insert=True), "[a, b]", "[c, a, b]"),
        (Drop(("times", "one")), "  one: 1wd   # a note\n", ""),
        (Drop(("times", "three", "a")), "{a: 1h, b: 2h}", "{b: 2h}"),
        (Drop(("times", "three", "b")), "{a: 1h, b: 2h}", "{a: 1h}"),
        (Drop(("list", 0)), "- {at: 50%, do: [x]} # first\n", ""),
        (Drop(("times", "gone")), "", ""),
    ],
)
def test_one_change_touches_its_place_alone(change: Put | Drop, before: str, after: str) -> None:
    found = edited(TEXT, [change])
    assert found == TEXT.replace(before, after, 1)
    parse_yaml(found, "text")


def test_a_mapping_goes_with_its_last_entry() -> None:
    assert edited(TEXT, [Drop(("times", "three", "a")), Drop(("times", "three", "b"))]) == TEXT.replace(
        "  three: {a: 1h, b: 2h} # behind\n", ""
    )


@pytest.mark.parametrize("lane", LANES, ids=lambda path: path.stem)
def test_every_time_of_a_shipped_lane_can_be_changed_and_changed_back(lane: Path) -> None:
    text = lane.read_text()
    times = parse_yaml(text, lane.name)["sla"]
    paths = [("sla", "default", "steps", name) for name in times["default"]["steps"]]
    paths += [("sla", "types", code, name) for code, own in times["types"].items() for name in own if name != "steps"]
    some = paths[::9]
    changed = edited(text, [Put(path, "77wm") for path in some])
    assert changed.count("77wm") == len(some)

    def at(path: tuple[str, ...]) -> str:
        found = times
        for part in path[1:]:
            found = found[part]
        return str(found)

    assert edited(changed, [Put(path, at(path)) for path in some]) == text


def test_a_text_that_cannot_be_read_and_a_way_through_a_value_are_refused() -> None:
    with pytest.raises(ConfigError):
        edited("a: [", [Put(("a",), "b")])
    with pytest.raises(LookupError):
        edited(TEXT, [Put(("times", "one", "deeper"), "b")])
