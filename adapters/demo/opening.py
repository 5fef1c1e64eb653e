"""Opens an office for the demo: empty, in the past, with made-up residents, few card blanks, no way to the outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from shutil import copytree
from typing import Final
from zoneinfo import ZoneInfo

from adapters.bootstrap import build, configured
from adapters.demo import five_weeks, mix, pace
from adapters.demo.applicants import Applicants
from adapters.demo.city import City
from adapters.demo.clock import SimulatedClock
from adapters.demo.incidents import events
from adapters.demo.marker import mark, marker
from adapters.demo.new_rules import edit
from adapters.demo.outcomes import drawn
from adapters.messages import FolderMessenger
from adapters.registry.outage import InterruptibleRegistry
from adapters.registry.sandbox import SandboxRegistry
from adapters.settings import Settings
from domain.errors import Refused
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.office import Office

_EVERYBODY: Final = 1_000_000
_BLANKS: Final = 0.45  # of those that will be needed are there at the start; the rest comes in later


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What was asked for: working days; dossiers in all (None: the city's own volumes); the share that comes online;
    whether the days are the five weeks of `adapters.demo.five_weeks`, whose flood comes on top of the dossiers."""

    days: int = 5
    dossiers: int | None = None
    online_share: float = 0.35
    seed: int = 1
    five_weeks: bool = False


def holds_dossiers(office: Office) -> int:
    """How many dossiers the office has taken in so far."""
    with office.store.read() as work:
        return sum(last for name, last in work.seals.counters().items() if name.startswith("dossier:"))


def open_city(settings: Settings, wish: Wish, *, end: datetime) -> City:
    """The simulation, ready to run up to `end`. Raises Refused when the office is not empty, or not the sandbox's."""
    if settings.registry_url is not None:
        raise Refused("real_register", "The demo applies for made-up residents, so it needs the sandbox register.",
                      allowed="unset JALUR_REGISTRY_URL")  # fmt: skip
    config = configured(settings)
    calendar, zone = config.calendars[Lane.MANUAL], ZoneInfo(config.office.timezone)
    days = mix.working_days(calendar, zone, end, wish.days)
    planned = mix.plan(
        days, calendar, online_share=wish.online_share, total=wish.dossiers, draw=drawn(wish.seed, "plan")
    )
    planned = mix.forgotten_before(planned, config.calendars, draw=drawn(wish.seed, "forgotten"))
    workers = pace.on_duty(config, planned, sum(day.share for day in days))
    befalls = events(days, config, workers)
    if wish.five_weeks:
        planned = five_weeks.flood(days, planned, calendar, drawn(wish.seed, "flood"))
        befalls = five_weeks.befalls(days, config, workers)
    begin = min([days[0].start, *(one.at for one in planned)]).astimezone(zone)
    clock = SimulatedClock(begin.replace(hour=0, minute=0, second=0, microsecond=0))
    share = 1.0 if wish.five_weeks else _BLANKS
    config = _with_blanks(config, pace.cards_expected(planned, config), share)
    messenger = FolderMessenger(settings.home / "messages", clock)
    first = build(settings, clock=clock, config=config, messenger=messenger)
    if found := holds_dossiers(first):
        whose = "of an earlier demo" if marker(settings).exists() else "that no demo made"
        raise Refused("not_empty", f"{settings.home} holds {found} dossiers {whose}; a demo needs a fresh home.",
                      allowed="another folder: JALUR_HOME=var/demo-2 jalur demo")  # fmt: skip
    mark(settings, {"seed": wish.seed, "finished": False})
    sandbox = first.tools.registry
    assert isinstance(sandbox, SandboxRegistry)
    registry = InterruptibleRegistry(sandbox)
    office = build(settings, clock=clock, config=config, messenger=messenger, store=first.store, registry=registry)
    return City(
        office=office, clock=clock, registry=registry, planned=planned, seed=wish.seed, end=end, workers=workers,
        applicants=Applicants(sandbox.people(0, _EVERYBODY), avoid=sandbox.doubles(), draw=drawn(wish.seed, "people")),
        events=befalls, config_folder=settings.config,
    )  # fmt: skip


def _with_blanks(config: OfficeConfig, needed: Mapping[str, int], share: float) -> OfficeConfig:
    stock = {
        name: item.model_copy(update={"at_start": round(needed[name] * share)})
        for name, item in config.office.stock.items()
    }
    return replace(config, office=config.office.model_copy(update={"stock": stock}))


def with_own_config(settings: Settings, today: date) -> Settings:
    """The settings with a copy of the configuration in the home, which the five weeks' managers may change."""
    own = settings.home / "config"
    if not own.exists():
        copytree(settings.config, own)
        edit(own / "lanes" / "online.yaml", [five_weeks.exemptions(today)])
    return settings.model_copy(update={"config": own})
