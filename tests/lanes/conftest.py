"""An office for each test: on SQLite, or on either database where the database makes the difference."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import a_home, an_office

from lanes.office import Office


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Office:
    """A fresh office on SQLite."""
    return an_office(a_home(tmp_path, sqlite_template))


@pytest.fixture
def either(tmp_path: Path, database_url: str) -> Office:
    """A fresh office, once on SQLite and once on PostgreSQL."""
    return an_office(tmp_path, database_url=database_url)
