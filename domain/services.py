"""Which service somebody needs: a few plain questions, each answer of which leads to another one or to a document type.

The form of `config/services.yaml`. An office without that file lists its services only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.checks.finding import Finding, listed, unknown
from domain.form import Identifier, Text
from domain.workflow import Code, reachable


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(_Frozen):
    """One answer to a question: it leads to another question (`ask`) or to a document type (`type`)."""

    say: Text
    ask: Identifier | None = None
    type: Code | None = None

    @model_validator(mode="after")
    def _one_way_on(self) -> Self:
        if (self.ask is None) == (self.type is None):
            raise ValueError("an answer leads to exactly one of: ask (a question), type (a document type)")
        return self


class Question(_Frozen):
    """A question in everyday words."""

    say: Text
    answers: Annotated[tuple[Answer, ...], Field(min_length=2)]


class ServiceGuide(_Frozen):
    """`config/services.yaml`: the questions by name, and the one that is asked first."""

    start: Identifier
    questions: dict[Identifier, Question]


def check_services(guide: ServiceGuide, types: Collection[str]) -> list[Finding]:
    """Everything that is wrong with the questions, for an office with these document types: answers that lead nowhere,
    questions that nobody comes to or that go round in a circle, document types that no answer leads to."""
    found = [*_ways(guide, types)]
    if found:
        return found
    after = {
        name: frozenset(answer.ask for answer in question.answers if answer.ask is not None)
        for name, question in guide.questions.items()
    }
    reach = reachable(after)
    for name in guide.questions:
        if name in reach[name]:
            found.append(Finding(("questions", name), "its answers lead back to it", "answers that come to an end"))
        if name != guide.start and name not in reach[guide.start]:
            allowed = f"an answer with ask: {name}, or no such question"
            found.append(Finding(("questions", name), "nobody comes to this question", allowed))
    led_to = {answer.type for question in guide.questions.values() for answer in question.answers}
    for code in sorted(set(types) - led_to):
        found.append(Finding(("questions",), f"no answer leads to {code}", f"an answer with type: {code}"))
    return found


def _ways(guide: ServiceGuide, types: Collection[str]) -> Iterator[Finding]:
    if guide.start not in guide.questions:
        problem = unknown("question", guide.start, guide.questions)
        yield Finding(("start",), problem, listed(guide.questions))
    for name, question in guide.questions.items():
        for place, answer in enumerate(question.answers):
            path = ("questions", name, "answers", place)
            if answer.ask is not None and answer.ask not in guide.questions:
                problem = unknown("question", answer.ask, guide.questions)
                yield Finding((*path, "ask"), problem, listed(guide.questions))
            if answer.type is not None and answer.type not in types:
                yield Finding((*path, "type"), unknown("document type", answer.type, types), listed(types))
