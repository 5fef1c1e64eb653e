"""A period that a rule demands before a dossier may go on, counted by the lane's own calendar."""

from __future__ import annotations

from domain.clock import SlaClock
from domain.duration import parse
from lanes.actions.base import Action, Ended, Later, Step, Tools


def wait(step: Step, tools: Tools) -> Ended | Later:
    """Let `time` pass since the step was opened, such as the ten working days of an announcement (10wd)."""
    lane = step.dossier.lane
    time = parse(step.args["time"], working_day=tools.config.lanes[lane].day)
    over = SlaClock.started(time, step.task.ready_at).due(tools.config.calendars[lane])
    assert over is not None  # nothing pauses this clock
    if step.now >= over:
        return Ended(outcome="over", details={"time": time.text})
    return Later(waiting_for=f"{time.words}, until {tools.config.office.told(over)}", again=over - step.now)


ACTIONS = (Action(name="calendar.wait", outcomes=frozenset({"over"}), args=frozenset({"time"}), run=wait),)
