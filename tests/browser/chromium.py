"""A Chromium to drive: one that is there, or Debian's, installed. Run as a script it prints where it is.

`make test-browser` asks for it, so that browser tests never go without: on a machine where there is none and none can
be installed, it ends with a sentence and not with skipped tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    """The path of a Chromium of this machine; JALUR_TEST_CHROMIUM names another one."""
    named = os.environ.get("JALUR_TEST_CHROMIUM")
    if named:
        return named
    there = [path for name in _NAMES if (path := shutil.which(name))]
    downloads = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next(
        iter([*there, *map(str, sorted(downloads.glob("chromium-*/chrome-linux*/chrome"), reverse=True))]), None
    )


def chromium() -> str:
    """The path of a Chromium, installed where there was none. Raises SystemExit in words when that fails."""
    path = found()
    if path is None and shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=sys.stderr)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(install, check=False, stdout=sys.stderr, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        path = found()
    if path is None:
        raise SystemExit("No Chromium was found, and none could be installed: install one (Debian: apt-get install "
                         "chromium), or name one with JALUR_TEST_CHROMIUM.")  # fmt: skip
    return path


if __name__ == "__main__":
    sys.stdout.write(chromium() + "\n")
