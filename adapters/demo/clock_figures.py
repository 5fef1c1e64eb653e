"""What the clocks did in the demo's days: rungs passed, reminders, lists, outages, overtakings, parity, loans."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.demo.house import ADMIN
from domain.clock import ClockKind
from domain.ladder import RungAction
from domain.parity import ALL, Verdict
from domain.roles import Lane
from lanes.digest import MESSAGE
from lanes.office import Office
from lanes.people import away

_ALL = 1_000_000


def clock_figures(office: Office, *, since: datetime, absent: Sequence[str]) -> dict[str, Any]:
    """Everything since an instant, as `--json` tells it; of `absent` those who still are. Shares are from 0 to 1,
    instants UTC."""
    now = office.clock.now()
    days = (now - since) // timedelta(days=1) + 1
    rungs: dict[Lane, Counter[tuple[str, str]]] = {lane: Counter() for lane in Lane}
    reminders, closed = Counter[Lane](), Counter[Lane]()
    with office.store.read() as work:
        for dossier, entries in work.dossiers.everything({"rung_passed", "closed_by_rule"}):
            for entry in entries:
                match entry.event:
                    case "rung_passed":
                        data = json.loads(entry.data)
                        rungs[dossier.lane][data["clock"], data["rung"]] += 1
                        reminders[dossier.lane] += RungAction.REMIND_APPLICANT in data["actions"]
                    case "closed_by_rule":
                        closed[dossier.lane] += 1
        lists = Counter(each.lane for each in work.outbox.listing(status="sent", limit=_ALL) if each.message == MESSAGE)
        missing = away(work, office.clock.now())
        outages = work.pauses.outages()
        marks = {each.id: work.pauses.marks(each.id, work.pauses.marked(each.id)) for each in outages}
    return {
        "escalations": _in_order(office, rungs),
        "reminders": {lane.value: reminders[lane] for lane in Lane},
        "closed_unanswered": {lane.value: closed[lane] for lane in Lane},
        "digests": {lane.value: lists[lane] for lane in Lane},
        "outages": [
            {"reason": each.reason, "lane": each.lane, "from": each.started_at, "until": each.ended_at,
             "recorded": each.recorded_at, "dossiers": sum(not mark.is_empty for mark in marks[each.id].values())}
            for each in outages
        ],
        "out_of_turn": _out_of_turn(office, days),
        "parity": _parity(office),
        "loans": [
            {"username": each.loan.username, "lane": each.loan.lane, "team": each.loan.team, "until": each.loan.until,
             "tasks": {lane.value: each.done[lane].tasks for lane in Lane}}
            for each in office.loans.report(days)
        ],
        "absent": [{"username": name, "until": until} for name in absent
                   if name in missing and (until := missing[name].until)],
    }  # fmt: skip


def _in_order(office: Office, passed: Mapping[Lane, Counter[tuple[str, str]]]) -> dict[str, dict[str, int]]:
    """Counts by lane, clock and rung, such as `step 80%`, as the ladders have them: upwards."""
    order = dict.fromkeys(
        (kind.value, rung.text)
        for kind in ClockKind
        for rules in office.config.lanes.values()
        for code in ("", *sorted(office.config.workflows))
        for rung in rules.ladder(code, kind)
    )
    found = [key for key in order if any(passed[lane][key] for lane in Lane)]
    return {lane.value: {" ".join(key): passed[lane][key] for key in found} for lane in Lane}


def _out_of_turn(office: Office, days: int) -> dict[str, Any]:
    inside = office.fairness.report(days=days, by=ADMIN).inside
    return {
        lane.value: {
            "tasks": counts.whole.overtakings, "of": counts.whole.claims, "share": counts.whole.share,
            "reasons": dict(sorted(counts.reasons.items())),
        }
        for lane, counts in ((lane, inside[lane].counts) for lane in Lane)
    }  # fmt: skip


def _parity(office: Office) -> dict[str, Any]:
    report = office.parity.report()
    verdicts = {each.code: each.verdict.value for each in report.comparisons}
    return {
        "verdict": verdicts.pop(ALL),
        "slower_types": [code for code, verdict in verdicts.items() if verdict == Verdict.SLOWER],
        "alarms": len(office.parity.alarms()), "open_alarms": len(report.alarms),
    }  # fmt: skip
