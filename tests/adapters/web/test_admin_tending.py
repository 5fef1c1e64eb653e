"""The administrator's room: whether all is well, stuck steps taken on again, messages, card blanks; who may come in."""

from __future__ import annotations

import pytest
from support.office import a_dossier, clock_of, lead_of, manager, taken
from support.web import Visitor, somebody

from adapters.sql.store import SqlStore
from domain.roles import Lane
from lanes.office import Office

PAGES = ("/admin", "/admin/stuck", "/admin/messages", "/admin/stock")


@pytest.fixture
def visitor(office: Office) -> Visitor:
    """An administrator, signed in, who reads English."""
    return somebody(office, "admin").in_english()


def a_stuck_step(office: Office) -> str:
    """The number of an application of which the first automatic step gave up."""
    lodged = a_dossier(office).in_lane("online").lodged()
    step = next(iter(lodged.tasks))
    office.engine.give_up(taken(office, lodged, step), "the register is away")
    return lodged.number


@pytest.mark.parametrize("role", ["operator", "manager"])
def test_nobody_but_an_administrator_comes_in_and_they_are_told_why(office: Office, role: str) -> None:
    username = manager(office) if role == "manager" else lead_of(office, "manual-front")
    visitor = somebody(office, username).in_english()
    for path in PAGES:
        page = visitor.get(path)
        assert page.status == 403
        assert f"Only an administrator may come in here, and {office.people.names()[username]} is none." in page.words
        assert "/admin" not in page.links


def test_a_form_that_is_not_ours_changes_nothing(office: Office, visitor: Visitor) -> None:
    before = office.stock.levels()
    answer = visitor.client.post("/admin/stock", data={"item": "ktp_blank", "count": "5"})
    assert answer.status_code == 403
    assert office.stock.levels() == before


def test_the_room_is_in_the_navigation_and_tells_whether_all_is_well(office: Office, visitor: Visitor) -> None:
    page = visitor.get("/admin")
    assert "Nothing looks through what people send in" in page.words
    assert page.status == 200
    assert "/admin" in page.links
    assert set(PAGES) <= set(page.links)
    for words in ("SQLite", "not sealed yet", "has not run yet", "none failed", "GB free", "No mistakes were found"):
        assert words in page.words
    assert f"Version {office.config.rules[Lane.ONLINE]}" in page.words


def test_a_sweep_that_stopped_and_a_seal_s_age_are_told(office: Office, visitor: Visitor) -> None:
    office.watch.sweep(Lane.ONLINE)
    a_stuck_step(office)
    office.audit.seal()
    assert "on time" in visitor.get("/admin").words
    clock_of(office).forward(hours=2)
    visitor = somebody(office, "admin2").in_english()
    page = visitor.get("/admin")
    assert "last sealed 2 hours ago" in page.words
    row = page.words.partition("Due times: Jalur Daring (Online)")[2] or page.words.partition("Due times:")[2]
    assert " late" in row


def test_a_dossier_that_no_sweep_can_treat_is_named(office: Office) -> None:
    assert isinstance(office.store, SqlStore)
    number = a_dossier(office).in_lane("online").lodged().number
    with office.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE clock SET rules = 99")
    clock_of(office).forward(days=9)
    office.watch.sweep(Lane.ONLINE)
    page = somebody(office, "admin").in_english().get("/admin")
    assert "not all treated" in page.words
    assert f"dossier {number}: NoResultFound" in page.words
    assert "on time" not in page.words


def test_a_stuck_step_stands_with_its_reason_and_is_taken_on_again(office: Office, visitor: Visitor) -> None:
    assert "No step is stuck." in visitor.get("/admin/stuck").words
    number = a_stuck_step(office)
    page = visitor.get("/admin/stuck")
    assert number in page.words
    assert "the register is away" in page.words
    page = visitor.send("/admin/stuck")
    assert (page.status, page.path) == (200, "/admin/stuck")
    assert "No step is stuck." in page.words
    assert office.engine.stuck(Lane.ONLINE) == 0
    last = office.views.dossier(number)[2][-1]
    assert (last.event, last.actor) == ("step_retried", "admin")


def test_a_step_that_somebody_else_took_on_meanwhile_is_told_of(office: Office, visitor: Visitor) -> None:
    number = a_stuck_step(office)
    visitor.get("/admin/stuck")
    office.engine.retry(number, None, by="admin2")
    page = visitor.send("/admin/stuck")
    assert page.status == 422
    assert "No step of this application is stuck any more." in page.words


def test_messages_are_listed_by_what_became_of_them_without_whom_they_reach(office: Office, visitor: Visitor) -> None:
    assert "There is no such message." in visitor.get("/admin/messages").words
    lodged = a_dossier(office).in_lane("online").lodged()
    page = visitor.get("/admin/messages")
    assert lodged.number in page.words
    assert "the applicant" in page.words
    assert not [value for name, value in lodged.fields.items()
                if name in ("applicant_email", "applicant_phone") and str(value) in page.words]  # fmt: skip
    assert lodged.number in visitor.get("/admin/messages?show=queued").words
    assert "There is no such message." in visitor.get("/admin/messages?show=failed").words


def test_blanks_that_came_in_are_recorded(office: Office, visitor: Visitor) -> None:
    item = next(iter(office.config.office.stock))
    before, _reserved = office.stock.levels()[item]
    visitor.get("/admin/stock")
    page = visitor.send("/admin/stock", item=item, count="500")
    assert (page.status, page.path) == (200, "/admin/stock")
    assert office.stock.levels()[item][0] == before + 500
    assert str(before + 500) in page.words


@pytest.mark.parametrize("count", ["", "0", "-5", "many", "100001", "9" * 5_000, "²"])
def test_a_count_that_cannot_be_is_refused_beside_the_form(office: Office, visitor: Visitor, count: str) -> None:
    before = office.stock.levels()
    visitor.get("/admin/stock")
    page = visitor.send("/admin/stock", count=count)
    assert page.status == 422
    assert "Give how many blanks came in" in page.words
    assert office.stock.levels() == before
