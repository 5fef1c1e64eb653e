"""Everything that the rules say to people has words on the pages, in both languages, with the facts that it needs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.office import shipped
from support.web import in_both

from adapters.web.refusals import WORDS, by_place, in_words, sentence_words
from adapters.web.vocabulary import choice_words
from adapters.web.words import language
from domain.errors import Refused
from domain.permissions import Actor, not_allowed, why_not_serve
from domain.roles import Lane
from domain.sentence import Sentence, say

ROOT = Path(__file__).parents[3]
SAY = {"say": "", "unreadable": "scan_"}


def _said() -> Iterator[tuple[str, str]]:
    """The code of every sentence that is said with a name of its own, and the file that says it."""
    for file in sorted(
        path for folder in ("domain", "lanes", "adapters/uploads") for path in (ROOT / folder).rglob("*.py")
    ):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAY:
                codes = [each.value for each in ast.walk(call.args[0]) if isinstance(each, ast.Constant)]
                yield from ((SAY[call.func.id] + str(code), file.name) for code in codes)


def test_every_sentence_of_the_rules_has_words_on_the_pages() -> None:
    said = {code: file for code, file in _said() if code not in {"scan_", "may_not_", "man", "lend", "recall"}}
    assert len(said) > 50
    assert {code: file for code, file in said.items() if code not in WORDS} == {}


ELSEWHERE = {
    # asked for on the command line or over the API alone
    "already_newest", "steps_differ", "calendar_ends", "which_lane", "which_outage", "which_step", "no_digest",
    "no_receipt", "no_deficiencies", "idempotency_key_reused", "request_in_progress",
    # never asked for: a start that fails, a case of the programme itself
    "demo_passwords", "nothing_to_seal",
}  # fmt: skip


def _refused() -> Iterator[tuple[str, str]]:
    """The code of every refusal of the lanes, which the pages call, that comes with a plain English message; who
    changed something in the same moment is told that (`Conflict`)."""
    for file in sorted((ROOT / "lanes").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Refused":
                codes = [each.value for each in ast.walk(call.args[0]) if isinstance(each, ast.Constant)]
                yield from ((str(code), file.name) for code in codes if isinstance(code, str))


def test_every_refusal_of_the_lanes_has_words_on_the_pages() -> None:
    refused = dict(_refused())
    assert len(refused) > 50
    assert {code: file for code, file in refused.items() if code not in WORDS and code not in ELSEWHERE} == {}


@pytest.mark.parametrize(("reader", "words"), [
    ("en", "budi does not work in the walk-in lane."), ("id", "budi tidak bekerja di jalur loket."),
])  # fmt: skip
def test_a_refusal_is_told_in_the_readers_language_with_its_facts(reader: str, words: str) -> None:
    reason = why_not_serve(Actor(username="budi"), Lane.MANUAL)
    assert reason is not None
    chosen = language.set(reader)
    try:
        assert in_words(not_allowed(reason)) == words
    finally:
        language.reset(chosen)


def test_a_sentence_without_words_of_the_pages_is_told_as_it_stands() -> None:
    assert sentence_words(say("nobody_knows", "something else")) == "something else"
    assert in_words(Refused("nobody_knows", "Something else.")) == "Something else."


def test_of_a_field_the_first_mistake_is_told() -> None:
    chosen = language.set("en")
    try:
        wrong = [say("missing", "is missing").at("name"), say("name_wrong", "wrong").at("name"), Sentence("other")]
        assert by_place(wrong) == {"name": "This is not filled in.", "": "other"}
    finally:
        language.reset(chosen)


def test_every_choice_of_a_form_is_told_in_the_readers_language() -> None:
    choices = {str(choice) for workflow in shipped().workflows.values() for field in workflow.fields
               for choice in field.choices if not re.fullmatch(r"[\d.]+", str(choice))}  # fmt: skip
    english, indonesian = in_both(choice_words, choices)
    assert len(choices) > 80
    same = {choice for choice in choices if english[choice] == indonesian[choice]}
    assert same == {"A", "B", "AB", "O", "Islam", "Hindu", "Buddha"}
