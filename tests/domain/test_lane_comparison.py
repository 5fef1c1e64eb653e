"""The comparison of the lanes: like with like, over enough dossiers, and slower only when a citizen would say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lane import Parity
from domain.parity import ALL, Comparison, Issued, Verdict, compare
from domain.quantile import weighted_quantile
from domain.roles import Lane

TODAY = date(2026, 11, 24)
RULES = Parity(at_least=3)


def issued(lane: Lane, code: str, *hours: float) -> list[Issued]:
    return [Issued(lane=lane, code=code, hours=h, worked_hours=1.0, on_time=h < 10, out_of_turn=False) for h in hours]


def compared(cases: list[Issued], rules: Parity = RULES) -> dict[str, Comparison]:
    return {each.code: each for each in compare(cases, rules, TODAY)}


def test_an_online_lane_that_takes_longer_is_slower() -> None:
    cases = issued(Lane.ONLINE, "LHR", 5, 6, 7) + issued(Lane.MANUAL, "LHR", 4, 5, 6)
    found = compared(cases)["LHR"]
    assert found.verdict is Verdict.SLOWER
    assert found.slower_in == ("median", "p90")
    assert found.slower_by == pytest.approx({"median": 1.0, "p90": 1.0})
    assert found.online is not None
    assert (found.online.median_hours, found.online.worked_hours, found.online.waited_hours) == (6, 1, 5)


def test_a_share_out_of_turn_that_could_point_at_somebody_is_withheld_and_so_is_the_whole_that_holds_it() -> None:
    kept, shown = issued(Lane.ONLINE, "LHR", *[5] * 9), issued(Lane.ONLINE, "BIO", *[5] * 6)
    over = [replace(case, out_of_turn=number < 2) for number, case in enumerate(kept)]
    over += [replace(case, out_of_turn=number < 3) for number, case in enumerate(shown)]
    found = compared(over + issued(Lane.MANUAL, "LHR", 4, 5, 6) + issued(Lane.MANUAL, "BIO", 4, 5, 6))
    sides = {code: (each.online, each.manual) for code, each in found.items()}
    told = {code: [side and side.out_of_turn for side in both] for code, both in sides.items()}
    assert told == {ALL: [None, 0.0], "LHR": [None, 0.0], "BIO": [0.5, 0.0]}


def test_an_exempt_type_does_not_make_all_types_slower() -> None:
    cases = issued(Lane.ONLINE, "LHR", 5, 6, 7) + issued(Lane.MANUAL, "LHR", 4, 5, 6)
    cases += issued(Lane.ONLINE, "BIO", 3, 3, 3) + issued(Lane.MANUAL, "BIO", 4, 4, 4)
    exempt = Parity.model_validate({"at_least": 3, "exempt": {"LHR": {"reason": "couriers", "until": TODAY}}})
    assert compared(cases)[ALL].verdict is Verdict.SLOWER
    assert compared(cases, exempt)[ALL].verdict is Verdict.KEEPS_UP


def test_as_quick_is_quick_enough() -> None:
    cases = issued(Lane.ONLINE, "LHR", 4, 5, 6) + issued(Lane.MANUAL, "LHR", 4, 5, 6)
    assert compared(cases)["LHR"].verdict is Verdict.KEEPS_UP


def test_slow_ones_alone_make_it_slower_when_they_are_a_tenth_slower() -> None:
    manual = issued(Lane.MANUAL, "LHR", 4, 5, 20)
    assert compared(issued(Lane.ONLINE, "LHR", 4, 5, 21) + manual)["LHR"].verdict is Verdict.KEEPS_UP
    assert compared(issued(Lane.ONLINE, "LHR", 4, 5, 23) + manual)["LHR"].slower_by == {"p90": 3.0}


def test_an_alarm_ends_when_not_even_the_slow_ones_are_slower() -> None:
    manual = issued(Lane.MANUAL, "LHR", 4, 5, 20)
    within, level = (compared(issued(Lane.ONLINE, "LHR", 4, 5, slowest) + manual)["LHR"] for slowest in (21, 20))
    assert within.verdict is level.verdict is Verdict.KEEPS_UP
    assert (within.is_well, level.is_well) == (False, True)


def test_too_few_in_either_lane_say_nothing() -> None:
    cases = issued(Lane.ONLINE, "LHR", 50, 60, 70) + issued(Lane.MANUAL, "LHR", 1, 1)
    assert compared(cases)["LHR"].verdict is Verdict.TOO_FEW
    assert compared([])[ALL].verdict is Verdict.TOO_FEW


def test_an_exempt_type_raises_no_alarm_until_the_exemption_ends_and_still_shows_that_it_is_slower() -> None:
    cases = issued(Lane.ONLINE, "LHR", 5, 6, 7) + issued(Lane.MANUAL, "LHR", 1, 1, 1)
    for until, verdict in ((TODAY, Verdict.EXEMPT), (date(2026, 11, 23), Verdict.SLOWER)):
        rules = Parity.model_validate({"at_least": 3, "exempt": {"LHR": {"reason": "couriers", "until": until}}})
        found = compared(cases, rules)["LHR"]
        assert (found.verdict, found.slower_in) == (verdict, ("median", "p90"))


def test_a_lane_with_more_of_the_slow_types_is_not_slow_for_that() -> None:
    quick, slow = (1, 1, 1), (30, 30, 30, 30, 30, 30)
    cases = [
        *issued(Lane.ONLINE, "KIA-BARU", *quick), *issued(Lane.ONLINE, "KWN", *slow),
        *issued(Lane.MANUAL, "KIA-BARU", *quick * 5), *issued(Lane.MANUAL, "KWN", *slow[:3]),
    ]  # fmt: skip
    assert compared(cases)[ALL].verdict is Verdict.KEEPS_UP


@given(values=st.lists(st.floats(0, 1000), min_size=1, max_size=30), share=st.floats(0.01, 1))
def test_a_quantile_is_a_measured_value_that_enough_of_them_do_not_exceed(values: list[float], share: float) -> None:
    found = weighted_quantile([(value, 1.0) for value in values], share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6
    assert sum(value < found for value in values) < share * len(values) + 1e-6


@given(values=st.lists(st.floats(0, 1000), min_size=1, max_size=20), share=st.floats(0.01, 1))
def test_a_weight_of_two_is_the_same_as_being_there_twice(values: list[float], share: float) -> None:
    twice = weighted_quantile([(value, 1.0) for value in values * 2], share)
    assert weighted_quantile([(value, 2.0) for value in values], share) == twice
