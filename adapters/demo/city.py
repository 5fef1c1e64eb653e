"""The simulation: applications come in, people work at human pace in their lane's hours, things go wrong.

Event by event over the office's own application object, on a clock that it sets. It decides when and how, the office
does the rest. The automatic steps are not its business: `run` stops at every instant at which they are to be
executed, and its caller (`flows.demo`) lets Prefect do that while the clock stands still.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from adapters.demo import outcomes, visits
from adapters.demo.applicants import Applicants
from adapters.demo.clock import SimulatedClock
from adapters.demo.forms import applied, misspelt
from adapters.demo.mix import Planned
from adapters.demo.outcomes import File, decide, drawn
from adapters.demo.pace import BREAK_BETWEEN_SIGNINGS, Worker, service_time
from adapters.demo.scans import scan
from adapters.demo.timeline import Timeline
from adapters.registry.outage import InterruptibleRegistry
from domain.application import check_application
from domain.dossier import Dossier, DossierStatus, Task, TaskStatus
from domain.errors import Refused
from domain.roles import Lane, Role
from lanes.intake import Application
from lanes.office import Office
from lanes.papers import Paper

log = structlog.get_logger()

_A_MOMENT: Final = timedelta(seconds=1)
_MOST: Final = 100_000
_AGAIN: Final = timedelta(minutes=20)


@dataclass(frozen=True, kw_only=True)
class Events:
    """What happens once: the register's network fails and comes back; blanks come in."""

    outage: tuple[datetime, datetime]
    refill_at: datetime
    refill: int = 2_000


