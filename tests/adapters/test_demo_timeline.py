"""Simulated time: in order, with a pulse after what happened, and never past the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.demo.clock import SimulatedClock
from adapters.demo.timeline import PULSE, Timeline

START = datetime(2026, 3, 10, tzinfo=UTC)
END = START + timedelta(hours=8)


@given(st.lists(st.integers(min_value=0, max_value=600), max_size=30))
def test_things_happen_in_order_each_once_and_none_after_the_end(minutes: list[int]) -> None:
    clock = SimulatedClock(START)
    timeline = Timeline(clock, END)
    seen: list[datetime] = []
    for minute in minutes:
        timeline.at(START + timedelta(minutes=minute), lambda: seen.append(clock.now()))
    assert not timeline.run()
    assert seen == sorted(START + timedelta(minutes=m) for m in minutes if m <= 480)
    assert clock.now() == END


def test_a_pulse_comes_once_soon_after_the_first_stir() -> None:
    clock = SimulatedClock(START)
    timeline = Timeline(clock, END)
    timeline.at(START + timedelta(minutes=10), timeline.stir)
    timeline.at(START + timedelta(minutes=12), timeline.stir)
    assert timeline.run()
    assert clock.now() == START + timedelta(minutes=10) + PULSE
    assert not timeline.run()
