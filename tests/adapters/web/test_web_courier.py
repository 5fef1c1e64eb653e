"""The courier's page: what happened at a door, its proof, and who may see that afterwards."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.office import Lodged, a_dossier, clock_of, refused, up_to, work_off
from support.web import Page, Visitor, somebody

from domain import words
from domain.dossier import DossierStatus
from lanes.office import Office

COURIER, CLERK = "denny.sumampouw", "yohanes.pangemanan"


@pytest.fixture
def lodged(office: Office) -> Lodged:
    return up_to(a_dossier(office).of_type("KTP-GANTI").in_lane("online").lodged(), "deliver")


@pytest.fixture
def courier(office: Office, lodged: Lodged) -> Visitor:
    return signed_in(office)


def signed_in(office: Office) -> Visitor:
    """The courier, who reads English."""
    visitor = somebody(office, COURIER)
    visitor.get("/desk?lang=en")
    return visitor


def picture(kind: str = "JPEG", colour: str = "red") -> bytes:
    """A photo as a phone makes it, larger than is kept."""
    written = io.BytesIO()
    Image.new("RGB", (3000, 200), colour).save(written, kind)
    return written.getvalue()


def at_the_door(courier: Visitor, lodged: Lodged, step: str = "deliver", **sent: Any) -> Page:
    """Say what happened there; delivered with everything filled in but the proof, unless said otherwise."""
    path = f"/desk/round/{lodged.tasks[step].id}"
    courier.get(path)
    filled = {"outcome": "delivered", "received_by": "family", "fingerprint_match": "yes", "old_card_withdrawn": "yes"}
    return courier.send(path, **{**filled, **sent})


def journalled(lodged: Lodged, step: str) -> dict[str, Any]:
    """What the journal says of the end of a step."""
    found = [json.loads(entry.data) for entry in lodged.office.views.dossier(lodged.number)[2]
             if entry.event == "step_completed"]  # fmt: skip
    return next(each for each in found if each["step"] == step)


def test_a_photo_is_reduced_kept_encrypted_and_bound_to_the_dossier_by_its_hash(
    office: Office, lodged: Lodged, courier: Visitor, tmp_path: Path
) -> None:
    sent = picture()
    page = at_the_door(courier, lodged, files={"photo": ("IMG_1.jpg", sent, "image/jpeg")})
    assert page.path == "/desk/round", page.words
    work_off(office)
    assert lodged.dossier.status is DossierStatus.ISSUED
    clerk = somebody(office, CLERK)
    page = clerk.get(f"/desk/dossiers/{lodged.number}?lang=en")
    address = f"/desk/papers/{lodged.number}/delivery_photo"
    assert address in page.links
    shown = clerk.client.get(address)
    assert shown.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.content)).size[0] == 2400
    assert journalled(lodged, "deliver")["proofs"] == {"delivery_photo": hashlib.sha256(shown.content).hexdigest()}
    assert lodged.events[-1] == "personal_data_revealed"
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(shown.content in kept or sent in kept for kept in files)
    assert office.audit.verify() == []
    assert somebody(office, "leonard.kawengian").get(address).status == 403


def test_who_received_it_may_be_written_and_is_kept_as_personal_data(office: Office, lodged: Lodged,
                                                                     courier: Visitor) -> None:  # fmt: skip
    at_the_door(courier, lodged, receiver="Siti Rahasia", relation="kakak")
    assert office.reveal.full(lodged.number, by=CLERK, purpose="audit")["delivery_proof"] == "Siti Rahasia, kakak"
    assert "Siti" not in "".join(entry.data for entry in office.views.dossier(lodged.number)[2])


def test_a_delivery_without_any_proof_is_refused_and_changes_nothing(lodged: Lodged, courier: Visitor) -> None:
    page = at_the_door(courier, lodged)
    assert page.status == 422
    assert "A delivery needs a proof" in page.words
    assert "deliver" in lodged.tasks


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"no picture", "Photo: This is no photo and no PDF."),
        (picture()[:400], "Photo: This file is cut off or damaged."),
        (b"%PDF-1.4 nothing", "Photo:"),
    ],
)
def test_a_picture_that_cannot_be_used_is_told_beside_it(
    lodged: Lodged, courier: Visitor, sent: bytes, words: str
) -> None:
    page = at_the_door(courier, lodged, receiver="Siti Aminah", files={"photo": ("x.jpg", sent, "image/jpeg")})
    assert page.status == 422
    assert words in page.words
    assert page.form(page.path).values["receiver"] == "Siti Aminah"
    assert "deliver" in lodged.tasks


def test_the_step_s_own_form_is_asked_for_beside_the_proof(lodged: Lodged, courier: Visitor) -> None:
    page = at_the_door(courier, lodged, receiver="Siti Aminah", received_by=None)
    assert page.status == 422
    assert "Received by: This is not filled in." in page.words


def test_nobody_at_home_twice_brings_it_back_to_the_office(office: Office, lodged: Lodged, courier: Visitor) -> None:
    page = courier.get("/desk/round")
    assert f"/desk/round/{lodged.tasks['deliver'].id}" in page.links
    assert office.tools.places.name(lodged.dossier.village) in page.words
    day = words.day(office.config.office.day(office.clock.now()) + timedelta(days=1)).en
    assert f"The applicant was told: {day}" in page.words
    (choice, *_) = office.views.track(lodged.number, lodged.code).choices
    assert f"Wait for the courier, who comes on {day}" in choice.words.en
    early = at_the_door(courier, lodged, outcome="not_home")
    assert (early.status, "was told that the courier comes on" in early.words) == (409, True)
    clock_of(office).forward(days=1)
    courier = signed_in(office)
    assert at_the_door(courier, lodged, outcome="not_home").path == "/desk/round"
    up_to(lodged, "deliver_again")
    assert at_the_door(courier, lodged, "deliver_again", outcome="not_home").status == 409, "twice within one day"
    told = [row for row in office.outbox.listing() if row.message in ("on_delivery", "not_home")]
    days = sorted(row.values["round"] for row in told)
    clock_of(office).forward(days=1)
    courier = signed_in(office)
    today = office.config.office.day(office.clock.now())
    assert days == [f"{today - timedelta(days=1):%d-%m-%Y}", f"{today:%d-%m-%Y}"]
    page = courier.get(f"/desk/round/{lodged.tasks['deliver_again'].id}")
    assert "Message that it waits at the office" in page.words
    at_the_door(courier, lodged, "deliver_again", outcome="not_home")
    work_off(office)
    assert "pickup" in lodged.tasks


def test_name_and_address_are_shown_when_asked_for_which_is_on_record(lodged: Lodged, courier: Visitor) -> None:
    path = f"/desk/round/{lodged.tasks['deliver'].id}"
    page = courier.get(path)
    assert lodged.fields["applicant_address"] not in page.words
    page = courier.send(f"{path}/address")
    assert lodged.fields["applicant_address"] in page.words
    assert lodged.events[-1] == "personal_data_revealed"


def test_a_step_that_delivers_nothing_has_no_door(office: Office) -> None:
    other = up_to(a_dossier(office).in_lane("online").lodged(), "receive")
    assert somebody(office, CLERK).get(f"/desk/round/{other.tasks['receive'].id}").status == 422


def test_a_courier_sees_what_is_to_be_delivered_and_no_other_dossier(
    office: Office, lodged: Lodged, courier: Visitor
) -> None:
    assert courier.get(f"/desk/dossiers/{lodged.number}").status == 200
    other = up_to(a_dossier(office).in_lane("online").lodged(), "receive")
    page = courier.get(f"/desk/dossiers/{other.number}?lang=en")
    assert page.status == 403
    assert "only while a complaint about it that they handle, or its handing over by their team, is open" in page.words
    for read in (lambda: office.sheets.paper(other.number, next(iter(other.papers)), by=COURIER),
                 lambda: office.reveal.full(other.number, by=COURIER, purpose="processing")):  # fmt: skip
        assert refused(read).code == "not_allowed"
    assert "personal_data_revealed" not in other.events


def test_somebody_of_another_team_may_look_and_not_deliver(office: Office, lodged: Lodged) -> None:
    page = somebody(office, CLERK).get(f"/desk/round/{lodged.tasks['deliver'].id}?lang=en")
    assert [form for form in page.forms if form.action == page.path] == []


def test_an_empty_round_says_what_comes(office: Office) -> None:
    page = somebody(office, COURIER).get("/desk/round?lang=en")
    assert "Nothing is to be delivered." in page.words
