"""Counts that could point at somebody are not published, and cannot be worked out from what is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fairness import (
    FEW,
    RARE,
    WITHHELD,
    Counts,
    Share,
    Verdict,
    counted,
    just_before_due,
    pairs,
    passed_over,
    published,
    withheld,
)
from domain.roles import Lane

MONDAY = date(2026, 3, 2)
DUE = datetime(2026, 3, 6, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Over:
    officer: str = "dewi"
    applicant: str = "t1"
    task_id: int = 1
    dossier_id: int = 1
    passed: tuple[int, ...] = ()
    reason: str = "FUNERAL"
    code: str = "KK-BARU"
    lane: Lane = Lane.MANUAL
    at: datetime = DUE
    verdict: Verdict | None = None


def values(shown: str, most: int) -> list[int]:
    """What a published cell may stand for."""
    return {FEW: list(range(1, RARE)), WITHHELD: list(range(most + 1))}.get(shown) or [int(shown)]


def can_be_worked_out(cells: list[str], sums: list[int], most: int) -> bool:
    """Whether some rare cell can have one value only, for every sum that may be meant."""
    possible = [way for way in product(*(values(cell, most) for cell in cells)) if sum(way) in sums]
    return any(cell == FEW and len({way[n] for way in possible}) == 1 for n, cell in enumerate(cells))


@given(st.lists(st.integers(0, 6), min_size=1, max_size=5))
def test_no_rare_count_can_be_worked_out_from_a_published_table(counts: list[int]) -> None:
    types = {f"T{number}": Share(count, 100) for number, count in enumerate(counts)}
    whole = sum(counts)
    told = published(
        Counts(lane=Lane.MANUAL, whole=Share(whole, 500), types=types, officers={},
               reasons={"FUNERAL": whole}, verdicts={"approved": whole}, weeks={MONDAY: Share(whole, 500)})
    )  # fmt: skip
    cells = [row.overtakings for row in told.types]
    assert all((cell == FEW) == (0 < count < RARE) for cell, count in zip(cells, counts, strict=True))
    sums = set(range(whole + 3))
    for shown in (told.whole.overtakings, told.reasons[0][1], told.weeks[0].overtakings):
        sums &= set(values(shown, whole + 2))
    if counts.count(0) < len(counts) and sum(count > 0 for count in counts) > 1:
        assert not can_be_worked_out(cells, sorted(sums), whole + 2)


def test_a_share_is_published_only_beside_whole_counts() -> None:
    shares = {"A": Share(2, 10), "B": Share(5, 10), "C": Share(0, 10)}
    told = published(
        Counts(lane=Lane.ONLINE, whole=Share(7, 30), types=shares, officers={"dewi": Share(7, 30)},
               reasons={"TRAVEL": 7}, verdicts={"approved": 4, "objected": 0, "unanswered": 3},
               weeks={MONDAY: Share(7, 30)})
    )  # fmt: skip
    assert [(row.overtakings, row.share) for row in told.types] == [(FEW, ""), (WITHHELD, ""), ("0", "0.0%")]
    assert (told.whole.overtakings, told.whole.share) == ("7", "23.3%")
    assert "dewi" not in repr(told)


def test_what_is_not_rare_is_published_as_it_is() -> None:
    assert withheld({"a": 3, "b": 0, "c": 900}) == {"a": "3", "b": "0", "c": "900"}
    assert withheld({"a": 1, "b": 2, "c": 9}) == {"a": FEW, "b": FEW, "c": "9"}
    assert withheld({}) == {}


def test_pairs_that_recur_are_told_by_number_and_the_same_applicant_has_the_same_number() -> None:
    met = [
        Over("dewi", "t1", 1, 1), Over("budi", "t2", 2, 2), Over("budi", "t2", 3, 2), Over("budi", "t2", 4, 3),
        Over("dewi", "t1", 5, 4), Over("dewi", "t2", 6, 2), Over("dewi", "t2", 7, 9), Over("sari", "t3", 8, 8),
        Over("sari", "t3", 8, 8), Over("sari", "", 10, 10), Over("sari", "", 11, 11),
    ]  # fmt: skip
    assert [(p.officer, p.applicant, p.tasks, p.dossiers) for p in pairs(met)] == [
        ("budi", 1, 3, 2), ("dewi", 2, 2, 2), ("dewi", 1, 2, 2),
    ]  # fmt: skip


def test_dossiers_passed_over_most_come_first_and_the_rest_is_left_out() -> None:
    met = [Over(passed=(5, 6)), Over(passed=(6, 7)), Over(passed=(7, 6))]
    assert passed_over(met, most=2) == [(6, 3), (7, 2)]


def test_counts_are_of_one_lane_and_every_week_is_there() -> None:
    weeks = [MONDAY, MONDAY + timedelta(days=7)]
    took = [Over(at=DUE), Over(at=DUE, code="MTI"), Over(at=DUE + timedelta(days=7), lane=Lane.ONLINE)]
    told = counted(Lane.MANUAL, took[:1], took, lambda at: at.date() - timedelta(days=at.weekday()), weeks)
    assert told.whole == Share(1, 2)
    assert told.types == {"KK-BARU": Share(1, 1), "MTI": Share(0, 1)}
    assert told.weeks == {weeks[0]: Share(1, 2), weeks[1]: Share(0, 0)}
    assert Share(2, 1).share is None


@pytest.mark.parametrize(
    ("before", "used", "just"),
    [(1.01, None, False), (1, None, True), (0, None, True), (-0.1, None, False), (5, 8.9, False), (5, 9, True)],
)
def test_just_before_due_is_the_last_hour_or_the_last_tenth(before: float, used: float | None, just: bool) -> None:
    spent = None if used is None else HOUR * used
    assert just_before_due(DUE - HOUR * before, DUE, used=spent, budget=10 * HOUR) is just
    assert not just_before_due(DUE, None)
