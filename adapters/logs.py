"""Logs of Jalur's processes: one JSON line per event on standard error, ours and the libraries' alike.

Lines of libraries are kept short and lose their tracebacks: Prefect's client writes out whole events when it cannot
connect, and nothing says that a library's message holds no personal data further in.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.types import EventDict, Processor

LONGEST = 200  # characters of a library's message that are kept


def configure(**bound: Any) -> None:
    """Send structlog's events and the standard loggers' to standard error; `bound` stands on our own lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *_common(),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(**bound)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def loud() -> Any:
    """structlog's logger, which writes to standard error also in a process that configured nothing: standard output is
    a command's answer."""
    if not structlog.is_configured():
        structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    return structlog.get_logger()


def formatter() -> logging.Formatter:
    """A formatter for standard loggers that writes the same JSON lines as structlog."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *_common()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _short,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _common() -> list[Processor]:
    return [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]


def _short(_logger: Any, _name: str, event: EventDict) -> EventDict:
    failure = event.pop("exc_info", None)
    if isinstance(failure, tuple) and failure[0] is not None:
        event["error"] = failure[0].__name__
    text = " ".join(str(event["event"]).split())
    event["event"] = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return event
