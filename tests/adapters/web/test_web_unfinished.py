"""What is filled in of a task is kept while it is worked on: by the script, or by a button, and for no longer."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import Lodged, clock_of, refused, somebody_for, waiting_at
from support.web import Page, Visitor, somebody

from lanes.office import Office

SECRET = "tanda tangan Siti Rahasia"


@pytest.fixture
def lodged(office: Office) -> Lodged:
    return waiting_at(office, "verify")


@pytest.fixture
def verifier(office: Office, lodged: Lodged) -> Visitor:
    """Who holds the task, with its page before them."""
    visitor = somebody(office, somebody_for(office, lodged.tasks["verify"]))
    visitor.get("/desk?lang=en")
    visitor.send("/desk/next")
    return visitor


def path(lodged: Lodged) -> str:
    return f"/desk/tasks/{lodged.tasks['verify'].id}"


def save(visitor: Visitor, lodged: Lodged, part: str, *, script: bool = False, **values: object) -> Page:
    """Save a part of the page shown."""
    assert visitor.page is not None
    form = next(each for each in visitor.page.forms if each.values.get("part") == part)
    headers = {"accept": "application/json"} if script else {}
    answer = visitor.client.post(f"{path(lodged)}/keep", data={**form.values, **values}, headers=headers)
    page = Page(answer)
    if not script:
        visitor.page = page
    return page


def test_what_is_ticked_and_noted_is_there_again_without_script(lodged: Lodged, verifier: Visitor) -> None:
    page = save(
        verifier, lodged, "return", missing=["marriage_proof"], note_marriage_proof="buram", missing_other=SECRET
    )
    assert page.path == path(lodged)
    assert "Saved at 09:00." in page.words
    form = next(each for each in page.forms if each.values.get("part") == "return")
    assert form.values["missing"] == "marriage_proof"
    assert form.values["note_marriage_proof"] == "buram"
    assert form.values["missing_other"] == SECRET
    save(verifier, lodged, "end:rejected", reason_rejected="Akta palsu")
    page = verifier.get(path(lodged))
    assert "Akta palsu" in page.words
    assert next(each for each in page.forms if each.values.get("part") == "return").values["missing_other"] == SECRET


def test_the_script_is_told_when_it_was_saved_and_which_version_it_is(lodged: Lodged, verifier: Visitor) -> None:
    answer = save(verifier, lodged, "return", script=True, missing_other="x").response
    assert answer.json() == {"version": 1, "words": "Saved at 09:00."}


def test_two_windows_do_not_write_over_each_other(lodged: Lodged, verifier: Visitor) -> None:
    first = verifier.page
    save(verifier, lodged, "return", script=True, missing_other="from one window")
    verifier.page = first
    answer = save(verifier, lodged, "return", script=True, missing_other="from the other").response
    assert answer.status_code == 409
    assert "saved in another window since" in answer.json()["words"]
    page = save(verifier, lodged, "return", missing_other="from the other")
    assert page.status == 409
    assert page.form(f"{path(lodged)}/complete")
    form = next(each for each in page.forms if each.values.get("part") == "return")
    assert form.values["missing_other"] == "from the other"  # what was typed is still there to be saved
    assert form.values["kept_version"] == "1"


def test_it_is_encrypted_and_gone_when_the_task_is_ended(
    office: Office, lodged: Lodged, verifier: Visitor, tmp_path: Path
) -> None:
    save(verifier, lodged, "return", missing_other=SECRET)
    task = lodged.tasks["verify"]
    assert not any(SECRET.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    verifier.send(f"{path(lodged)}/complete", outcome="rejected", reason_rejected="Akta palsu")
    assert "verify" not in lodged.tasks
    with office.store.read() as work:
        assert work.unfinished.get(task.id) is None


def test_given_back_it_is_gone_also_for_who_takes_it_again(office: Office, lodged: Lodged, verifier: Visitor) -> None:
    save(verifier, lodged, "return", missing_other=SECRET)
    clock_of(office).forward(minutes=1)
    verifier.send(f"{path(lodged)}/release")
    verifier.get("/desk")
    assert SECRET not in verifier.send("/desk/next").response.text


def test_it_is_nobody_else_s_after_the_task_was_handed_over(office: Office, lodged: Lodged, verifier: Visitor) -> None:
    save(verifier, lodged, "return", missing_other=SECRET)
    task = lodged.tasks["verify"]
    other = next(name for name in office.config.lanes[task.lane].team[task.team or ""].members
                 if name not in {task.assignee, *task.barred})  # fmt: skip
    lead = office.config.lanes[task.lane].team[task.team or ""].lead
    office.desk.reassign(lodged.number, "verify", to=other, by=lead)
    assert SECRET not in somebody(office, other).get(path(lodged)).response.text
    assert (
        refused(lambda: office.unfinished.keep(task.id, "return", {}, by=task.assignee or "", seen=1)).code
        == "not_held"
    )


def test_nothing_is_kept_of_a_task_that_one_does_not_hold(office: Office, lodged: Lodged) -> None:
    task = lodged.tasks["verify"]
    for who in (somebody_for(office, task), "leonard.kawengian"):
        assert refused(lambda who=who: office.unfinished.keep(task.id, "fill", {}, by=who, seen=0)).code == "not_held"  # type: ignore[misc]
    with office.store.read() as work:
        assert work.unfinished.get(task.id) is None


def test_housekeeping_forgets_what_was_let_go_in_some_other_way(
    office: Office, lodged: Lodged, verifier: Visitor
) -> None:
    save(verifier, lodged, "return", missing_other=SECRET)
    assert office.unfinished.forget() == 0
    office.closing.withdraw(lodged.number, lodged.code)
    assert office.unfinished.forget() == 1


def test_what_was_ticked_stays_when_the_end_is_refused(lodged: Lodged, verifier: Visitor) -> None:
    assert verifier.page is not None
    form = next(each for each in verifier.page.forms if each.values.get("part") == "return")
    sent = {**form.values, "outcome": "incomplete", "note_marriage_proof": "buram"}
    page = Page(verifier.client.post(form.action, data=sent))
    assert page.status == 422
    form = next(each for each in page.forms if each.values.get("part") == "return")
    assert form.values["note_marriage_proof"] == "buram"


def test_no_more_is_kept_than_a_form_holds(office: Office, lodged: Lodged, verifier: Visitor) -> None:
    task, by = lodged.tasks["verify"], lodged.tasks["verify"].assignee or ""
    half = {"reason": "x" * 60_000}
    kept = office.unfinished.keep(task.id, "end:rejected", half, by=by, seen=0)
    assert refused(lambda: office.unfinished.keep(task.id, "end:other", half, by=by, seen=1)).code == "too_much"
    assert office.unfinished.of(task, by=by) == kept


def test_nothing_goes_on_as_usual_while_something_is_ticked_as_missing(lodged: Lodged, verifier: Visitor) -> None:
    save(verifier, lodged, "return", missing=["marriage_proof"])
    page = verifier.send(f"{path(lodged)}/complete", outcome="approved")
    assert page.status == 422
    assert "Something is ticked as missing: untick it, or return the application." in page.words
    assert "verify" in lodged.tasks
    form = next(each for each in page.forms if each.values.get("part") == "return")
    assert form.values["missing"] == "marriage_proof"
    save(verifier, lodged, "return", missing=[])
    assert verifier.send(f"{path(lodged)}/complete", outcome="approved").path == "/desk"
