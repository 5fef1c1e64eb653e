"""When sessions end and how long wrong tries make the next one wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import IDLE, LONGEST, is_over, must_wait, needs_a_code, wait_after, whats_wrong
from domain.passwords import DEMO
from domain.permissions import Actor
from domain.roles import Lane, Role

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (2, 0), (3, 2), (4, 4), (5, 8), (9, 128), (10, 900), (99, 900)]
)
def test_each_wrong_try_after_the_second_doubles_the_wait_up_to_a_quarter_of_an_hour(
    failures: int, seconds: int
) -> None:
    assert wait_after(failures) == timedelta(seconds=seconds)


@given(st.integers(0, 200))
def test_one_more_wrong_try_never_shortens_the_wait(failures: int) -> None:
    assert wait_after(failures + 1) >= wait_after(failures)


def test_the_wait_runs_off_and_a_day_later_nothing_counts() -> None:
    assert must_wait(10, NOW, NOW + timedelta(minutes=5)) == timedelta(minutes=10)
    assert must_wait(10, NOW, NOW + timedelta(minutes=15)) == timedelta()
    assert must_wait(10, NOW, NOW + timedelta(days=1)) == timedelta()


def test_a_session_is_over_when_it_was_idle_or_too_long() -> None:
    assert not is_over(NOW, NOW, NOW + IDLE - timedelta(seconds=1))
    assert is_over(NOW, NOW, NOW + IDLE)
    assert is_over(NOW, NOW + LONGEST - timedelta(minutes=1), NOW + LONGEST)


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars", "a" * 201, "my kepala is here", "abababababab", DEMO, "Mari Coba Jalur 1", "qwertyuiop123",
        "Password-1234567", "1Qaz2Wsx3Edc4Rfv", "Dukcapil-Bitung-2026", "Kota Bitung 1234", "Pencatatan Sipil!",
    ],
)  # fmt: skip
def test_a_weak_password_is_named(password: str) -> None:
    assert whats_wrong("kepala", password, "Dinas Pencatatan Sipil Kota Bitung Kota Bitung")


def test_several_words_are_a_good_password() -> None:
    for good in ("kuda lumping di pasar", "ke Bitung naik kapal", "7f!Kp2-zQ9@w"):
        assert whats_wrong("kepala", good, "Dinas Pencatatan Sipil Kota Bitung") is None


def test_who_signs_manages_or_administers_needs_a_code() -> None:
    team = frozenset({(Lane.MANUAL, "manual-front")})
    assert needs_a_code(Actor(username="a", roles=(Role.AGENCY_HEAD,)))
    assert needs_a_code(Actor(username="a", roles=(Role.ADMINISTRATOR,)))
    assert needs_a_code(Actor(username="a", manages=(Lane.ONLINE,)))
    assert not needs_a_code(Actor(username="a", roles=(Role.AUDITOR,)))
    assert not needs_a_code(Actor(username="a", teams=team, leads=team))
