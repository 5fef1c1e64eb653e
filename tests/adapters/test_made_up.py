"""What a demo made up never passes for an office: not in production, and not when it broke off."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import refused

from adapters.demo.marker import in_use, mark
from adapters.settings import Settings
from adapters.starting import must_be_real


def test_a_demo_that_broke_off_is_no_office_to_sign_in_to(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert not in_use(settings)
    mark(settings, {"seed": 1, "finished": False})
    assert refused(lambda: in_use(settings)).code == "demo_broken_off"
    mark(settings, {"seed": 1, "finished": True})
    assert in_use(settings)


@pytest.mark.parametrize(
    ("production", "played", "register", "code"),
    [(True, True, "https://siak.example.id", "demo_office"), (True, False, None, "made_up_residents"),
     (True, False, "https://siak.example.id", None), (False, True, None, None)],
)  # fmt: skip
def test_a_production_start_takes_nothing_that_is_made_up(
    tmp_path: Path, production: bool, played: bool, register: str | None, code: str | None
) -> None:
    settings = Settings(home=tmp_path, production=production, registry_url=register)  # type: ignore[arg-type]
    if played:
        mark(settings, {"seed": 1, "finished": True})
    if code is None:
        must_be_real(settings)
    else:
        assert refused(lambda: must_be_real(settings)).code == code
