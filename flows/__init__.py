"""Prefect flows: steps as tasks, lanes and sweeps as deployments. Entry points; nothing imports them.

Prefect reads its environment when it is imported, so the package sets it first. What is already set is kept: a
worker's administrator, a supervisor or a test may have said something else.
"""

from __future__ import annotations

import os

from adapters.prefect_env import prefect_environment
from adapters.settings import Settings

for _name, _value in prefect_environment(Settings()).items():
    os.environ.setdefault(_name, _value)
