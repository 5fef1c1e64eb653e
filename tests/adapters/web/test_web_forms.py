"""Forms that are not taken any more: what is said then, and where it leads."""

from __future__ import annotations

from support.office import clock_of
from support.web import PASSWORD, Page, a_visitor, somebody

from lanes.office import Office


def test_a_form_sent_after_the_session_leads_to_the_sign_in_page_and_back_to_the_form(office: Office) -> None:
    clerk = somebody(office, "leonard.kawengian")
    form = clerk.get("/desk/counter/KK-BARU?lang=en").form("/desk/counter/KK-BARU")
    clerk.send("/sign-out")
    page = Page(clerk.client.post(form.action, data=form.values))
    assert (page.status, "Your session is over" in page.words) == (403, True)
    assert "You may not do this" not in page.words
    clerk.get(next(each for each in page.links if each.startswith("/sign-in?next=")))
    page = clerk.send("/sign-in", username="leonard.kawengian", password=PASSWORD)
    assert page.path == "/desk/counter/KK-BARU"
    form = page.form("/desk/counter/KK-BARU")
    clock_of(office).forward(hours=13)
    clerk.page = Page(clerk.client.post(form.action, data=form.values))
    assert clerk.page.path == "/sign-in"
    assert clerk.send("/sign-in", username="leonard.kawengian", password=PASSWORD).path == "/desk/counter/KK-BARU"


def test_a_citizen_s_form_that_is_not_ours_is_told_as_such_without_a_sign_in(office: Office) -> None:
    page = Page(a_visitor(office).client.post("/track?lang=en"))
    assert "This form is no longer valid" in page.words
    assert "/track" in page.links
    assert not any("next=" in each for each in page.links)
