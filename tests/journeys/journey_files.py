"""The expected journeys beside the workflow files, as values: what is handed in, every step's outcome, the end.

A file `CODE.yaml` holds the fields asked at submission and what the staff fill in, both shared by its journeys; a
journey names only what differs (null: not given). `$nik`, `$name`, `$family_card` stand for the applicant,
`$subject_nik` and `$subject_name` for another person in the register, `$other_nik` for one of another family,
`$new_nik` and `$new_family_card` for numbers that the register issues, `$passport` for one of nobody else.
A step is `[step, outcome]`, automatic ones too, in an order in which they can happen; `[applicant, resubmitted]` is
the applicant's answer after a return.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from adapters.config.yaml_file import read_yaml
from domain.roles import Lane

FOLDER = Path(__file__).parent
APPLICANT = ("applicant", "resubmitted")


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One dossier's expected way. `submitted` is the office day of submission, on which derived flags depend."""

    code: str
    name: str
    lane: Lane
    submitted: date
    fields: dict[str, Any]
    staff: dict[str, Any]
    steps: tuple[tuple[str, str], ...]
    ends: str

    def __str__(self) -> str:
        return f"{self.code}-{self.lane}-{self.name}"


def all_journeys() -> list[Journey]:
    """Every journey of every file, by document type."""
    return [journey for path in sorted(FOLDER.glob("*.yaml")) for journey in _journeys(path)]


def _journeys(path: Path) -> list[Journey]:
    file = read_yaml(path)
    return [
        Journey(
            code=file["code"],
            name=each["name"],
            lane=Lane(each["lane"]),
            submitted=date.fromisoformat(file["submitted"]),
            fields={
                key: value for key, value in {**file["fields"], **each.get("fields", {})}.items() if value is not None
            },
            staff=dict(file["staff"]),
            steps=tuple((step, outcome) for step, outcome in each["steps"]),
            ends=each["ends"],
        )
        for each in file["journeys"]
    ]
