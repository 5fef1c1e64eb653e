"""What a YAML file may look like, and what is said with which line when it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.config.yaml_file import MAX_BYTES, read_yaml
from domain.errors import ConfigError


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_words_that_other_readers_change_stay_text(tmp_path: Path) -> None:
    text = "on: 17:30\nyes: yes\noff: no\ndate: 2026-01-02\nform: F-1.01\nflow: {at: 17:30, slots: [08:00-12:00]}\n"
    assert read_yaml(written(tmp_path, text)) == {
        "on": "17:30", "yes": "yes", "off": "no", "date": "2026-01-02", "form": "F-1.01",
        "flow": {"at": "17:30", "slots": ["08:00-12:00"]},
    }  # fmt: skip


def test_plain_values_have_their_kind(tmp_path: Path) -> None:
    text = "a: 7\nb: -1.5\nc: true\nd: null\ne: ~\nf:\ng: '7'\nh: |\n  true\n"
    expected = {"a": 7, "b": -1.5, "c": True, "d": None, "e": None, "f": None, "g": "7", "h": "true\n"}
    assert read_yaml(written(tmp_path, text)) == expected


def test_each_key_and_item_remembers_its_line(tmp_path: Path) -> None:
    table = read_yaml(written(tmp_path, "a: 1\n\nb:\n  - x\n  - c: 2\n"))
    assert [line for _, line in table.marks.values()] == [1, 3]
    assert [line for _, line in table["b"].marks] == [4, 5]
    assert table["b"][1].marks["c"][1] == 5


BOMB = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(3))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "is empty"),
        ("# nothing\n", 1, "is empty"),
        ("- a\n- b\n", 1, "does not hold keys with values"),
        ("a:\n\tb: 1\n", 2, "a tab stands where the line is indented"),
        (b"a: 1\nb: \xe9\n", 2, "is not written in UTF-8"),
        (b"\xff\xfea\x00:\x00 \x00b\x00", 1, "is not written in UTF-8"),
        ("a: 1\nb: \x00\n", 2, "holds a sign that no YAML file may hold"),
        ("a: 1\n---\nb: 2\n", 2, "a second document begins"),
        (BOMB, 1, "uses an anchor or alias (&a)"),
        ("a: 1\nb: *a\n", 2, "uses an anchor or alias (*a)"),
        ("a: !!python/object:os.system x\n", 1, "uses a tag"),
        ("a: " + "[" * 200_000, 1, "is nested too deeply"),
        ("? [a, b]\n: c\n", 1, "a key is a list or a mapping"),
        ("a: 'x\nb: 2\n", 1, "a quote is never closed"),
        ("a: [1, 2\nb: 3\n", 1, "a bracket is not closed, or a comma is missing"),
        ("a: 1\nb: [\n", 3, "a bracket is opened and never closed"),
        ("a: b: c\n", 1, "a ': ' stands where no key can be"),
        ("a: 1\nb\nc: 2\n", 2, "a key has no ':' after it"),
        ("a:\n  b: 1\n c: 2\n", 3, "a line is indented differently"),
        ("a: @x\n", 1, "text begins with a sign (@ % `)"),
        ("a: " + "x" * MAX_BYTES, 1, "is too large"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str | bytes, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_yaml(written(tmp_path, text))
    (problem,) = caught.value.problems
    assert (problem.line, problem.file) == (line, str(tmp_path / "file.yaml"))
    assert words in problem.problem
    assert problem.allowed


def test_every_key_that_stands_twice_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_yaml(written(tmp_path, "a: 1\nb:\n  - c: 1\n    c: 2\na: 3\n"))
    assert [(p.line, p.path, p.problem) for p in caught.value.problems] == [
        (4, "b[1].c", "the key 'c' stands twice; it is in line 3 already"),
        (5, "a", "the key 'a' stands twice; it is in line 1 already"),
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_yaml(tmp_path / "none.yaml")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(raw=st.one_of(st.binary(max_size=60), st.text(alphabet="ab:-{}[],'\"&*!|>?#@% \n\t0", max_size=60)))
def test_no_file_does_worse_than_be_refused(tmp_path: Path, raw: str | bytes) -> None:
    path = written(tmp_path, raw)
    try:
        table = read_yaml(path)
    except ConfigError as error:
        refused = error
    else:
        assert table.keys() == table.marks.keys()
        return
    assert all(problem.line >= 1 and problem.problem for problem in refused.problems)
