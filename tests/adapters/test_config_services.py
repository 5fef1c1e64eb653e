"""The questions that lead to a document type: checked with the rest, every mistake told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_office import ACTIONS, PRODUCTS, write_office

from adapters.config.load import load_config
from domain.errors import ConfigError, Problem
from domain.office import OfficeConfig
from domain.services import ServiceGuide

GUIDE = """\
start: about
questions:
  about:
    say: {id: Apa yang terjadi?, en: What has happened?}
    answers:
      - {say: {id: Anak lahir, en: A child was born}, ask: birth}
      - {say: {id: Lain, en: Something else}, type: LHR}
  birth:
    say: {id: Di mana?, en: Where?}
    answers:
      - {say: {id: Di sini, en: Here}, type: LHR}
      - {say: {id: Di sana, en: There}, type: LHR}
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = write_office(tmp_path)
    (folder / "services.yaml").write_text(GUIDE, encoding="utf-8")
    return folder


def load(folder: Path) -> OfficeConfig:
    return load_config(folder, actions=ACTIONS, products=PRODUCTS)


def mistakes(folder: Path, old: str, new: str) -> list[Problem]:
    assert old in GUIDE
    (folder / "services.yaml").write_text(GUIDE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(folder)
    return list(caught.value.problems)


def test_good_questions_load(office: Path) -> None:
    guide = load(office).services
    assert guide is not None
    assert [answer.ask or answer.type for answer in guide.questions["about"].answers] == ["birth", "LHR"]


def test_an_office_may_have_no_questions(office: Path) -> None:
    (office / "services.yaml").unlink()
    assert load(office).services is None


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "problem", "allowed"),
    [
        ("start: about", "start: abuot", 1, "start", "did you mean 'about'?", "about, birth"),
        ("ask: birth", "ask: brith", 6, "questions.about.answers[1].ask", "did you mean 'birth'?", "about, birth"),
        ("type: LHR", "type: LHX", 7, "questions.about.answers[2].type", "unknown document type 'LHX'", "LHR"),
        ("ask: birth", "ask: birth, type: LHR", 6, "questions.about.answers[1]", "exactly one of: ask", ""),
        ("type: LHR", "ask: about", 3, "questions.about", "its answers lead back to it", "come to an end"),
        ("ask: birth", "type: LHR", 8, "questions.birth", "nobody comes to this question", "ask: birth"),
        ("say: {id: Di mana?, en", "sey: {id: Di mana?, en", 9, "questions.birth.sey", "did you mean 'say'?", "say"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    office: Path, old: str, new: str, line: int, path: str, problem: str, allowed: str
) -> None:
    found = [each for each in mistakes(office, old, new) if each.path == path]
    assert found, "the place is named"
    assert (Path(found[0].file).name, found[0].line) == ("services.yaml", line)
    assert problem in found[0].problem
    assert allowed in found[0].allowed


def test_a_document_type_that_no_answer_leads_to_is_told(office: Path) -> None:
    text = (office / "workflows" / "LHR.yaml").read_text(encoding="utf-8").replace("code: LHR", "code: MTI", 1)
    (office / "workflows" / "MTI.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(office)
    assert [each.problem for each in caught.value.problems] == ["no answer leads to MTI"]


def test_the_shipped_questions_lead_to_every_document_type(config: OfficeConfig) -> None:
    guide = config.services
    assert isinstance(guide, ServiceGuide)
    led_to = {answer.type for question in guide.questions.values() for answer in question.answers if answer.type}
    assert led_to == set(config.workflows)
