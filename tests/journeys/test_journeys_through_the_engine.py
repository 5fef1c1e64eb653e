"""Every expected journey lived through by the real office: real papers, register, PDF/A, seal, messages, journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from journeys.journey_files import APPLICANT, Journey, all_journeys
from support.office import (
    SCAN,
    Lodged,
    a_dossier,
    a_family,
    an_office,
    clock_of,
    filled,
    form_of,
    give_double_fingerprints,
    leave_blanks,
    somebody_alone,
    somebody_for,
    values_for,
    work_off,
)

from domain.dossier import TaskKind
from domain.progress import branch_of
from domain.roles import Lane
from domain.workflow import End
from lanes.case import Deficiency
from lanes.engine import Claim
from lanes.office import Office
from lanes.ports import Resident
from lanes.rounds import NOT_HOME, round_day


def _takes_days(journey: Journey) -> bool:
    return any(outcome == "over" for _, outcome in journey.steps)


JOURNEYS = all_journeys()
#: On PostgreSQL one journey of each kind of end, with a join and with a return among them.
SAMPLE = [j for j in JOURNEYS if str(j) in (
    "LHR-online-straight", "KTP-BARU-manual-blanks_out", "KK-PISAH-online-unreadable", "KK-BARU-manual-rejected",
)]  # fmt: skip


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office in which every journey is lived."""
    office = an_office(tmp_path_factory.mktemp("journeys"))
    yield office
    assert office.audit.verify() == []


@pytest.mark.parametrize("journey", [j for j in JOURNEYS if not _takes_days(j)], ids=str)
def test_a_journey_is_lived_to_its_end(office: Office, journey: Journey) -> None:
    _live(office, journey)


@pytest.mark.parametrize("journey", [j for j in JOURNEYS if _takes_days(j)], ids=str)
def test_a_journey_that_waits_for_days_is_lived_in_an_office_of_its_own(tmp_path: Path, journey: Journey) -> None:
    office = an_office(tmp_path)
    _live(office, journey)
    assert office.audit.verify() == []


@pytest.mark.parametrize("journey", SAMPLE, ids=str)
def test_a_journey_is_lived_on_either_database(tmp_path: Path, database_url: str, journey: Journey) -> None:
    office = an_office(tmp_path, database_url=database_url)
    _live(office, journey)
    assert office.audit.verify() == []


def _live(office: Office, journey: Journey) -> None:
    family = a_family()
    traveller = _Traveller(office, journey, family)
    lodged = traveller.lodged
    for position, (step, outcome) in enumerate(journey.steps):
        traveller.go(position, step, outcome)
        live = {task.step for task in lodged.tasks.values()}
        assert bool(live) == lodged.dossier.is_open
    dossier, tasks, journal, documents = office.views.dossier(lodged.number)
    assert dossier.status == journey.ends
    assert [t.outcome for t in tasks if t.kind is TaskKind.APPLICANT] == ["resubmitted"] * journey.steps.count(
        APPLICANT
    )
    completed = Counter((t.step, t.outcome) for t in tasks if t.kind is not TaskKind.APPLICANT and t.outcome)
    assert completed == Counter(step for step in journey.steps if step != APPLICANT)
    made = [(t.step, lodged.workflow.steps[t.step].args["product"]) for t in tasks if t.outcome == "made"]
    sealed = [lodged.workflow.steps[t.step].args["product"] for t in tasks if t.outcome == "sealed"]
    assert Counter(d.product for d in documents) == Counter(product for _, product in made)
    assert Counter(d.product for d in documents if d.sealed_at) == Counter(sealed)
    assert len({d.number for d in documents}) == len(documents)
    for document in documents:
        report = office.tools.sealer.check(office.tools.files.get(document.file or ""))
        assert (report.intact, report.trusted) == (bool(document.sealed_at),) * 2
    if dossier.status == End.ISSUED and "signed_pdf" in lodged.workflow.workflow.product.model_dump(exclude_none=True):
        assert lodged.workflow.workflow.product.signed_pdf in sealed
    assert journal[0].event == "dossier_submitted"
    assert journal[-1].event == f"dossier_{journey.ends}"


