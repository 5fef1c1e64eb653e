"""Outreach: recorded by who answers for a lane, and shown with what came of it (`domain.outreach`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import Refused
from domain.office import OfficeConfig
from domain.outreach import LONGEST, Effect, effect, windows
from domain.permissions import not_allowed, why_not_record_outreach
from lanes.people import People
from lanes.ports import Clock, Places
from lanes.records.outreach import Outreach
from lanes.store import Store, Work

_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class WithEffect:
    """An outreach and what came of it."""

    outreach: Outreach
    effect: Effect


class OutreachBook:
    """See the module."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People, places: Places) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._places = people, places

    def record(self, district: str, what: str, *, since: datetime, until: datetime, by: str) -> Outreach:
        """Put on record that people of a district were told, in which words `what` says how. Raises Refused for people
        who may not, a district that is not the city's, no words or too many, and times that do not follow."""
        now, city = self._clock.now(), self._config.office.city_code
        if not district.startswith(f"{city}.") or self._places.name(district) == district or district.count(".") != 2:
            raise Refused("unknown_district", f"{district!r} is no district of this city.",
                          allowed=f"its code, as {city}.01")  # fmt: skip
        if not 0 < len(what.strip()) <= _LONGEST_WORDS:
            raise Refused("no_words", "An outreach needs words for what was done.",
                          allowed=f"1 to {_LONGEST_WORDS} characters, and nobody's name")  # fmt: skip
        if not since < until:
            raise Refused("end_before_start", "An outreach ends after it began.", allowed="a later end")
        if until > since + LONGEST:
            raise Refused("outreach_too_long", "An outreach lasts a year at most.",
                          allowed=f"an end up to {since + LONGEST:%Y-%m-%d}")  # fmt: skip
        if since > now:
            raise Refused("in_the_future", "What was not done yet is not recorded.", allowed="once it has begun")
        with self._store.begin() as work:
            reason = why_not_record_outreach(self._people.actor(work, by, now))
            if reason:
                raise not_allowed(reason)
            new = Outreach(district=district, since=since, until=until, what=what.strip(), by=by, recorded_at=now)
            work.outreaches.add(new)
        return new

    def told(self, limit: int = 100) -> Sequence[WithEffect]:
        """The newest outreaches, each with its effect so far."""
        with self._store.read() as work:
            return effects(work, self._clock.now(), limit)


def effects(work: Work, now: datetime, limit: int = 100) -> list[WithEffect]:
    """The newest outreaches of a store, each with its effect by `now`."""
    found = []
    for each in work.outreaches.listing(limit):
        earlier, later = windows(each.since, each.until, now)
        days = max(0, (later[1] - later[0]).days)
        told = effect(each.district, work.figures.arrivals(*earlier), work.figures.arrivals(*later), days)
        found.append(WithEffect(each, told))
    return found
