"""More or fewer people in a team: what the office's own tasks say of it, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from support.office import a_dossier, clock_of, members_of, refused

from domain.calendar import WorkingCalendar
from domain.dossier import Task, TaskKind, TaskStatus
from domain.roles import Lane
from domain.staffing import ENOUGH
from lanes.office import Office
from lanes.staffing import Simulated, WhatIf

TEAM = "manual-verify"


def worked_off(office: Office, *, people: int, every: float, takes: float, tasks: int) -> None:
    """The team's past: so many tasks came in about `every` so many minutes and took about `takes` minutes of one of
    the first `people`, the oldest first; each had an hour. Minutes are of working time; the office goes on after it."""
    random = Random(7)
    calendar = office.config.calendars[Lane.MANUAL]
    begun, dossier = office.clock.now(), a_dossier(office).lodged().dossier
    free = dict.fromkeys(members_of(office, TEAM)[:people], 0.0)
    rows, arrives = [], 0.0
    for _ in range(tasks):
        arrives += random.expovariate(1 / every)
        who = min(free, key=lambda name: (free[name], name))
        taken = max(arrives, free[who])
        free[who] = taken + random.uniform(0.5, 1.5) * takes
        ready, claimed, done = (after(calendar, begun, minutes) for minutes in (arrives, taken, free[who]))
        rows.append(
            Task(dossier_id=dossier.id, lane=Lane.MANUAL, code=dossier.code, step="verify", kind=TaskKind.HUMAN,
                 status=TaskStatus.DONE, team=TEAM, ready_at=ready, due_at=after(calendar, ready, 60), assignee=who,
                 claimed_at=claimed, done_at=done, done_by=who, outcome="approved")
        )  # fmt: skip
    with office.store.begin() as work:
        work.tasks.add(rows)
    clock_of(office).to(after(calendar, begun, max(free.values()) + 1))


def after(calendar: WorkingCalendar, start: datetime, minutes: float) -> datetime:
    return calendar.add(start, timedelta(minutes=minutes))


def of_size(told: WhatIf, people: int) -> Simulated:
    return next(each for each in told.simulated if each.people == people)


def test_simulated_with_those_who_worked_it_comes_near_what_was_measured(either: Office) -> None:
    worked_off(either, people=2, every=10, takes=16, tasks=200)
    told = either.staffing.what_if(Lane.MANUAL, TEAM, 3)
    assert told.unknown == ""
    assert (told.worked_by, told.present, told.learned_from) == (2, len(members_of(either, TEAM)), 200)
    assert told.near is True
    assert told.measured is not None
    same = of_size(told, 2)
    assert abs(same.utilisation.mean - told.measured.utilisation) < 0.05
    assert abs(same.on_time.mean - told.measured.on_time) < 0.1


def test_more_people_wait_less_and_too_few_are_warned_of(either: Office) -> None:
    worked_off(either, people=2, every=10, takes=16, tasks=200)
    told = either.staffing.what_if(Lane.MANUAL, TEAM, 1)
    one, two, present = (of_size(told, size) for size in (1, 2, told.present))
    assert one.grows
    assert one.load > 1 > two.load > present.load
    assert one.p90_wait_hours.mean > two.p90_wait_hours.mean > present.p90_wait_hours.mean
    assert one.on_time.mean < two.on_time.mean <= present.on_time.mean
    assert one.longest_queue.mean > two.longest_queue.mean
    assert one.median_wait_hours.low <= one.median_wait_hours.mean <= one.median_wait_hours.high


def test_the_same_question_has_the_same_answer(either: Office) -> None:
    worked_off(either, people=2, every=10, takes=16, tasks=60)
    first, second = (either.staffing.what_if(Lane.MANUAL, TEAM, 3, runs=10) for _ in range(2))
    assert first == second


def test_too_little_to_learn_from_is_unknown(either: Office) -> None:
    worked_off(either, people=2, every=10, takes=16, tasks=ENOUGH - 1)
    told = either.staffing.what_if(Lane.MANUAL, TEAM, 3)
    assert told.unknown.startswith(f"only {ENOUGH - 1} tasks")
    assert (told.simulated, told.near) == ((), None)


def test_days_before_those_asked_for_teach_nothing(either: Office) -> None:
    worked_off(either, people=2, every=10, takes=16, tasks=60)
    clock_of(either).forward(days=10)
    assert either.staffing.what_if(Lane.MANUAL, TEAM, 3, days=5).learned_from == 0
    assert either.staffing.what_if(Lane.MANUAL, TEAM, 3, days=28).learned_from == 60


def test_a_team_of_the_other_lane_is_refused_with_those_there_are(either: Office) -> None:
    refusal = refused(lambda: either.staffing.what_if(Lane.MANUAL, "online-verify", 3))
    assert refusal.code == "unknown_team"
    assert TEAM in refusal.allowed
