"""The numbers, names and addresses that people and papers carry, read and written by one set of rules.

Source of every rule: the office's domain facts, "Numbers and codes" and "Catalogue". Reading raises ValueError whose
words tell a clerk what is wrong and where, and never hold the number itself, so they may be shown and logged.
"""

from __future__ import annotations

from domain.numbers.contact import (
    RecipientKind,
    name_words,
    parse_email,
    parse_name,
    parse_phone,
    recipient_kind,
)
from domain.numbers.issued import (
    CounterTicket,
    DeedKind,
    DeedNumber,
    DossierNumber,
    LetterNumber,
)
from domain.numbers.masking import mask_email, mask_family_card, mask_name, mask_nik, mask_phone
from domain.numbers.population import (
    FamilyCard,
    Nik,
    Sex,
    compose_family_card,
    compose_nik,
    parse_family_card,
    parse_nik,
)

__all__ = [
    "CounterTicket",
    "DeedKind",
    "DeedNumber",
    "DossierNumber",
    "FamilyCard",
    "LetterNumber",
    "Nik",
    "RecipientKind",
    "Sex",
    "compose_family_card",
    "compose_nik",
    "mask_email",
    "mask_family_card",
    "mask_name",
    "mask_nik",
    "mask_phone",
    "name_words",
    "parse_email",
    "parse_family_card",
    "parse_name",
    "parse_nik",
    "parse_phone",
    "recipient_kind",
]
