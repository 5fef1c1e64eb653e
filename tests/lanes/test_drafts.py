"""An application begun on a phone is gone on with by its code, sent once, and forgotten when nobody comes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.office import Draft as Applied
from support.office import a_dossier, a_family, an_office, at_once, clock_of, refused

from adapters.demo.scans import blank_scan
from domain.application import InvalidApplication
from domain.errors import Refused
from lanes.drafts import Drafts
from lanes.intake import Receipt
from lanes.office import Office
from lanes.papers import Paper


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    return an_office(tmp_path, database_url=database_url)


@pytest.fixture
def drafts(office: Office) -> Drafts:
    return office.drafts


@pytest.fixture
def applied(office: Office) -> Applied:
    return replace(a_dossier(office).in_lane("online"), family=a_family())


def whole(drafts: Drafts, applied: Applied) -> str:
    """A draft in which everything is filled in; gives its code."""
    draft, application = drafts.begin(applied.code), applied.application
    drafts.fill_in(draft.code, application.fields)
    drafts.hand_in(draft.code, {name: paper for name, paper in application.papers.items() if paper})
    return draft.code


def scans(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("files/drafts/*") if path.is_file()]


def test_what_was_filled_in_is_there_for_who_holds_the_code(drafts: Drafts) -> None:
    code = drafts.begin("KK-BARU").code
    drafts.fill_in(code, {"marriage": "book", "applicant_name": "Contoh Wowor"})
    drafts.fill_in(code, {"applicant_name": "Contoh Wowor Kedua"})
    assert drafts.get(code.lower().replace("-", " ")).fields == {
        "marriage": "book", "applicant_name": "Contoh Wowor Kedua",
    }  # fmt: skip
    assert drafts.fill_in(code, {"marriage": ""}).fields == {"applicant_name": "Contoh Wowor Kedua"}
    assert refused(lambda: drafts.get("ABCD-EFGH-JKMN")).code == "unknown_draft"
    assert refused(lambda: drafts.begin("XX")).code == "unknown_type"


def test_nothing_of_it_can_be_read_at_rest(drafts: Drafts, tmp_path: Path, office: Office) -> None:
    code = drafts.begin("KK-BARU").code
    drafts.fill_in(code, {"applicant_name": "Contoh Wowor"})
    drafts.hand_in(code, {"event_form": blank_scan("rahasia")})
    with office.store.read() as work:
        (record,) = work.drafts.left_before(clock_of(office).forward(days=1), 9)
    assert b"Wowor" not in record.cipher
    assert code not in record.key
    assert all(b"%PDF" not in path.read_bytes() for path in scans(tmp_path))


def test_a_bad_scan_is_told_at_once_and_the_good_ones_stay(drafts: Drafts, tmp_path: Path) -> None:
    code = drafts.begin("KK-BARU").code
    given = {"event_form": blank_scan("a"), "marriage_proof": Paper(b"MZ"), "moon_stone": blank_scan("b")}
    draft, problems = drafts.hand_in(code, given)
    assert problems == ("marriage_proof: the scan is no document or photo (allowed: PDF, JPEG, PNG)",)
    assert [*draft.scans] == ["event_form"]
    drafts.hand_in(code, {"event_form": blank_scan("another")})
    assert len(scans(tmp_path)) == 1, "the one before it is gone"


def test_a_whole_draft_is_sent_and_its_scans_move(
    drafts: Drafts, office: Office, applied: Applied, tmp_path: Path
) -> None:
    code = whole(drafts, applied)
    receipt = drafts.send(code)
    dossier = office.views.dossier(receipt.number)[0]
    assert (dossier.channel, dossier.code) == ("web", "KK-BARU")
    with office.store.read() as work:
        kept = {each.requirement for each in work.dossiers.attachments(dossier.id)}
    assert kept == set(applied.application.papers)
    assert scans(tmp_path) == []
    assert drafts.get(code).fields == {}
    assert drafts.get(code).sent == (receipt.number, receipt.code)


def test_sent_again_it_gives_the_same_receipt(drafts: Drafts, applied: Applied) -> None:
    code = whole(drafts, applied)
    first, second = drafts.send(code), drafts.send(code)
    assert (first.number, first.code) == (second.number, second.code)
    assert refused(lambda: drafts.fill_in(code, {"marriage": "deed"})).code == "draft_sent"
    assert refused(lambda: drafts.hand_in(code, {})).code == "draft_sent"


def test_a_button_pressed_four_times_at_once_sends_once(drafts: Drafts, applied: Applied) -> None:
    code = whole(drafts, applied)
    receipts = at_once(*[lambda: drafts.send(code)] * 4)
    assert all(isinstance(each, Receipt) for each in receipts), receipts
    assert len({each.number for each in receipts if isinstance(each, Receipt)}) == 1


def test_what_is_wrong_is_told_whole_and_nothing_is_lost(drafts: Drafts, applied: Applied) -> None:
    code = whole(drafts, applied.with_fields(applicant_nik="717206"))
    with pytest.raises(InvalidApplication) as caught:
        drafts.send(code)
    assert caught.value.problems[0].startswith("applicant_nik:")
    assert drafts.get(code).fields["applicant_nik"] == "717206"
    assert len(drafts.get(code).scans) == len(applied.application.papers)


def test_an_open_dossier_for_the_same_is_named_and_the_draft_stays(drafts: Drafts, applied: Applied) -> None:
    lodged, code = applied.lodged(), whole(drafts, applied)
    refusal: Refused = refused(lambda: drafts.send(code))
    assert refusal.code == "already_open"
    assert lodged.number in refusal.message
    assert drafts.get(code).fields


def test_a_draft_left_for_two_weeks_is_forgotten_with_its_scans(drafts: Drafts, office: Office, tmp_path: Path) -> None:
    code = drafts.begin("KK-BARU").code
    drafts.hand_in(code, {"event_form": blank_scan("a")})
    clock_of(office).forward(days=13)
    other = drafts.begin("KK-BARU").code
    assert drafts.get(code).scans
    clock_of(office).forward(days=1, seconds=1)
    assert refused(lambda: drafts.get(code)).code == "unknown_draft"
    assert (drafts.forget(), drafts.forget()) == (1, 0)
    assert scans(tmp_path) == []
    assert drafts.get(other)
