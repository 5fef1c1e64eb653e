"""Whether all is well: the store, the sweeps, what is stuck or unsent, the disk, the rules and their files."""

from __future__ import annotations

import shutil

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.status import at_work
from adapters.web.admin.words import crumbs
from adapters.web.pages import page
from adapters.web.session import OfficeNow, settings_of
from adapters.web.titles import lane_title
from adapters.web.words import gettext as _
from domain.roles import Lane
from lanes.digest import SWEEP as DIGEST
from lanes.office import Office
from lanes.watch import HOUSEKEEPING

router = APIRouter()
_GB = 1_000_000_000


@router.get("")
def overview(request: Request, office: OfficeNow) -> Response:
    """Everything at a glance; each line leads to where it is looked after."""
    settings, counts = settings_of(request), office.outbox.counts()
    home = settings.home.absolute()
    disk = shutil.disk_usage(next(each for each in (home, *home.parents) if each.exists()))
    stuck = {lane_title(office, lane): office.engine.stuck(lane) for lane in Lane}
    workers = [(_("The pages"), "web"), *((_("Automatic steps: %(lane)s") % {"lane": lane_title(office, lane)},
                                           f"work-{lane}") for lane in Lane)]  # fmt: skip
    return page(
        request, "admin/overview.html", postgresql=settings.database.startswith("postgresql"),
        sealed_at=office.audit.sealed_at(), stuck=stuck,
        proof=next((each for each in office.verifications.newest() if each.ended_at), None),
        waiting=counts.get("queued", 0) + counts.get("sending", 0), failed=counts.get("failed", 0),
        unconfirmed=counts.get("unconfirmed", 0), free=f"{disk.free / _GB:.1f}", total=f"{disk.total / _GB:.1f}",
        scanner=office.tools.papers.viruses.name,
        sweeps=[{"title": _sweep(office, each.name), "run": each} for each in office.watch.runs()],
        processes=[(title, at_work(settings.home, name)) for title, name in workers],
        mistakes=[str(each) for each in office.mistakes], warnings=office.config.warnings(office.clock.now()),
        rules=[(lane_title(office, lane), lane, office.rules.in_force(lane)) for lane in Lane], crumbs=crumbs(),
    )  # fmt: skip


def _sweep(office: Office, name: str) -> str:
    """What a sweep does, in words; its name ends with its lane."""
    kind, _sign, lane = name.partition("/")
    if kind == HOUSEKEEPING:
        return _("Housekeeping")
    if lane not in set(Lane):
        return _("Comparison of the lanes")
    title = _("Daily summary: %(lane)s") if kind == DIGEST else _("Due times: %(lane)s")
    return title % {"lane": lane_title(office, Lane(lane))}
