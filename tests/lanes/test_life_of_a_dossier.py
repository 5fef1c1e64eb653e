"""Lives of dossiers drawn at random: whatever people, workers, applicants and timers do, and in whatever order."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from support.office import Lodged, a_dossier, an_office, clock_of, leave_blanks, somebody_for, values_for

from domain.dossier import CLOSED, DossierStatus, TaskKind, TaskStatus
from domain.errors import Refused
from domain.progress import branch_of
from domain.roles import Lane
from domain.workflow import End
from lanes.case import Deficiency
from lanes.engine import Claim, LeaseLost

TYPES = ("KK-BARU", "KTP-BARU", "LHR", "KTP-GANTI")  # a plain one, two with joins, one that may wait for blanks

STEPS = ("receive", "verify", "sign", "moon")


class LifeOfADossier(RuleBasedStateMachine):
    """An office with a few dossiers; each rule is something that can happen, allowed or not."""

    dossiers: Bundle[Lodged] = Bundle("dossiers")
    claims: Bundle[Claim] = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="jalur-life-"))
        self.office = an_office(self.home)
        self.lodged: list[Lodged] = []

    def teardown(self) -> None:
        """Every life leaves a whole journal, and blanks that add up."""
        try:
            self.office.audit.seal()
            assert self.office.audit.verify() == []
            with self.office.store.read() as work:
                held = sum(work.stock.held(each.dossier.id).get("ktp_blank", 0) for each in self.lodged)
                assert work.stock.levels()["ktp_blank"][1] == held
            documents = [d.number for each in self.lodged for d in self.office.views.dossier(each.number)[3]]
            assert len(documents) == len(set(documents))
        finally:
            shutil.rmtree(self.home)

    @initialize(target=dossiers, lane=st.sampled_from(Lane), code=st.sampled_from(TYPES))
    def one_is_there(self, lane: Lane, code: str) -> Lodged:
        """There is one to begin with."""
        return self._lodge(lane, code)

    @rule(target=dossiers, lane=st.sampled_from(Lane), code=st.sampled_from(TYPES))
    def handed_in(self, lane: Lane, code: str) -> Lodged:
        """Another one comes in."""
        return self._lodge(lane, code)

    def _lodge(self, lane: Lane, code: str) -> Lodged:
        self.lodged.append(a_dossier(self.office).of_type(code).in_lane(lane).lodged())
        return self.lodged[-1]

    @rule(lodged=dossiers, steps=st.integers(1, 12))
    def goes_the_straight_way(self, lodged: Lodged, steps: int) -> None:
        """Several steps without a hitch, so that late ones are reached too."""
        for _ in range(steps):
            for claim in self.office.engine.claim_ready(lodged.dossier.lane, "straight", 8):
                self.office.engine.execute(claim)
            human = [task for task in lodged.tasks.values() if task.kind is TaskKind.HUMAN]
            if human:
                values = values_for(lodged, human[0].step)
                by = somebody_for(self.office, human[0])
                self.office.desk.complete(
                    lodged.number, human[0].step, None, by=by, values=values, out_of_turn="SAME_CASE"
                )

    @rule(lodged=dossiers, data=st.data())
    def somebody_completes(self, lodged: Lodged, data: st.DataObject) -> None:
        """A person ends an open step with any of its outcomes."""
        human = sorted(task.step for task in lodged.tasks.values() if task.kind is TaskKind.HUMAN)
        if not human:
            return
        step = data.draw(st.sampled_from(human))
        workflow = lodged.workflow
        outcome = data.draw(st.sampled_from(sorted(workflow.steps[step].on)))
        values = values_for(lodged, step, outcome)
        branch = branch_of(workflow, step, outcome, {**lodged.dossier.facts, **values})
        self.office.desk.complete(
            lodged.number, step, outcome, by=somebody_for(self.office, lodged.tasks[step]), values=values,
            deficiencies=[Deficiency(item="other")] if branch.return_to else [],
            reason="alasan" if branch.end in (End.REJECTED, End.CANCELLED) else "", out_of_turn="SAME_CASE",
        )  # fmt: skip

    @rule(
        lodged=dossiers,
        step=st.sampled_from(["receive", "verify", "sign", "moon"]),
        who=st.sampled_from(["kepala", "leonard.kawengian", "nobody.here"]),
    )
    def somebody_tries_what_may_be_wrong(self, lodged: Lodged, step: str, who: str) -> None:
        """Anybody tries anything: done, or refused with nothing changed."""
        self._done_or_unchanged(lodged, lambda: self.office.desk.complete(lodged.number, step, "approved", by=who))
        self._done_or_unchanged(lodged, lambda: self.office.desk.claim(lodged.number, step, by=who))
        self._done_or_unchanged(lodged, lambda: self.office.desk.release(lodged.number, step, by=who))
        self._done_or_unchanged(lodged, lambda: self.office.closing.withdraw(lodged.number, "AAAA-AAAA-AAAA"))
        self._done_or_unchanged(lodged, lambda: self.office.engine.retry(lodged.number, None, by=who))

    def _done_or_unchanged(self, lodged: Lodged, attempt: object) -> None:
        before = self.office.views.dossier(lodged.number)
        try:
            attempt()  # type: ignore[operator]
        except Refused:
            assert self.office.views.dossier(lodged.number) == before

    @rule(target=claims, lane=st.sampled_from(Lane), owner=st.sampled_from(["one", "two"]))
    def a_worker_takes(self, lane: Lane, owner: str) -> object:
        """A worker leases what is ready; it may live on to execute it, or not."""
        return multiple(*self.office.engine.claim_ready(lane, owner, 3))

    @rule(claim=consumes(claims), fails=st.booleans())
    def a_worker_ends(self, claim: Claim, fails: bool) -> None:
        """It executes what it holds, or gives it up; a lost lease changes nothing."""
        if fails:
            self.office.engine.give_up(claim, "It failed for good.")
            return
        before = self.office.views.dossier(claim.number)
        try:
            self.office.engine.execute(claim)
        except LeaseLost:
            assert self.office.views.dossier(claim.number) == before

    @rule(lodged=dossiers)
    def an_administrator_retries(self, lodged: Lodged) -> None:
        """What is stuck is taken on."""
        if any(task.status is TaskStatus.STUCK for task in lodged.tasks.values()):
            self.office.engine.retry(lodged.number, None, by="admin")

    @rule(lodged=dossiers)
    def the_applicant_answers(self, lodged: Lodged) -> None:
        """A returned dossier comes back; any other refuses."""
        self._done_or_unchanged(lodged, lambda: self.office.intake.resubmit(lodged.number, lodged.code))

    @rule(lodged=dossiers, cancelled=st.booleans())
    def ends_early(self, lodged: Lodged, cancelled: bool) -> None:
        """The office cancels, or the applicant withdraws; what is sealed goes on."""
        close = self.office.closing
        attempt = (lambda: close.cancel(lodged.number, reason="ganda", by="kepala")) if cancelled else (
            lambda: close.withdraw(lodged.number, lodged.code))  # fmt: skip
        self._done_or_unchanged(lodged, attempt)
        sealed = any(document.sealed_at for document in self.office.views.dossier(lodged.number)[3])
        assert sealed or not lodged.dossier.is_open

    @rule(count=st.integers(0, 2))
    def blanks_are_counted(self, count: int) -> None:
        """Few are left, or none."""
        leave_blanks(self.office, "ktp_blank", count)

    @rule(hours=st.sampled_from([0.02, 1, 30, 24 * 20]))
    def time_passes(self, hours: float) -> None:
        """And sweeps run; a second one changes nothing."""
        clock_of(self.office).forward(hours=hours)
        for lane in Lane:
            self.office.watch.sweep(lane)
        heads = [each.dossier.journal_head for each in self.lodged]
        queued = len(self.office.outbox.listing(limit=10_000))
        for lane in Lane:
            assert self.office.watch.sweep(lane).found == 0
        assert [each.dossier.journal_head for each in self.lodged] == heads
        assert len(self.office.outbox.listing(limit=10_000)) == queued

    @invariant()
    def an_open_dossier_has_something_live_and_a_closed_one_nothing(self) -> None:
        """And each status is the one that its tasks and its journal tell."""
        for each in self.lodged:
            dossier, tasks, journal, _ = self.office.views.dossier(each.number)
            live = [task for task in tasks if task.status not in (TaskStatus.DONE, TaskStatus.CANCELLED)]
            assert dossier.status in set(DossierStatus)
            assert bool(live) == dossier.is_open
            assert len({task.step for task in live}) == len(live)
            assert (dossier.status in CLOSED) == journal[-1].event.startswith("dossier_") or len(journal) <= 2
            waiting = any(task.status is TaskStatus.WAITING for task in live)
            assert waiting == (dossier.status == DossierStatus.RETURNED)


TestLifeOfADossier = LifeOfADossier.TestCase
TestLifeOfADossier.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
