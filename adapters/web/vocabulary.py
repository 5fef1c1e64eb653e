"""Words for the short names in the configuration: choices of a form, outcomes of a step, ways of showing a paper.

A name that is not here is shown as it stands, with spaces for underscores: a new choice needs no change of this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.web.words import gettext as _
from adapters.web.words import language, mark, told
from domain.pausing import PauseReason

_CHOICES: Final = {
    "address": mark("address"), "applicant": mark("the applicant"), "birth": mark("birth"),
    "blood_type": mark("blood type"), "education": mark("education"),
    "book": mark("marriage book"), "card_held": mark("recorded, and holds a card"), "child_card": mark("child card"),
    "court": mark("court ruling"), "damaged": mark("damaged"), "data_element": mark("a data element"),
    "death": mark("death"), "deed": mark("marriage deed"), "divorce": mark("divorce"),
    "divorce_deed": mark("divorce deed"), "divorced": mark("divorced"), "doctor": mark("doctor's letter"),
    "head": mark("head of the family"), "husband": mark("husband"), "wife": mark("wife"), "child": mark("child"),
    "child_in_law": mark("son- or daughter-in-law"), "grandchild": mark("grandchild"), "parent": mark("parent"),
    "parent_in_law": mark("parent-in-law"), "household_help": mark("household help"),
    "other_relative": mark("another relative"), "unrelated": mark("not related"),
    "elsewhere": mark("elsewhere"), "event_proof": mark("proof of the event"), "family": mark("family"),
    "female": mark("female"), "here": mark("here"), "host_family": mark("with a host family"),
    "id_card": mark("ID card"), "letter": mark("letter"), "lodging": mark("lodging"), "lost": mark("lost"),
    "male": mark("male"), "marital_status": mark("marital status"), "marriage": mark("marriage"),
    "married": mark("married"), "member_joins": mark("a member joins"), "member_leaves": mark("a member leaves"),
    "mother_only": mark("the mother alone"), "moved": mark("moved"), "name": mark("name"),
    "new_family_card": mark("new family card"), "no_proof": mark("married, without proof"), "none": mark("none"),
    "occupation": mark("occupation"), "office": mark("the office"), "other": mark("something else"),
    "other_city": mark("another city"), "other_proof": mark("other proof"), "own": mark("own home"),
    "photo": mark("photo"), "police": mark("police letter"), "police_record": mark("police record"),
    "proxy": mark("the proxy"), "recorded_only": mark("recorded, without a card"), "religion": mark("religion"),
    "single": mark("single"), "some": mark("some of the family"), "statement": mark("statement"),
    "unknown": mark("unknown"), "village_head": mark("village head's letter"), "whole_family": mark("the whole family"),
    "widowed": mark("widowed"), "within_city": mark("within the city"),
}  # fmt: skip

#: Choices that are the register's own words (SIAK), and stay as they are for who reads Indonesian.
_OF_THE_REGISTER: Final = {
    "Kristen": "Protestant", "Katolik": "Catholic", "Khonghucu": "Confucian", "Kepercayaan": "another belief",
    "Tidak/Belum Sekolah": "none, or not at school yet", "Belum Tamat SD/Sederajat": "primary school, not finished",
    "Tamat SD/Sederajat": "primary school", "SLTP/Sederajat": "lower secondary school",
    "SLTA/Sederajat": "upper secondary school", "Diploma I/II": "diploma I or II",
    "Akademi/Diploma III/Sarjana Muda": "academy, diploma III", "Diploma IV/Strata I": "diploma IV, bachelor",
    "Strata II": "master", "Strata III": "doctorate", "Tidak Tahu": "not known",
    "Akta Kelahiran": "birth deed", "Akta Kematian": "death deed", "Akta Perkawinan": "marriage deed",
    "Akta Perceraian": "divorce deed", "Akta Pengakuan Anak": "deed of a child's recognition",
    "Akta Pengesahan Anak": "deed of a child's legitimation",
    "Nama": "name", "Nama orang tua": "parents' names", "Tempat lahir": "place of birth",
    "Tanggal lahir": "date of birth", "Jenis kelamin": "sex", "Lainnya": "something else",
    "korban bencana alam": "victim of a natural disaster", "korban bencana sosial": "victim of social unrest",
    "orang terlantar": "destitute person", "komunitas terpencil": "remote community",
    "pekerjaan": "work", "pendidikan": "education", "keamanan": "safety", "kesehatan": "health",
    "perumahan": "housing", "keluarga": "family", "lainnya": "something else",
}  # fmt: skip

_OUTCOMES: Final = {
    "announced": mark("Announced"), "approved": mark("Approve"), "blanks_out": mark("Card blanks are out"),
    "cancelled": mark("Cancel the application"), "card_instead": mark("Card in place of the letter"),
    "complete": mark("Complete and valid"), "confirmed": mark("Identity confirmed"), "corrected": mark("Corrected"),
    "delivered": mark("Delivered"), "different_person": mark("Another person"), "duplicate": mark("Double recording"),
    "entered": mark("Entered"), "faulty": mark("The document is faulty"), "granted": mark("Grant"),
    "handed_over": mark("Handed over"), "holder_confirmed": mark("Holder confirmed"),
    "incomplete": mark("Return to the applicant"), "mismatch": mark("Fingerprint does not match"),
    "no_objection": mark("No objection"), "not_home": mark("Not at home"), "not_received": mark("Not received"),
    "objection": mark("An objection came"), "other_person": mark("Another person"), "printed": mark("Printed"),
    "record_again": mark("Record again"), "recorded": mark("Recorded"), "refused": mark("Refused"),
    "rejected": mark("Reject"), "returned": mark("Send back for correction"), "signed": mark("Sign"),
    "spoiled": mark("The card is spoiled"), "uncollected": mark("Nobody collects it"),
    "unfounded": mark("The objection does not stand"), "unreadable": mark("Fingerprint unreadable"),
    "withdrawn": mark("Old one withdrawn"),
}  # fmt: skip

_SHOWN: Final = {
    "scan_of_original": mark("scan or photo of the original"), "form_filled_in": mark("form, filled in"),
    "copy_and_original_shown": mark("copy handed in, original shown"), "photo": mark("photo"),
    "original_handed_in": mark("original handed in"), "original_shown": mark("original shown"),
}  # fmt: skip

#: How automatic steps end: nobody presses a button for these, and journals tell them.
_ENDINGS: Final = {
    "issued": mark("number given"), "match": mark("agrees with the register"),
    "made": mark("document made"), "sealed": mark("sealed"), "sent": mark("message sent"),
    "reserved": mark("a blank set aside"), "out": mark("no blanks left"), "in_stock": mark("blanks are there"),
    "consumed": mark("a blank used"), "planned": mark("put on a round"), "unique": mark("no double found"),
    "over": mark("the time is over"),
}  # fmt: skip

_CHANNELS: Final = {
    "app": mark("app"), "web": mark("website"), "whatsapp": mark("WhatsApp"), "counter": mark("at the counter"),
    "village_office": mark("village office"), "outreach_post": mark("outreach post"),
}  # fmt: skip

_STATUS: Final = {
    "submitted": mark("received, not yet checked"), "in_process": mark("in process"),
    "returned": mark("waits for the applicant"), "issued": mark("issued"), "rejected": mark("rejected"),
    "cancelled": mark("cancelled"), "withdrawn": mark("withdrawn"), "open": mark("waits in line"),
    "claimed": mark("being done"), "waiting": mark("waits for the applicant"), "ready": mark("system"),
    "running": mark("system"), "stuck": mark("stuck"), "done": mark("done"),
}  # fmt: skip

_PURPOSES: Final = {
    "processing": mark("to process the application"), "contact": mark("to reach the applicant"),
    "correction": mark("to correct data"), "complaint": mark("to answer a complaint"), "audit": mark("for an audit"),
}  # fmt: skip


_VERDICTS: Final = {
    "approved": mark("approved"), "objected": mark("objected to"), "unanswered": mark("not answered yet"),
}  # fmt: skip


_PRODUCTS: Final = {
    "family_card": mark("Family card"), "biodata": mark("Biodata of a resident"), "id_card": mark("ID card"),
    "child_id_card": mark("Child identity card"), "id_card_letter": mark("Letter in place of the ID card"),
    "move_letter": mark("Letter of moving away"), "arrival_letter": mark("Letter of moving in"),
    "temporary_residence_letter": mark("Letter of temporary residence"),
    "vulnerable_resident_letter": mark("Letter of being recorded as a vulnerable resident"),
    "birth_deed": mark("Extract of the birth deed"), "death_deed": mark("Extract of the death deed"),
    "late_birth_decision": mark("Decision to record the birth"),
    "marriage_deed": mark("Extract of the marriage deed"), "divorce_deed": mark("Extract of the divorce deed"),
    "child_acknowledgement_deed": mark("Extract of the deed of a child's recognition"),
    "child_legitimation_deed": mark("Extract of the deed of a child's legitimation"),
    "adoption_note": mark("Marginal note of the adoption"),
    "deed_extract": mark("Extract of the deed, issued again"),
    "deed_correction": mark("Marginal note of the deed's correction"),
}  # fmt: skip


def _told(words: Mapping[str, str], name: object) -> str:
    known = words.get(str(name))
    return str(name).replace("_", " ") if known is None else _(known)


def choice_words(value: object) -> str:
    """A choice of a form field."""
    if language.get() == "en" and value in _OF_THE_REGISTER:
        return _OF_THE_REGISTER[str(value)]
    return _told(_CHOICES, value)


def outcome_words(name: str) -> str:
    """An outcome of a step, as its button says it, or how the system ended it."""
    return _(_OUTCOMES[name]) if name in _OUTCOMES else _told(_ENDINGS, name).capitalize()


def channel_words(name: str) -> str:
    """The way by which an application came in."""
    return _told(_CHANNELS, name)


def shown_words(how: str) -> str:
    """How a lane wants to see a paper."""
    return _told(_SHOWN, how)


def status_words(status: str) -> str:
    """The status of a dossier or a task."""
    return _told(_STATUS, status)


def product_words(product: str) -> str:
    """What one of the office's documents is."""
    return _told(_PRODUCTS, product)


def purpose_words(purpose: str) -> str:
    """What personal data are looked at for."""
    return _told(_PURPOSES, purpose)


def pause_words(reason: str) -> str:
    """Why a clock stands still."""
    return told(PauseReason(reason).words) if reason in set(PauseReason) else reason


def verdict_words(verdict: str) -> str:
    """What is said of a task taken out of its turn."""
    return _told(_VERDICTS, verdict)
