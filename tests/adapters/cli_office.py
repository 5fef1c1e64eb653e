"""`jalur` as a person types it, in this process or as one of its own, in an office of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import adapters.bootstrap
from adapters.bootstrap import build
from adapters.cli.main import run
from adapters.settings import Settings
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.records.rules import RulesVersion
from lanes.rules import with_rules

REPOSITORY = Path(__file__).parents[2]


def in_days(days: int) -> str:
    """A day to come, as a person types it: the command line goes by the machine's clock."""
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


@dataclass
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, all of it, as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error told as JSON on standard error."""
        told: dict[str, Any] = json.loads(self.err)["error"]
        return told


@dataclass
class Jalur:
    """Runs commands; `environment` are the JALUR_ names set for them."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str) -> Answer:
        """Run a command in this process."""
        with self.monkeypatch.context() as patch:
            for name, value in self._names().items():
                patch.setenv(name, value)
            self.capsys.readouterr()
            code = run(arguments)
        out, err = self.capsys.readouterr()
        return Answer(code, out, err)

    def process(self, *arguments: str, stdin: str = "", cwd: Path = REPOSITORY) -> Answer:
        """Run a command as a process of its own."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("JALUR_")}
        environment = {**inherited, "PYTHONPATH": str(REPOSITORY), **self._names()}
        done = subprocess.run(
            [sys.executable, "-m", "adapters.cli.main", *arguments],
            input=stdin, capture_output=True, text=True, cwd=cwd, env=environment, check=False,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)

    def _names(self) -> dict[str, str]:
        return {"JALUR_HOME": str(self.home), "JALUR_CONFIG": str(REPOSITORY / "config"), **self.environment}

    def done(self, *arguments: str) -> Answer:
        """Run a command that must succeed."""
        answer = self(*arguments)
        assert answer.code == 0, answer.err
        return answer

    def submitted(self, code: str, lane: str, **changes: Any) -> tuple[str, str]:
        """Submit the example of a document type; gives number and tracking code."""
        application = self.done("submit", code, "--lane", lane, "--example", "--json").json
        for part, values in changes.items():
            application[part] |= values
        file = self.home / "application.json"
        file.write_text(json.dumps(application))
        by = ("--as", "merlin.katuuk") if lane == "manual" else ()
        receipt = self.done("submit", code, "--lane", lane, "--file", str(file), "--json", *by).json
        return receipt["number"], receipt["code"]

    def let_the_system_work(self) -> None:
        """Execute every automatic step that is ready and send the messages, as the lanes' workers do."""
        office = build(Settings(home=self.home, config=REPOSITORY / "config"))
        for lane in Lane:
            while claims := office.engine.claim_ready(lane, "test", 8):
                for claim in claims:
                    office.engine.execute(claim)
            for message in office.outbox.claim(lane, 100):
                office.outbox.deliver(message)


_configured = adapters.bootstrap.configured
_shipped = cache(lambda: _configured(Settings(config=REPOSITORY / "config")))


def _configured_once(
    settings: Settings, versions: Mapping[Lane, RulesVersion] | None = None, *, now: datetime | None = None,
    keep: bool = False, proposed: Mapping[Lane, str] | None = None,
) -> OfficeConfig:  # fmt: skip
    if settings.config == REPOSITORY / "config" and not proposed:
        return with_rules(_shipped(), versions or {})
    return _configured(settings, versions, now=now, keep=keep, proposed=proposed)


@pytest.fixture(scope="session")
def opened_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with an office opened once: what takes long to make is in it."""
    home = tmp_path_factory.mktemp("home")
    build(Settings(home=home, config=REPOSITORY / "config"))
    return home


@pytest.fixture
def unopened(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Jalur:
    """The command line where no office was ever opened."""
    for name in [name for name in os.environ if name.startswith("JALUR_")]:
        monkeypatch.delenv(name)
    return Jalur(capsys, monkeypatch, tmp_path / "none")


@pytest.fixture
def jalur(
    opened_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Jalur:
    """The command line, on a fresh copy of that office."""
    # Reading the shipped configuration takes a third of a second: once is enough for all these commands.
    monkeypatch.setattr(adapters.bootstrap, "configured", _configured_once)
    for name in [name for name in os.environ if name.startswith("JALUR_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    shutil.copytree(opened_home, home)
    return Jalur(capsys, monkeypatch, home)


Edit = Callable[[str, str, str], Path]
"""Of a file under `config` one text becomes another; gives the file."""


@pytest.fixture
def edit(jalur: Jalur, tmp_path: Path) -> Edit:
    """Change a text in a file of the office's own copy of the configuration."""
    folder = tmp_path / "config"
    shutil.copytree(REPOSITORY / "config", folder)
    jalur.environment["JALUR_CONFIG"] = str(folder)

    def edited(name: str, old: str, new: str) -> Path:
        file = folder / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))
        return file

    return edited
