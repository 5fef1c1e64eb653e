"""Figures that everybody looks at are worked out once, and begun anew for an office with other rules."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from adapters.web.looks import Kept

OFFICE: Any = object()
OTHER: Any = object()


def test_a_figure_is_worked_out_once_and_anew_under_other_rules() -> None:
    made = iter(range(10))
    kept = Kept[int](for_s=3600)

    assert [kept.get(office, lambda: next(made)) for office in (OFFICE, OFFICE, OTHER, OTHER, OFFICE)] == [
        0,
        0,
        1,
        1,
        2,
    ]


def test_while_one_works_it_out_again_others_are_told_what_there_was() -> None:
    kept, begun, go_on = Kept[str](for_s=0), Event(), Event()
    assert kept.get(OFFICE, lambda: "before") == "before"

    def slow() -> str:
        begun.set()
        assert go_on.wait(10)
        return "after"

    with ThreadPoolExecutor() as one:
        working = one.submit(kept.get, OFFICE, slow)
        assert begun.wait(10)
        assert kept.get(OFFICE, lambda: "nobody") == "before"
        go_on.set()
        assert working.result() == "after"


def test_the_first_who_ask_at_once_wait_for_one_answer() -> None:
    kept, made = Kept[int](for_s=3600), iter(range(10))

    with ThreadPoolExecutor(8) as many:
        assert set(many.map(lambda _: kept.get(OFFICE, lambda: next(made)), range(8))) == {0}


def test_what_fails_is_tried_again() -> None:
    kept = Kept[int](for_s=3600)

    def fails() -> int:
        raise ValueError("away")

    for _ in range(2):
        with pytest.raises(ValueError, match="away"):
            kept.get(OFFICE, fails)
    assert kept.get(OFFICE, lambda: 1) == 1
