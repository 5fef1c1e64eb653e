"""Prefect flows: steps as tasks, lanes and sweeps as deployments. Entry points; nothing imports them.

Prefect reads its environment when it is imported, so the package sets it first. What is already set is kept: a
worker's administrator, a supervisor or a test may have said something else.
"""

from __future__ import annotations

import os
from contextlib import suppress

from adapters.prefect_env import prefect_environment
from adapters.settings import Settings

_settings = Settings()
with suppress(OSError):  # a folder that cannot be made is told in words by whoever opens the office
    _settings.prefect_home.mkdir(parents=True, exist_ok=True)
for _name, _value in prefect_environment(_settings).items():
    os.environ.setdefault(_name, _value)
