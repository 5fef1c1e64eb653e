"""The administrator's room: an outage is recorded, ended, and taken back, with what that does to applications."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.office import ZONE, a_dossier, clock_of, manager
from support.web import Visitor, somebody

from domain.roles import Lane
from lanes.office import Office

PATH = "/admin/outages"


@pytest.fixture
def visitor(office: Office) -> Visitor:
    """An administrator, signed in, who reads English."""
    return somebody(office, "admin").in_english()


def test_an_outage_holds_what_it_touches_until_it_is_ended(office: Office, visitor: Visitor) -> None:
    lodged, other = a_dossier(office).lodged(), a_dossier(office).in_lane("online").lodged()
    assert "No outage has been recorded." in visitor.get(PATH).words
    page = visitor.send(PATH, reason="POWER", lane="manual")
    assert (page.status, page.path) == (200, PATH)
    assert "power cut" in page.words
    assert "lasts" in page.words
    (outage,) = office.outages.listing()
    assert (outage.reason, outage.lane, outage.by) == ("POWER", Lane.MANUAL, "admin")
    assert lodged.dossier.held
    assert not other.dossier.held
    assert "outage_started" in lodged.events
    clock_of(office).forward(minutes=10)
    visitor.get(f"{PATH}/{outage.id}")
    page = visitor.send(f"{PATH}/{outage.id}/end")
    assert page.path == PATH
    assert not lodged.dossier.held
    assert lodged.events[-1] == "outage_ended"
    assert office.outages.listing()[0].ended_by == "admin"


def test_an_outage_that_is_recorded_late_began_when_it_is_said_to(office: Office, visitor: Visitor) -> None:
    began = clock_of(office).now() - timedelta(minutes=30)
    visitor.get(PATH)
    visitor.send(PATH, reason="SIAK_NETWORK", at=f"{began.astimezone(ZONE):%Y-%m-%dT%H:%M}", why="a cable is cut")
    (outage,) = office.outages.listing()
    assert (outage.lane, outage.started_at, outage.why) == (None, began, "a cable is cut")
    assert "a cable is cut" in visitor.get(f"{PATH}/{outage.id}").words


def test_an_outage_recorded_by_mistake_is_taken_back_with_a_reason(office: Office, visitor: Visitor) -> None:
    lodged = a_dossier(office).lodged()
    due = lodged.dossier.due_at
    visitor.get(PATH)
    visitor.send(PATH, reason="POWER")
    (outage,) = office.outages.listing()
    visitor.get(f"{PATH}/{outage.id}")
    page = visitor.send(f"{PATH}/{outage.id}/withdraw")
    assert page.status == 422
    assert "Write the reason" in page.words
    assert lodged.dossier.held
    page = visitor.send(f"{PATH}/{outage.id}/withdraw", why="another building")
    assert "taken back" in page.words
    assert lodged.dossier.due_at == due
    assert lodged.events[-1] == "outage_withdrawn"
    page = visitor.get(f"{PATH}/{outage.id}")
    assert "another building" in page.words
    assert all("withdraw" not in form.action for form in page.forms)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": "POWER"}, "lasts already"),
        ({"reason": "APPLICANT_INCOMPLETE"}, ""),
        ({"reason": "none"}, "Choose a reason"),
        ({"reason": "AFIS", "at": "2099-01-01T09:00"}, "lies in the future"),
        ({"reason": "AFIS", "at": "soon"}, "Write a date"),
    ],
)
def test_an_outage_that_cannot_be_is_refused_beside_the_form(
    office: Office, visitor: Visitor, given: dict[str, str], words: str
) -> None:
    office.outages.start("POWER", by="admin")
    clock_of(office).forward(minutes=1)
    visitor.get(PATH)
    page = visitor.send(PATH, **given)
    assert page.status == 422
    assert words in page.words
    assert len(office.outages.listing()) == 1


def test_an_outage_that_is_not_there_is_told(visitor: Visitor) -> None:
    page = visitor.get(f"{PATH}/77")
    assert page.status == 422
    assert "outage" in page.words


def test_a_manager_is_refused_with_the_reason_also_for_one_outage(office: Office) -> None:
    outage = office.outages.start("POWER", by="admin").outage
    visitor = somebody(office, manager(office))
    for path in (PATH, f"{PATH}/{outage.id}"):
        page = visitor.get(path)
        assert page.status == 403
        assert "bukan administrator" in page.words
