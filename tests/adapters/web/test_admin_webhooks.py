"""The administrator's room: webhooks made, looked at and ended; and forms slowed that come too often."""

from __future__ import annotations

from support.office import manager
from support.web import a_visitor, somebody

from lanes.office import Office

WEBHOOKS = "/admin/webhooks"


def test_a_webhook_is_made_its_secret_shown_once_and_ended(office: Office) -> None:
    visitor = somebody(office, "admin").in_english()
    assert "No program is told of anything yet" in visitor.get(WEBHOOKS).words
    page = visitor.send(WEBHOOKS, lane="manual", url="http://example.org/", kinds=["dossier.issued"])
    assert (page.status, "Messages go to https addresses" in page.words) == (422, True)
    page = visitor.send(WEBHOOKS, lane="manual", url="https://example.org/jalur", kinds=["dossier.issued"])
    (made,) = office.webhooks.listing(by="admin")
    assert "whsec_" in page.response.text
    page = visitor.get(f"{WEBHOOKS}/{made.id}")
    assert "whsec_" not in page.response.text
    assert "Nothing was sent yet" in page.words
    visitor.send(f"{WEBHOOKS}/{made.id}/end")
    assert office.webhooks.listing(by="admin") == []
    assert visitor.get(f"{WEBHOOKS}/{made.id}").status == 404


def test_a_manager_finds_no_webhooks_in_the_administrators_room(office: Office) -> None:
    assert somebody(office, manager(office)).get(WEBHOOKS).status == 403


def test_forms_that_come_too_often_from_one_address_are_told_when_to_come_back(office: Office) -> None:
    visitor = a_visitor(office, forms_per_minute=2).in_english()
    answers = []
    for _ in range(3):
        visitor.get("/track")
        answers.append(visitor.send("/track", number="ON-2026-000001", code="ABCD-EFGH-JKMN"))
    assert [each.status for each in answers[:2]] != [429, 429]
    assert answers[2].status == 429
    assert int(answers[2].response.headers["retry-after"]) >= 1
    assert "Try again in" in answers[2].words
    assert visitor.get("/services").status == 200, "pages can be read on"
