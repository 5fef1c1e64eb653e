"""Whatever happens to dossiers, and however often, late or at odd times a sweep runs: nobody hears of a rung twice for
one due time, no ladder descends unless a due time is moved, and a second sweep changes nothing."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from support.office import Lodged, a_dossier, a_home, an_office, clock_of, do, work_off

from domain.dossier import TaskKind
from domain.errors import Refused
from domain.roles import Lane
from lanes.case import Deficiency


class Ladders(RuleBasedStateMachine):
    """A small office and a clock that runs, jumps ahead and steps back."""

    template: Path

    @initialize()
    def open(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="jalur-ladders-"))
        self.office = an_office(a_home(self.home, self.template))
        self.lodged: list[Lodged] = []
        self.rungs: dict[tuple[int, datetime | None], int] = {}

    @rule()
    def lodge(self) -> None:
        if len(self.lodged) < 3:
            self.lodged.append(a_dossier(self.office).lodged())
            work_off(self.office)

    @rule(minutes=st.sampled_from([5, 30, 90, 300, 1440, 10_000]))
    def time_passes(self, minutes: int) -> None:
        clock_of(self.office).forward(minutes=minutes)

    @rule(minutes=st.sampled_from([1, 60, 600]))
    def the_clock_steps_back(self, minutes: int) -> None:
        clock_of(self.office).forward(minutes=-minutes)

    @rule()
    def sweep(self) -> None:
        assert self.office.watch.sweep(Lane.MANUAL).failed == ()
        once = self.state()
        assert self.office.watch.sweep(Lane.MANUAL).found == 0
        assert self.state() == once

    @rule(which=st.integers(0, 2), incomplete=st.booleans())
    def somebody_works(self, which: int, incomplete: bool) -> None:
        if which < len(self.lodged):
            lodged = self.lodged[which]
            people = [step for step, task in lodged.tasks.items() if task.kind is TaskKind.HUMAN]
            if people and incomplete and people[0] == "receive":
                do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
            elif people:
                do(lodged, people[0])
            work_off(self.office)

    @rule(which=st.integers(0, 2), release=st.booleans())
    def it_is_held_or_goes_on(self, which: int, release: bool) -> None:
        if which < len(self.lodged):
            act = self.office.pausing.resume if release else self.office.pausing.pause
            with suppress(Refused):
                act(self.lodged[which].number, "POWER", by="admin")

    @rule(which=st.integers(0, 2))
    def the_applicant_answers(self, which: int) -> None:
        if which < len(self.lodged):
            with suppress(Refused):
                self.office.intake.resubmit(self.lodged[which].number, self.lodged[which].code)

    @rule(hours=st.sampled_from([1, 30, 100]))
    def an_outage_comes_to_light(self, hours: int) -> None:
        since = self.office.clock.now() - timedelta(hours=hours)
        with suppress(Refused):
            self.office.outages.start("SIAK_NETWORK", at=since, by="admin")
            self.office.outages.end("SIAK_NETWORK", by="admin")

    @rule()
    def it_was_none(self) -> None:
        with suppress(Refused):
            self.office.outages.withdraw("SIAK_NETWORK", why="a mistake", by="admin")

    def state(self) -> list[tuple[str, int, int]]:
        """Journals, notices and messages: what anybody could see of a sweep."""
        with self.office.store.read() as work:
            told = [len(work.escalations.of(each.dossier.id)) for each in self.lodged]
        return [
            (each.dossier.journal_head, count, len(self.office.outbox.listing(limit=1000)))
            for each, count in zip(self.lodged, told, strict=True)
        ]

    @invariant()
    def no_ladder_descends_and_no_rung_is_told_twice_for_one_due_time(self) -> None:
        with self.office.store.read() as work:
            for each in self.lodged:
                for stored in work.clocks.of(each.dossier.id):
                    climbed = self.rungs.get((stored.id, stored.due_at), 0)
                    assert stored.rung >= climbed
                    self.rungs[stored.id, stored.due_at] = stored.rung
                told = [(n.clock_id, n.place, n.action, n.due_at) for n in work.escalations.of(each.dossier.id)]
                assert len(set(told)) == len(told)
        keys = [message.key for message in self.office.outbox.listing(limit=1000)]
        assert len(set(keys)) == len(keys)

    def teardown(self) -> None:
        assert self.office.audit.verify() == []
        shutil.rmtree(self.home, ignore_errors=True)


def test_no_ladder_descends_or_repeats_whatever_happens(sqlite_template: Path) -> None:
    machine = type("Machine", (Ladders,), {"template": sqlite_template})
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=12, stateful_step_count=25, deadline=None,
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
