"""Moving a dossier to the newest version of its workflow: deliberately, never silently."""

from __future__ import annotations

from dataclasses import replace

from domain.dossier import Dossier, TaskKind
from domain.errors import Refused
from domain.office import OfficeConfig
from domain.roles import Role
from domain.workflow import LaneWorkflow
from lanes.finding import dossier_called
from lanes.moves import Moves
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Store


class Versions:
    """Which version of its workflow a dossier runs under."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People, moves: Moves) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._moves = people, moves

    def migrate(self, number: str, *, by: str) -> Dossier:
        """Let an open dossier go on under the workflow as it is configured now. Raises Refused when a step that is
        open in it does not exist there, or is done by somebody else there."""
        now = self._clock.now()
        with self._store.begin() as work:
            dossier = dossier_called(work, number, lock=True)
            actor = self._people.actor(work, by, now)
            if dossier.lane not in actor.manages and Role.ADMINISTRATOR not in actor.roles:
                raise Refused("not_allowed", f"{by} may not migrate {number}.",
                              allowed="the lane's manager or an administrator")  # fmt: skip
            if not dossier.is_open:
                raise Refused("dossier_closed", f"{number} is {dossier.status}.", allowed="an open dossier")
            newest = self._config.workflows.get(dossier.code)
            if newest is None:
                raise Refused("unknown_type", f"{dossier.code} is no longer configured.")
            version = self._config.versions[dossier.code]
            if version == dossier.workflow_version:
                raise Refused("already_newest", f"{number} runs under the newest version already.")
            before, after = self._moves.workflow(work, dossier), newest.in_lane(dossier.lane)
            lost = [task.step for task in work.tasks.of(dossier.id) if not _stands(before, after, task.step, task.kind)]
            if lost:
                raise Refused("steps_differ", f"{number} cannot be migrated now: {', '.join(lost)} differs in the new "
                              "version.", allowed="when the dossier has left these steps")  # fmt: skip
            work.dossiers.keep_version(version, dossier.code, newest.model_dump_json(by_alias=True), now)
            event = ("workflow_migrated", {"from": dossier.workflow_version, "to": version})
            return work.dossiers.save(replace(dossier, workflow_version=version), [event], at=now, actor=by)


def _stands(before: LaneWorkflow, after: LaneWorkflow, step: str, kind: TaskKind) -> bool:
    """Whether an open step is there in the new version, done by the same role or action."""
    if step not in after.steps:
        return False
    old, new = before.steps[step], after.steps[step]
    return kind is TaskKind.APPLICANT or (old.human, old.automatic) == (new.human, new.automatic)
