"""One lane's turn of work: claim what is ready, execute it, keep its leases, hand back what was not begun.

Everything that must survive a crash is in the office's database. This process only holds leases: killed at any
point, what it had in hand is taken over by another when they run out.
"""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TypeVar

import structlog

from domain.roles import Lane
from flows.runtime import Turn, Workplace, in_thread, workplace
from flows.tasks import Job, run
from lanes.engine import Claim
from lanes.office import Office
from lanes.records.webhooks import Delivery
from lanes.store import Message

T = TypeVar("T")
log = structlog.get_logger()

LOOK_S = 0.25  # how often a lane looks for new work: seen within a second, at four small queries a second
DRAIN_S = 60.0  # how long steps begun in a turn may go on after it; the caller starts its next turn meanwhile
STOP_S = 4.0  # how long they may go on when the process was asked to stop
HELD = 25  # steps for each slot that a turn may have in hand: those that rest before another try take no slot
HOOKS = 2  # webhook messages at once: they wait for strangers, so they have slots of their own
MOST_TAKES = 10  # beyond its retries: a step that ends its worker every time must not end them for ever


class Driver:
    """A turn of work in one lane, under an owner's name of its own."""

    def __init__(self, place: Workplace, lane: Lane, turn: Turn) -> None:
        self.office, self.lane, self.turn = place.office, lane, turn
        self.lease_s = place.settings.lease_s
        self.slots = place.settings.worker_slots
        self.letters = max(1, self.slots // 2)  # messages have slots of their own: a slow post delays no step
        self.owner = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self.counts: Counter[str] = Counter()
        self._steps: dict[int, asyncio.Task[None]] = {}
        self._jobs: dict[int, Job] = {}
        self._letters: dict[int, asyncio.Task[None]] = {}
        self._hooks: dict[int, asyncio.Task[None]] = {}
        self._look = turn.look  # set when something ended: its dossier may have its next step ready

    async def work(self, seconds: float, *, until_idle: bool) -> dict[str, int]:
        """Work for `seconds`, or until nothing is left to do; gives how many steps and messages ended how."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        keeper = asyncio.create_task(self._keep_leases())
        try:
            while loop.time() < end and not self.turn.stop.is_set():
                self._look.clear()
                found = await self._take()
                if not found and not self._busy():
                    if until_idle:
                        break
                    self.turn.idle.set()
                await self._pause(end - loop.time())
            self.turn.draining.set()
            await self._drain()
        finally:
            self.turn.draining.set()
            keeper.cancel()
            await asyncio.shield(self._let_go())
        return dict(self.counts)

    def _busy(self) -> list[asyncio.Task[None]]:
        return [*self._steps.values(), *self._letters.values(), *self._hooks.values()]

    async def _take(self) -> bool:
        """Claim as much as there are free slots for, and begin it."""
        found = False
        if room := self._room():
            for claim in await self._ask(lambda: self._newest().engine.claim_ready(self.lane, self.owner, room)):
                self._begin(self._steps, claim.task_id, self._step(claim))
                found = True
        if room := self.letters - len(self._letters):
            for message in await self._ask(lambda: self._newest().outbox.claim(self.lane, room)):
                self._begin(self._letters, message.id, self._letter(message))
                found = True
        if room := HOOKS - len(self._hooks):
            for delivery in await self._ask(lambda: [*self._newest().webhooks.claim(self.lane, room)]):
                self._begin(self._hooks, delivery.id, self._hook(delivery))
                found = True
        return found

    def _room(self) -> int:
        """How many more steps may be begun. What rests before another try takes no slot, or one system that is away
        would stop all the steps that do not need it."""
        at_work = sum(not job.resting for job in self._jobs.values())
        return max(0, min(self.slots - at_work, HELD * self.slots - len(self._steps)))

    def _newest(self) -> Office:
        """The office by the rules in force now: they hold from this claim on; what is begun ends under those before."""
        self.office = workplace().office
        return self.office

    async def _ask(self, claim: Callable[[], list[T]]) -> list[T]:
        """A locked or lost database ends no turn: people may be working on it, and it comes back."""
        try:
            return await in_thread(claim)
        except Exception as error:
            log.warning("claim_failed", lane=self.lane, error=type(error).__name__)
            await asyncio.sleep(4 * LOOK_S)
            return []

    def _begin(self, running: dict[int, asyncio.Task[None]], key: int, work: Coroutine[None, None, None]) -> None:
        running[key] = task = asyncio.create_task(work)

        def ended(task: asyncio.Task[None]) -> None:
            running.pop(key, None)
            self._look.set()
            if not task.cancelled() and (error := task.exception()):  # the lease runs out and another takes it up
                log.warning("result_not_kept", lane=self.lane, error=type(error).__name__)

        task.add_done_callback(ended)

    async def _step(self, claim: Claim) -> None:
        engine = self.office.engine
        job = Job(
            name=f"{claim.number} {claim.step}",
            tags=(f"lane:{claim.lane}", f"type:{claim.code}"),
            call=partial(engine.execute, claim),
            # Each time it is taken counts as a try, or steps of workers that die young would never give up.
            retries=max(0, claim.retries + 1 - claim.attempts),
            delay_s=0.0 if self.turn.led else claim.retry_delay_s,
            timeout_s=claim.timeout_s,
        )
        if claim.attempts > claim.retries + MOST_TAKES:
            outcome, job.reason = "failed", f"It was begun {claim.attempts - 1} times and never came to an end."
        else:
            self._jobs[claim.task_id] = job
            try:
                outcome = await self._run(job)
            finally:
                del self._jobs[claim.task_id]
        if outcome == "failed":
            await in_thread(partial(engine.give_up, claim, job.reason))
            log.warning("step_stuck", dossier=claim.number, step=claim.step, reason=job.reason)
        elif outcome == "broken":
            await in_thread(partial(engine.release, self.owner, [claim.task_id]))
        self.counts[outcome] += 1

    async def _letter(self, message: Message) -> None:
        job = Job(
            name=message.key,
            tags=(f"lane:{self.lane}", f"message:{message.message}"),
            call=partial(self.office.outbox.deliver, message),
        )
        self.counts["messages" if await self._run(job) == "done" else "messages_failed"] += 1

    async def _hook(self, delivery: Delivery) -> None:
        job = Job(
            name=f"{delivery.number} {delivery.kind}",
            tags=(f"lane:{self.lane}", "webhook"),
            call=partial(self.office.webhooks.deliver, delivery),
        )
        self.counts["webhooks" if await self._run(job) == "done" else "webhooks_failed"] += 1

    async def _run(self, job: Job) -> str:
        """`tasks.run`; "broken" when Prefect itself failed, so that the work is tried again rather than given up."""
        try:
            return await run(job)
        except Exception as error:
            log.warning("task_run_broken", run=job.name, error=type(error).__name__)
            await asyncio.sleep(1)
            return "broken"

    async def _pause(self, left: float) -> None:
        """Until it is time to look again: something ended, somebody asked to stop, or `LOOK_S` went by."""
        longest = left if self.turn.led else min(LOOK_S, left)
        waits = [asyncio.create_task(self._look.wait()), asyncio.create_task(self.turn.stop.wait())]
        await asyncio.wait(waits, timeout=max(0.0, longest), return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _drain(self) -> None:
        """Let what was begun come to its end, within bounds."""
        loop = asyncio.get_running_loop()
        limit = loop.time() + DRAIN_S
        stopping = False
        while (busy := self._busy()) and loop.time() < limit:
            if self.turn.stop.is_set() and not stopping:
                stopping, limit = True, loop.time() + STOP_S
            await asyncio.wait(busy, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)

    async def _let_go(self) -> None:
        """Hand back the leases of what did not end, so that another takes it up at once."""
        left, busy = list(self._steps), self._busy()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        if left:
            log.info("steps_handed_back", lane=self.lane, count=len(left))
            await in_thread(partial(self.office.engine.release, self.owner, left))

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self.lease_s / 3)
            if held := list(self._steps):
                try:
                    await in_thread(partial(self.office.engine.extend, self.owner, held))
                except Exception as error:
                    log.warning("lease_not_extended", lane=self.lane, error=type(error).__name__)
