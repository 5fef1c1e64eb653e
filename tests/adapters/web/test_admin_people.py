"""The administrator's room: people added, placed, away, gone and back; how they sign in; the teams; the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from support.office import clock_of, lead_of, members_of, refused, somebody_for, waiting_at
from support.web import PASSWORD, Visitor, a_visitor, somebody

from domain.dossier import TaskStatus
from domain.roles import Lane
from lanes.office import Office

CLERK = "grace.supit"


@pytest.fixture
def visitor(office: Office) -> Visitor:
    """An administrator, signed in, who reads English."""
    return somebody(office, "admin").in_english()


@pytest.fixture
def at(visitor: Visitor) -> Callable[..., object]:
    """Do something on somebody's page: `at("grace.supit", "leave", reason="moved away")`."""

    def done(username: str, action: str, /, **values: object) -> object:
        visitor.get(f"/admin/people/{username}")
        return visitor.send(f"/admin/people/{username}/{action}", **values)

    return done


def told(office: Office, username: str) -> list[str]:
    return [each.entry.event for each in office.directory.person(username, by="admin")[2]]


def test_somebody_is_added_signs_in_with_a_password_for_one_use_and_chooses_their_own(
    office: Office, visitor: Visitor
) -> None:
    visitor.get("/admin/new-person")
    page = visitor.send("/admin/new-person", username="sari.baru", name="Sari Baru", team="manual/manual-front")
    assert page.path == "/admin/people/sari.baru"
    page = visitor.send("/admin/people/sari.baru/password")
    given = page.words.partition("The password for one use of Sari Baru: ")[2].split()[0]
    assert given not in visitor.get("/admin/people/sari.baru").words
    sari = a_visitor(office).in_english()
    assert sari.sign_in("sari.baru", given).path == "/sign-in/password"
    assert sari.get("/desk").path == "/sign-in/password"
    page = sari.send("/sign-in/password", old=given, new=given, again=given)
    assert (page.status, "choose another one" in page.words) == (422, True)
    page = sari.send("/sign-in/password", old=given, new=PASSWORD, again=PASSWORD)
    assert page.path.startswith("/desk")
    assert a_visitor(office).sign_in("sari.baru", given).path == "/sign-in"
    assert told(office, "sari.baru") == ["password_chosen", "password_given", "person_added"]


def test_a_password_for_one_use_is_good_for_three_days_only(office: Office) -> None:
    given = office.credentials.give_password(CLERK, by="admin")
    clock_of(office).forward(days=3, minutes=1)
    assert a_visitor(office).sign_in(CLERK, given).path == "/sign-in"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"username": "admin"}, "works here already"),
        ({"username": "jalur"}, "A username has 2 to 32"),
        ({"username": "Sari Baru"}, "A username has 2 to 32"),
        ({"name": ""}, "Write the name"),
        ({"email": "somewhere"}, "cannot be an e-mail address"),
        ({"team": "manual/none"}, "Choose a team"),
        ({"team": ""}, "Choose a team"),
    ],
)
def test_who_cannot_be_added_is_not_and_it_says_why(
    office: Office, visitor: Visitor, change: dict[str, str], words: str
) -> None:
    before = office.people.listing()
    visitor.get("/admin/new-person")
    given = {"username": "sari.baru", "name": "Sari Baru", "email": "", "team": "manual/manual-front", **change}
    page = visitor.send("/admin/new-person", **given)
    assert (page.status, words in page.words) == (422, True)
    assert office.people.listing() == before


def test_a_place_is_given_and_taken_with_a_reason_and_its_work_goes_back(
    office: Office, at: Callable[..., object], visitor: Visitor
) -> None:
    lodged = waiting_at(office, "receive")
    office.people.add("sari.baru", "Sari Baru", email=None, lane=Lane.MANUAL, teams=["manual-verify"], by="admin")
    at("sari.baru", "give", team="manual/manual-front", reason="")
    assert "Write the reason" in visitor.page.words  # type: ignore[union-attr]
    at("sari.baru", "give", team="manual/manual-front", reason="more walk-ins")
    office.desk.claim(lodged.number, "receive", by="sari.baru")
    assert (
        refused(
            lambda: office.directory.give("sari.baru", lane=Lane.ONLINE, team="online-front", reason="x", by="admin")
        ).code
        == "other_lane"
    )
    assert office.directory.take("sari.baru", lane=Lane.MANUAL, team="manual-front", reason="enough", by="kepala") == 1
    assert lodged.tasks["receive"].status is TaskStatus.OPEN
    assert told(office, "sari.baru") == ["place_taken", "place_given", "person_added"]
    changes = visitor.get("/admin/journal/people").words
    for words in ("more walk-ins", "Place taken away", "Adriana Rumagit"):
        assert words in changes


