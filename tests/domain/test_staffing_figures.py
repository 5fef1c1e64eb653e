"""What a team's tasks teach of how long they take, and how a simulation is held against what was measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.calendar import CalendarSpec, WorkingCalendar
from domain.calendar.plan import micros
from domain.staffing import ENOUGH, Interval, TeamTask, interval, is_near, learn

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # 08:00 in the office
HOUR = 3_600_000_000
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("08:00-12:00", "13:00-16:00"))
CALENDAR = WorkingCalendar(CalendarSpec.model_validate({"timezone": "Asia/Makassar", "week": WEEK}))
SINCE, UNTIL = micros(MONDAY), micros(MONDAY + timedelta(days=5))


def at(hours: float, day: int = 0) -> int:
    """So many hours after opening on a day of that week."""
    return SINCE + int((day * 24 + hours) * HOUR)


def a_task(number: int, *, ready: int, claimed: int | None = None, done: int | None = None, due: int | None = None,
           by: str = "ani", step: str = "enter", priority: int = 0) -> TeamTask:  # fmt: skip
    return TeamTask(id=number, step=step, priority=priority, ready=ready, due=due, claimed=claimed, done=done,
                    by=None if done is None else by)  # fmt: skip


def test_time_in_hand_counts_working_time_only() -> None:
    learned = learn([a_task(1, ready=at(7), claimed=at(7.5), done=at(1, day=1))], CALENDAR, SINCE, UNTIL)
    assert learned.services == {"enter": (int(1.5 * HOUR),)}  # half an hour, the night, and an hour


def test_a_list_taken_up_in_the_morning_is_worked_off_one_by_one() -> None:
    tasks = [a_task(1, ready=at(0), claimed=at(0), done=at(1)), a_task(2, ready=at(0), claimed=at(0), done=at(3)),
             a_task(3, ready=at(0), claimed=at(0), done=at(2), by="budi")]  # fmt: skip
    learned = learn(tasks, CALENDAR, SINCE, UNTIL)
    assert sorted(learned.services["enter"]) == [HOUR, 2 * HOUR, 2 * HOUR]
    assert learned.worked_by == 2


def test_a_task_that_nobody_took_before_completing_it_teaches_no_time() -> None:
    learned = learn([a_task(1, ready=at(0), claimed=at(1), done=at(1))], CALENDAR, SINCE, UNTIL)
    assert learned.known == 0
    assert len(learned.jobs) == 1


def test_what_waited_at_the_beginning_is_there_at_once_and_what_comes_at_night_is_there_in_the_morning() -> None:
    tasks = [a_task(1, ready=at(-72)), a_task(2, ready=at(10)), a_task(3, ready=at(0, day=1))]
    assert [job.ready for job in learn(tasks, CALENDAR, SINCE, UNTIL).jobs] == [0, 7 * HOUR, 7 * HOUR]


def test_jobs_stand_in_lane_order_by_priority_then_due_time_then_age() -> None:
    tasks = [a_task(1, ready=at(0)), a_task(2, ready=at(0), due=at(5)), a_task(3, ready=at(0), due=at(2)),
             a_task(4, ready=at(0), due=at(9), priority=1)]  # fmt: skip
    jobs = sorted(learn(tasks, CALENDAR, SINCE, UNTIL).jobs, key=lambda job: job.order)
    assert [job.order[-1] for job in jobs] == [4, 3, 2, 1]


def test_what_was_measured_tells_waits_in_working_hours_and_the_longest_line() -> None:
    tasks = [a_task(n, ready=at(n * 0.5), claimed=at(n * 0.5 + n), done=at(7.9), due=at(3)) for n in range(1, 4)]
    measured = learn(tasks, CALENDAR, SINCE, UNTIL).measured
    assert measured is not None
    assert (measured.tasks, measured.median_wait_hours, measured.on_time) == (3, 2.0, 0.0)
    assert measured.longest_queue == 2


def test_the_load_is_the_work_that_came_in_against_the_time_of_the_people() -> None:
    tasks = [a_task(n, ready=at(0), claimed=at(n - 1), done=at(n)) for n in range(1, 5)]
    learned = learn(tasks, CALENDAR, SINCE, UNTIL)
    assert learned.load(1) == pytest.approx(4 / 35)
    assert learned.load(2) == pytest.approx(2 / 35)


def test_a_step_with_too_few_tasks_draws_from_all_and_the_same_seed_draws_the_same() -> None:
    tasks = [a_task(n, ready=at(0), claimed=at(0), done=at(n / 20), by=f"p{n}") for n in range(1, ENOUGH + 1)]
    tasks.append(a_task(99, ready=at(0), claimed=at(0), done=at(3), by="last", step="verify"))
    learned = learn(tasks, CALENDAR, SINCE, UNTIL)
    assert len(learned.pool("enter")) == ENOUGH
    assert len(learned.pool("verify")) == ENOUGH + 1
    assert learned.drawn(1) == learned.drawn(1) != learned.drawn(2)


def test_an_interval_holds_the_mean_and_narrows_with_more_runs() -> None:
    few, many = interval([1.0, 3.0]), interval([1.0, 3.0] * 20)
    assert few.mean == many.mean == 2.0
    assert few.low < many.low < 2.0 < many.high < few.high
    assert interval([1.0, 1.0, 0.5]).high == 1.0


def test_a_simulation_is_near_when_wait_and_share_in_time_are() -> None:
    tasks = [a_task(n, ready=at(0), claimed=at(1), done=at(2), by=f"p{n}") for n in range(1, 4)]
    measured = learn(tasks, CALENDAR, SINCE, UNTIL).measured
    assert measured is not None
    wait, share = Interval(1.4, 1.4, 1.4), Interval(0.95, 0.9, 1.0)
    assert is_near(measured, wait, wait, share)
    assert not is_near(measured, Interval(1.6, 1.5, 1.7), wait, share)
    assert not is_near(measured, wait, Interval(0.4, 0.4, 0.4), share)
    assert not is_near(measured, wait, wait, Interval(0.8, 0.8, 0.8))
