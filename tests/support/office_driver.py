"""Drives many dossiers to their ends while real processes execute the automatic steps: does all that people do.

The office is built from the settings alone, as every process builds it, so the clock is the machine's and the
residents are those of the sandbox register's file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import cast

from support.office import LIVE, Lodged, a_dossier, couples_with_a_child, do

from adapters.bootstrap import build
from adapters.registry.sandbox import SandboxRegistry
from adapters.settings import Settings
from domain.dossier import Dossier, Task, TaskKind
from domain.errors import Refused
from domain.roles import Lane
from lanes.office import Office

TYPES = ("KK-BARU", "KTP-BARU", "LHR", "SKPWNI", "KIA-BARU", "BIO", "KK-PISAH")


@dataclass
class OfficeDriver:
    """An office under way, and the dossiers handed in so far."""

    settings: Settings
    office: Office = field(init=False)
    lodged: list[Lodged] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.office = build(self.settings)

    @property
    def register(self) -> SandboxRegistry:
        """The register that the steps record in."""
        return cast(SandboxRegistry, self.office.tools.registry)

    def hand_in(self, count: int, types: Sequence[str] = TYPES) -> None:
        """Hand in this many dossiers, each of a family of its own, of every type in turn and in both lanes."""
        today = self.office.config.office.day(self.office.clock.now())
        some = self.register.families(len(self.lodged) * 4, 8 * count + 100)
        families = couples_with_a_child(some, today.replace(year=today.year - 17, day=1))
        kinds = islice(cycle((code, lane) for code in types for lane in Lane), count)
        for family, (code, lane) in zip(families[:count], kinds, strict=True):
            draft = a_dossier(self.office).of_type(code).in_lane(lane).for_family(family)
            self.lodged.append(draft.lodged())

    @property
    def open(self) -> int:
        """How many dossiers are not closed yet."""
        with self.office.store.read() as work:
            return len(work.dossiers.listing(lane=None, open_only=True, limit=len(self.lodged)))

    def live(self) -> list[tuple[Task, Dossier]]:
        """Every task that is not over."""
        with self.office.store.read() as work:
            return work.tasks.listing(statuses=LIVE, limit=100_000)

    def do_people_s_work(self, most: int | None = None) -> int:
        """Complete every task that waits for a person now, or so many of them, on the straight way. Gives how many.

        A task whose turn it is no longer, because another came into the line meanwhile, is left for the next time.
        """
        numbers = {each.number: each for each in self.lodged}
        waiting = [(task, dossier) for task, dossier in self.live() if task.kind is TaskKind.HUMAN][:most]
        done = 0
        for task, dossier in waiting:
            try:
                do(numbers[dossier.number], task.step)
            except Refused as refusal:
                if refusal.code != "out_of_turn":
                    raise
            else:
                done += 1
        return done

    def waits_for(self) -> Counter[str]:
        """What the open dossiers stand at, for a test that did not get there."""
        return Counter(f"{task.step} {task.status} {task.error or ''}" for task, _ in self.live())
