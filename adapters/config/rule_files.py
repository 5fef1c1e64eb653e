"""The lanes' files as managers write them: proposals for new rules, and where a rollback writes them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from adapters.config.yaml_file import read_yaml
from adapters.files import write_whole
from adapters.settings import Settings
from domain.errors import ConfigError
from domain.office import LaneTexts, OfficeConfig
from domain.roles import Lane
from lanes.records.rules import RulesVersion


class _Configured(Protocol):
    def __call__(
        self, settings: Settings, versions: Mapping[Lane, RulesVersion], *, now: datetime,
        proposed: Mapping[Lane, str] | None,
    ) -> OfficeConfig: ...  # fmt: skip


class FolderRules:
    """See `lanes.rules.RuleFiles`."""

    def __init__(self, settings: Settings, configured: _Configured, proposed: Mapping[Lane, str] | None = None) -> None:
        self._settings, self._configured, self._proposed = settings, configured, proposed

    def proposing(self, lane: Lane, text: str) -> FolderRules:
        """The same files, but that the lane's file would say this; nothing is written."""
        return FolderRules(self._settings, self._configured, {lane: text})

    def checked(self, versions: Mapping[Lane, RulesVersion], now: datetime) -> OfficeConfig:
        """The whole configuration, with these versions in place of their lanes' files. Raises ConfigError."""
        return self._configured(self._settings, versions, now=now, proposed=self._proposed)

    def texts(self, lane: Lane, calendar: str) -> LaneTexts:
        """A lane's two files as they stand, right or wrong; `calendar` is its calendar's name where the lane file does
        not tell. A file that is missing is empty."""
        file = self._lane(lane)
        try:
            named = read_yaml(file).get("calendar")
        except ConfigError:
            named = None
        return LaneTexts(_text(file), _text(self._calendar(named if isinstance(named, str) else calendar)))

    def put(self, lane: Lane, calendar: str, texts: LaneTexts) -> None:
        """Write them. Raises Refused."""
        _write(self._calendar(calendar), texts.calendar)
        _write(self._lane(lane), texts.rules)

    def put_aside(self, lane: Lane, texts: LaneTexts, now: datetime) -> str:
        """Keep texts that are about to be overwritten; gives the folder. Raises Refused."""
        folder = self._settings.home / "put-aside" / f"{now:%Y%m%dT%H%M%SZ}"
        write_whole(folder / f"{lane}.yaml", texts.rules.encode())
        write_whole(folder / f"{lane}-calendar.yaml", texts.calendar.encode())
        return str(folder)

    def _lane(self, lane: Lane) -> Path:
        return self._settings.config / "lanes" / f"{lane}.yaml"

    def _calendar(self, name: str) -> Path:
        return self._settings.config / "calendars" / f"{name}.yaml"


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError:
        return ""


def _write(file: Path, text: str) -> None:
    file = file.resolve()  # a link stays one
    mode = file.stat().st_mode if file.exists() else 0o644
    write_whole(file, text.encode())
    file.chmod(mode)
