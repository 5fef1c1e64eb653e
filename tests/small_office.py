"""A small office that is right in everything, for tests that plant one mistake in it. All people are made up."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from domain.workflow_check import ActionShape

ACTIONS = {
    "registry.record": ActionShape(frozenset({"recorded"})),
    "registry.check_identity": ActionShape(frozenset({"match", "mismatch"})),
    "calendar.wait": ActionShape(frozenset({"over"}), frozenset({"time"})),
    "document.make": ActionShape(frozenset({"made"}), frozenset({"product"})),
    "stock.consume": ActionShape(frozenset({"consumed"}), frozenset({"item"})),
    "message.send": ActionShape(frozenset({"sent"}), frozenset({"message"})),
}
PRODUCTS = frozenset({"birth_deed", "family_card"})

OFFICE = """\
name: {id: Dinas Contoh, en: Sample Office}
city: Kota Contoh
city_code: "71.72"
timezone: Asia/Makassar
online_brand: Es Mama
verify_url: https://office.example/verify
track_url: https://office.example/track
signatory: {name: Kepala Contoh, title: {id: Kepala Dinas, en: Head}}
stock:
  kia_blank: {title: {id: Blangko, en: Blanks}, at_start: 10, warn_below: 2}
people:
  - {username: kepala, name: Kepala Contoh, roles: [agency_head]}
  - {username: on.boss, name: Bos Daring}
  - {username: on.front, name: Loket Daring}
  - {username: on.entry, name: Rekam Daring}
  - {username: on.check, name: Cek Daring}
  - {username: mn.boss, name: Bos Loket}
  - {username: mn.front, name: Loket Loket}
  - {username: mn.entry, name: Rekam Loket}
  - {username: mn.check, name: Cek Loket}
"""

LANE = """\
lane: LANE
title: {id: Jalur, en: Lane}
channels: [CHANNEL]
calendar: hours
working_day: 7h
manager: XX.boss
teams:
  - id: front
    title: {id: Loket, en: Front}
    roles: [front_office]
    duty: Memeriksa berkas.
    regulation: Permendagri 108/2019
    lead: XX.front
    members: [XX.front]
  - id: entry
    title: {id: Rekam, en: Entry}
    roles: [siak_operator]
    duty: Merekam data.
    regulation: Permendagri 108/2019
    lead: XX.entry
    members: [XX.entry]
  - id: check
    title: {id: Verifikasi, en: Verification}
    roles: [verifier]
    duty: Memverifikasi.
    regulation: Permendagri 108/2019
    lead: XX.check
    members: [XX.check]
  - id: head
    title: {id: Pimpinan, en: Head}
    roles: [agency_head]
    duty: Menandatangani.
    regulation: Permendagri 108/2019
    lead: kepala
    members: [kepala]
sla:
  default: {target: 1wd, human: 2wh, automatic: 10m, answer: 14d, steps: {enter: 90wm}}
  types:
    LHR: {limit: 20wd, steps: {verify: 1wh}}
escalation:
  default:
    step: [{at: 80%, do: [remind]}, {at: 100%, do: [notify_lead]}, {at: +4wh, do: [notify_manager]}]
    target: [{at: 100%, do: [notify_manager]}]
    limit: [{at: 100%, do: [notify_head]}]
    answer: [{at: 50%, do: [remind_applicant]}, {at: 100%, do: [close]}]
  types: {LHR: {answer: [{at: 40%, do: [remind_applicant]}, {at: 100%, do: [close]}]}}
out_of_turn:
  reasons: {FUNERAL: {id: Pemakaman, en: A funeral}}
watch: {every: 1m}
"""

CALENDAR = """\
timezone: Asia/Makassar
week: {mon: ["08:00-12:00", "13:00-16:00"], tue: [08:00-15:00], wed: [08:00-15:00], thu: [08:00-15:00],
       fri: [08:00-15:00]}
"""

WORKFLOW = """\
code: LHR
title: {id: Akta kelahiran, en: Birth deed}
family: civil_deed
division: civil
product: {signed_pdf: birth_deed}
limit: 30d
basis: [UU 24/2013]
start: receive
fields:
  - {id: birth_date, type: date, title: {id: Tanggal lahir, en: Date of birth}}
  - {id: late, type: flag, title: {id: Terlambat, en: Late}, derived: {date: birth_date, older_than: 60d}}
  - {id: marriage, type: choice, choices: [book, deed, none], title: {id: Nikah, en: Marriage}}
