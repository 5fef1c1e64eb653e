"""Files that cannot wait: a funeral, a journey. Whoever is free takes them before their turn and says why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adapters.demo.mix import Planned
from adapters.demo.outcomes import PRESSING, drawn
from domain.dossier import Dossier, Task, TaskKind, TaskStatus
from domain.roles import SERVED_AS_THEY_COME
from lanes.office import Office

_FUNERAL: Final = "FUNERAL"


class Pressing:
    """Which files they are, and which of their steps wait for somebody."""

    def __init__(self, office: Office, planned: Sequence[Planned], *, seed: int) -> None:
        self.office, self._seed = office, seed
        able = [one.index for one in planned if not one.forgotten]
        count = min(len(able), max(1, round(len(able) * PRESSING)))
        self._chosen = set(drawn(seed, "pressing").sample(able, count))
        self._why: dict[str, str] = {}
        self._asked: list[Task] = []

    def came_in(self, one: Planned, number: str) -> None:
        """An application was taken in under this number."""
        if one.index not in self._chosen:
            return
        reasons = sorted(self.office.config.lanes[one.lane].out_of_turn.reasons)
        others = [reason for reason in reasons if reason != _FUNERAL] or reasons
        is_death = one.code == "MTI" and _FUNERAL in reasons
        self._why[number] = _FUNERAL if is_death else drawn(self._seed, one.index, "pressing").choice(others)

    def ask(self) -> None:
        """Look which steps of these files wait for somebody now."""
        self._asked = []
        with self.office.store.read() as work:
            for number in list(self._why):
                dossier = work.dossiers.get(number)
                if dossier is None or not dossier.is_open:
                    del self._why[number]
                    continue
                self._asked += [
                    task
                    for task in work.tasks.of(dossier.id)
                    if task.kind is TaskKind.HUMAN and task.status is TaskStatus.OPEN
                    and task.role not in SERVED_AS_THEY_COME
                ]  # fmt: skip

    def taken_by(self, username: str) -> tuple[Task, Dossier] | None:
        """A step that this person took before its turn; None when nobody who may be served by them asks for it."""
        for task in self._asked:
            teams = {team.id for team in self.office.config.teams_of(username, task.lane)}
            if task.team not in teams or username in task.barred:
                continue
            with self.office.store.read() as work:
                found = work.tasks.get(task.id)
            if found is not None and found[0].status is TaskStatus.OPEN:
                self._asked.remove(task)
                return self.office.desk.claim_task(task.id, by=username, out_of_turn=self._why[found[1].number])
        return None
