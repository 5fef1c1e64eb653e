"""What people do in a benchmark's office: made-up residents apply for a family card, staff complete their tasks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from adapters.demo.scans import blank_scan
from domain.dossier import Dossier, Task, TaskStatus
from domain.form import FieldType, FormField
from domain.numbers import compose_family_card
from domain.progress import branch_of
from domain.roles import Lane
from lanes.intake import Application
from lanes.office import Office

CODE = "KK-BARU"
_CHANNELS = {Lane.ONLINE: "web", Lane.MANUAL: "counter"}
_FACTS = {"marriage": "book", "member_count": "3"}
_LOOK_S = 0.02
_SCAN = blank_scan("a page of a benchmark")


def applications(office: Office, lane: Lane, *, first: int, count: int) -> Iterable[Application]:
    """Applications of residents number `first` on; the same resident may apply once."""
    registry: Any = office.tools.registry
    workflow = office.config.workflows[CODE].in_lane(lane)
    asked = workflow.requirements(_FACTS)
    papers = {each.id: _SCAN if lane is Lane.ONLINE else None for each in asked}
    for person in registry.people(first, count):
        fields: dict[str, object] = {
            "applicant_nik": person.nik,
            "applicant_name": person.name,
            "applicant_family_card": person.family_card,
            "applicant_phone": "081234567890",
            "applicant_address": "Jalan Contoh 1",
            "district": person.district,
            "village": person.village,
            "members": person.nik,  # whose family stays on the old card and may apply as well
            **_FACTS,
        }
        yield Application(lane=lane, channel=_CHANNELS[lane], code=CODE, fields=fields, papers=papers)


def open_tasks(office: Office, lane: Lane) -> list[tuple[Task, Dossier]]:
    """People's tasks that nobody has taken."""
    with office.store.read() as work:
        return work.tasks.listing(lane=lane, statuses=[TaskStatus.OPEN], limit=10_000)


def _filled_in(field: FormField, dossier: Dossier) -> str:
    if field.type is FieldType.FAMILY_CARD:  # nobody else's: serials of a day, and then of the day before
        days, serial = divmod(2 * int(dossier.number.rpartition("-")[2]) + (dossier.lane is Lane.ONLINE), 9_999)
        on = dossier.submitted_at.date() - timedelta(days=days)
        return compose_family_card(region="717206", recorded=on, serial=1 + serial)
    return field.choices[0] if field.choices else "yes"


def complete(office: Office, task: Task, dossier: Dossier) -> bool:
    """Have somebody of the task's team complete it on the way on; gives whether automatic steps follow."""
    workflow = office.config.workflows[dossier.code].in_lane(dossier.lane)
    team = office.config.lanes[task.lane].team[task.team or ""]
    person = next(name for name in team.members if name not in task.barred)
    step = workflow.steps[task.step]
    values = {name: _filled_in(workflow.workflow.field[name], dossier) for name in step.form}
    reason = next(iter(office.config.lanes[task.lane].out_of_turn.reasons))  # work goes on while they are listed
    office.desk.complete_task(task.id, by=person, values=values, out_of_turn=reason)
    following = branch_of(workflow, task.step, step.way_on, dossier.facts).to
    return any(workflow.steps[name].automatic for name in following)


def until_done(
    office: Office, lane: Lane, acts: Iterable[Callable[[], int | None]], *, pace_s: float, give_up_s: float
) -> list[float]:
    """Do `acts`, and tell for each how long the automatic steps that it made ready took to their end, in seconds.

    An act returns the id of the dossier to watch, `pace_s` seconds before the next one, or None when no automatic step
    follows. Measured from its commit until no automatic step of the dossier is seen any more, looking every 20 ms.
    Raises TimeoutError when nothing ends for `give_up_s`.
    """
    waiting: dict[int, float] = {}
    took: list[float] = []
    todo = iter(acts)
    act = next(todo, None)
    next_act = last_end = time.perf_counter()
    while act or waiting:
        while act and time.perf_counter() >= next_act:
            if (dossier := act()) is not None:
                waiting[dossier] = last_end = time.perf_counter()
                next_act += pace_s
            act = next(todo, None)
        busy = _busy(office, lane)
        now = time.perf_counter()
        for dossier in waiting.keys() - busy:
            took.append(now - waiting.pop(dossier))
            last_end = now
        if now - last_end > give_up_s:
            raise TimeoutError(f"nothing of {len(waiting)} dossiers ended for {give_up_s:g} s")
        time.sleep(_LOOK_S)
    return took


def wait_idle(office: Office, lane: Lane, *, give_up_s: float) -> None:
    """Wait until a lane has no automatic step left. Raises TimeoutError after `give_up_s`."""
    limit = time.monotonic() + give_up_s
    while _busy(office, lane):
        if time.monotonic() > limit:
            raise TimeoutError(f"the {lane} lane did not come to rest in {give_up_s:g} s")
        time.sleep(_LOOK_S)


def _busy(office: Office, lane: Lane) -> set[int]:
    """The dossiers with an automatic step to be executed."""
    with office.store.read() as work:
        tasks = work.tasks.listing(lane=lane, statuses=[TaskStatus.READY, TaskStatus.RUNNING], limit=10_000)
    return {task.dossier_id for task, _ in tasks}


def percentile(seconds: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of the measurements do not exceed."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
