"""What Jalur says when it will not do something: one refusal for people, one report for config files.

Both carry text that is safe to show and to log: they never hold personal data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class Refused(Exception):
    """The request cannot be carried out, and nothing was changed.

    What to do: read `message` (what was wrong and where) and `allowed` (what would have been accepted),
    correct the request and send it again. `code` is a stable snake_case name for programs.
    """

    def __init__(self, code: str, message: str, *, allowed: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.allowed = allowed

    def __str__(self) -> str:
        return f"{self.message} Allowed: {self.allowed}." if self.allowed else self.message


class Conflict(Refused):
    """Somebody else changed the same thing in the same instant.

    What to do: read it again and decide anew; nothing of this attempt was kept.
    """


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """One mistake in a config file: where it stands, what is wrong, and what would be right."""

    file: str
    line: int
    path: str
    problem: str
    allowed: str = ""

    def __str__(self) -> str:
        tail = f" (allowed: {self.allowed})" if self.allowed else ""
        return f"{self.file}:{self.line}: {self.path}: {self.problem}{tail}"


class ConfigError(Exception):
    """A configuration that cannot be used, with every problem found in it at once.

    What to do: each line names the file, the line, the path in it, the problem and what is allowed.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
