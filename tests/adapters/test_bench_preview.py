"""The preview bench on a tiny year: every dossier is replayed; how fast is not asked here."""

from __future__ import annotations

import pytest

from adapters.bench.preview import run


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_every_dossier_of_the_year_is_replayed_and_the_figures_behind_the_ratio_are_told(database: str) -> None:
    (row,) = run(dossiers=72, lives=24, rounds=1, databases=(database,))

    assert row.name == f"preview_{database}"
    assert row.raw["dossiers"] == 72
    assert row.raw["clocks"] > 72 * 5
    assert row.met is (row.ratio <= 1)
    assert row.raw.keys() == {
        "median_s", "worst_s", "processor_s", "dossiers", "clocks", "median_s_with_24", "growth", "rounds",
    }  # fmt: skip
