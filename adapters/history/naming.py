"""Names a foreign case in a message without showing a person's number, should the case be called by one."""

from __future__ import annotations

import re

_PERSONAL = re.compile(r"\d{9,}")  # a NIK or family-card number has 16 digits, a phone number at least 9


def case_named(case_id: str) -> str:
    """The case as messages call it: short, long runs of digits masked."""
    shown = _PERSONAL.sub(lambda run: "*" * len(run[0]), case_id)
    return f"case {shown if len(shown) <= 60 else shown[:60] + '…'!r}"
