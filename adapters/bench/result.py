"""What a benchmark reports: one row for each promise, in a form that a table and `--json` show alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRow:
    """One comparison made in one run on one machine, and whether it kept its promise.

    `name`: a stable snake_case name. `compared`: what was measured against what, in words. `ratio`: the figure that the
    promise is about, a plain quotient. `limit` and `sense`: the ratio shall be `at_most` or `at_least` the limit.
    `raw`: the figures behind the ratio, each key with its unit.
    """

    name: str
    compared: str
    ratio: float
    limit: float
    sense: Literal["at_most", "at_least"]
    raw: dict[str, Any]
    met: bool = field(init=False)

    def __post_init__(self) -> None:
        met = self.ratio <= self.limit if self.sense == "at_most" else self.ratio >= self.limit
        object.__setattr__(self, "met", met)  # derived once, so that asdict() shows it
