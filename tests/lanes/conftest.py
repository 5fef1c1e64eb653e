"""An office for each test: on SQLite, or on either database where the database makes the difference."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.office import an_office

from lanes.office import Office


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Office:
    """A fresh office on SQLite."""
    (tmp_path / "data").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "data" / "jalur.sqlite")
    return an_office(tmp_path)


@pytest.fixture
def either(tmp_path: Path, database_url: str) -> Office:
    """A fresh office, once on SQLite and once on PostgreSQL."""
    return an_office(tmp_path, database_url=database_url)
