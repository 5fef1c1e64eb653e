"""The configuration's files under a running office: what an edit would do, told when it is made and not when it hurts.

A lane's file is a proposal and the others are read at a start, so an edit changes nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.bootstrap import configured
from adapters.settings import Settings
from adapters.status import tell
from domain.errors import ConfigError
from lanes.office import Office
from lanes.rules import last_applied, unapplied


class ConfigWatch:
    """Looks at the files when one of them has changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: frozenset[tuple[str, int, int]] | None = None
        self._said: tuple[str, Mapping[str, Any]] | None = None

    def look(self, office: Office) -> tuple[str, Mapping[str, Any]] | None:
        """What there is to say, as an event and its figures; None when no file changed, or it comes to the same.

        `config_broken` (`problems`, `first`), `config_unapplied` (`lanes`) or `config_in_force`. Raises Refused when
        the store cannot be asked.
        """
        files = (self._settings.config).rglob("*.yaml")
        seen = frozenset((str(file), (at := file.stat()).st_mtime_ns, at.st_size) for file in files)
        if seen == self._seen:
            return None
        said = self._judged(office)
        self._seen = seen
        first, again = self._said is None, said == self._said
        self._said = said
        if again or (first and said[0] == "config_in_force"):
            return None
        tell(self._settings.home, "config", said[0], **said[1])
        return said

    def _judged(self, office: Office) -> tuple[str, Mapping[str, Any]]:
        versions = last_applied(office.store)
        try:
            config = configured(self._settings, now=office.clock.now())
        except ConfigError as error:
            return "config_broken", {"problems": len(error.problems), "first": str(error.problems[0])}
        lanes = unapplied(config, versions)
        return ("config_unapplied", {"lanes": lanes}) if lanes else ("config_in_force", {})
