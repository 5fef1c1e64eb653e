"""Documents are given out to who holds the code, and to people of the dossier's own lane, on record."""

from __future__ import annotations

from support.office import a_dossier, do, leave_blanks, members_of, refused, to_the_end, up_to, work_off

from lanes.office import Office


def test_the_applicant_fetches_the_sealed_document_with_the_code(office: Office) -> None:
    lodged = a_dossier(office).of_type("KK-BARU").in_lane("online").lodged()
    to_the_end(lodged)

    ((document, pdf),) = office.products.for_applicant(lodged.number, lodged.code)

    assert document.product == "family_card"
    report = office.tools.sealer.check(pdf)
    assert report.intact
    assert report.trusted


def test_a_wrong_code_and_an_unknown_number_are_refused_alike(office: Office) -> None:
    lodged = a_dossier(office).of_type("KK-BARU").in_lane("online").lodged()
    to_the_end(lodged)

    wrong = refused(lambda: office.products.for_applicant(lodged.number, "2222-2222-2222"))
    unknown = refused(lambda: office.products.for_applicant("ON-2026-999999", lodged.code))

    assert str(wrong) == str(unknown)


def test_a_draft_is_not_given_to_the_applicant(office: Office) -> None:
    lodged = up_to(a_dossier(office).of_type("KK-BARU").in_lane("online").lodged(), "sign")

    assert refused(lambda: office.products.for_applicant(lodged.number, lodged.code)).code == "no_document"


def test_people_of_the_lane_read_the_draft_on_record_and_others_do_not(office: Office) -> None:
    lodged = up_to(a_dossier(office).of_type("KK-BARU").in_lane("online").lodged(), "sign")
    own, other = members_of(office, "online-front")[0], members_of(office, "manual-front")[0]

    ((draft, _),) = office.products.for_office(lodged.number, by=own)

    assert draft.sealed_at is None
    last = office.views.dossier(lodged.number)[2][-1]
    assert (last.event, last.actor) == ("documents_read", own)
    assert refused(lambda: office.products.for_office(lodged.number, by=other)).code == "not_allowed"


def test_a_message_names_the_document_it_tells_of(office: Office) -> None:
    birth = a_dossier(office).of_type("LHR").in_lane("online").lodged()
    up_to(birth, "print_card")
    do(birth, "print_card", "spoiled")  # a draft of the child's card, made last
    to_the_end(birth)
    leave_blanks(office, "ktp_blank", 0)
    card = up_to(a_dossier(office).of_type("KTP-GANTI").in_lane("online").lodged(), "sign_suket")
    do(card, "sign_suket")
    work_off(office)

    issued = {
        document.product: document.number for document, _ in office.products.for_applicant(birth.number, birth.code)
    }
    ((letter, _),) = office.products.for_applicant(card.number, card.code)

    assert set(issued) == {"birth_deed", "family_card"}
    told = {(m.dossier_id, m.message): m.values.get("document_number") for m in office.outbox.listing(limit=500)}
    assert told[birth.dossier.id, "ready_link"] == issued["birth_deed"]
    assert told[card.dossier.id, "suket_issued"] == letter.number
