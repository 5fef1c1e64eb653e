"""The confidential part of a dossier: form values, tracking code, what was found missing and why it was refused.

It is encrypted as one whole and bound to the dossier's number; it is read where it is needed and never kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.dossier import Dossier, DossierStatus
from domain.errors import Refused
from domain.form import FieldType
from domain.roles import Lane
from domain.sentence import say
from domain.workflow import Workflow
from lanes.ports import Vault
from lanes.store import Work

_FOUND_BY = (FieldType.NIK, FieldType.FAMILY_CARD, FieldType.NAME, FieldType.PHONE)
_ONCE = "once"  # the kind of token by which what happens once is found again


@dataclass(frozen=True, kw_only=True, slots=True)
class Deficiency:
    """One thing that is missing or wrong: a requirement's or field's id (or `other`), and a note for the applicant."""

    item: str
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A dossier's personal data."""

    fields: Mapping[str, Any]
    code: str
    deficiencies: tuple[Deficiency, ...] = ()
    reason: str = ""


class Cases:
    """Reads and writes cases through the vault, and knows what they are found by."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def read(self, work: Work, dossier: Dossier) -> Case:
        """Decrypt. Raises `lanes.ports.Tampered`."""
        key_id, cipher = work.dossiers.personal(dossier.id)
        plain = self._vault.unlock(key_id, cipher, context=dossier.number)
        deficiencies = tuple(Deficiency(**each) for each in plain["deficiencies"])
        return Case(fields=plain["fields"], code=plain["code"], deficiencies=deficiencies, reason=plain["reason"])

    def write(self, work: Work, dossier: Dossier, case: Case) -> None:
        """Encrypt and keep."""
        plain = {
            "fields": dict(case.fields),
            "code": case.code,
            "deficiencies": [{"item": each.item, "note": each.note} for each in case.deficiencies],
            "reason": case.reason,
        }
        work.dossiers.put_personal(dossier.id, *self._vault.lock(plain, context=dossier.number))

    def change(self, work: Work, dossier: Dossier, **changes: Any) -> Case:
        """Change parts of a case; `fields` are merged with those already there."""
        case = self.read(work, dossier)
        if "fields" in changes:
            changes["fields"] = {**case.fields, **changes["fields"]}
        case = replace(case, **changes)
        self.write(work, dossier, case)
        return case

    def correct(
        self, work: Work, dossier: Dossier, workflow: Workflow, *, fields: Mapping[str, Any], **changes: Any
    ) -> tuple[Case, Dossier]:
        """Change form values, and what the dossier is found and held by; save the dossier that comes back.

        Raises Refused when another dossier is open about what it is then about, or was issued and happens once.
        """
        case = self.change(work, dossier, fields=fields, **changes)
        if not fields:
            return case, dossier
        work.dossiers.reindex(dossier.id, self.tokens(workflow, case))
        open_key = self.open_key(workflow, case.fields)
        if open_key != dossier.open_key:
            self.refuse_double(work, workflow, open_key)
        return case, replace(dossier, open_key=open_key)

    def applicant(self, work: Work, dossier: Dossier) -> str:
        """The blind-index token of the applicant's number; "" where the form asks for none."""
        nik = self.read(work, dossier).fields.get("applicant_nik")
        return self._vault.index(FieldType.NIK.value, str(nik))[0] if nik else ""

    def about(self, workflow: Workflow, case: Case) -> str | None:
        """The blind-index token of the deed or family card whose earlier documents this case may replace; None where
        its document type replaces none."""
        field = workflow.field[workflow.replaces.field] if workflow.replaces else None
        number = case.fields.get(field.id) if field else None
        if field is None or not number:
            return None
        if field.type is FieldType.FAMILY_CARD:
            return self._vault.index(FieldType.FAMILY_CARD.value, str(number))[0]
        return self.about_deed(str(number))

    def about_deed(self, number: str) -> str:
        """The blind-index token of a deed by its number."""
        return self._vault.index("deed", number)[0]

    def open_key(self, workflow: Workflow, fields: Mapping[str, Any]) -> str:
        """The blind-index token of a case: one dossier of it is open at a time; one is issued if it happens once."""
        about = "|".join((workflow.code, *workflow.case_of(fields)))
        return self._vault.index("open", hashlib.sha256(about.encode()).hexdigest())[0]

    @staticmethod
    def refuse_double(work: Work, workflow: Workflow, open_key: str) -> None:
        """Raise Refused, naming the dossier about the same for the same document, when there is one that is open; of
        what happens once, also when one was issued."""
        double = work.dossiers.with_open_key(open_key)
        if double is not None:
            raise Refused(
                "already_open",
                say(
                    "already_open",
                    f"{double.number} is open for the same person and document ({double.code}, {double.lane} lane).",
                    number=double.number,
                    lane=double.lane,
                ),
                allowed="go on with that dossier, or withdraw it first",
            )
        if not workflow.once:
            return
        for earlier in _of_case(work, open_key):
            if earlier.status is DossierStatus.ISSUED:
                raise Refused(
                    "registered_already",
                    say(
                        "registered_already",
                        f"{earlier.number} was issued about the same ({earlier.code}, {earlier.lane} lane): it is "
                        "registered once.",
                        number=earlier.number,
                        lane=earlier.lane,
                    ),
                    allowed="a new extract of that deed where it is lost or damaged (KED), its correction where it "
                    "is wrong (BTL)",
                )

    def ended_before(self, work: Work, workflow: Workflow, fields: Mapping[str, Any]) -> list[str]:
        """Of a case of what happens once, the numbers of the dossiers that ended without their document."""
        same = _of_case(work, self.open_key(workflow, fields))
        return [each.number for each in same if not each.is_open and each.status is not DossierStatus.ISSUED]

    def tokens(self, workflow: Workflow, case: Case) -> list[tuple[str, str]]:
        """The blind index of a case: its numbers, names, phones and tracking code, and itself where it happens once."""
        tokens = [("tracking", token) for token in self._vault.index("tracking", case.code)]
        if workflow.once:
            tokens.append((_ONCE, self.open_key(workflow, case.fields)))
        for name, value in case.fields.items():
            kind = workflow.field[name].type
            if kind in _FOUND_BY:
                tokens += [(kind.value, token) for token in self._vault.index(kind.value, str(value))]
            elif kind is FieldType.NIKS:  # whoever is named is found by their number
                tokens += [(FieldType.NIK.value, token) for nik in str(value).split(", ")
                           for token in self._vault.index(FieldType.NIK.value, nik)]  # fmt: skip
        return tokens


def _of_case(work: Work, open_key: str) -> list[Dossier]:
    """All dossiers of a case of what happens once, in both lanes."""
    return work.dossiers.find([(_ONCE, open_key)], lanes=tuple(Lane))
