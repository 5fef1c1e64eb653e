"""Commands that are processes of their own tell wrong options as the others do."""

from __future__ import annotations

import json
import subprocess
import sys

from cli_office import REPOSITORY


def test_a_wrong_option_of_the_demo_is_told_as_json() -> None:
    command = [sys.executable, "-m", "flows.demo", "--days", "many", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    error = json.loads(done.stderr)["error"]
    assert error["code"] == "usage"
    assert "--days" in error["message"]