@dataclass(kw_only=True)
class City:
    """See the module. `registry` is the one that `office` was built with."""

    office: Office
    clock: SimulatedClock
    registry: InterruptibleRegistry
    applicants: Applicants
    workers: Sequence[Worker]
    planned: Sequence[Planned]
    events: Events
    seed: int
    end: datetime
    happened: Counter[str] = field(default_factory=Counter)
    files: dict[str, File] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._time = Timeline(self.clock, self.end)
        self._idle: dict[str, Worker] = {}
        self._seen: set[int] = set()
        self._free: dict[str, datetime] = {}
        self._zone = ZoneInfo(self.office.config.office.timezone)
        self._visited = [worker for worker in self.workers if Role.HANDOVER_OFFICER in worker.roles]
        for one in self.planned:
            self._time.at(one.at, partial(self._submit, one))
        for worker in self.workers:
            if worker not in self._visited:
                self._time.at(self.clock.now(), partial(self._look, worker))
        begins, ends = self.events.outage
        self._time.at(begins, partial(self._network, down=True))
        self._time.at(ends, partial(self._network, down=False))
        self._time.at(self.events.refill_at, self._refill)
        night = self.clock.now().astimezone(self._zone).replace(hour=23, minute=0)
        while night < self.end:
            self._time.at(night, self._seal)
            night += timedelta(days=1)

    # -- time

    def run(self) -> bool:
        """Let time pass up to the next instant at which automatic steps are to be executed; False at the end."""
        return self._time.run()

    def executed(self) -> None:
        """The automatic steps are done: lanes are watched, whoever has nothing to do looks at their list again."""
        self.watch()
        idle, self._idle = list(self._idle.values()), {}
        for worker in idle:
            self._look(worker)
        self._expect_visits()

    def watch(self) -> None:
        """Flag what fell due, in lanes where something did."""
        now = self.clock.now()
        for lane in Lane:
            with self.office.store.read() as work:
                due = work.clocks.due(lane, now, 1)
            if due or now >= self.end:
                self.office.watch.sweep(lane)

    # -- applicants

    def _submit(self, one: Planned) -> None:
        draw = drawn(self.seed, one.index, "application")
        today = self.clock.now().astimezone(self._zone).date()
        workflow = self.office.config.workflows[one.code]
        try:
            case = self.applicants.case(one.code, today)
        except LookupError:
            self.happened["nobody_left_to_apply"] += 1
            return
        file = File(index=one.index, code=one.code, case=case)
        values = applied(workflow, case, today, draw)
        facts = check_application(workflow, one.lane, values, (), today=today).facts
        asked = workflow.in_lane(one.lane).requirements(facts)
        if asked and draw.random() < outcomes.MISSING_PAPERS:
            file.missing = tuple(paper.id for paper in draw.sample(asked, min(len(asked), draw.choice((1, 1, 2)))))
        if draw.random() < outcomes.MISSPELT:
            file.right_name = case.applicant.name
            values["applicant_name"] = misspelt(case.applicant.name, draw)
        handed_in = [paper.id for paper in asked if paper.id not in file.missing]
        papers = {paper: self._paper(one.lane, one.code, paper) for paper in handed_in}
        receipt = self.office.intake.submit(
            Application(lane=one.lane, channel=one.channel, code=one.code, fields=values, papers=papers)
        )
        file.tracking = receipt.code
        self.files[receipt.number] = file
        self.happened["submitted"] += 1
        self._time.stir()
        if draw.random() < outcomes.WITHDRAWN:
            later = self.clock.now() + timedelta(hours=draw.uniform(1, 30))
            self._time.at(later, partial(self._withdraw, receipt.number))
        if one.lane is Lane.ONLINE and file.missing:  # the upload check returns it within minutes
            self._answer_later(receipt.number)

    def _paper(self, lane: Lane, code: str, requirement: str) -> Paper | None:
        """Online a scan; at the counter the original is shown."""
        if lane is Lane.MANUAL:
            return None
        return scan(next(r for r in self.office.config.workflows[code].requirements if r.id == requirement))

    def _withdraw(self, number: str) -> None:
        try:
            self.office.closing.withdraw(number, self.files[number].tracking)
        except Refused:
            return  # it has ended already
        self.happened["withdrawn"] += 1
        self._time.stir()

    def _answer_later(self, number: str) -> None:
        file = self.files[number]
        draw = drawn(self.seed, file.index, "answer", file.done["answer"])
        file.done["answer"] += 1
        if draw.random() >= outcomes.NEVER_BACK:
            later = self.clock.now() + timedelta(hours=draw.triangular(0.5, 40, 3))
            self._time.at(later, partial(self._answer, number))

    def _answer(self, number: str) -> None:
        file = self.files[number]
        with self.office.store.read() as work:
            dossier = work.dossiers.get(number)
        if dossier is None or dossier.status is not DossierStatus.RETURNED:
            return  # withdrawn, or answered for another step meanwhile
        papers = {item: self._paper(dossier.lane, file.code, item) for item in file.missing}
        self.office.intake.resubmit(number, file.tracking, papers=papers)
        file.missing = ()
        self.happened["resubmitted"] += 1
        self._time.stir()

    # -- people at their desks

    def _look(self, worker: Worker) -> None:
        """Take the most urgent task, or wait for one."""
        calendar, now = self.office.config.calendars[worker.lane], self.clock.now()
        opens = calendar.add(now, _A_MOMENT) - _A_MOMENT
        if opens > now:
            self._time.at(opens, partial(self._look, worker))
            return
        found = self.office.desk.next(worker.username)
        if found is None:
            self._rest(worker)
            return
        task, dossier = found
        if task.step == "await_announcement":
            self._keep(task, dossier)
            self._look(worker)
            return
        draw = drawn(self.seed, self.files[dossier.number].index, task.step, "minutes")
        takes = service_time(task.role or Role.FRONT_OFFICE, task.step, draw)
        self._time.at(calendar.add(now, takes), partial(self._end_task, worker, task, dossier))

    def _rest(self, worker: Worker) -> None:
        if Role.AGENCY_HEAD in worker.roles:  # signs a batch, then does other things
            calendar = self.office.config.calendars[worker.lane]
            self._time.at(calendar.add(self.clock.now(), BREAK_BETWEEN_SIGNINGS), partial(self._look, worker))
        else:
            self._idle[worker.username] = worker

    def _end_task(self, worker: Worker, task: Task, dossier: Dossier) -> None:
        self._complete(worker.username, task, dossier)
        self._look(worker)

    def _complete(self, username: str, task: Task, dossier: Dossier) -> None:
        file = self.files[dossier.number]
        workflow = self.office.config.workflows[dossier.code]
        node = workflow.in_lane(dossier.lane).steps[task.step]
        end = decide(file, workflow, task.step, node, dossier, seed=self.seed)
        try:
            after = self.office.desk.complete_task(
                task.id, end.outcome, by=username, values=end.values, deficiencies=end.deficiencies, reason=end.reason
            )
        except Refused as refused:
            if refused.code != "not_open":  # else withdrawn while it was being worked on
                raise
            return
        self.happened["tasks"] += 1
        self._time.stir()
        if after.status is DossierStatus.RETURNED:
            self._answer_later(dossier.number)

    def _keep(self, task: Task, dossier: Dossier) -> None:
        """A marriage is announced for ten working days: the team's lead keeps the file and closes the period."""
        rules = self.office.config.lanes[dossier.lane]
        lead = rules.team[task.team or ""].lead
        self.office.desk.reassign(dossier.number, task.step, to=lead, by=lead)
        over = self.office.config.calendars[dossier.lane].add(task.ready_at, rules.day * visits.ANNOUNCEMENT_DAYS)
        self._time.at(over, partial(self._complete, lead, task, dossier))

    # -- people who come, couriers who go

    def _expect_visits(self) -> None:
        for lane in Lane:
            teams = [team.id for team in self.office.config.lanes[lane].teams if Role.HANDOVER_OFFICER in team.roles]
            with self.office.store.read() as work:
                tasks = work.tasks.listing(lane=lane, statuses=[TaskStatus.OPEN], teams=teams, limit=_MOST)
            for task, dossier in sorted(tasks, key=lambda found: self.files[found[1].number].index):
                if task.id not in self._seen:
                    self._seen.add(task.id)
                    self._time.at(self._visit_at(task, dossier), partial(self._visit, task, dossier))

    def _visit_at(self, task: Task, dossier: Dossier) -> datetime:
        config, file = self.office.config, self.files[dossier.number]
        draw = drawn(self.seed, file.index, task.step, file.done[task.step], "visit")
        calendar, day = config.calendars[dossier.lane], config.lanes[dossier.lane].day
        return visits.comes_at(task.step, dossier.district, self.clock.now(), calendar, day, self._zone, draw)

    def _visit(self, task: Task, dossier: Dossier) -> None:
        """Who is free first serves the visitor, or rides on with the next card."""
        now, calendar = self.clock.now(), self.office.config.calendars[dossier.lane]
        officers = [worker for worker in self._visited if worker.lane is dossier.lane]
        officer = min(officers, key=lambda worker: (self._free.get(worker.username, now), worker.username))
        draw = drawn(self.seed, self.files[dossier.number].index, task.step, "minutes")
        start = max(now, self._free.get(officer.username, now))
        self._free[officer.username] = ends = calendar.add(start, service_time(Role.HANDOVER_OFFICER, task.step, draw))
        self._time.at(ends, partial(self._complete, officer.username, task, dossier))

    # -- the office

    def _network(self, *, down: bool) -> None:
        self.registry.down = down
        if not down:
            self._time.at(self.clock.now() + _AGAIN, self._take_on_stuck)

    def _take_on_stuck(self) -> None:
        """After the outage an administrator takes on every step that had given up."""
        stuck = self.office.views.tasks(stuck=True, limit=_MOST)
        for task, dossier in stuck:
            self.office.engine.retry(dossier.number, task.step, by="admin")
        self.happened["stuck_and_retried"] += len(stuck)
        self._time.stir()

    def _refill(self) -> None:
        by = next(w.username for w in self.workers if Role.PRINT_OPERATOR in w.roles)
        for item in self.office.config.office.stock:
            self.office.stock.refill(item, self.events.refill, by=by)
        self._time.stir()

    def _seal(self) -> None:
        self.office.audit.seal()
