"""Personal data as screens, logs and exports show it by default: enough to recognise, too little to use.

Every function is total: what does not look as expected is masked whole rather than refused. The number of stars does
not depend on the length of what they hide.
"""

from __future__ import annotations

from typing import Final

_STARS: Final = "***"


def mask_nik(number: str) -> str:
    """`7172**********01`: the city of first registration and the last two digits."""
    if len(number) != 16 or not number.isascii() or not number.isdigit():
        return _STARS
    return f"{number[:4]}{'*' * 10}{number[-2:]}"


def mask_family_card(number: str) -> str:
    """A family-card number, masked as a NIK is."""
    return mask_nik(number)


def mask_name(name: str) -> str:
    """`B*** S***`: the first letter of each word."""
    return " ".join(word[0] + _STARS for word in name.split()) or _STARS


def mask_phone(phone: str) -> str:
    """`+62***890`: the last three digits of a number kept as `+62…`."""
    return f"+62{_STARS}{phone[-3:]}" if phone.startswith("+62") and len(phone) >= 11 else _STARS


def mask_email(address: str) -> str:
    """`b***@e***.id`: the first letters and the top-level domain."""
    local, at, domain = address.partition("@")
    host, dot, top = domain.rpartition(".")
    if not (local and at and host and dot and top):
        return _STARS
    return f"{local[0]}{_STARS}@{host[0]}{_STARS}.{top}"
