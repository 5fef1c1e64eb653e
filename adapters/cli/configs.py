"""`jalur config check` and `jalur settings`: what the office runs on, checked before it runs."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli import preview, tuning
from adapters.cli.options import Json, command, group
from adapters.cli.output import say, say_json, table
from adapters.cli.session import settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from adapters.settings import Settings
    from domain.office import OfficeConfig
    from domain.roles import Lane
    from lanes.records.rules import RulesVersion
    from lanes.store import Work

_PREFIX = "JALUR_"
_PANEL = "Configuration and people"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    config = group("The files in config/, which analysts and managers write.")
    command(config, "check", "jalur config check", "JALUR_CONFIG=draft jalur config check --json")(check)
    preview.add_to(config)
    tuning.add_to(config)
    app.add_typer(config, name="config", rich_help_panel=_PANEL)
    command(app, "settings", "jalur settings", "jalur settings --check", rich_help_panel=_PANEL)(settings_)


def check(as_json: Json = False) -> None:
    """Check all files of the configuration: every mistake at once, each with file, line and what is allowed.

    Also says whether a lane's files hold something else than the version that was applied last, and warns where the
    other files no longer fit the rules in force: until they do, the office goes on by those it took up last.
    """
    from adapters.bootstrap import configured, known_store
    from adapters.clock import SystemClock
    from lanes.rules import in_force, last_applied, unapplied

    now = SystemClock().now()
    config = configured(settings(), now=now)
    store = known_store(settings())
    versions = last_applied(store) if store else {}
    waiting = unapplied(config, versions)
    warnings = config.warnings(now)
    if store:
        with store.read() as work:
            current = in_force(work, now)
            warnings += [*_moves(work, config, waiting, current, now), *_nobody_present(work, config, now)]
        warnings += _misfits(config, current)
    if as_json:
        say_json({"in_order": True, "workflows": len(config.workflows), "people": len(config.office.people),
                  "unapplied": waiting, "warnings": warnings, "doubts": config.doubts})  # fmt: skip
        return
    teams = sum(len(rules.teams) for rules in config.lanes.values())
    say(f"The configuration is in order: {len(config.workflows)} document types, {len(config.lanes)} lanes, "
        f"{teams} teams, {len(config.office.people)} people.")  # fmt: skip
    for words in (*map(str, config.doubts), *warnings):
        say(f"Warning: {words}")
    for lane in waiting:
        say(f"The {lane} lane's files differ from version {versions[lane].id}, which was applied last.")
        say(f"  How: `jalur config diff --lane {lane}`. To put them in force: `jalur config apply --lane {lane} "
            "--reason TEXT`.")  # fmt: skip
    if versions and not waiting:
        say("The lanes' files say what was applied last.")
    say("All other files are read at a start: restart `jalur up` after a change of those.")


def _moves(
    work: Work, config: OfficeConfig, lanes: list[Lane], current: Mapping[Lane, RulesVersion], now: datetime
) -> list[str]:
    """What applying these lanes' files would do to people and tasks."""
    from pydantic import ValidationError

    from domain.rules_version import read
    from lanes.shifts import shifts

    try:
        before = {lane: read(current[lane].body)[0] for lane in lanes}
    except ValidationError:  # of a program of another time: an office that opens tells of it
        return []
    return [
        f"The {lane} lane's files, once applied: {words}"
        for lane in lanes
        for words in shifts(work, config.workflows, before[lane], config.lanes[lane], now)
    ]


def _nobody_present(work: Work, config: OfficeConfig, now: datetime) -> list[str]:
    """That everybody at the end of the ladders is absent now. They are reachable people, which the files prove; whether
    they are there changes every day, so it is told and not refused."""
    from adapters.cli.output import local
    from domain.escalation import Staff, unreachable_now
    from lanes.people import away

    back = {name: each.until for name, each in away(work, now).items() if each.until}
    staff = Staff.of(next(iter(config.lanes.values())), config.office)
    missing = unreachable_now(replace(staff, away=frozenset(back)))
    if not missing:
        return []
    first = min(missing, key=lambda name: (back[name], name))
    when = local(back[first], config.office.timezone)
    names = ", ".join(missing)
    return [f"Nobody at the end of the escalation ladders is present ({names}): it waits until {when}, for {first}."]


def _misfits(config: OfficeConfig, current: Mapping[Lane, RulesVersion]) -> list[str]:
    """What stands in the rules in force that these files leave without its counterpart, such as a person's name."""
    from adapters.bootstrap import configured
    from domain.errors import ConfigError
    from lanes.rules import unapplied

    if not unapplied(config, current):
        return []
    try:
        configured(settings(), current)
    except ConfigError as error:
        return [
            f"The rules in force do not fit these files; the office goes on by those it took up before: {each}"
            for each in error.problems
        ]
    return []


def settings_(
    check_only: Annotated[bool, typer.Option("--check", help="Refuse JALUR_ names that mean nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Show every setting: its name in the environment, what it is now, and what it is for."""
    from adapters.settings import Settings
    from domain.errors import Refused

    now, strange = settings(), strangers()
    if check_only and strange:
        known = ", ".join(_name(field) for field in Settings.model_fields)
        raise Refused("unknown_setting", f"The environment holds settings that do not exist: {'; '.join(strange)}.",
                      allowed=known)  # fmt: skip
    rows = [
        {"name": _name(field), "value": _value(now, field), "default": _shown(info.default),
         "description": info.description or ""}
        for field, info in Settings.model_fields.items()
    ]  # fmt: skip
    if as_json:
        say_json({"settings": rows, "unknown": strange})
        return
    cells = [tuple(row.values()) for row in rows]
    table("Settings", ("Name", "Value", "Default", "What for"), cells)
    for words in strange:
        say(f"Unknown and ignored: {words}")
    if check_only:
        say("The settings are in order.")


def strangers() -> list[str]:
    """The JALUR_ names in the environment that are no setting, each with the one probably meant."""
    from difflib import get_close_matches

    from adapters.lifeline import NAME
    from adapters.settings import Settings

    known = [_name(field) for field in Settings.model_fields]
    found = sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in (*known, NAME))
    near = {name: get_close_matches(name, known, n=1) for name in found}
    return [f"{name} (perhaps {near[name][0]}?)" if near[name] else name for name in found]


def _name(field: str) -> str:
    return f"{_PREFIX}{field.upper()}"


def _value(now: Settings, field: str) -> str:
    value = getattr(now, field)
    if field == "database_url" and value:
        from sqlalchemy import make_url

        return make_url(value).render_as_string(hide_password=True)
    return _shown(value)


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
