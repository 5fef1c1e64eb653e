"""kill -9 of a lane worker, of Prefect's server, and of everything at once, in the middle of 200 dossiers.

Everything here is real: processes, database, register, documents, seals, messages. After each kill the dead processes
are started again, as `jalur up` does, and nothing else is done about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from support.office_driver import OfficeDriver
from support.processes import Processes, wait_until

from domain.dossier import Dossier, DossierStatus, Task, TaskKind, TaskStatus
from domain.roles import Lane

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

DOSSIERS = 200
A_MINUTE = 60.0


@pytest.fixture
def driver(processes: Processes) -> OfficeDriver:
    """An office with two lane workers at work on 200 dossiers."""
    driver = OfficeDriver(processes.settings)
    processes.prefect()
    processes.worker("online")
    processes.worker("manual")
    driver.hand_in(DOSSIERS)
    return driver


def test_nothing_is_lost_and_nothing_happens_twice_whatever_is_killed(
    driver: OfficeDriver, processes: Processes
) -> None:
    work_until(driver, lambda: done(driver) > 1 * DOSSIERS and running(driver, Lane.ONLINE))
    hand = in_hand(driver)
    processes.kill("work-online")
    processes.worker("online")
    goes_on(driver, hand)

    work_until(driver, lambda: done(driver) > 3 * DOSSIERS and running(driver))
    hand = in_hand(driver)
    processes.kill("prefect")
    work_until(driver, lambda: True)  # people go on meanwhile
    processes.prefect()
    goes_on(driver, hand)

    work_until(driver, lambda: done(driver) > 4 * DOSSIERS and running(driver))
    hand = in_hand(driver)
    processes.kill()
    work_until(driver, lambda: True)
    processes.prefect()
    processes.worker("online")
    processes.worker("manual")
    goes_on(driver, hand)

    work_until(driver, lambda: not driver.open)
    wait_until(lambda: not unsent(driver), A_MINUTE, lambda: unsent(driver))
    driver.office.audit.seal()
    assert driver.office.audit.verify() == []
    assert {each.dossier.status for each in driver.lodged} == {DossierStatus.ISSUED}
    every_step_was_done_once(driver)
    every_effect_in_the_register_happened_once(driver)
    no_document_number_was_issued_twice(driver)
    every_message_was_sent_once(driver)


# --- what the sentences above mean ---------------------------------------------------------------------------------


def work_until(driver: OfficeDriver, condition: Callable[[], object]) -> None:
    """People do their work until something holds; it must come, for nothing stands still for three minutes. They are
    looked at often, or the machines would be done with everything while the people are."""

    def people_and_then() -> object:
        driver.do_people_s_work(most=20)
        return condition()

    wait_until(people_and_then, 3 * A_MINUTE, driver.waits_for, rest_s=0.05)  # people do not rest meanwhile


def goes_on(driver: OfficeDriver, hand: set[int]) -> None:
    """Every step that was to be done when something was killed is done within a minute, with no help."""
    wait_until(lambda: not hand & in_hand(driver), A_MINUTE, driver.waits_for)


def automatic(driver: OfficeDriver, *statuses: TaskStatus) -> list[tuple[Task, Dossier]]:
    with driver.office.store.read() as work:
        found = work.tasks.listing(statuses=statuses, limit=100_000)
    return [(task, dossier) for task, dossier in found if task.kind is TaskKind.AUTOMATIC]


def in_hand(driver: OfficeDriver) -> set[int]:
    """The steps that are ready or being executed."""
    return {task.id for task, _ in automatic(driver, TaskStatus.READY, TaskStatus.RUNNING)}


def running(driver: OfficeDriver, *lanes: Lane) -> int:
    """How many steps are being executed."""
    return sum(task.lane in (lanes or Lane) for task, _ in automatic(driver, TaskStatus.RUNNING))


def done(driver: OfficeDriver) -> int:
    """How many automatic steps have ended."""
    return len(automatic(driver, TaskStatus.DONE))


def unsent(driver: OfficeDriver) -> Counter[str]:
    with driver.office.store.read() as work:
        return Counter(m.status for m in work.outbox.listing(limit=100_000) if m.status != "sent")


def every_step_was_done_once(driver: OfficeDriver) -> None:
    times = Counter((dossier.number, task.step) for task, dossier in automatic(driver, TaskStatus.DONE))
    assert set(times.values()) == {1}


def every_effect_in_the_register_happened_once(driver: OfficeDriver) -> None:
    expected = [
        f"{dossier.number}:{task.step}:{task.id}"
        for task, dossier in automatic(driver, TaskStatus.DONE)
        if task.outcome in ("recorded", "unique")
    ]
    assert Counter(event.key for event in driver.register.events()) == Counter(expected)


def no_document_number_was_issued_twice(driver: OfficeDriver) -> None:
    documents = [document for each in driver.lodged for document in driver.office.views.dossier(each.number)[3]]
    made = [task for task, _ in automatic(driver, TaskStatus.DONE) if task.outcome == "made"]
    assert len(made) >= DOSSIERS
    assert len({document.number for document in documents}) == len(documents) == len(made)


def every_message_was_sent_once(driver: OfficeDriver) -> None:
    with driver.office.store.read() as work:
        keys = [message.key for message in work.outbox.listing(limit=100_000)]
    assert len(set(keys)) == len(keys) >= 2 * DOSSIERS
    assert len(list((driver.settings.home / "messages").glob("*.txt"))) == len(keys)
