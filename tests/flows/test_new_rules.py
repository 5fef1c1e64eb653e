"""Running services take other rules up by themselves; what is broken changes nothing in them, and is told."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from prefect.client.orchestration import get_client
from structlog.testing import capture_logs
from support.drafts import Drafts
from support.office import CONFIG, Lodged, a_dossier, an_office, do, shipped
from support.processes import Processes, wait_until

import adapters.current
from adapters.files import write_whole
from adapters.settings import Settings
from domain.roles import Lane
from flows import serve
from flows.drive_lane import drive_lane
from flows.process import Told
from flows.runtime import Turn, during, using
from lanes.office import Office

pytestmark = pytest.mark.usefixtures("prefect_server")

MANAGER = shipped().lanes[Lane.MANUAL].manager


@pytest.fixture(autouse=True)
def looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits a second for the next look."""
    monkeypatch.setattr(adapters.current, "LOOK_S", 0.0)
    monkeypatch.setattr(adapters.current, "AGAIN_S", 0.0)


@pytest.fixture
def every_log() -> Iterator[None]:
    """Logs of every level, also where a command called in this process before has kept them to warnings."""
    before = structlog.get_config()
    structlog.reset_defaults()
    yield
    structlog.configure(**before)


def driving(office: Office, settings: Settings, meanwhile: Callable[[], Awaitable[None]]) -> None:
    """Let one long turn of the manual lane run while `meanwhile` happens."""

    async def both() -> None:
        turn = Turn()
        with using(office, settings), during(turn):
            run = asyncio.create_task(drive_lane(Lane.MANUAL, minutes=5))
            try:
                await meanwhile()
            finally:
                turn.stop.set()
                await run

    asyncio.run(both())


async def received_and_entered(lodged: Lodged) -> None:
    """Complete the first step of people; the turn executes what is before and after it."""
    await asyncio.to_thread(wait_until, lambda: "receive" in lodged.tasks, 60, "the first step was executed")
    do(lodged, "receive")
    await asyncio.to_thread(wait_until, lambda: "enter" in lodged.tasks, 60, "the step was executed")


def rules_of(office: Office, lodged: Lodged, step: str) -> int:
    """The version that a step's clock runs under."""
    with office.store.read() as work:
        task = lodged.tasks[step].id
        return next(each.rules for each in work.clocks.of(lodged.dossier.id) if each.task_id == task)


def test_a_turn_that_is_under_way_goes_on_by_the_new_rules(drafting: Office, drafts: Drafts) -> None:
    first, second = (a_dossier(drafting).of_type("KK-BARU").lodged() for _ in range(2))
    number = 0

    async def meanwhile() -> None:
        nonlocal number
        await received_and_entered(first)
        drafts.promise(Lane.MANUAL, human="3wh", steps={})
        number = drafting.rules.apply(Lane.MANUAL, by=MANAGER, reason="new hands").version.id
        await received_and_entered(second)

    driving(drafting, Settings(config=CONFIG), meanwhile)
    assert rules_of(drafting, first, "enter") == drafting.config.rules[Lane.MANUAL]
    assert rules_of(drafting, second, "enter") == number


@pytest.mark.usefixtures("every_log")
def test_a_broken_file_changes_nothing_and_is_told_once(tmp_path: Path, drafts: Drafts) -> None:
    """New rules are in force, but the office cannot be made anew: it goes on by those of before."""
    folder = tmp_path / "config"
    shutil.copytree(CONFIG, folder)
    office = an_office(tmp_path, folder=folder, config=None, rule_files=drafts)
    lodged = a_dossier(office).lodged()
    drafts.change(Lane.MANUAL, watch={"every": "7m"})
    number = office.rules.apply(Lane.MANUAL, by=MANAGER, reason="new hands").version.id
    text = (folder / "office.yaml").read_text()
    write_whole(folder / "office.yaml", (text + "\npostcode: 95511\n").encode())
    (tmp_path / "config-taken-up.json").unlink()  # nor are the files of before there any more

    async def meanwhile() -> None:
        await received_and_entered(lodged)
        assert rules_of(office, lodged, "enter") == office.config.rules[Lane.MANUAL]
        write_whole(folder / "office.yaml", text.encode())  # no reader sees half of it
        await asyncio.to_thread(
            wait_until, lambda: any(each["event"] == "rules_taken_up" for each in logs), 60, "the mended file was read"
        )

    with capture_logs() as logs:
        driving(office, Settings(config=folder), meanwhile)
    (told,) = [each for each in logs if each["event"] == "rules_not_taken_up"]
    assert (told["log_level"], told["problems"]) == ("error", 1)
    assert told["first"] == f"{folder / 'office.yaml'}:{len(text.splitlines()) + 2}"
    assert next(each["manual"] for each in logs if each["event"] == "rules_taken_up") == number


def test_schedules_follow_the_rules(
    drafting: Office, drafts: Drafts, tmp_path: Path, prefect_server: Processes
) -> None:
    async def every(served: set[UUID]) -> dict[str, float]:
        async with get_client() as client:
            found = [await client.read_deployment(key) for key in served]
        return {each.name: each.schedules[0].schedule.interval.total_seconds() for each in found}

    async def scenario() -> tuple[dict[str, float], dict[str, float]]:
        registered: list[set[UUID]] = []
        register = serve.register

        async def noted(plan: list[serve.Scheduled]) -> dict[UUID, object]:
            served = await register([each for each in plan if each.flow is serve_watch])
            registered.append(set(served))
            return served  # type: ignore[return-value]

        serve_watch = serve.sweeps(drafting.config)[0].flow
        serve.register = noted  # type: ignore[assignment]
        told = Told("serve", tmp_path)
        try:
            with using(drafting, prefect_server.settings):
                serving = asyncio.create_task(serve.serve(told))
                await asyncio.to_thread(wait_until, lambda: len(registered) == 1, 60, "registered")
                before = await every(registered[0])
                drafts.change(Lane.MANUAL, watch={"every": "7m"})
                drafting.rules.apply(Lane.MANUAL, by=MANAGER, reason="often enough")
                await asyncio.to_thread(wait_until, lambda: len(registered) == 2, 60, "registered again")
                after = await every(registered[1])
                told.stop.set()
                await serving
        finally:
            serve.register = register
        return before, after

    before, after = asyncio.run(scenario())
    assert before["online"] == after["online"] == 60
    assert after["manual"] == 7 * 60 != before["manual"]