requirements:
  - id: birth_form
    form: F-2.01
    title: {id: Formulir, en: Form}
    shown: {online: form_filled_in, manual: form_filled_in}
  - id: marriage_proof
    title: {id: Bukti nikah, en: Proof of marriage}
    when: {marriage: [book, deed]}
    shown: {online: scan_of_original, manual: copy_and_original_shown}
steps:
  receive:
    title: {id: Penerimaan, en: Intake}
    human: front_office
    duty: Memeriksa kelengkapan.
    regulation: Permendagri 108/2019
    on:
      complete: {to: [enter, identify], accepts: true}
      incomplete: {return_to: applicant}
  identify:
    title: {id: Identitas, en: Identity}
    automatic: registry.check_identity
    on: {match: verify, mismatch: {return_to: applicant}}
  enter:
    title: {id: Perekaman, en: Entry}
    human: siak_operator
    duty: Merekam.
    regulation: Permendagri 108/2019
    form: [marriage]
    on: {entered: verify}
  verify:
    title: {id: Verifikasi, en: Verification}
    human: verifier
    duty: Memverifikasi.
    regulation: Permendagri 108/2019
    distinct_from: [enter]
    waits_for: [enter, identify]
    on:
      approved: [{when: {late: [true]}, to: decide}, {to: make}]
      returned: enter
      rejected: {end: rejected}
  decide:
    title: {id: Keputusan, en: Decision}
    human: agency_head
    duty: Memutuskan.
    regulation: Permendagri 108/2019
    on: {granted: make, refused: {end: rejected}}
  make:
    title: {id: Pembuatan, en: Making}
    automatic: document.make
    with: {product: birth_deed}
    on: {made: tell}
    manual:
      on: {made: hand_over}
  tell:
    lanes: [online]
    title: {id: Tautan, en: Link}
    automatic: message.send
    with: {message: received}
    on: {sent: {end: issued}}
  hand_over:
    lanes: [manual]
    title: {id: Penyerahan, en: Handover}
    human: front_office
    duty: Menyerahkan.
    regulation: Permendagri 108/2019
    on: {handed_over: {end: issued}}
"""

MESSAGES = (
    "received", "returned", "paused", "resumed", "due_earlier", "due_later", "rejected", "cancelled", "withdrawn",
    "late", "reminder", "staff_stuck",
    "staff_digest", "staff_held", "staff_escalation", "staff_escalations", "staff_parity", "staff_parity_better",
    "staff_stock_low", "staff_warning", "staff_account", "staff_place",
    "complaint_received", "complaint_answered", "staff_complaint", "staff_complaint_due",
    "staff_outage_late", "person_request_received", "person_request_answered", "staff_person_request_due",
)  # fmt: skip
MESSAGE = """\
subject: {id: Berkas $number, en: Dossier $number}
body: {id: Lihat $track_url, en: See $track_url}
"""


def lane_text(lane: str) -> str:
    """The lane file of the small office."""
    short, channel = {"online": ("on", "web"), "manual": ("mn", "counter")}[lane]
    held, kept = ("parity: {}\n", "capacity: {least_share: 40%}\n") if lane == "online" else ("", "")
    return held + LANE.replace("LANE", lane).replace("CHANNEL", channel).replace("XX", short) + kept


def write_office(folder: Path) -> Path:
    """Write the whole configuration into `folder`; gives the folder."""
    texts = {
        "office.yaml": OFFICE,
        "calendars/hours.yaml": CALENDAR,
        "lanes/online.yaml": lane_text("online"),
        "lanes/manual.yaml": lane_text("manual"),
        "workflows/LHR.yaml": WORKFLOW,
        **{f"messages/{name}.yaml": MESSAGE for name in MESSAGES},
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def data(text: str) -> Any:
    """A YAML text as plain data."""
    return YAML(typ="safe", pure=True).load(text)


def changed(whole: Any, changes: dict[str, Any]) -> Any:
    """A copy in which each path (`steps.enter.on.entered`, `fields.0.id`) has the new value; `...` removes it."""
    result = deepcopy(whole)
    for path, value in changes.items():
        *above, last = (int(part) if part.isdigit() else part for part in path.split("."))
        here = result
        for part in above:
            here = here[part]
        if value is ...:
            del here[last]
        elif isinstance(here, list) and last == len(here):
            here.append(value)
        else:
            here[last] = value
    return result
