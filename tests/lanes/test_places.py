"""Power is given by who may give it: no place, loan or rule of a lane makes somebody sign or approve."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from support.drafts import Drafts
from support.office import a_dossier, clock_of, members_of, refused, shipped, up_to

from domain.dossier import Task
from domain.permissions import why_not
from domain.places import roles_by_place
from domain.roles import Lane, Role
from lanes.office import Office
from lanes.records.staff import Membership

LANE = shipped().lanes[Lane.MANUAL]
MANAGER, HEADS = LANE.manager, "manual-head"


def teams(drafts: Drafts, name: str, **change: Any) -> None:
    """Draft another team of this name."""
    known = [team.model_dump(mode="json") for team in drafts.config.lanes[Lane.MANUAL].teams]
    drafts.change(Lane.MANUAL, teams=[team | change if team["id"] == name else team for team in known])


def put_in_force(office: Office, by: str) -> None:
    office.rules.apply(Lane.MANUAL, by=by, reason="drawn up anew")


@pytest.mark.parametrize(
    ("name", "change"),
    [(HEADS, {"members": ["kepala"]}), (HEADS, {"lead": "sekretaris"}), ("manual-verify", {"division": "civil"}),
     ("manual-approve-civil", {"roles": ["division_head", "verifier"]}),
     ("manual-approve-civil", {"members": LANE.team["manual-verify"].members})],
)  # fmt: skip
def test_a_manager_gives_nobody_the_power_to_sign_or_approve_by_the_lane_s_rules(
    drafting: Office, drafts: Drafts, name: str, change: dict[str, Any]
) -> None:
    teams(drafts, name, **change)
    refusal = refused(lambda: put_in_force(drafting, MANAGER))
    assert (refusal.code, "Only the head or an administrator changes" in refusal.message) == ("not_allowed", True)
    assert len(drafting.rules.versions(Lane.MANUAL)) == 1


@pytest.mark.parametrize(("name", "seat"), [(HEADS, "members"), ("manual-verify", "members"), ("manual-entry", "lead")])
def test_nor_themself_any_place(drafting: Office, drafts: Drafts, name: str, seat: str) -> None:
    teams(drafts, name, **{seat: ["kepala", MANAGER] if seat == "members" else MANAGER})
    assert "places of their own" in refused(lambda: put_in_force(drafting, MANAGER)).message


def test_nor_by_giving_a_team_another_ones_name(drafting: Office, drafts: Drafts) -> None:
    names = {"manual-entry": "manual-approve-civil", "manual-approve-civil": "manual-entry"}
    known = [team.model_dump(mode="json") for team in drafts.config.lanes[Lane.MANUAL].teams]
    drafts.change(Lane.MANUAL, teams=[team | {"id": names.get(team["id"], team["id"])} for team in known])
    assert "Only the head or an administrator" in refused(lambda: put_in_force(drafting, MANAGER)).message


def test_nor_does_a_manager_hand_the_lane_on(drafting: Office, drafts: Drafts) -> None:
    drafts.change(Lane.MANUAL, manager=members_of(drafting, "manual-front")[0])
    assert refused(lambda: put_in_force(drafting, MANAGER)).code == "not_allowed"


def test_an_administrator_does_but_for_places_of_their_own(drafting: Office, drafts: Drafts) -> None:
    teams(drafts, "manual-verify", members=[*LANE.team["manual-verify"].members, "admin"])
    assert "places of their own" in refused(lambda: put_in_force(drafting, "admin")).message
    put_in_force(drafting, "admin2")


def test_a_manager_tunes_what_gives_no_power(drafting: Office, drafts: Drafts) -> None:
    fewer = LANE.team["manual-verify"].members[1:]
    teams(drafts, "manual-verify", id="manual-checks", assignment="balanced", members=fewer)
    put_in_force(drafting, MANAGER)


def test_nobody_is_lent_or_put_into_the_head_s_team(office: Office) -> None:
    clerk, until = members_of(office, "manual-front")[1], office.clock.now() + timedelta(days=1)
    for by in (MANAGER, "kepala", "admin"):
        loan = {"lane": Lane.MANUAL, "team": HEADS, "reason": "a rush", "until": until, "by": by}
        assert refused(lambda loan=loan: office.people.lend(clerk, **loan)).code == "not_allowed"
        place = {"lane": Lane.MANUAL, "team": HEADS, "reason": "a rush", "by": by}
        assert refused(lambda place=place: office.directory.give(clerk, **place)).code == "not_allowed"
        added = {"email": None, "lane": Lane.MANUAL, "teams": [HEADS], "by": by}
        assert refused(lambda added=added: office.people.add("baru", "Orang Baru", **added)).code == "not_allowed"


def test_who_approves_for_a_division_is_said_by_the_head_or_an_administrator(office: Office) -> None:
    clerk = members_of(office, "manual-front")[1]
    place = {"lane": Lane.MANUAL, "team": "manual-approve-civil", "reason": "stands in"}
    assert refused(lambda: office.directory.give(clerk, **place, by=MANAGER)).code == "not_allowed"
    office.directory.give(clerk, **place, by="admin")


def test_a_place_in_the_head_s_team_however_it_came_about_signs_nothing(either: Office) -> None:
    clerk = members_of(either, "manual-front")[1]
    with either.store.begin() as work:
        work.people.add_membership(
            Membership(username=clerk, lane=Lane.MANUAL, team=HEADS, by="admin", at=either.clock.now())
        )
    signing = up_to(a_dossier(either).of_type("KK-BARU").in_lane("manual").lodged(), "sign")
    clock_of(either).forward(minutes=1)
    task: Task = signing.tasks["sign"]
    refusal = refused(lambda: either.desk.complete(signing.number, "sign", None, by=clerk))
    assert (refusal.code, "the office's own role agency_head" in refusal.message) == ("not_allowed", True)
    with either.store.read() as work:
        assert why_not(either.people.actor(work, "kepala", either.clock.now()), task) is None


def test_a_lane_s_team_gives_no_role_of_the_office() -> None:
    team = LANE.team["manual-verify"].model_copy(update={"roles": (Role.VERIFIER, Role.ADMINISTRATOR, Role.AUDITOR)})
    assert roles_by_place([team]) == {Role.VERIFIER}


def test_a_person_and_who_has_the_same_office_hear_that_somebody_changed_how_they_sign_in(either: Office) -> None:
    either.credentials.give_password("sekretaris", by="admin")
    assert told(either) == [("kepala", "admin")], "a first password takes nothing from its owner"
    clock_of(either).forward(minutes=1)
    either.credentials.give_password("sekretaris", by="admin")
    either.credentials.forget_device("sekretaris", by="admin")
    assert told(either) == [*[("kepala", "admin")] * 3, *[("sekretaris", "admin")] * 2]
    either.credentials.set_password("sekretaris", "pagi di tepi danau", by="sekretaris")
    assert len(told(either)) == 5


def test_the_manager_and_the_head_hear_who_was_given_a_place_by_somebody_else(either: Office) -> None:
    manager = either.config.lanes[Lane.ONLINE].manager
    either.people.add("boneka", "Nama Contoh", email=None, lane=Lane.ONLINE, teams=["online-entry"], by="admin")
    either.directory.give("boneka", lane=Lane.ONLINE, team="online-front", reason="dua tugas", by=manager)
    placed = [each for each in either.outbox.listing(limit=100) if each.message == "staff_place"]
    heard = {(each.to_person, each.values["reason"]) for each in placed}
    heads = either.config.office.people_with(Role.AGENCY_HEAD)
    assert heard == {(manager, "admin"), *((head, by) for head in heads for by in ("admin", manager))}
    assert {each.values["person"] for each in placed} == {"boneka"}


def told(office: Office) -> list[tuple[str, str]]:
    """Who was told of a changed account, and by whom it was."""
    found = [each for each in office.outbox.listing(limit=100) if each.message == "staff_account"]
    return sorted((str(each.to_person), str(each.values["reason"])) for each in found)
