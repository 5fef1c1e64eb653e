"""The simulation: applications come in, people work at human pace in their lane's hours, things go wrong.

Event by event over the office's own application object, on a clock that it sets. It decides when and how, the office
does the rest. The automatic steps are not its business: `run` stops at every instant at which they are to be
executed, and its caller (`flows.demo`) lets Prefect do that while the clock stands still.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from adapters.demo import new_rules, outcomes, visits
from adapters.demo.applicants import Applicants
from adapters.demo.clock import SimulatedClock
from adapters.demo.forms import applied, misspelt
from adapters.demo.house import House
from adapters.demo.incidents import Events, NewRules
from adapters.demo.mix import Planned
from adapters.demo.new_rules import Foreseen
from adapters.demo.outcomes import File, decide, drawn
from adapters.demo.pace import BREAK_BETWEEN_SIGNINGS, LEFT_BEFORE_THE_END, Worker, service_time
from adapters.demo.pressing import Pressing
from adapters.demo.scans import scan
from adapters.demo.timeline import Timeline
from adapters.registry.outage import InterruptibleRegistry
from domain.application import check_application
from domain.dossier import Dossier, DossierStatus, Task, TaskStatus
from domain.errors import Refused
from domain.roles import SERVED_AS_THEY_COME, Lane, Role
from lanes.intake import Application
from lanes.office import Office
from lanes.papers import Paper

_A_MOMENT: Final = timedelta(seconds=1)
_MOST: Final = 100_000


@dataclass(kw_only=True)
class City:
    """See the module. `registry` is the one that `office` was built with; `config_folder` has the files its managers
    change; `foreseen` is what the preview of new rules said, once they are in force."""

    office: Office
    clock: SimulatedClock
    registry: InterruptibleRegistry
    applicants: Applicants
    workers: Sequence[Worker]
    planned: Sequence[Planned]
    events: Events
    seed: int
    end: datetime
    config_folder: Path
    foreseen: Foreseen | None = None
    happened: Counter[str] = field(default_factory=Counter)
    files: dict[str, File] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._time = Timeline(self.clock, self.end)
        self._house = House(
            office=self.office, registry=self.registry, time=self._time, events=self.events, happened=self.happened,
            refills=next(w.username for w in self.workers if Role.PRINT_OPERATOR in w.roles), end=self.end,
        )  # fmt: skip
        self._pressing = Pressing(self.office, self.planned, seed=self.seed)
        self._idle: dict[str, Worker] = {}
        self._seen: set[int] = set()
        self._called: set[int] = set()
        self._free: dict[str, datetime] = {}
        self._zone = ZoneInfo(self.office.config.office.timezone)
        self._visited = [worker for worker in self.workers if Role.HANDOVER_OFFICER in worker.roles]
        for one in self.planned:
            self._time.at(one.at, partial(self._submit, one))
        for worker in self.workers:
            if worker not in self._visited:
                self._time.at(self.clock.now(), partial(self._look, worker))
        if (new := self.events.new_rules) is not None:
            self._time.at(new.at, partial(self._apply, new))
        guest = self.events.help
        if all(worker.username != guest.username for worker in self.workers):
            helper = Worker(username=guest.username, lane=guest.lane, roles=frozenset())
            self._time.at(guest.begins, partial(self._look, helper))

    # -- time

    def run(self) -> bool:
        """Let time pass up to the next instant at which automatic steps are to be executed; False at the end."""
        return self._time.run()

    def executed(self) -> None:
        """The automatic steps are done: lanes are watched, whoever has nothing to do looks at their list again."""
        self._house.watch()
        self._pressing.ask()
        with self.office.store.read() as work:
            waiting = work.tasks.listing(statuses=[TaskStatus.OPEN, TaskStatus.CLAIMED], limit=_MOST)
        self._call_in([found for found in waiting if found[0].status is TaskStatus.CLAIMED])
        self._wake({(task.lane, task.team) for task, _ in waiting if task.assignee is None},
                   {task.assignee for task, _ in waiting})  # fmt: skip
        self._expect_visits([found for found in waiting if found[0].status is TaskStatus.OPEN])

    def _wake(self, teams: Collection[tuple[Lane, str | None]], holders: Collection[str | None]) -> None:
        """Whoever has nothing to do looks at their list again, if there is something on it."""
        for worker in list(self._idle.values()):
            own = {(lane, team.id) for lane in Lane for team in self.office.config.teams_of(worker.username, lane)}
            if worker.username in holders or worker.username == self.events.help.username or own & set(teams):
                del self._idle[worker.username]
                self._look(worker)

    def _apply(self, new: NewRules) -> None:
        """A manager puts new rules in force; everybody works by them from then on."""
        self.foreseen, self.office = new_rules.apply(self.office, new, self.config_folder)
        self._house.office = self._pressing.office = self.office
        self._time.stir()

    # -- applicants

    def _submit(self, one: Planned) -> None:
        if light := self._house.dark_until(one.lane):
            self._time.at(light, partial(self._submit, one))
            return
        draw = drawn(self.seed, one.index, "application")
        today = self.clock.now().astimezone(self._zone).date()
        workflow = self.office.config.workflows[one.code]
        try:
            case = self.applicants.case(one.code, today)
        except LookupError:
            self.happened["nobody_left_to_apply"] += 1
            return
        file = File(index=one.index, code=one.code, case=case, never_back=one.forgotten)
        values = applied(workflow, case, today, draw)
        facts = check_application(workflow, one.lane, values, (), today=today).facts
        asked = workflow.in_lane(one.lane).requirements(facts)
        if asked and (draw.random() < outcomes.MISSING_PAPERS or file.never_back):
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
        self._pressing.came_in(one, receipt.number)
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
        if draw.random() >= outcomes.NEVER_BACK and not file.never_back:
            later = self.clock.now() + timedelta(hours=draw.triangular(0.5, 40, 3))
            self._time.at(later, partial(self._answer, number))

    def _answer(self, number: str) -> None:
        file = self.files[number]
        with self.office.store.read() as work:
            dossier = work.dossiers.get(number)
        if dossier is None or dossier.status is not DossierStatus.RETURNED:
            return  # withdrawn, or answered for another step meanwhile
        wanted = self.office.views.track(number, file.tracking).deficiencies
        papers = {each.item: self._paper(dossier.lane, file.code, each.item) for each in wanted if each.kind == "paper"}
        self.office.intake.resubmit(number, file.tracking, papers=papers)
        file.missing = ()
        self.happened["resubmitted"] += 1
        self._time.stir()

    # -- people at their desks

    def _look(self, worker: Worker) -> None:
        """Take the most urgent task, or wait for one."""
        calendar, now = self.office.config.calendars[worker.lane], self.clock.now()
        opens = calendar.add(now, _A_MOMENT) - _A_MOMENT
        opens = max(self._house.dark_until(worker.lane) or opens, self._house.away_until(worker.username) or opens)
        if opens > now:
            self._time.at(opens, partial(self._look, worker))
            return
        if any(self._leaves_to_others(role, worker.lane) for role in worker.roles):
            return
        found = self._pressing.taken_by(worker.username) or self.office.desk.next(worker.username)
        if found is None:
            self._rest(worker)
            return
        task, dossier = found
        draw = drawn(self.seed, self.files[dossier.number].index, task.step, "minutes")
        takes = service_time(task.role or Role.FRONT_OFFICE, task.step, draw)
        self._time.at(calendar.add(now, takes), partial(self._end_task, worker, task, dossier))

    def _leaves_to_others(self, role: Role, lane: Lane) -> bool:
        """Whether the demo is so near its end that nobody of this role begins anything new."""
        left = self.office.config.calendars[lane].between(self.clock.now(), self.end)
        return left < LEFT_BEFORE_THE_END.get(role, timedelta())

    def _rest(self, worker: Worker) -> None:
        if Role.AGENCY_HEAD in worker.roles:  # signs a batch, then does other things
            calendar = self.office.config.calendars[worker.lane]
            self._time.at(calendar.add(self.clock.now(), BREAK_BETWEEN_SIGNINGS), partial(self._look, worker))
        else:
            self._idle[worker.username] = worker

    def _end_task(self, worker: Worker, task: Task, dossier: Dossier) -> None:
        if light := self._house.dark_until(worker.lane):
            self._time.at(light, partial(self._end_task, worker, task, dossier))
            return
        self._complete(worker.username, task, dossier)
        self._look(worker)

    def _call_in(self, held: Sequence[tuple[Task, Dossier]]) -> None:
        """Who is not on duty comes for what a ladder has handed them, one after the other."""
        on_duty = {worker.username for worker in self.workers}
        for task, dossier in sorted(held, key=lambda found: self.files[found[1].number].index):
            who = task.assignee or ""
            if task.id in self._called or who in on_duty or task.role in SERVED_AS_THEY_COME:
                continue
            if who == self.events.help.username:  # looks for work by themselves
                continue
            self._called.add(task.id)
            draw = drawn(self.seed, self.files[dossier.number].index, task.step, "minutes")
            start = max(self.clock.now(), self._free.get(who, self.clock.now()))
            takes = service_time(task.role or Role.FRONT_OFFICE, task.step, draw)
            self._free[who] = ends = self.office.config.calendars[task.lane].add(start, takes)
            self._time.at(ends, partial(self._complete, who, task, dossier))

    def _complete(self, username: str, task: Task, dossier: Dossier) -> None:
        """End a task, unless it has ended or gone to somebody else meanwhile (withdrawn, escalated, loan over)."""
        self._called.discard(task.id)
        with self.office.store.read() as work:
            found = work.tasks.get(task.id)
        if found is None or found[0].assignee != username or found[0].status is not TaskStatus.CLAIMED:
            return
        file = self.files[dossier.number]
        workflow = self.office.config.workflows[dossier.code]
        node = workflow.in_lane(dossier.lane).steps[task.step]
        end = decide(file, workflow, task.step, node, dossier, seed=self.seed)
        try:
            after = self.office.desk.complete_task(
                task.id, end.outcome, by=username, values=end.values, deficiencies=end.deficiencies, reason=end.reason
            )
        except Refused as refusal:
            if refusal.code != "not_allowed" or username != self.events.help.username:
                raise
            return  # the loan has just ended; the next sweep hands the work back
        self.happened["tasks"] += 1
        self._time.stir()
        if after.status is DossierStatus.RETURNED:
            self._answer_later(dossier.number)

    # -- people who come, couriers who go

    def _expect_visits(self, waiting: Sequence[tuple[Task, Dossier]]) -> None:
        for task, dossier in sorted(waiting, key=lambda found: self.files[found[1].number].index):
            if task.role is Role.HANDOVER_OFFICER and task.id not in self._seen:
                self._seen.add(task.id)
                self._time.at(self._visit_at(task, dossier), partial(self._visit, task, dossier))

    def _visit_at(self, task: Task, dossier: Dossier) -> datetime:
        config, file = self.office.config, self.files[dossier.number]
        draw = drawn(self.seed, file.index, task.step, file.done[task.step], "visit")
        calendar, day = config.calendars[dossier.lane], config.lanes[dossier.lane].day
        return visits.comes_at(task.step, dossier.district, self.clock.now(), calendar, day, self._zone, draw)

    def _visit(self, task: Task, dossier: Dossier) -> None:
        """Who is free first serves the visitor, or rides on with the next card."""
        if self._leaves_to_others(Role.HANDOVER_OFFICER, dossier.lane):
            return
        now, calendar = self.clock.now(), self.office.config.calendars[dossier.lane]
        officers = [worker for worker in self._visited if worker.lane is dossier.lane]
        officer = min(officers, key=lambda worker: (self._free.get(worker.username, now), worker.username))
        draw = drawn(self.seed, self.files[dossier.number].index, task.step, "minutes")
        start = max(now, self._free.get(officer.username, now))
        self._free[officer.username] = ends = calendar.add(start, service_time(Role.HANDOVER_OFFICER, task.step, draw))
        self._time.at(ends, partial(self._serve, officer.username, task, dossier))

    def _serve(self, officer: str, task: Task, dossier: Dossier) -> None:
        """At the counter or the door: by the officer, or by whom the task was handed to meanwhile."""
        with self.office.store.read() as work:
            found = work.tasks.get(task.id)
        if found is None or found[0].status not in (TaskStatus.OPEN, TaskStatus.CLAIMED):
            return  # withdrawn meanwhile
        by = found[0].assignee or officer
        if found[0].status is TaskStatus.OPEN:
            self.office.desk.claim_task(task.id, by=by)
        self._complete(by, task, dossier)
