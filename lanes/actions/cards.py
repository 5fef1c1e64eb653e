"""Card blanks, and the courier who brings a card home."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.dossier import Dossier
from lanes.actions.base import Action, Ended, Later, Step, Tools
from lanes.store import Work

_AGAIN = timedelta(hours=1)  # blanks that come in wake the waiting steps at once; this is for what nobody recorded


def _reserved(step: Step, tools: Tools) -> bool:
    with tools.store.begin() as work:
        if work.stock.moved(step.key):
            return True
        moved = work.stock.move(
            key=step.key, item=step.args["item"], kind="reserve", available=-1, reserved=1,
            dossier_id=step.dossier.id, at=step.now, actor="jalur",
        )  # fmt: skip
        if moved:
            _warn_when_low(step, tools, work)
        return moved


def _warn_when_low(step: Step, tools: Tools, work: Work) -> None:
    """Tell the lane's manager, once a day for as long as few are left."""
    item = step.args["item"]
    spec = tools.config.office.stock[item]
    left, _ = work.stock.levels()[item]
    if left <= spec.warn_below:
        day = tools.config.office.day(step.now)
        lane = step.dossier.lane
        work.outbox.put([
            tools.moves.message(step.dossier, "staff_stock_low", step.now, to=tools.config.lanes[lane].manager,
                                key=f"stock:{item}:{lane}:{day}", item=spec.title.id, item_en=spec.title.en, count=left)
        ])  # fmt: skip


def reserve(step: Step, tools: Tools) -> Ended:
    """Set a blank aside for this dossier, or say that there is none."""
    return Ended(outcome="reserved" if _reserved(step, tools) else "out", details={"item": step.args["item"]})


def wait(step: Step, tools: Tools) -> Ended | Later:
    """Set a blank aside as soon as some have come in."""
    if _reserved(step, tools):
        return Ended(outcome="reserved", details={"item": step.args["item"]})
    return Later(waiting_for=step.args["item"], again=_AGAIN)


def look(step: Step, tools: Tools) -> Ended:
    """Say whether there are blanks that nobody has reserved."""
    item = step.args["item"]
    with tools.store.read() as work:
        available, _ = work.stock.levels()[item]
    return Ended(outcome="in_stock" if available > 0 else "out", details={"item": item})


def consume(step: Step, tools: Tools) -> Ended:
    """Count the blank that was set aside as used."""
    item = step.args["item"]

    def used(work: Work, _: Dossier) -> None:
        work.stock.move(
            key=step.key, item=item, kind="consume", available=0, reserved=-1, dossier_id=step.dossier.id,
            at=step.now, actor="jalur",
        )  # fmt: skip

    return Ended(outcome="consumed", details={"item": item}, apply=used)


def plan_round(step: Step, tools: Tools) -> Ended:
    """Put the dossier on the courier's next round in its district: the next working day of the lane."""
    calendar = tools.config.calendars[step.dossier.lane]
    zone = ZoneInfo(tools.config.office.timezone)
    tomorrow = step.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    day = calendar.add(tomorrow, timedelta(minutes=1)).astimezone(zone).date()
    return Ended(
        outcome="planned", details={"round": f"{day}:{step.dossier.district}", "village": step.dossier.village}
    )


ACTIONS = (
    Action(name="stock.reserve", outcomes=frozenset({"reserved", "out"}), args=frozenset({"item"}), run=reserve),
    Action(name="stock.wait", outcomes=frozenset({"reserved"}), args=frozenset({"item"}), run=wait),
    Action(name="stock.look", outcomes=frozenset({"in_stock", "out"}), args=frozenset({"item"}), run=look),
    Action(name="stock.consume", outcomes=frozenset({"consumed"}), args=frozenset({"item"}), run=consume),
    Action(name="courier.plan", outcomes=frozenset({"planned"}), run=plan_round),
)