def test_a_place_of_the_lanes_file_is_not_taken_away_here(office: Office, visitor: Visitor) -> None:
    clerk = members_of(office, "manual-front")[0]
    page = visitor.get(f"/admin/people/{clerk}")
    assert not [form for form in page.forms if form.action.endswith("/take")]
    act = {"lane": Lane.MANUAL, "team": "manual-front", "reason": "x", "by": "admin"}
    assert refused(lambda: office.directory.take(clerk, **act)).code == "configured_place"


def test_an_administrator_cannot_raise_themself_and_others_cannot_at_all(office: Office, visitor: Visitor) -> None:
    page = visitor.get("/admin/people/admin")
    assert not [form for form in page.forms if form.action.endswith(("/give", "/password", "/device", "/leave"))]
    place = {"lane": Lane.MANUAL, "team": "manual-verify", "reason": "x"}
    lead = lead_of(office, "manual-front")
    until = office.clock.now() + timedelta(days=1)
    for tried in (
        lambda: office.directory.give("admin", by="admin", **place),
        lambda: office.people.lend("admin", until=until, by="admin", **place),
        lambda: office.credentials.give_password("admin", by="admin"),
        lambda: office.credentials.forget_device("admin", by="admin"),
        lambda: office.directory.leave("admin", reason="x", by="admin"),
        lambda: office.directory.give(CLERK, by=lead, **place),
        lambda: office.credentials.give_password(CLERK, by="kepala"),
        lambda: office.directory.leave(CLERK, reason="x", by="kepala"),
        lambda: office.directory.people(by="auditor"),
        lambda: office.directory.changes(by="kepala"),
    ):
        assert refused(tried).code == "not_allowed"
    assert told(office, "admin") == ["password_set"]


def test_who_leaves_can_do_nothing_their_work_goes_back_and_they_may_come_back(
    office: Office, at: Callable[..., object], visitor: Visitor
) -> None:
    lodged = waiting_at(office, "receive")
    who = somebody_for(office, lodged.tasks["receive"])
    office.desk.claim(lodged.number, "receive", by=who)
    theirs = somebody(office, who)
    at(who, "leave", reason="moved to another office")
    assert lodged.tasks["receive"].status is TaskStatus.OPEN
    assert theirs.get("/desk").path == "/sign-in"
    assert a_visitor(office).sign_in(who).path == "/sign-in"
    assert refused(lambda: office.desk.next(who)).code == "has_left"
    assert refused(lambda: office.desk.claim(lodged.number, "receive", by=who)).code == "not_allowed"
    with office.store.read() as work:
        team = office.config.lanes[Lane.MANUAL].team["manual-front"]
        assert who not in office.people.present(work, team, Lane.MANUAL, office.clock.now())
    at(who, "back", reason="came back")
    assert a_visitor(office).sign_in(who).path.startswith("/desk")
    assert "moved to another office" in visitor.get(f"/admin/people/{who}").words


