"""An office for each test of its pages and its API."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import a_home, an_office

from lanes.office import Office


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Office:
    """A fresh office on SQLite."""
    return an_office(a_home(tmp_path, sqlite_template))
