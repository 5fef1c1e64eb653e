"""How long steps and pauses lasted, read as streams for reports; nothing personal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from domain.lane_trends import PauseSpan, StepSpan


class Spans(Protocol):
    """Spans after `since` (None: from the beginning on) and up to `until`, each as a stream in no order."""

    def steps(self, since: datetime | None, until: datetime) -> Iterator[StepSpan]: ...
    def pauses(self, since: datetime | None, until: datetime) -> Iterator[PauseSpan]: ...
