"""The counter, and the head who signs many at once."""

from __future__ import annotations

import re

from support.office import a_dossier, a_family, up_to, waiting_at, work_off
from support.web import Visitor, somebody

from domain.roles import Lane
from lanes.office import Office


def a_clerk(office: Office) -> Visitor:
    """Somebody who sits at the counter."""
    return somebody(office, "leonard.kawengian")


def test_who_walks_in_is_taken_in_on_one_page_and_leaves_with_a_receipt(office: Office) -> None:
    draft = a_dossier(office).for_family(a_family()).application
    clerk, other = a_clerk(office), somebody(office, "gerald.walukow")
    clerk.get("/desk/counter?lang=en")
    assert "/desk/counter/KK-BARU" in clerk.page.links  # type: ignore[union-attr]
    clerk.get("/desk/counter/KK-BARU")
    given = {name: str(value) for name, value in draft.fields.items()}
    page = clerk.send("/desk/counter/KK-BARU", paper=sorted(draft.papers), **given)
    assert page.status == 200, page.words
    number = next(word for word in page.words.split() if word.startswith("MN-"))
    dossier, _, journal, _ = office.views.dossier(number)
    assert dossier.lane is Lane.MANUAL
    assert journal[0].actor == "leonard.kawengian"
    code = page.words.split("Tracking code")[1].split()[0]
    assert office.config.office.name.en in page.words
    assert re.search(r"Received \w+, .* 20\d\d .{,20} Due for now .* Seen by a phone's camera", page.words)
    assert office.views.track(number, code).number == number
    assert code not in f"{page.path}{clerk.client.cookies}", "it is kept encrypted"
    assert code in clerk.get(next(each for each in page.links if each.endswith("lang=id"))).words, (
        "it can be read again"
    )
    other.client.cookies.set("receipt", clerk.client.cookies["receipt"])
    refused = other.get(f"{page.path}?lang=en")
    assert (refused.status, code in refused.words) == (422, False)
    assert "by the person who took the application in" in refused.words
    work_off(office)
    assert number in clerk.get("/desk").words


def test_mistakes_are_told_beside_each_field_and_what_was_filled_in_stays(office: Office) -> None:
    clerk = a_clerk(office)
    clerk.get("/desk/counter/KK-BARU?lang=en")
    page = clerk.send("/desk/counter/KK-BARU", applicant_nik="123", applicant_name="Budi Santoso")
    assert page.status == 422
    assert "NIK of the applicant: This needs 16 digits; 3 were given." in page.words
    assert page.form("/desk/counter/KK-BARU").values["applicant_name"] == "Budi Santoso"


def test_only_the_front_office_takes_in(office: Office) -> None:
    page = somebody(office, "gerald.walukow").get("/desk/counter?lang=en")
    assert page.status == 403
    assert "Only the front office of the walk-in lane takes applications in" in page.words
    assert "/desk/counter" not in page.links


def test_the_online_lane_s_front_office_takes_nobody_in_at_the_counter(office: Office) -> None:
    assert somebody(office, "yohanes.pangemanan").get("/desk/counter").status == 403


def test_a_second_application_for_the_same_person_names_the_first(office: Office) -> None:
    family = a_family()
    first = a_dossier(office).for_family(family).lodged()
    draft = a_dossier(office).for_family(family).application
    clerk = a_clerk(office)
    clerk.get("/desk/counter/KK-BARU?lang=en")
    given = {name: str(value) for name, value in draft.fields.items()}
    page = clerk.send("/desk/counter/KK-BARU", paper=sorted(draft.papers), **given)
    assert page.status == 409
    assert first.number in page.words


def test_the_head_signs_many_at_once_and_sees_what_differs(office: Office) -> None:
    lodged = [up_to(a_dossier(office).with_fields(member_count=count).lodged(), "sign") for count in (3, 5)]
    head = somebody(office, "kepala")
    page = head.get("/desk/sign?lang=en")
    for each in lodged:
        assert each.number in page.words
        assert each.fields["applicant_nik"] not in page.words
    assert "Number of family members: 3" in page.words
    assert "Number of family members: 5" in page.words
    assert "Proof of marriage or divorce" not in page.words, "it is the same in both"
    page = head.send("/desk/sign", task=[str(each.tasks["sign"].id) for each in lodged])
    assert all(each.number in page.words for each in lodged)
    assert "2 signed." in page.words
    assert all("sign" not in each.tasks for each in lodged)


def test_signing_nothing_and_out_of_turn_is_told(office: Office) -> None:
    first, second = (waiting_at(office, "sign") for _ in range(2))
    head = somebody(office, "kepala")
    head.get("/desk/sign?lang=en")
    assert head.send("/desk/sign").status == 422
    page = head.send("/desk/sign", task=[str(second.tasks["sign"].id)])
    assert (page.status, "sign" in second.tasks) == (422, True)
    assert f"{second.number}: Others come before it: tick them too, or say below why it comes first." in page.words
    assert page.form("/desk/sign").ticked["task"] == [str(second.tasks["sign"].id)], "what was ticked stays ticked"
    page = head.send("/desk/sign", out_of_turn="MEDICAL")
    assert "1 signed." in page.words
    assert "sign" in first.tasks


def test_a_whole_line_is_ticked_by_a_button_and_signed_in_its_order_whatever_the_documents_are(office: Office) -> None:
    lodged = [waiting_at(office, "sign"), up_to(a_dossier(office).of_type("KK-UBAH").lodged(), "sign"),
              waiting_at(office, "sign")]  # fmt: skip
    head = somebody(office, "kepala")
    page = head.get("/desk/sign?lang=en")
    in_order = [str(each.tasks["sign"].id) for each in lodged]
    assert [value for name, value in page.form("/desk/sign").every if name == "task"] == in_order
    assert page.form("/desk/sign").ticked == {}
    page = head.send("/desk/sign", tick="manual")
    assert all("sign" in each.tasks for each in lodged), "nothing is signed by ticking"
    assert page.form("/desk/sign").ticked["task"] == in_order
    page = head.send("/desk/sign", task=in_order[::-1])
    assert "3 signed." in page.words
    assert not any("taken_out_of_turn" in each.events for each in lodged)


def test_nobody_but_the_head_finds_something_to_sign(office: Office) -> None:
    waiting_at(office, "sign")
    assert "Nothing waits for your signature." in a_clerk(office).get("/desk/sign?lang=en").words
