"""The file by which a home tells that a demo was begun or played in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.files import write_whole
from adapters.settings import Settings
from domain.errors import Refused


def marker(settings: Settings) -> Path:
    """Where it lies."""
    return settings.home / "demo.json"


def mark(settings: Settings, what: Mapping[str, Any]) -> None:
    """Write it."""
    write_whole(marker(settings), json.dumps(what, indent=2, default=str).encode())


def in_use(settings: Settings) -> bool:
    """Whether an office was begun in this home or a demo was played in it, without opening it. Raises Refused where a
    demo was begun and broke off: nobody could sign in there."""
    told = marker(settings)
    if told.exists() and not json.loads(told.read_bytes())["finished"]:
        raise Refused("demo_broken_off", f"The demo in {settings.home} broke off before its end.",
                      allowed=f"`rm -r {settings.home}` and another try, or another folder by JALUR_HOME")  # fmt: skip
    return told.exists() or (settings.data / "jalur.sqlite").exists()
