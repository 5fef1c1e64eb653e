"""An office of a running process, made anew when other rules come into force, and gone on with when that fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from domain.errors import ConfigError, Refused
from domain.words import counted
from lanes.office import Office

log = structlog.get_logger()

LOOK_S = 1.0  # how often the store is asked whether the rules are the newest: one small query
AGAIN_S = 10.0  # how long to leave it when the new ones could not be taken up: reading all files takes a while


class Current:
    """Gives the office as it should be now.

    An office that cannot be made anew (a file of the configuration is broken) changes nothing: the one before goes
    on, and `told` hears of it; it hears None once all is well again.
    """

    def __init__(self, office: Office, told: Callable[[str | None], None] = lambda words: None) -> None:
        self._office, self._told = office, told
        self._next, self._lock, self._trouble = time.monotonic() + LOOK_S, threading.Lock(), ""
        _log_mistakes(office)

    def office(self) -> Office:
        """The office; it is looked after at most once a second, by one caller at a time."""
        if time.monotonic() >= self._next and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._office

    def _look(self) -> None:
        self._next = time.monotonic() + LOOK_S
        try:
            if self._office.is_current():
                return self._well()
        except Refused as refused:  # the store is busy or away: those who work with it say so
            log.warning("rules_not_looked_at", code=refused.code)
            return None
        try:
            self._office = self._office.renew()
        except Exception as error:  # whatever it is, this office goes on
            self._next = time.monotonic() + AGAIN_S
            return self._trouble_of(error)
        _log_mistakes(self._office)
        log.info("rules_taken_up", **{lane.value: version for lane, version in self._office.config.rules.items()})
        return self._well()

    def _well(self) -> None:
        if self._trouble:
            self._trouble = ""
            self._told(None)

    def _trouble_of(self, error: Exception) -> None:
        """Say it once, until it is another trouble or none."""
        if isinstance(error, ConfigError):
            first, count = error.problems[0], len(error.problems)
            words = f"{counted(count, 'mistake')} in the configuration, the first: {first}"
            keys: dict[str, object] = {"problems": count, "first": f"{first.file}:{first.line}"}
        else:
            words = str(error) if isinstance(error, Refused) else f"Jalur itself failed ({type(error).__name__})"
            keys = {"error": type(error).__name__}
        if words != self._trouble:
            self._trouble = words
            log.error("rules_not_taken_up", **keys)
            self._told(words)


def _log_mistakes(office: Office) -> None:
    if office.mistakes:
        first = office.mistakes[0]
        log.error("configuration_broken", problems=len(office.mistakes), first=f"{first.file}:{first.line}")
