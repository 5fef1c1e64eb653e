"""The life of a dossier through the application's own services: what people and lane workers call."""

from __future__ import annotations

from datetime import timedelta

from adapters.bench.lifecycle_case import CODE, PASS, STEPS, form, office_config
from adapters.bootstrap import build
from adapters.settings import Settings
from adapters.sql.engine import reading
from adapters.sql.store import SqlStore
from domain.dossier import TaskStatus
from domain.roles import Lane
from lanes.engine import Engine
from lanes.intake import Application

_LANE = Lane.MANUAL


class Ours:
    """An office on the database of `settings`."""

    def __init__(self, settings: Settings) -> None:
        config = office_config()
        self.office = office = build(settings, config=config, registry=None)
        self._engine = Engine(
            office.store, config, office.clock, office.people, office.tools.moves, office.tools, {PASS.name: PASS},
            lease=timedelta(minutes=5),
        )  # fmt: skip
        self._served = 0

    def serve(self, dossiers: int) -> None:
        """Take so many dossiers in and bring each to its end, step by step, as a worklist and a lane worker would."""
        for serial in range(self._served, self._served + dossiers):
            self.office.intake.submit(Application(lane=_LANE, channel="counter", code=CODE, fields=form(serial)))
        self._served += dossiers
        for _, person in STEPS:
            if person is None:
                for claim in self._engine.claim_ready(_LANE, "bench", dossiers):
                    self._engine.execute(claim)
                continue
            team = next(t.id for t in self.office.config.lanes[_LANE].teams if person in t.members)
            with self.office.store.read() as work:
                listed = work.tasks.listing(lane=_LANE, statuses=[TaskStatus.OPEN], teams=[team], limit=dossiers)
            for task, _ in listed:
                self.office.desk.claim_task(task.id, by=person)
                self.office.desk.complete_task(task.id, by=person)

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        assert isinstance(self.office.store, SqlStore)
        with reading(self.office.store.engine) as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
