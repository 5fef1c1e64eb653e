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


def told(home: Path, name: str) -> dict[str, Any] | None:
    """The last status of the process `name`, or None when it never told one."""
    try:
        result: dict[str, Any] = json.loads((home / "status" / f"{name}.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return result
