"""What is wrong with the running of the office itself, told to people who can mend it: the administrators, and the
manager of the lane that it concerns, each once a day for as long as it is so, by message; a screen may have no reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from domain.form import Text
from domain.office import OfficeConfig
from domain.roles import Lane, Role
from lanes.notices import shortened, warn
from lanes.ports import Clock
from lanes.store import Store
from lanes.watch import Ran, Watch

_LATE = Text(id="pekerjaan terjadwal tidak berjalan", en="scheduled work does not run")
_BROKEN = Text(id="berkas rusak yang tidak dapat diolah", en="broken dossiers, which no sweep can treat")
_ENDS = Text(id="aturan atau kalender yang segera berakhir", en="rules or a calendar that end soon")
_FILES = Text(id="berkas konfigurasi keliru", en="the configuration's files have mistakes")


class Warnings:
    """See the module."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, watch: Watch) -> None:
        self._store, self._config, self._clock, self._watch = store, config, clock, watch

    def late(self, since: datetime) -> list[Ran]:
        """Tell of sweeps that do not run; gives them. `since` as for `Watch.late`."""
        found = [each for each in self._watch.runs(since=since) if each.late]
        self._put("late", _LATE, [(each.name, self._lanes(each.name), each.told) for each in found])
        return found

    def beside(self, lane: Lane) -> list[Ran]:
        """For a lane's sweep, which knows that it runs itself: tell of the sweeps that do not run beside it; gives
        them. Each lane so watches over the other's, wherever its workers are."""
        since = self._watch.unbroken(lane)
        return self.late(since) if since is not None else []

    def broken(self, lane: Lane) -> tuple[str, ...]:
        """Tell of the dossiers that a lane's sweep could not treat when it last ran, and anew when they are others;
        gives them."""
        failed = self._watch.failed(lane)
        if failed:
            which = hashlib.sha256("\n".join(sorted(failed)).encode()).hexdigest()[:12]
            line = f"{shortened(failed)}\n(`jalur audit verify`)"
            self._put("broken", _BROKEN, [(f"{lane}:{which}", (lane,), line)])
        return failed

    def rules(self) -> int:
        """Tell of what in the lanes' rules and calendars ends soon or has ended; gives of how many."""
        now = self._clock.now()
        found = [(f"{lane}/{place}", (lane,), line)
                 for lane in Lane for place, line in enumerate(self._config.warnings(now, [lane]))]  # fmt: skip
        self._put("ends", _ENDS, found)
        return len(found)

    def files(self, first: str) -> None:
        """Tell that the configuration's files have mistakes, and the first of them."""
        self._put("files", _FILES, [(first.split()[0], tuple(Lane), first)])

    def _lanes(self, sweep: str) -> tuple[Lane, ...]:
        """The lanes that a sweep serves, by its name (`digest/online`)."""
        return tuple(lane for lane in Lane if sweep.endswith(f"/{lane}")) or tuple(Lane)

    def _put(self, kind: str, title: Text, found: Sequence[tuple[str, tuple[Lane, ...], str]]) -> None:
        if not found:
            return
        now, office = self._clock.now(), self._config.office
        administrators = office.people_with(Role.ADMINISTRATOR)
        with self._store.begin() as work:
            for about, lanes, line in found:
                people = [*administrators, *(self._config.lanes[lane].manager for lane in lanes)]
                work.outbox.put(warn(office, people, f"{kind}:{about}", lanes[0], title, line, now))
