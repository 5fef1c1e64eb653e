"""What an action is: it looks at a dossier, does one outside thing, and says how its step ended.

An action may be cut off and begun again at any point, so whatever it does outside carries `Step.key`, which stays the
same for a task; what it changes in the store goes into `Ended.apply`, kept together with the step's end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from domain.dossier import Dossier, Task
from domain.office import OfficeConfig
from domain.workflow import LaneWorkflow
from lanes.case import Case, Cases
from lanes.moves import Moves
from lanes.papers import Files, Papers
from lanes.ports import DocumentMaker, Places, Registry, Sealer
from lanes.store import Store, Work


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What actions work with. Documents and sealer are made when first needed: they take long to load."""

    store: Store
    config: OfficeConfig
    registry: Registry
    places: Places
    files: Files
    papers: Papers
    cases: Cases
    moves: Moves
    make_documents: Callable[[], DocumentMaker]
    make_sealer: Callable[[], Sealer]

    @cached_property
    def documents(self) -> DocumentMaker:
        """The maker of PDF/A."""
        return self.make_documents()

    @cached_property
    def sealer(self) -> Sealer:
        """The electronic signature."""
        return self.make_sealer()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One execution of an automatic step. `key` is the same however often it is tried; `read_case` decrypts."""

    dossier: Dossier
    task: Task
    workflow: LaneWorkflow
    read_case: Callable[[], Case]
    args: Mapping[str, Any]
    key: str
    now: datetime

    @cached_property
    def case(self) -> Case:
        """The dossier's personal data, read by the actions that need them."""
        return self.read_case()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """The step ended with an outcome. `apply` changes the store in the transaction that ends it; `details` go into the
    journal and hold no personal data."""

    outcome: str
    details: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    apply: Callable[[Work, Dossier], None] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """Not yet: something has to come in first. The step is tried again then, or after `again`."""

    waiting_for: str
    again: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """A registered action: the outcomes its step must name, the arguments (`with`) it needs, and what it does."""

    name: str
    outcomes: frozenset[str]
    args: frozenset[str] = frozenset()
    run: Callable[[Step, Tools], Ended | Later]
