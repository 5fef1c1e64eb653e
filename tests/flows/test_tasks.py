"""How a step is tried again, and what may be said of why it failed."""

from __future__ import annotations

import pytest

from domain.errors import Refused
from flows.tasks import LONGEST_DELAY_S, backoff, explain
from lanes.ports import Unavailable


@pytest.mark.parametrize(
    ("first_s", "retries", "waits"),
    [
        (10, 0, []),
        (10, 3, [10, 20, 40]),
        (100, 4, [100, 200, LONGEST_DELAY_S, LONGEST_DELAY_S]),
        (600, 2, [600, 600]),
    ],
)
def test_waits_double_up_to_five_minutes_or_the_first_if_that_is_longer(
    first_s: float, retries: int, waits: list[float]
) -> None:
    assert backoff(first_s, retries) == waits


def test_our_own_errors_are_told_in_their_words_and_others_only_by_their_kind() -> None:
    assert explain(Unavailable("The register does not answer.")) == "Unavailable: The register does not answer."
    assert explain(Refused("no_blanks", "No blanks.", allowed="refill")) == "Refused: No blanks. Allowed: refill."
    assert explain(ValueError("NIK 7172060101900001")) == "ValueError"
