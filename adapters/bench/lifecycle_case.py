"""The dossier of `jalur bench lifecycle`: one document type of the bench's own, and made-up people who apply for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from adapters.bootstrap import configured
from adapters.settings import Settings
from domain.numbers import compose_family_card, compose_nik
from domain.office import OfficeConfig
from domain.workflow import Workflow
from lanes.actions.base import Action, Ended

CODE = "BENCH"
#: The people's steps in order, each with the one who does it in the shipped walk-in lane, and what follows.
STEPS = (
    ("receive", "leonard.kawengian"),
    ("check", None),
    ("enter", "theresia.lumowa"),
    ("verify", "gerald.walukow"),
    ("record", None),
    ("approve", "lidya.lontoh"),
    ("make", None),
)
_ROLES = {"receive": "front_office", "enter": "siak_operator", "verify": "verifier", "approve": "division_head"}

PASS = Action(name="bench.pass", outcomes=frozenset({"on"}), run=lambda _step, _tools: Ended(outcome="on"))


def office_config() -> OfficeConfig:
    """The shipped office with its people, teams, times and calendars, and the bench's document type alone."""
    return replace(configured(Settings()), workflows={CODE: _workflow()})


def _workflow() -> Workflow:
    names = [name for name, _ in STEPS]
    steps: dict[str, Any] = {}
    for name, following in zip(names, [*names[1:], None], strict=True):
        title = {"id": name, "en": name}
        on: dict[str, Any] = {"to": following} if following else {"end": "issued"}
        doer = {"automatic": PASS.name}
        if name in _ROLES:
            doer = {"human": _ROLES[name], "duty": "Bekerja.", "regulation": "Permendagri 108/2019"}
        steps[name] = {"title": title, **doer, "on": {"on": {**on, "accepts": name == names[0]}}}
    steps["verify"]["distinct_from"] = ["enter"]
    fields = {"applicant_nik": "nik", "applicant_name": "name", "applicant_family_card": "family_card",
              "applicant_phone": "phone", "applicant_address": "address", "village": "text"}  # fmt: skip
    return Workflow.model_validate(
        {
            "code": CODE,
            "title": {"id": "Uji", "en": "Bench"},
            "family": "family_card",
            "division": "population",
            "product": {"signed_pdf": "family_card"},
            "limit": "14d",
            "basis": ["UU 24/2013"],
            "start": names[0],
            "fields": [{"id": name, "type": kind, "title": {"id": name, "en": name}} for name, kind in fields.items()],
            "requirements": [],
            "steps": steps,
        }
    )


def form(serial: int) -> dict[str, object]:
    """What the made-up applicant number `serial` (from 0) fills in; no two have the same NIK."""
    day, number = divmod(serial, 9000)
    born = date(1980, 1, 1) + timedelta(days=day)
    return {
        "applicant_nik": compose_nik(region="717201", born=born, sex="male", serial=number + 1),
        "applicant_name": "Contoh Pemohon",
        "applicant_family_card": compose_family_card(region="717201", recorded=born, serial=number + 1),
        "applicant_phone": "081234567890",
        "applicant_address": "Jalan Contoh 1",
        "village": "71.72.01.1001",
    }
