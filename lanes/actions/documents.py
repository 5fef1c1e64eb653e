"""The office's products: a numbered PDF/A, and the seal on it.

A number is taken once per task, before the document is made, so that being cut off never takes a second one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import date

from domain.errors import Refused
from domain.form import holds
from domain.journal import ENGINE
from domain.numbers import DeedKind, DeedNumber, LetterNumber
from lanes.actions.base import Action, Ended, Step, Tools
from lanes.actions.contents import contents
from lanes.ports import DocumentData
from lanes.store import Document

_DEEDS = {
    "birth_deed": DeedKind.BIRTH,
    "death_deed": DeedKind.DEATH,
    "marriage_deed": DeedKind.MARRIAGE,
    "divorce_deed": DeedKind.DIVORCE,
    "child_acknowledgement_deed": DeedKind.ACKNOWLEDGEMENT,
    "child_legitimation_deed": DeedKind.LEGITIMATION,
    "adoption_note": DeedKind.ADOPTION,
}
_LETTERS = {
    "family_card": "KK",
    "biodata": "BIO",
    "id_card": "KTP",
    "child_id_card": "KIA",
    "id_card_letter": "SUKET",
    "move_letter": "SKPWNI",
    "arrival_letter": "SKDWNI",
    "temporary_residence_letter": "SKTT",
    "vulnerable_resident_letter": "SKPTI",
    "late_birth_decision": "SKLT",
    "deed_extract": "KUT",
    "deed_correction": "BTL",
}


def _kind(step: Step, product: str) -> str:
    """The letters in the product's number; a birth reported late has its own."""
    if product == "birth_deed" and step.dossier.facts.get("late"):
        return DeedKind.LATE_BIRTH
    return _DEEDS.get(product) or _LETTERS[product]


def document_name(document_id: int, sha256: str) -> str:
    """What a document's file is called: by its content too, so that a worker whose lease was lost, and who comes to
    his end late, does not put his own file in the place of the one that was kept."""
    return f"{document_id:08}-{sha256[:16]}.pdf"


def token_hash(token: str) -> str:
    """What the journal holds of the token in a document's QR: who reads the journal cannot follow it from there."""
    return hashlib.sha256(token.encode()).hexdigest()


def about_hash(number: str, about: object) -> str | None:
    """What the journal of a dossier holds of what its document is about: two journals cannot be laid side by side."""
    return None if about is None else hashlib.sha256(f"{number}\x1f{about}".encode()).hexdigest()


def _begun(step: Step, tools: Tools, product: str, day: date) -> Document:
    """The document of this task: with the number it took before, or with a new one, which the journal tells."""
    city, kind = tools.config.office.city_code.replace(".", ""), _kind(step, product)
    with tools.store.begin() as work:
        dossier = work.dossiers.by_id(step.dossier.id, lock=True)
        document = work.documents.with_key(step.key)
        if document is None:
            serial = work.dossiers.take_number(f"document:{kind}:{day}")
            number = (
                DeedNumber(city=city, kind=DeedKind(kind), on=day, serial=serial)
                if product in _DEEDS
                else LetterNumber(code=kind, city=city, on=day, serial=serial)
            )
            document = work.documents.add(
                Document(dossier_id=step.dossier.id, key=step.key, product=product, number=str(number),
                         token=secrets.token_urlsafe(16), made_at=step.now)
            )  # fmt: skip
            event = ("document_numbered", {"step": step.task.step, "product": product, "document": document.number,
                                           "key": step.key, "token_sha256": token_hash(document.token)})  # fmt: skip
            work.dossiers.save(dossier, [event], at=step.now, actor=ENGINE)
        return document


def make(step: Step, tools: Tools) -> Ended:
    """Make the PDF/A of a product from the register and the form, under a number of its own."""
    product, office = step.args["product"], tools.config.office
    day = office.day(step.now)
    document = _begun(step, tools, product, day)
    fields, members = contents(step, tools, product)
    pdf = tools.documents.make(
        DocumentData(
            product=product, number=document.number, issued_at=document.made_at,
            office=office.name.id, city=office.city.removeprefix("Kota "), signatory=office.signatory.name,
            signatory_title=office.signatory.title.id, verify_url=f"{office.verify_url}/{document.token}",
            timezone=office.timezone, fields=fields, members=members,
        )
    )  # fmt: skip
    digest = hashlib.sha256(pdf).hexdigest()
    path = tools.files.put("documents", document_name(document.id, digest), pdf)
    made = replace(document, file=path, sha256=digest)
    return Ended(
        outcome="made",
        details={"product": product, "document": document.number, "sha256": digest},
        apply=lambda work, _: work.documents.save(made),
    )


def seal(step: Step, tools: Tools) -> Ended:
    """Seal the newest document of a product, after the head has approved it."""
    product, office = step.args["product"], tools.config.office
    with tools.store.read() as work:
        made = [d for d in work.documents.of(step.dossier.id) if d.product == product and d.file]
    if not made:
        raise Refused("nothing_to_seal", f"No {product} has been made for {step.dossier.number}.")
    document = made[-1]
    pdf = tools.sealer.seal(
        tools.files.get(document.file or ""), reason=step.workflow.workflow.title.id, signer=office.signatory.name,
        key=step.key, now=step.now,
    )  # fmt: skip
    digest = hashlib.sha256(pdf).hexdigest()
    path = tools.files.put("documents", document_name(document.id, digest), pdf)
    about, supersedes = _about(step, tools, document)
    sealed = replace(document, file=path, sha256=digest, sealed_at=step.now, about=about,
                     supersedes_at=step.now if supersedes else None)  # fmt: skip
    return Ended(
        outcome="sealed",
        details={"document": document.number, "sha256": digest, "sealed_at": step.now.isoformat(),
                 "about_sha256": about_hash(step.dossier.number, about), "supersedes": supersedes},
        apply=lambda work, _: work.documents.save(sealed),
    )  # fmt: skip


def _about(step: Step, tools: Tools, document: Document) -> tuple[str | None, bool]:
    """Which deed or family card a document shows, and whether earlier ones about it are no longer valid."""
    workflow = step.workflow.workflow
    if document.product in _DEEDS:
        return tools.cases.about_deed(document.number), False
    if workflow.replaces is None or workflow.replaces.product != document.product:
        return None, False
    about = tools.cases.about(workflow, step.case)
    return about, about is not None and holds(workflow.replaces.when, step.dossier.facts)


ACTIONS = (
    Action(name="document.make", outcomes=frozenset({"made"}), args=frozenset({"product"}), run=make),
    Action(name="document.seal", outcomes=frozenset({"sealed"}), args=frozenset({"product"}), run=seal),
)
