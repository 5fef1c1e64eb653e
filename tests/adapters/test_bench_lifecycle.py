"""The lifecycle bench on tiny sizes: both sides live the same lives; how fast is not asked here."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from adapters.bench.lifecycle import run
from adapters.bench.lifecycle_case import STEPS


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_both_sides_write_the_same_rows_and_the_ratio_is_told_with_what_it_rests_on(database: str) -> None:
    (row,) = run(dossiers=4, rounds=1, databases=(database,))

    told = asdict(row)
    assert told["name"] == f"lifecycle_{database}"
    assert told["ratio"] > 0
    assert told["limit"] == {"sqlite": 1 / 3, "postgresql": 1 / 2}[database]
    assert told["sense"] == "at_least"
    assert told["met"] is (told["ratio"] >= told["limit"])
    assert told["raw"].keys() == {
        "ours_dossiers_per_s", "by_hand_dossiers_per_s", "dossiers_a_round", "rounds", "commits_a_dossier",
    }  # fmt: skip


def test_the_life_has_four_steps_of_people_and_three_automatic_ones() -> None:
    people = [person for _, person in STEPS]

    assert len([person for person in people if person]) == 4
    assert people.count(None) == 3
