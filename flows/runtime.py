"""What a flow needs and Prefect must not see: the office it works for, and when it has to stop.

Prefect stores and shows a flow's parameters, so neither is one. A process builds its office from its settings, and anew
when other rules come into force; tests and the demo lend theirs with `using`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from adapters.bootstrap import build
from adapters.current import Current
from adapters.settings import Settings
from lanes.office import Office

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workplace:
    """An office together with the settings it was built from."""

    office: Office
    settings: Settings


@dataclass(frozen=True, slots=True)
class Turn:
    """One run of a lane as its caller sees it: set `stop` to end it early; `draining` is set when it claims no more.

    `led`: the caller's clock stands still while the run works, as in the demo. It then looks for work only when
    `look` is set, sets `idle` when nothing is left to do, and lets no time pass before a retry.
    """

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    look: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    led: bool = False


class _Kept:
    """A workplace whose office is kept current."""

    def __init__(self, office: Office, settings: Settings) -> None:
        self._current, self._settings = Current(office), settings

    def workplace(self) -> Workplace:
        return Workplace(self._current.office(), self._settings)


_lent: ContextVar[_Kept | None] = ContextVar("workplace", default=None)
_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


@cache
def _own() -> _Kept:
    settings = Settings()
    return _Kept(build(settings), settings)


def workplace() -> Workplace:
    """The office lent by `using`, or this process's own, built at the first call; with the rules in force now, if they
    could be taken up. Raises what `build` raises, at the first call only.

    When rules changed, the call that notices takes as long as opening an office: loops call it `in_thread`.
    """
    return (_lent.get() or _own()).workplace()


def turn() -> Turn:
    """The turn this run was started in, or a new one that nobody stops from outside."""
    return _turn.get() or Turn()


@contextmanager
def using(office: Office, settings: Settings) -> Iterator[Workplace]:
    """Let every flow called within work for this office."""
    kept = _Kept(office, settings)
    token = _lent.set(kept)
    try:
        yield kept.workplace()
    finally:
        _lent.reset(token)


@contextmanager
def during(own: Turn) -> Iterator[None]:
    """Let the flow called within be stopped through `own`."""
    token = _turn.set(own)
    try:
        yield
    finally:
        _turn.reset(token)


def in_thread(call: Callable[[], T]) -> Awaitable[T]:
    """Run blocking work in a daemon thread of its own; a cancelled wait leaves the thread behind and goes on at once.

    Pools wait for their threads when the process ends, and a step that hangs for ever would never let it.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.cancelled():
            return  # whoever waited has gone: the lease decides what becomes of the work
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result, error = None, None
        try:
            result = call()
        except BaseException as caught:
            error = caught
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=copy_context().run, args=(work,), name="step", daemon=True).start()
    return future
