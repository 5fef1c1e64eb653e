"""What the office records, the register knows: on a NIK, a marriage or a card given, people apply for more."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from support.office import (
    Lodged,
    a_dossier,
    an_office,
    clock_of,
    couples_with_a_child,
    do,
    refused,
    somebody_for,
    to_the_end,
    up_to,
    work_off,
)

from adapters.registry.outage import InterruptibleRegistry
from adapters.registry.sandbox import SandboxRegistry
from domain.dossier import DossierStatus
from domain.numbers import compose_nik
from lanes.office import Office
from lanes.ports import Resident, Unavailable

PEOPLE = 600


class LosesAnAnswer(InterruptibleRegistry):
    """Records everything, and once does not live to say so."""

    lost = False

    def record(self, **told: Any) -> str:
        """As `Registry`."""
        reference = super().record(**told)
        if not self.lost:
            self.lost = True
            raise Unavailable("The register did not answer in time.")
        return reference


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("learning")


@pytest.fixture(scope="module")
def office(home: Path) -> Office:
    return an_office(home, registry=LosesAnAnswer(SandboxRegistry(home / "register.sqlite", people=PEOPLE)))


def sandbox(office: Office) -> SandboxRegistry:
    return cast(SandboxRegistry, cast(InterruptibleRegistry, office.tools.registry)._inner)


def known(office: Office, nik: str) -> Resident:
    found = office.tools.registry.resident(nik)
    assert found is not None
    return found


def issued(lodged: Lodged) -> Lodged:
    """To the end, and nobody had to look who it is."""
    assert to_the_end(lodged).status is DossierStatus.ISSUED
    assert "clear_identity" not in [task.step for task in lodged.office.views.dossier(lodged.number)[1]]
    return lodged


def test_a_child_is_known_by_the_nik_of_its_birth_and_gets_its_card_on_it(office: Office) -> None:
    parents = couples_with_a_child(sandbox(office).families(limit=200), date(2009, 3, 3))[0]
    birth = up_to(a_dossier(office).of_type("LHR").in_lane("manual").for_family(parents).lodged(), "approve")
    do(birth, "approve")
    with pytest.raises(Unavailable):
        work_off(office, birth.dossier.lane)  # recorded, and cut off before it was said
    clock_of(office).forward(minutes=30)
    up_to(birth, "sign")
    wrong = birth.staff["nik"]
    assert [one.event for one in sandbox(office).events()] == ["LHR"]
    assert known(office, wrong).name == birth.fields["name"]

    do(birth, "sign", "returned")
    right = compose_nik(region="717206", born=known(office, wrong).born, sex=birth.fields["sex"], serial=8_999)
    do(birth, "enter", values={"nik": right})
    issued(birth)
    assert office.tools.registry.resident(wrong) is None
    child = known(office, right)
    assert (child.father, child.mother) == (birth.fields["father"], birth.fields["mother"])
    assert (child.religion, child.address, child.family_card) == (
        parents[0].religion, parents[0].address, parents[0].family_card
    )  # fmt: skip
    assert [one.nik for one in office.tools.registry.family(child.family_card)].count(right) == 1

    about = {"subject_nik": right, "subject_name": child.name, "born": child.born.isoformat()}
    issued(
        a_dossier(office)
        .of_type("KIA-BARU")
        .in_lane("manual")
        .for_family(parents)
        .with_fields(**about)
        .untrue()
        .lodged()
    )


def test_a_couple_that_married_is_married_on_its_new_card_after_a_restart_too(home: Path, office: Office) -> None:
    alone = [f[0] for f in sandbox(office).families(limit=250) if len(f) == 1 and f[0].marital_status == "single"]
    him, her = (next(one for one in alone if one.sex == sex and one.born.year < 2000) for sex in ("male", "female"))
    couple = {
        "husband": him.name, "husband_nik": him.nik, "husband_born": him.born.isoformat(),
        "wife": her.name, "wife_nik": her.nik, "wife_born": her.born.isoformat(),
    }  # fmt: skip
    wedding = a_dossier(office).of_type("KWN").in_lane("manual").for_family((him, her)).with_fields(**couple)
    married = issued(wedding.untrue().lodged())
    founding = {"members": f"{him.nik}, {her.nik}", "relations": "istri"}
    founded = issued(
        a_dossier(office).of_type("KK-BARU").for_family((him, her)).with_fields(**founding).untrue().lodged()
    )

    again = SandboxRegistry(home / "register.sqlite", people=PEOPLE)
    found = again.family(founded.staff["issued_family_card"])
    assert [(one.nik, one.relationship, one.marital_status, one.spouse) for one in found] == [
        (him.nik, "head", "married", her.nik), (her.nik, "wife", "married", him.nik),
    ]  # fmt: skip
    assert {str(one.marriage_date) for one in found} == {married.fields["married"]}
    assert list(again.family(her.family_card)) == []
    again.close()


def test_a_nik_that_somebody_bears_goes_back_to_whoever_entered_it(office: Office) -> None:
    parents = couples_with_a_child(sandbox(office).families(limit=200), date(2009, 3, 3))[1]
    newcomer = {"name": "Nama Contoh Baru", "born": "1999-05-05", "sex": "male", "relationship": "other_relative"}
    biodata = a_dossier(office).of_type("BIO").in_lane("manual").for_family(parents).with_fields(**newcomer).lodged()
    up_to(biodata, "enter")
    taken, free = (compose_nik(region="717206", born=date(1999, 5, 5), sex="male", serial=n) for n in (8_001, 8_002))
    other = {"name": "Nama Lain", "sex": "male", "born": "1999-05-05", "issued": "MN-2025-000001"}
    office.tools.registry.record(event="BIO", nik=taken, details={}, changes={taken: other}, key="elsewhere")
    do(biodata, "enter", values={"nik": taken})
    do(biodata, "verify")
    do(biodata, "approve")
    work_off(office, biodata.dossier.lane)
    task = biodata.tasks["enter"]
    assert office.sheets.task(task.id, by=somebody_for(office, task)).differences == ("nik",)
    assert known(office, taken).name == "Nama Lain"
    do(biodata, "enter", values={"nik": free})
    do(biodata, "verify")
    issued(biodata)
    grown = known(office, free)
    assert (grown.name, grown.family_card) == ("Nama Contoh Baru", parents[0].family_card)

    own = {"applicant_nik": free, "applicant_name": grown.name, "birth_date": "1999-05-05"}
    card = a_dossier(office).of_type("KTP-BARU").in_lane("manual").for_family((grown, *parents)).with_fields(**own)
    issued(card.untrue().lodged())


def test_who_arrives_and_is_not_registered_yet_is_known_after_the_arrival(office: Office) -> None:
    nik = compose_nik(region="717101", born=date(1990, 1, 1), sex="female", serial=9_001)
    newcomer = {
        "applicant_nik": nik, "applicant_name": "Nama Contoh Datang", "applicant_family_card": "7171010102200001",
        "old_card": "none", "unregistered": True, "sex": "female", "birth_place": "Manado", "born": "1990-01-01",
        "religion": "Kristen", "marital_status": "single", "education": "Strata II", "occupation": "Guru",
        "blood_type": "O", "mother": "Nama Ibu Contoh",
    }  # fmt: skip
    arrival = a_dossier(office).of_type("SKDWNI").in_lane("manual").with_fields(**newcomer).untrue().lodged()
    unwritten = refused(lambda: do(up_to(arrival, "clear_identity"), "clear_identity", "confirmed", values={}))
    assert "identified_by" in unwritten.message, "against the register only in writing"
    do(arrival, "clear_identity", "confirmed")
    assert to_the_end(arrival).status is DossierStatus.ISSUED
    (alone,) = office.tools.registry.family(arrival.staff["issued_family_card"])
    assert (alone.nik, alone.relationship, alone.occupation) == (nik, "head", "Guru")
    assert (alone.address, alone.village) == (arrival.fields["applicant_address"], arrival.fields["village"])
