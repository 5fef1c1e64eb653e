"""What each of Jalur's processes is doing, for other processes to read: a small JSON file each under `var/status`."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def tell(home: Path, name: str, state: str, **more: Any) -> None:
    """Replace the status of the process `name`; `more` must be JSON. Raises OSError when the folder is not writable."""
    folder = home / "status"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps({"state": state, "since": datetime.now(UTC).isoformat(), "pid": os.getpid(), **more})
    fresh = folder / f".{name}.{os.getpid()}"
    fresh.write_text(text)
    fresh.replace(folder / f"{name}.json")


def at_work(home: Path, name: str) -> bool:
    """Whether a process of Jalur on this machine last told that it works, and still lives."""
    status: dict[str, Any] = told(home, name) or {}
    try:
        os.kill(int(status["pid"]), 0)
    except (KeyError, ValueError, ProcessLookupError):
        return False
    except PermissionError:  # it lives, and belongs to somebody else
        pass
    return status.get("state") != "stopped"


def told(home: Path, name: str) -> dict[str, Any] | None:
    """The last status of the process `name`, or None when it never told one."""
    try:
        result: dict[str, Any] = json.loads((home / "status" / f"{name}.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return result
