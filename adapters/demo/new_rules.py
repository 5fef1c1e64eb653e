"""A manager changes a rule, and what the preview said is held against what then happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.demo.incidents import NewRules
from adapters.files import write_whole
from domain import rule_changes
from domain.calendar.plan import micros
from domain.dossier import DossierStatus
from domain.errors import Refused
from domain.roles import Lane
from domain.rule_changes import Promises
from lanes.office import Office
from lanes.previewed import LanePreview
from lanes.records.rules import Policy

_REASON = "Waktu layanan daring dipersingkat (contoh)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreseen:
    """What the preview said, and what the open dossiers came to at once: clocks whose due time moved, by kind, and the
    dossiers overdue by their promise, before and after. `codes`: the document types that the change concerns."""

    lane: Lane
    at: datetime
    version: int
    preview: LanePreview
    codes: tuple[str, ...]
    moved: Counter[str]
    overdue: tuple[int, int]


def apply(office: Office, new: NewRules, config_folder: Path) -> tuple[Foreseen, Office]:
    """Edit the lane's file, look at the preview, and put it in force for open dossiers too; gives the office as it is
    then."""
    edit(config_folder / "lanes" / f"{new.lane}.yaml", new.changes)
    (preview,) = office.previews.preview(new.lane, days=new.days)
    before, late = _due(office, new.lane), _overdue(office, new.lane)
    manager = office.config.lanes[new.lane].manager
    applied = office.rules.apply(new.lane, by=manager, reason=_REASON, policy=Policy.RECOMPUTE)
    after = _due(office, new.lane)
    moved = Counter(clock[1] for clock, due in after.items() if before.get(clock) != due)
    renewed = office.renew()
    foreseen = Foreseen(
        lane=new.lane, at=office.clock.now(), version=applied.version.id, preview=preview, moved=moved,
        codes=_concerned(office, renewed, new.lane), overdue=(late, _overdue(office, new.lane)),
    )  # fmt: skip
    return foreseen, renewed


def edit(file: Path, changes: Sequence[tuple[str, str]]) -> None:
    """Change texts of a file into others. Raises Refused when one does not stand in it."""
    text = file.read_text()
    for old, new in changes:
        if old not in text:
            raise Refused("other_rules", f"{file} does not say {old.strip()!r}, which the demo's manager changes.",
                          allowed="the configuration that Jalur ships")  # fmt: skip
        text = text.replace(old, new, 1)
    write_whole(file, text.encode())


def held_against(office: Office, foreseen: Foreseen) -> dict[str, Any]:
    """The preview's figures beside those that came: at once for open dossiers, and by now for finished ones. Shares are
    from 0 to 1; `replayed` is the share that the preview's way of counting gives for what was finished since."""
    said, now = foreseen.preview, office.clock.now()
    assert said.open is not None
    assert said.past is not None
    with office.store.read() as work:
        finished = work.ledgers.finished_dossiers(foreseen.lane, foreseen.codes, foreseen.at, now, {})
    kept = sum(each.due is None or each.stop <= each.due for each in finished)
    rules = Promises(office.config.lanes[foreseen.lane], office.config.calendars[foreseen.lane])
    promises = ((each, rules.whole(each.code, office.config.workflows[each.code].limit)) for each in finished)
    replayed = sum(promise.is_kept(each.start, each.stop, each.pauses) for each, promise in promises)
    past, effect = said.past.all, said.open.recompute
    return {
        "lane": foreseen.lane.value, "at": foreseen.at, "version": foreseen.version, "types": list(foreseen.codes),
        "due_times_moved": {
            "said": {each.kind: each.changed for each in effect.clocks if each.changed}, "came": dict(foreseen.moved),
        },
        "overdue_open": {
            "said": dict(zip(("before", "after"), effect.overdue, strict=True)),
            "came": dict(zip(("before", "after"), foreseen.overdue, strict=True)),
        },
        "on_time": {
            "before_by_old_rules": _share(past.before, past.clocks), "said": _share(past.after, past.clocks),
            "of": past.clocks, "came": _share(kept, len(finished)), "finished": len(finished),
            "replayed": _share(replayed, len(finished)),
        },
    }  # fmt: skip


def _share(count: int, of: int) -> float | None:
    return round(count / of, 3) if of else None


def _due(office: Office, lane: Lane) -> dict[tuple[int, str, str], object]:
    """When each open clock falls due, as it is kept; what it is given, where it is held and so has no due time."""
    with office.store.read() as work:
        clocks = work.ledgers.open_clocks(lane, {})
    return {
        (clock.dossier_id, clock.kind.value, clock.step): clock.due or (clock.budget.amount, clock.budget.working)
        for clock in clocks
    }


def _overdue(office: Office, lane: Lane) -> int:
    """Open dossiers past their promise, as it is kept."""
    now = micros(office.clock.now())
    with office.store.read() as work:
        dossiers = work.ledgers.open_dossiers(lane)
    return sum(each.due is not None and each.due <= now and each.status is not DossierStatus.RETURNED
               for each in dossiers)  # fmt: skip


def _concerned(before: Office, after: Office, lane: Lane) -> tuple[str, ...]:
    """The document types whose due times differ."""
    old, new = (Promises(office.config.lanes[lane], office.config.calendars[lane]) for office in (before, after))
    workflows = before.config.workflows
    return tuple(code for code in sorted(workflows) if rule_changes.moves_due_times(old, new, workflows[code]))
