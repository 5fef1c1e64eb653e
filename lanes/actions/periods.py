"""A period that the law demands before a dossier may go on, counted in dates on which the office is open.

The public finds it open on the dates of its counters, so these count in both lanes: hours that a lane's own people keep
make no such period shorter.
"""

from __future__ import annotations

from domain.duration import parse
from domain.roles import Lane
from lanes.actions.base import Action, Ended, Later, Step, Tools


def wait(step: Step, tools: Tools) -> Ended | Later:
    """Let `time` pass after the date on which the step was first opened, such as the ten working days of an
    announcement (10wd): what stops it for a while, an objection that comes to nothing, does not make it begin again."""
    time = parse(step.args["time"])
    assert time.working_dates is not None  # the checker lets nothing else through
    with tools.store.read() as work:
        begun = min(task.ready_at for task in work.tasks.of(step.dossier.id, live=False) if task.step == step.task.step)
    over = tools.config.calendars[Lane.MANUAL].end_of_dates(begun, time.working_dates)
    if step.now >= over:
        return Ended(outcome="over", details={"time": time.text})
    return Later(waiting_for=f"{time.words}, until {tools.config.office.told(over)}", again=over - step.now)


ACTIONS = (Action(name="calendar.wait", outcomes=frozenset({"over"}), args=frozenset({"time"}), run=wait),)
