"""A workflow has one version, whichever process reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
_WRITE = """
from domain.workflow import Step
step = {"automatic": "a.b", "title": {"id": "x", "en": "x"}, "on": {"done": {"end": "issued"}}}
print(Step.model_validate(step).model_dump_json())
"""


def written(seed: int) -> str:
    """A step's JSON as a process with this hash seed writes it."""
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", _WRITE], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_what_a_workflow_says_is_written_the_same_by_every_process() -> None:
    assert len({written(seed) for seed in range(1, 6)}) == 1
