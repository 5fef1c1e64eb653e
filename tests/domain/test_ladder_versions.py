"""A clock that changes its ladder under way: no place is passed twice, and none that is still to come is lost."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.ladder import Ladder, Rung, RungAction, highest, resumed_at

DAY = timedelta(hours=7)
PLACES = ("50%", "80%", "100%", "+2wh", "+4wh", "+1wd", "+1d", "+2wd", "+3d")


def ladder(*places: str) -> Ladder:
    """A ladder with rungs at these places, in their order."""
    rungs = (Rung.read(each, [RungAction.REMIND], working_day=DAY) for each in places)
    return tuple(sorted(rungs, key=lambda rung: rung.place(DAY)))


def test_rungs_up_to_the_highest_place_so_far_count_as_passed() -> None:
    assert highest(ladder("50%"), [None], DAY) == "50%"
    assert resumed_at(ladder("50%", "80%", "100%"), "80%", DAY) == 2
    assert resumed_at(ladder("100%", "+4wh", "+1wd"), "+1d", DAY) == 2, "a working day is 1.4 days on the wall"
    assert resumed_at(ladder("80%"), None, DAY) == 0
    assert highest(ladder("50%"), ["+4wh", "80%"], DAY) == "+4wh", "also of an earlier ladder"
    assert highest((), [], DAY) is None


def test_a_rung_that_closes_is_never_taken_for_passed_while_the_dossier_is_open() -> None:
    closes = Rung.read("100%", [RungAction.CLOSE], working_day=DAY)
    assert resumed_at((*ladder("50%"), closes), "+1d", DAY) == 1


STEPS = st.lists(
    st.one_of(st.integers(1, 4), st.lists(st.sampled_from(PLACES), unique=True).map(lambda places: ladder(*places))),
    max_size=12,
)


@given(first=st.lists(st.sampled_from(PLACES), unique=True).map(lambda places: ladder(*places)), steps=STEPS)
def test_whatever_ladders_follow_one_another_no_place_is_passed_twice(first: Ladder, steps: list[int | Ladder]) -> None:
    """An integer climbs so many rungs, a ladder takes the place of the one before."""
    now, rung, before, passed = first, 0, None, list[str]()
    for step in steps:
        if isinstance(step, int):
            passed += [each.text for each in now[rung : rung + step]]
            rung = min(rung + step, len(now))
        else:
            before = highest(now[:rung], [before], DAY)
            now, rung = step, resumed_at(step, before, DAY)
    assert len(passed) == len(set(passed))
    reached = [Rung.read(each, (), working_day=DAY).place(DAY) for each in passed]
    assert reached == sorted(reached), "and never a lower one after a higher one"
    top = max(reached, default=None)
    assert all(top is None or each.place(DAY) > top for each in now[rung:])
    assert all(top is not None and each.place(DAY) <= top for each in now[:rung]), "and no rung is left out"
