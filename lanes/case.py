"""The confidential part of a dossier: form values, tracking code, what was found missing and why it was refused.

It is encrypted as one whole and bound to the dossier's number; it is read where it is needed and never kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.dossier import Dossier
from lanes.ports import Vault
from lanes.store import Work


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
    """Reads and writes cases through the vault."""

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
