"""A period that a rule demands before a dossier may go on, counted by the lane's own calendar."""

from __future__ import annotations

from domain.clock import SlaClock
from domain.duration import parse
from lanes.actions.base import Action, Ended, Later, Step, Tools


def wait(step: Step, tools: Tools) -> Ended | Later:
    """Let `time` pass since the step was first opened, such as the ten working days of an announcement (10wd): what
    stops it for a while, an objection that comes to nothing, does not make it begin again."""
    lane = step.dossier.lane
    time = parse(step.args["time"], working_day=tools.config.lanes[lane].day)
    with tools.store.read() as work:
        begun = min(task.ready_at for task in work.tasks.of(step.dossier.id, live=False) if task.step == step.task.step)
    over = SlaClock.started(time, begun).due(tools.config.calendars[lane])
    assert over is not None  # nothing pauses this clock
    if step.now >= over:
        return Ended(outcome="over", details={"time": time.text})
    return Later(waiting_for=f"{time.words}, until {tools.config.office.told(over)}", again=over - step.now)


ACTIONS = (Action(name="calendar.wait", outcomes=frozenset({"over"}), args=frozenset({"time"}), run=wait),)
