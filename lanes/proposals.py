"""New rules written in an editor: a text that is looked at, previewed and then applied as it was previewed.

A text becomes the lane's file only when it is applied. Each step carries a mark of all that the one before stood on
(the file and its calendar on disk, the versions of the rules, the text, the effective time), so that nothing that
changed in between is overwritten or put in force unseen.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from domain import rules_version
from domain.errors import Conflict
from domain.office import OfficeConfig
from domain.permissions import not_allowed, why_not_tune
from domain.roles import Lane
from lanes.people import People
from lanes.ports import Clock
from lanes.previewed import LanePreview
from lanes.previews import Previews
from lanes.records.rules import Policy, RulesVersion
from lanes.rules import Applied, RuleFiles, Rules
from lanes.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A lane's file in an editor: its text, the version in force, and the mark of what it stands on."""

    text: str
    in_force: RulesVersion
    mark: str

    @property
    def differs(self) -> bool:
        """Whether the file holds changes that are not in force."""
        return self.text != self.in_force.source


class Proposals:
    """Raises Refused for who may not change a lane's rules, ConfigError with every mistake, Conflict when something
    changed in between; nothing is changed then."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, files: RuleFiles, rules: Rules,
        previews: Previews,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock, self._people = store, config, clock, people
        self._files, self._rules, self._previews = files, rules, previews

    def opened(self, lane: Lane, *, by: str) -> Opened:
        """The lane's file as it stands, right or wrong."""
        self._may(lane, by)
        current = self._rules.in_force(lane)
        calendar = rules_version.read(current.body)[0].calendar
        return Opened(text=self._files.texts(lane, calendar).rules, in_force=current, mark=self._mark(lane))

    def preview(
        self, lane: Lane, text: str, *, by: str, opened: str, days: int = 365, at: datetime | None = None
    ) -> tuple[LanePreview, str]:
        """What a text would change, and the mark of having seen it; `opened` is the mark the editor began with."""
        self._may(lane, by)
        self._unchanged(self._mark(lane), opened)
        (found,) = self._previews.preview(lane, days=days, at=at, text=text)
        return found, self._mark(lane, text, at)

    def apply(
        self, lane: Lane, text: str, *, by: str, seen: str, reason: str, policy: Policy, at: datetime | None = None
    ) -> Applied:
        """Put a text in force as it was previewed, and write it into the lane's file; `seen` is the preview's mark."""
        self._may(lane, by)
        self._unchanged(self._mark(lane, text, at), seen)
        return self._rules.apply(lane, by=by, reason=reason, policy=policy, at=at, text=text)

    def _may(self, lane: Lane, by: str) -> None:
        with self._store.read() as work:
            reason = why_not_tune(self._people.actor(work, by, self._clock.now()), lane)
        if reason:
            raise not_allowed(reason)

    def _mark(self, lane: Lane, text: str = "", at: datetime | None = None) -> str:
        with self._store.read() as work:
            newest, last = work.rules.newest(self._clock.now()).get(lane), work.rules.last(lane)
        on_disk = self._files.texts(lane, self._config.lanes[lane].calendar)
        stands_on = [lane, on_disk.rules, on_disk.calendar, newest, last and last.id, text, at and at.isoformat()]
        return hashlib.sha256(json.dumps(stands_on).encode()).hexdigest()

    def _unchanged(self, now: str, seen: str) -> None:
        if now != seen:
            raise Conflict("changed_in_between", "The lane's file, its calendar or its rules in force changed since "
                           "this was shown, or the text is another one.",
                           allowed="opening the editor anew, and a preview of the text as it is")  # fmt: skip
