"""The pages of requests about personal data: recorded, looked at masked, taken home, erased; and who may not."""

from __future__ import annotations

import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from support.office import Lodged, a_dossier, a_family, clock_of
from support.web import Page, Visitor, a_visitor, somebody

from lanes.office import Office
from lanes.ports import Resident

PATH = "/admin/requests"
OFFICER = "johan.walukow"  # complaint officer of the online lane


@pytest.fixture
def family() -> tuple[Resident, ...]:
    return a_family()


@pytest.fixture
def lodged(office: Office, family: tuple[Resident, ...]) -> Lodged:
    """An application that its applicant withdrew."""
    lodged = a_dossier(office).in_lane("online").for_family(family).lodged()
    office.closing.withdraw(lodged.number, lodged.code)
    return lodged


def english(office: Office, username: str) -> Visitor:
    return somebody(office, username).in_english()


def recorded(visitor: Visitor, kind: str, person: Resident, **more: str) -> Page:
    visitor.get("/admin/new-request")
    given = {"kind": kind, "nik": person.nik, "name": person.name, "checked": "id_card", **more}
    return visitor.send("/admin/new-request", **given)


def test_from_the_officer_who_takes_it_to_the_administrator_who_erases(
    office: Office, lodged: Lodged, family: tuple[Resident, ...]
) -> None:
    taker = english(office, OFFICER)
    assert PATH in taker.get("/desk").links
    assert "No request is open." in taker.get(PATH).words
    page = recorded(taker, "erasure", family[0], contact="0812 3456 7890")
    assert page.path == f"{PATH}/PDP-2026-000001"
    assert not [form for form in page.forms if form.action.startswith(PATH)], "who takes it does not answer it"
    assert "Person" not in page.words
    clock_of(office).forward(hours=70)
    taker = english(office, OFFICER)  # that session is over
    assert "due in 2 hours" in taker.get(PATH).words
    admin = english(office, "admin")
    page = admin.get(f"{PATH}/PDP-2026-000001")
    assert lodged.number in page.words
    assert "can go" in page.words
    assert not [value for value in (family[0].nik, family[0].name, "3456") if value in page.response.text]
    page = admin.send(f"{PATH}/PDP-2026-000001/erase", reason="Ditarik sendiri.")
    assert (page.status, "Tick that you are sure" in page.words) == (422, True)
    page = admin.send(f"{PATH}/PDP-2026-000001/erase", sure="yes", reason="")
    assert (page.status, "Write the reason" in page.words) == (422, True)
    assert "personal_data_erased" not in lodged.events
    page = admin.send(f"{PATH}/PDP-2026-000001/erase", sure="yes", reason="Ditarik sendiri.")
    assert f"{lodged.number}: erased (what was filled in, phone and e-mail, scans of papers)" in page.words
    assert lodged.events[-1] == "personal_data_erased"
    assert "No request is open." in taker.get(PATH).words
    assert "erased" in english(office, "auditor").get(f"{PATH}?show=all").words


def test_the_copy_is_whole_and_lies_on_no_disk_of_ours(
    office: Office, lodged: Lodged, family: tuple[Resident, ...], tmp_path: Path
) -> None:
    admin = english(office, "admin")
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    recorded(admin, "access", family[0])
    answer = admin.client.post(f"{PATH}/PDP-2026-000001/export",
                               data=admin.page.form(f"{PATH}/PDP-2026-000001/export").values)  # type: ignore[union-attr]  # fmt: skip
    assert answer.headers["content-disposition"] == 'attachment; filename="PDP-2026-000001.zip"'
    assert answer.headers["cache-control"] == "no-store"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        about = json.loads(archive.read("data.json"))
        page = archive.read("data.html").decode()
        scans = [archive.read(name) for name in names if name.startswith(lodged.number)]
    assert [each["number"] for each in about["applications"]] == [lodged.number]
    assert {each["id"] for each in about["applications"][0]["fields"]} >= {"applicant_nik", "applicant_address"}
    assert about["files_not_readable"] == []
    assert scans
    assert all(scan.startswith(b"%PDF") for scan in scans)
    assert family[0].nik in page
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before
    assert lodged.events[-1] == "personal_data_exported"
    admin.get(f"{PATH}/PDP-2026-000001")
    page_ = admin.send(f"{PATH}/PDP-2026-000001/end", how="answer", text="ya")
    assert (page_.status, "10 to 1,000 characters" in page_.words) == (422, True)
    page_ = admin.send(f"{PATH}/PDP-2026-000001/end", how="answer", text="Salinan diserahkan di loket.")
    assert "Copy handed out" in page_.words
    assert "Download the copy" not in page_.words


def test_what_is_wrong_stands_at_its_field_and_in_no_address(office: Office, family: tuple[Resident, ...]) -> None:
    admin = english(office, "admin")
    page = recorded(admin, "access", family[-1], contact="nowhere", received="2020-01-01T09:00")
    assert (page.status, page.path) == (422, "/admin/new-request")
    assert "under 18: a parent or guardian" in page.words
    assert "This is no phone number" in page.words
    assert "Give a time of the last 30 days" in page.words
    assert family[-1].nik not in str(page.response.url)
    assert office.person_requests.listing(by="admin") == []


def test_who_may_not_is_told_why(office: Office, lodged: Lodged, family: tuple[Resident, ...]) -> None:
    admin = english(office, "admin")
    page = recorded(admin, "erasure", family[0])
    assert "Another administrator erases" in page.words
    number = "PDP-2026-000001"
    clerk = english(office, "debora.paputungan")
    for path in (PATH, f"{PATH}/{number}", "/admin/new-request"):
        page = clerk.get(path)
        assert (page.status, "requests about personal data" in page.words) == (403, True), path
    assert PATH not in clerk.get("/desk").links
    auditor = english(office, "auditor")
    assert auditor.get(f"{PATH}/{number}").status == 200
    assert auditor.get("/admin/new-request").status == 403
    assert admin.get(f"{PATH}/PDP-2026-000009").status == 404
    for visitor in (admin, clerk, auditor):
        token = visitor.get("/desk" if visitor is clerk else PATH).forms[0].values["form_token"]
        for act in ("erase", "export", "end") if visitor is not admin else ("erase",):
            answer = visitor.client.post(
                f"{PATH}/{number}/{act}",
                data={"form_token": token, "sure": "yes", "reason": "Karena ingin.", "text": "Karena ingin sekali."},
            )
            assert answer.status_code == 403, (visitor.page, act)
    assert a_visitor(office).get(PATH).path == "/sign-in"
    assert not {"personal_data_erased", "personal_data_exported"} & set(lodged.events)
