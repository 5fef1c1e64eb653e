"""The options of the commands that are processes of their own (`python -m flows.demo`): wrong ones are told as the
other commands tell them, as JSON where the answer would be."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import NoReturn

from adapters.cli.boundary import USAGE, tell_usage


class Arguments(ArgumentParser):
    """An argument parser that ends with exit code 2 and what was wrong; with `--json` as JSON on standard error."""

    def error(self, message: str) -> NoReturn:
        """Tell it and end the process."""
        if "--json" not in sys.argv[1:]:
            super().error(message)
        tell_usage(message, f"as `{self.prog} --help` shows it")
        sys.exit(USAGE)