class _Traveller:
    """Hands in a journey's application so that the office will find what the journey says, and does its steps."""

    def __init__(self, office: Office, journey: Journey, family: tuple[Resident, ...]) -> None:
        self.office, self.journey = office, journey
        self.claims: dict[str, Claim] = {}
        self.other: Resident | None = None
        self.true = filled(journey.fields, journey.code, family)
        given = dict(self.true)
        if ("check_identity", "mismatch") in journey.steps:
            given["applicant_name"] = "Nama Contoh Keliru"
        draft = a_dossier(office).of_type(journey.code).in_lane(journey.lane).for_family(family)
        shipped = form_of(journey.code, family)
        draft = draft.with_fields(**{**dict.fromkeys(shipped), **given})
        if ("intake", "incomplete") in journey.steps:
            draft = draft.without_paper(next(iter(draft.application.papers)))
        self.lodged: Lodged = draft.lodged()
        self.papers = {**a_dossier(office).of_type(journey.code).in_lane(journey.lane).for_family(family)
                       .with_fields(**{**dict.fromkeys(shipped), **given}).application.papers}  # fmt: skip

    def go(self, position: int, step: str, outcome: str) -> None:
        if (step, outcome) == APPLICANT:
            missing = dict.fromkeys(self.papers, SCAN if self.journey.lane == "online" else None)
            corrected = {"applicant_name": self.true["applicant_name"]}
            self.office.intake.resubmit(self.lodged.number, self.lodged.code, fields=corrected, papers=missing)
            return
        assert step in self.lodged.tasks, f"{step} is not open, but {sorted(self.lodged.tasks)}"
        node = self.lodged.workflow.steps[step]
        if self.lodged.tasks[step].kind is TaskKind.AUTOMATIC and outcome not in node.by_people:
            self._execute(step, outcome)
        elif self.lodged.tasks[step].kind is TaskKind.AUTOMATIC:  # while it waits, three days before its end
            work_off(self.office, self.journey.lane)
            clock_of(self.office).to(
                (self.lodged.tasks[step].not_before or self.office.clock.now()) - timedelta(days=3)
            )
            self._complete(step, outcome)
        else:
            if outcome == NOT_HOME:  # which counts from the day of the round on
                day = round_day(self.office.views.dossier(self.lodged.number)[1])
                assert day is not None
                zone = ZoneInfo(self.office.config.office.timezone)
                clock_of(self.office).to(datetime.combine(day, time(10), zone))
            self._complete(step, outcome)

    def _execute(self, step: str, outcome: str) -> None:
        node = self.lodged.workflow.steps[step]
        match node.automatic, outcome:
            case "registry.deduplicate", _:
                self._fingerprints_belong_to_somebody_else(outcome == "duplicate")
            case "registry.record", _:
                self._the_number_is_anothers(outcome == "refused")
            case "stock.reserve" | "stock.look", _:
                leave_blanks(self.office, node.args["item"], 0 if outcome == "out" else 5)
            case "calendar.wait", _:
                self._ten_working_days_pass(step)
            case "stock.wait", _:
                somebody = self.office.config.lanes[self.journey.lane].team[f"{self.journey.lane}-print"].members[0]
                self.office.stock.refill(node.args["item"], 5, by=somebody)
        if step not in self.claims:
            claims = self.office.engine.claim_ready(self.journey.lane, "journeys", 50)
            self.claims |= {claim.step: claim for claim in claims}
        self.office.engine.execute(self.claims.pop(step))
        tasks = self.office.views.dossier(self.lodged.number)[1]
        assert [t.outcome for t in tasks if t.step == step and t.outcome][-1] == outcome

    def _ten_working_days_pass(self, step: str) -> None:
        waits = [task for task in self.office.views.dossier(self.lodged.number)[1] if task.step == step]
        if any(task.outcome == "over" for task in waits):
            return  # the days have passed: what was stopped on the last one waits no longer
        work_off(self.office, self.journey.lane)
        over = self.lodged.tasks[step].not_before
        assert over is not None
        announced = waits[0].ready_at  # an objection that fell lets it go on, not begin again
        days = (announced.date() + timedelta(days=after) for after in range(1, (over - announced).days + 1))
        holidays = self.office.config.calendars[Lane.MANUAL].spec.holidays
        assert sum(day.weekday() < 5 and day not in holidays for day in days) == 10
        clock_of(self.office).to(over - timedelta(seconds=1))
        assert work_off(self.office, self.journey.lane) == 0  # no minute earlier, whoever asks
        clock_of(self.office).to(over)

    def _complete(self, step: str, outcome: str) -> None:
        workflow = self.lodged.workflow
        task = self.office.tools.moves.peoples(workflow, self.lodged.tasks[step])
        values = values_for(self.lodged, step, outcome)
        given: dict[str, Any] = {"values": values}
        branch = branch_of(workflow, step, outcome, {**self.lodged.dossier.facts, **values})
        if branch.return_to:
            given["deficiencies"] = [Deficiency(item="other", note="mohon dilengkapi")]
        if branch.end in (End.REJECTED, End.CANCELLED):
            given["reason"] = "tidak memenuhi syarat"
        if outcome == "corrected":
            given["values"] = {"applicant_name": self.true["applicant_name"]}
        self.office.desk.complete(self.lodged.number, step, outcome, by=somebody_for(self.office, task), **given)

    def _the_number_is_anothers(self, taken: bool) -> None:
        """Somebody else has the card's number until they are given their own back."""
        register = self.office.tools.registry
        if taken or self.other is not None:
            self.other = self.other or somebody_alone()
            number = self.lodged.staff["issued_family_card"] if taken else self.other.family_card
            register.record(event="KK-GANTI", nik=self.other.nik, details={}, key=f"{self.lodged.number}:{taken}",
                            changes={self.other.nik: {"family_card": number}})  # fmt: skip

    def _fingerprints_belong_to_somebody_else(self, double: bool) -> None:
        give_double_fingerprints(str(self.true.get("subject_nik") or self.true["applicant_nik"]), double)
