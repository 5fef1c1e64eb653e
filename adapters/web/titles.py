"""What lanes, teams, document types and steps are called, in the reader's language."""

from __future__ import annotations

from adapters.reports.names import Names
from adapters.web.words import gettext as _
from adapters.web.words import said, told
from domain.roles import Lane
from lanes.office import Office


def lane_title(office: Office, lane: Lane) -> str:
    """What a lane is called."""
    return told(office.config.lanes[lane].title)


def team_title(office: Office, lane: Lane, team: str | None) -> str:
    """What a team is called; the system where there is none."""
    if team is None:
        return _("the system")
    known = office.config.lanes[lane].team.get(team)
    return told(known.title) if known else team


def type_title(office: Office, code: str) -> str:
    """What a document type is called, with its code."""
    workflow = office.config.workflows.get(code)
    return f"{told(workflow.title)} ({code})" if workflow else code


def step_title(office: Office, lane: Lane, step: str) -> str:
    """What a step is called in most document types."""
    return said(Names(office.config, office.tools.places.name).step(lane, step)) if step else _("the whole application")
