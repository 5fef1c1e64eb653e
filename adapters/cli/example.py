"""An application to try the office with: every field and paper one document type asks for, of a made-up resident."""

from __future__ import annotations

import base64
import secrets
from random import Random
from typing import TYPE_CHECKING, Any

from domain.errors import Refused
from domain.roles import Lane

if TYPE_CHECKING:
    from lanes.office import Office

_FAMILIES = 10_000  # of the sandbox's residents, about a third live in others
_SOME = 200  # so many families have somebody for every document type


def example_application(office: Office, code: str, lane: Lane) -> dict[str, Any]:
    """An application for a document type in a lane, for `jalur submit --file`, as the demo's applicants fill it in.

    Raises Refused for an unknown type, and where the register holds real people.
    """
    from adapters.demo.applicants import Applicants
    from adapters.demo.forms import applied
    from adapters.demo.scans import blank_scan
    from adapters.registry.sandbox import SandboxRegistry
    from domain.application import check_application
    from lanes.intake import known_type

    workflow, registry = known_type(office.config, code), office.tools.registry
    if not isinstance(registry, SandboxRegistry):
        raise Refused("no_sandbox", "Examples need the sandbox register, and this office has a real one.",
                      allowed="JALUR_REGISTRY_URL not set")  # fmt: skip
    today, draw = office.config.office.day(office.clock.now()), Random(secrets.randbits(64))  # noqa: S311
    families = registry.families(secrets.randbelow(_FAMILIES), _SOME)
    case = Applicants((one for family in families for one in family), avoid=(), draw=draw).case(code, today)
    fields = applied(workflow, case, today, draw)
    facts = check_application(workflow, lane, fields, (), today=today).facts
    page = base64.b64encode(blank_scan("contoh").content).decode()
    scan = f"data:application/pdf;base64,{page}" if lane is Lane.ONLINE else None
    papers = {requirement.id: scan for requirement in workflow.in_lane(lane).requirements(facts)}
    channel = office.config.lanes[lane].channels[0]
    return {"code": code, "lane": lane, "channel": channel, "fields": fields, "papers": papers}
