"""Scheduled flows: what fell due in a lane, the morning's lists, parity, and keeping house for the office.

Each is harmless when two of it overlap.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from prefect import flow

from domain.roles import Lane
from flows.cleaning import delete_old_runs, mark_crashed_runs
from flows.runtime import in_thread, workplace

log = structlog.get_logger()


class SweepIncomplete(Exception):
    """Some dossiers could not be treated; every other was. What to do: `jalur audit verify` tells what is broken
    about the dossiers that are named."""


class HousekeepingIncomplete(Exception):
    """Some jobs of keeping house failed, which are named; the others were done. They are tried again next time."""


@flow(name="watch-sla", flow_run_name="watch {lane}", persist_result=False)
async def watch_sla(lane: Lane) -> dict[str, int]:
    """Flag what fell due in a lane, each once, and tell of other sweeps that do not run and of dossiers that could not
    be treated. Gives how many were found and flagged. Raises SweepIncomplete."""
    office = workplace().office
    result = await in_thread(partial(office.watch.sweep, Lane(lane)))
    for late in await in_thread(partial(office.warnings.beside, Lane(lane))):
        log.warning("sweep_late", sweep=late.name, seen_by=lane)
    await in_thread(partial(office.warnings.broken, Lane(lane)))
    if result.flagged:
        log.info("fell_due", lane=lane, flagged=result.flagged)
    if result.failed:
        raise SweepIncomplete("; ".join(result.failed))
    return {"found": result.found, "flagged": result.flagged}


@flow(name="digest", flow_run_name="digest {lane}", persist_result=False)
async def digest(lane: Lane) -> dict[str, int]:
    """Send the morning's lists of a lane, one a day to each lead and the manager. Gives how many there are."""
    return {"lists": await in_thread(partial(workplace().office.digest.send, Lane(lane)))}


@flow(name="lane-parity", persist_result=False)
async def lane_parity() -> dict[str, int]:
    """Hold the online lane against the other; raise and end alarms. Gives how many comparisons and open alarms."""
    report = await in_thread(workplace().office.parity.look)
    if report.alarms:
        log.warning("online_is_slower", types=sorted(alarm.code or "all" for alarm in report.alarms))
    return {"compared": len(report.comparisons), "alarms": len(report.alarms)}


@flow(name="housekeeping", persist_result=False)
async def housekeeping(keep_days: float = 14) -> dict[str, int]:
    """Seal the journal; forget answers, webhook messages and drafts of old, what was filled in of tasks that were let
    go, and who asked about their data once they are answered; remind of such requests and go on with erasures that were
    cut off; tell what of the rules ends soon; mark runs of killed processes as crashed; delete Prefect's runs older
    than `keep_days`; make the proof of the journal that is asked for, or the day's.

    Gives how many chains were sealed, answers, messages and tasks forgotten, runs marked, runs deleted, faults found.
    Raises HousekeepingIncomplete naming the jobs that failed; every other was done.
    """
    office = (await in_thread(workplace)).office
    jobs: dict[str, Callable[[], Awaitable[int]]] = {
        "sealed": lambda: in_thread(office.audit.seal),
        "answers": lambda: in_thread(office.answers.forget),
        "webhooks": lambda: in_thread(office.webhooks.forget),
        "drafts": lambda: in_thread(office.drafts.forget),
        "erased": lambda: in_thread(office.erasing.finish),
        "reminded": lambda: in_thread(office.person_requests.remind),
        "requests": lambda: in_thread(office.person_requests.forget),
        "unfinished": lambda: in_thread(office.unfinished.forget),
        "warned": lambda: in_thread(office.warnings.rules),
        "crashed": mark_crashed_runs,
        "deleted": lambda: delete_old_runs(keep_days),
        "faults": lambda: in_thread(office.verifications.make_due),
    }
    counts, failed = dict[str, int](), list[str]()
    for name, do in jobs.items():
        try:
            counts[name] = await do()
        except Exception as fault:  # whatever it is, the other jobs are done
            failed.append(f"{name}: {type(fault).__name__}")
    await in_thread(partial(office.watch.kept_house, len(failed)))
    log.info("house_kept", **counts)
    if counts.get("faults"):
        log.warning("journal_not_whole", faults=counts["faults"])
    if failed:
        raise HousekeepingIncomplete("; ".join(failed))
    return counts
