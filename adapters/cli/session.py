"""What a command works with: the settings, the office they open, who acts, and what happens next in a dossier."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

from domain.errors import Refused

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from adapters.settings import Settings
    from domain.dossier import Dossier, Task
    from domain.office import OfficeConfig
    from domain.workflow import Step
    from lanes.office import Office


def settings() -> Settings:
    """The settings of the environment. Raises pydantic's ValidationError."""
    from adapters.settings import Settings

    return Settings()


def configuration() -> OfficeConfig:
    """What the configuration's files say, without opening an office. Raises ConfigError."""
    from adapters.bootstrap import configured

    return configured(settings())


def open_office(**overrides: Any) -> Office:
    """The office, opened; `overrides` as `build` takes them. Where it goes on by files taken up before, because those
    of now have mistakes, that is told on standard error. Raises ConfigError or Refused in words."""
    office = _opened(**overrides)
    if office.mistakes:
        from adapters.cli.boundary import warn_of_mistakes

        warn_of_mistakes(office.mistakes)
    return office


def _opened(**overrides: Any) -> Office:
    from adapters.bootstrap import build

    office = build(settings(), **overrides)
    if "structlog" in sys.modules:  # importing it only to keep it quiet would cost 0.1 s
        quiet()
    gc.enable()
    return office


def open_office_to_tune() -> Office:
    """The office, opened for a change of its rules also where those in force no longer fit the other files: another
    version is the way out of that. Raises ConfigError, also where `open_office` only warns, or Refused in words."""
    from domain.errors import ConfigError

    try:
        office = _opened()
    except ConfigError:
        return _opened(config=configuration())
    return _opened(config=configuration()) if office.mistakes else office


def open_engine() -> Engine:
    """The database alone, without the configuration: for imported history. Raises Refused in words."""
    from adapters.sql.engine import make_engine
    from adapters.sql.migrate import upgrade

    quiet()
    engine = make_engine(settings().database)
    upgrade(engine)
    gc.enable()
    return engine


def quiet() -> None:
    """Keep log lines of a command to warnings, on standard error: standard output is the answer's."""
    import logging

    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def who(as_: str | None) -> str:
    """The username of who acts. Raises Refused when nobody is named."""
    username = as_ or settings().user
    if not username:
        raise Refused(
            "nobody", "This needs to know who you are.",
            allowed="--as USERNAME, or JALUR_USER=USERNAME in the environment; `jalur operator list` names everybody",
        )  # fmt: skip
    return username


def step_of(office: Office, dossier: Dossier, step: str) -> Step | None:
    """A step of a dossier's workflow as its lane runs it; None when today's configuration does not know it."""
    workflow = office.config.workflows.get(dossier.code)
    return workflow.in_lane(dossier.lane).steps.get(step) if workflow else None


def step_title(office: Office, dossier: Dossier, step: str) -> str:
    """What a step is called."""
    known = step_of(office, dossier, step)
    return known.title.en if known else step


def title(office: Office, dossier: Dossier) -> str:
    """What a document type is called, with its code."""
    workflow = office.config.workflows.get(dossier.code)
    return f"{workflow.title.en} ({dossier.code})" if workflow else dossier.code


def what_next(office: Office, number: str) -> str:
    """What happens next in a dossier, in one line."""
    from adapters.cli.output import local
    from domain.dossier import LIVE_TASK, TaskKind

    dossier, tasks, _, documents = office.views.dossier(number)
    live = [task for task in tasks if task.status in LIVE_TASK]
    if not live:
        numbers = ", ".join(document.number for document in documents if document.sealed_at)
        return f"{number} is finished: {dossier.status}{f', document {numbers}' if numbers else ''}."
    zone = office.config.office.timezone
    parts = []
    for task in live:
        name = step_title(office, dossier, task.step)
        if task.kind is TaskKind.APPLICANT:
            parts.append(f"the applicant completes the papers, then: {name}")
        elif task.kind is TaskKind.AUTOMATIC:
            node = step_of(office, dossier, task.step)
            ways = node.by_people if node else ()
            stop = f" (a person may end it: --step {task.step} --outcome {' or '.join(ways)})" if ways else ""
            parts.append(f"{name}, done by the system{_who_executes(task)}{stop}")
        else:
            whom = task.assignee or f"team {task.team}"
            parts.append(f"{name} by {whom}, due {local(task.due_at, zone)}")
    return f"Next for {number}: {'; and '.join(parts)}."


def _who_executes(task: Task) -> str:
    if task.error:
        return f" ({task.status}: {task.error})"
    if at_work(f"work-{task.lane}"):
        return ""
    return f" (no worker of the {task.lane} lane runs on this machine: start one with `jalur up`)"


def at_work(name: str) -> bool:
    """Whether a process of Jalur on this machine last told that it works, and still lives."""
    from adapters import status

    return status.at_work(settings().home, name)
