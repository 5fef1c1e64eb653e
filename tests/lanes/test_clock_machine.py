"""Whatever happens to dossiers in whatever order, killed half-way or not, their clocks keep what they promised.

A real store is driven through pauses, outages (also recorded late), returns, answers and people's work. After each of
them every stored due time follows from its ledger, what holds a dossier is exactly what is on record, and no due time
has come forward.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from support.office import Killed, Lodged, a_dossier, a_home, an_office, clock_of, do, work_off

from adapters.sql.dossiers import SqlDossiers
from domain.dossier import Task, TaskKind
from domain.errors import Refused
from domain.pausing import OFFICE_REASONS, Hold, types_stopped
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.store import StoredClock

reasons = st.sampled_from(["SIAK_NETWORK", "POWER", "TTE_BSRE"])
lanes = st.sampled_from([None, *Lane])
ago = st.integers(0, 600).map(lambda minutes: timedelta(minutes=minutes))
which = st.integers(0, 2)
#: At which saving of a dossier the process is killed; None: it lives.
deaths = st.sampled_from([None, None, None, 1, 2, 3])


class ClockMachine(RuleBasedStateMachine):
    """One office; `template` is a migrated database to copy."""

    template: Path

    @initialize(which=st.permutations(["manual", "online", "manual"]))
    def open(self, which: list[str]) -> None:
        """A fresh office with three dossiers, two of them found complete."""
        self.folder = Path(tempfile.mkdtemp(prefix="jalur-machine-"))
        self.office = an_office(a_home(self.folder, self.template))
        self.lodged = [a_dossier(self.office).in_lane(lane).lodged() for lane in which]
        work_off(self.office)
        for each in self.lodged[1:]:
            do(each, "receive")
        work_off(self.office)
        self.dues: dict[int, datetime] = {}

    def teardown(self) -> None:
        """Nothing that was killed or refused left a trace in the journal."""
        if hasattr(self, "office"):
            assert self.office.audit.verify() == []
            shutil.rmtree(self.folder)

    def attempt(self, act: Callable[[], object], death: int | None = None) -> bool:
        """Do something; what is refused changes nothing, what is killed half-way is kept in whole transactions."""
        before, saves, real = self.heads(), 0, SqlDossiers.save

        def save(sql: SqlDossiers, *given: Any, **named: Any) -> Any:
            nonlocal saves
            saves += 1
            result = real(sql, *given, **named)
            if saves == death:
                raise Killed
            return result

        with patch.object(SqlDossiers, "save", save), patch("lanes.outages._BATCH", 2):
            try:
                act()
            except Refused:
                assert self.heads() == before
                return False
            except Killed:
                return False
        return True

    def heads(self) -> list[str]:
        """Where each journal ends."""
        return [each.dossier.journal_head for each in self.lodged]

    @rule(minutes=st.integers(1, 2000))
    def time_passes(self, minutes: int) -> None:
        clock_of(self.office).forward(minutes=minutes)

    @rule(which=which, reason=reasons, death=deaths)
    def pause(self, which: int, reason: str, death: int | None) -> None:
        self.attempt(lambda: self.office.pausing.pause(self.lodged[which].number, reason, by="admin"), death)

    @rule(which=which, reason=reasons, death=deaths)
    def resume(self, which: int, reason: str, death: int | None) -> None:
        self.attempt(lambda: self.office.pausing.resume(self.lodged[which].number, reason, by="admin"), death)

    @rule(reason=reasons, lane=lanes, ago=ago, death=deaths)
    def outage_starts(self, reason: str, lane: Lane | None, ago: timedelta, death: int | None) -> None:
        at = self.office.clock.now() - ago
        self.attempt(lambda: self.office.outages.start(reason, lane=lane, at=at, by="admin"), death)

    @rule(reason=reasons, lane=lanes, ago=ago, death=deaths)
    def outage_ends(self, reason: str, lane: Lane | None, ago: timedelta, death: int | None) -> None:
        at = self.office.clock.now() - ago
        self.attempt(lambda: self.office.outages.end(reason, lane=lane, at=at, by="admin"), death)

    @rule(death=deaths)
    def sweep(self, death: int | None) -> None:
        if self.attempt(self.office.outages.apply_open, death):
            self.every_outage_is_carried_out()

    @rule(which=which, death=deaths)
    def claim(self, which: int, death: int | None) -> None:
        each, task = self.lodged[which], self.first_of(which)
        if task:
            lead = self.office.config.lanes[task.lane].team[task.team or ""].lead
            self.attempt(lambda: self.office.desk.claim(each.number, task.step, by=lead), death)

    @rule(which=which, death=deaths)
    def complete(self, which: int, death: int | None) -> None:
        each, task = self.lodged[which], self.first_of(which)
        if task and self.attempt(lambda: do(each, task.step), death):
            work_off(self.office)

    @rule(which=which, death=deaths)
    def return_to_applicant(self, which: int, death: int | None) -> None:
        each, task = self.lodged[which], self.first_of(which)
        missing = [Deficiency(item="other")]
        if task and "incomplete" in each.workflow.steps[task.step].on:
            self.attempt(lambda: do(each, task.step, "incomplete", deficiencies=missing), death)

    @rule(which=which, death=deaths)
    def answer(self, which: int, death: int | None) -> None:
        each = self.lodged[which]
        if self.attempt(lambda: self.office.intake.resubmit(each.number, each.code), death):
            work_off(self.office)

    @precondition(lambda self: len(self.lodged) < 6)
    @rule(lane=st.sampled_from(["manual", "online"]))
    def another_comes_in(self, lane: str) -> None:
        self.lodged.append(a_dossier(self.office).in_lane(lane).lodged())

    @rule(which=st.integers(0, 5))
    def withdraw(self, which: int) -> None:
        if which < len(self.lodged) and which > 2:  # those that came in later: the others have a story to go on with
            self.attempt(lambda: self.office.closing.withdraw(self.lodged[which].number, self.lodged[which].code))

    def first_of(self, which: int) -> Task | None:
        """The first task of a dossier that is a person's."""
        tasks = [task for task in self.lodged[which].tasks.values() if task.kind is TaskKind.HUMAN]
        return tasks[0] if tasks else None

    def clocks(self, *, live: bool = True) -> list[StoredClock]:
        """Every clock that is not stopped; all of them when told so."""
        with self.office.store.read() as work:
            return [stored for each in self.lodged for stored in work.clocks.of(each.dossier.id, live=live)]

    @invariant()
    def what_is_stored_follows_from_the_ledgers_and_from_what_is_on_record(self) -> None:
        for each in getattr(self, "lodged", []):
            assert self.office.explain.for_office(each.number, by="admin").faults == ()

    @invariant()
    def no_due_time_comes_forward_also_of_what_has_stopped(self) -> None:
        for stored in self.clocks(live=False) if hasattr(self, "lodged") else []:
            if stored.due_at is not None:
                assert stored.due_at >= self.dues.get(stored.id, stored.due_at)
                self.dues[stored.id] = stored.due_at

    @invariant()
    def what_nothing_holds_runs_and_has_a_due_time(self) -> None:
        for each in getattr(self, "lodged", []):
            if not each.dossier.held:
                assert all(stored.clock.running and stored.due_at for stored in self.clocks_of(each))

    def clocks_of(self, each: Lodged) -> list[StoredClock]:
        """The clocks of one dossier that are not stopped."""
        return [stored for stored in self.clocks() if stored.dossier_id == each.dossier.id]

    def every_outage_is_carried_out(self) -> None:
        """After a sweep: what lasts holds all it touches, and nothing else does."""
        lasting = [outage for outage in self.office.outages.listing() if outage.ended_at is None]
        workflows = self.office.config.workflows
        for each in self.lodged:
            dossier = each.dossier
            ought = set()
            for outage in lasting if dossier.is_open else []:
                (reason,) = [known for known in OFFICE_REASONS if known == outage.reason]
                types = types_stopped(reason, workflows, dossier.lane)
                if dossier.lane in outage.lanes and (types is None or dossier.code in types):
                    ought.add(str(Hold(reason, outage=True)))
            assert {hold for hold in dossier.held if Hold.read(hold).outage} == ought
        assert not [each for each in self.office.outages.listing() if each.ended_at and not each.carried_out_at]


def test_clocks_keep_what_they_promise_whatever_happens(sqlite_template: Path) -> None:
    machine = type("Machine", (ClockMachine,), {"template": sqlite_template})
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=slow),
    )
