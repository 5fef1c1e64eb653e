"""Card blanks as people see them: how many there are, and what comes in."""

from __future__ import annotations

import secrets

from domain.errors import Refused
from domain.journal import ENGINE
from domain.office import OfficeConfig
from domain.roles import Lane, Role
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Store

_MAY_REFILL = frozenset({Role.PRINT_OPERATOR, Role.ADMINISTRATOR})


class Blanks:
    """The office's stock."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People) -> None:
        self._store, self._config, self._clock, self._people = store, config, clock, people

    def open(self) -> None:
        """Begin to keep the items of the configuration that are not kept yet."""
        with self._store.read() as work:
            missing = self._config.office.stock.keys() - work.stock.levels().keys()
        if missing:
            with self._store.begin() as work:
                for item in sorted(missing):
                    work.stock.open_item(item, 0)
                    if not work.stock.moved(f"open:{item}"):  # a movement too, so that the level can be proven
                        work.stock.move(key=f"open:{item}", item=item, kind="open", dossier_id=None, reserved=0,
                                        available=self._config.office.stock[item].at_start, at=self._clock.now(),
                                        actor=ENGINE)  # fmt: skip

    def levels(self) -> dict[str, tuple[int, int]]:
        """Per item: how many are available, how many reserved."""
        with self._store.read() as work:
            return work.stock.levels()

    def refill(self, item: str, count: int, *, by: str) -> int:
        """Record blanks that came in; the steps that wait for them go on at once. Gives how many are available."""
        if item not in self._config.office.stock:
            raise Refused(
                "unknown_item", f"The office keeps no {item!r}.", allowed=", ".join(self._config.office.stock)
            )
        if not 1 <= count <= 100_000:
            raise Refused("bad_count", f"{count} blanks cannot come in.", allowed="1 to 100000")
        now = self._clock.now()
        with self._store.begin() as work:
            roles = {role for lane in Lane for role in self._people.roles_in(work, by, lane, now)}
            if not roles & _MAY_REFILL:
                raise Refused("not_allowed", f"{by} may not record blanks.", allowed=", ".join(sorted(_MAY_REFILL)))
            key = f"refill:{item}:{now.isoformat()}:{secrets.token_hex(4)}"
            work.stock.move(key=key, item=item, kind="refill", available=count, reserved=0, dossier_id=None, at=now,
                            actor=by)  # fmt: skip
            work.tasks.wake(item, now)
            return work.stock.levels()[item][0]