def test_an_absence_to_come_hands_work_back_when_it_begins_and_can_be_called_off(
    office: Office, at: Callable[..., object], visitor: Visitor
) -> None:
    first = waiting_at(office, "receive")
    who = somebody_for(office, first.tasks["receive"])
    office.desk.claim(first.number, "receive", by=who)
    today = office.config.office.day(office.clock.now())
    at(who, "absence", kind="leave", until=f"{today + timedelta(days=3)}", **{"from": f"{today + timedelta(days=1)}"})
    assert first.tasks["receive"].assignee == who
    assert "on leave" in visitor.page.words  # type: ignore[union-attr]
    clock_of(office).forward(days=1)
    office.watch.sweep(Lane.MANUAL)
    assert first.tasks["receive"].assignee != who
    assert "task_released" in first.events
    assert next(each for each in office.people.listing() if each.username == who).absent_until is not None
    clock_of(office).forward(minutes=1)
    second = waiting_at(office, "receive")
    office.desk.claim(second.number, "receive", by=who, out_of_turn="SAME_CASE")  # came in nevertheless
    office.watch.sweep(Lane.MANUAL)
    assert second.tasks["receive"].assignee == who
    again = somebody(office, "admin2")
    again.get(f"/admin/people/{who}")
    again.send(f"/admin/people/{who}/call-off")
    assert next(each for each in office.people.listing() if each.username == who).absent_until is None
    assert told(office, who)[:2] == ["absence_ended", "absence_entered"]


def test_lock_out_sessions_and_second_factor_are_looked_after(
    office: Office, at: Callable[..., object], visitor: Visitor
) -> None:
    signer = somebody(office, "kepala")
    stranger = a_visitor(office)
    for _ in range(4):
        stranger.sign_in("kepala", "wrong")
    assert "locked out" in visitor.get("/admin/people").words
    at("kepala", "unlock")
    assert "locked out" not in visitor.get("/admin/people").words
    at("kepala", "device")
    assert signer.get("/desk").path == "/sign-in"
    assert not office.sign_in.has_device("kepala")
    signer = somebody(office, "kepala")
    at("kepala", "sessions")
    assert signer.get("/desk").path == "/sign-in"
    assert told(office, "kepala")[:1] == ["sessions_ended"]


def test_people_are_found_by_name_team_and_role_and_teams_tell_who_is_there(office: Office, visitor: Visitor) -> None:
    assert "Grace Supit" in visitor.get("/admin/people").words
    page = visitor.send("/admin/people", sought="grace s")
    assert "Grace Supit" in page.words
    assert "Ester Mandagi" not in page.words
    assert "Ester Mandagi" in visitor.send("/admin/people", sought="auditor").words
    assert "Try a part of it" in visitor.send("/admin/people", sought="zzzz").words
    until = office.clock.now() + timedelta(days=1)
    for name in members_of(office, "manual-front"):
        office.people.absent(name, until, by="admin")
    page = visitor.get("/admin/teams")
    assert "nobody is here" in page.words
    assert office.config.lanes[Lane.MANUAL].team["manual-front"].duty.split()[0] in page.words


def test_one_changes_ones_own_password_by_the_old_one_and_is_signed_out_elsewhere(office: Office) -> None:
    here, there = somebody(office, CLERK).in_english(), a_visitor(office)
    there.sign_in(CLERK)
    new = "tiga ekor burung camar"
    here.get("/account")
    for given, words in (
        ({"old": "wrong", "new": new, "again": new}, "The password that you have is another one"),
        ({"old": PASSWORD, "new": new, "again": new + "x"}, "The two new passwords differ"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "too easy to guess"),
    ):
        page = here.send("/account/password", **given)
        assert words in page.words
    page = here.send("/account/password", old=PASSWORD, new=new, again=new)
    assert "Your password is another one now" in page.words
    assert here.get("/account").path == "/account"
    assert there.get("/desk").path == "/sign-in"
    assert a_visitor(office).sign_in(CLERK, new).path.startswith("/desk")


def test_the_register_is_part_of_the_proof(office: Office) -> None:
    office.credentials.give_password(CLERK, by="admin")
    office.people.absent(CLERK, office.clock.now() + timedelta(days=1), by="admin")
    assert office.audit.verify() == []
    for change, fault in (
        ("UPDATE register SET actor = 'admin2' WHERE seq = 1", "register: entry 1 was changed"),
        ("UPDATE register SET about = 'kepala' WHERE seq = 2", "register.about, row 2: is not what its entry says"),
        ("DELETE FROM register WHERE seq = 2", "register: the journal ends at entry 1, the dossier says 2"),
    ):
        with office.store.begin() as work:
            work.connection.exec_driver_sql(change)  # type: ignore[attr-defined]
        assert fault in office.audit.verify()
