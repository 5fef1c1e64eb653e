"""The first screen names only what there is, and what a newcomer should look at."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import typer

from adapters.cli.main import app
from adapters.settings import Settings
from adapters.up_screen import in_words
from adapters.web.demo_people import DemoPerson

ROOT = Path(__file__).parents[2]


def _screen(home: Path) -> list[str]:
    said: list[str] = []
    in_words(Settings(home=home), said.append)("prefect_up", {"page": "http://127.0.0.1:4200"})
    return said


def _named(lines: list[str]) -> list[list[str]]:
    """The words of each `jalur …` that stands at the beginning of a line."""
    return [found[1].split() for line in lines if (found := re.match(r" *jalur ((?:[a-z]+(?:-[a-z]+)* ?)+)", line))]


def _is_there(words: list[str]) -> bool:
    command = typer.main.get_command(app)
    for word in words:
        subcommands = getattr(command, "commands", None)
        if subcommands is None:
            return True  # what follows is an argument
        if word not in subcommands:
            return False
        command = subcommands[word]
    return isinstance(command, click.Command) or callable(command)


def test_every_command_on_the_first_screen_is_there(tmp_path: Path) -> None:
    named = _named(_screen(tmp_path))
    assert [words for words in named if not _is_there(words)] == []
    assert {("explain",), ("overdue",), ("lane", "parity"), ("fairness",)} <= {tuple(words) for words in named}


@pytest.mark.parametrize("page", ["README.md", "docs/demo.md", "docs/guide.md"])
def test_every_command_in_a_page_s_examples_is_there(page: str) -> None:
    named = _named((ROOT / page).read_text().splitlines())
    assert [words for words in named if not _is_there(words)] == []


def test_a_command_that_is_not_there_would_be_found() -> None:
    assert not _is_there(["lane", "parities"])


def test_the_first_screen_names_the_pages_and_whom_to_sign_in_as(tmp_path: Path) -> None:
    said: list[str] = []
    people = [DemoPerson("verifies, online lane", "Ratna Katuuk", "ratna.katuuk", 3, "a password")]
    applicant = ("Maria Contoh", "7172010101900001", "7172010101200001")
    told = {"page": "http://127.0.0.1:4200", "people": people, "applicant": applicant}
    in_words(Settings(home=tmp_path, web_port=8123), said.append)("prefect_up", told)
    screen = "\n".join(said)
    assert "http://127.0.0.1:8123" in screen
    assert all(str(word) in screen for word in (*people[0], "3 tasks waiting", *applicant))


def test_an_office_without_a_demo_says_how_somebody_gets_a_password(tmp_path: Path) -> None:
    assert "jalur operator password" in "\n".join(_screen(tmp_path))
