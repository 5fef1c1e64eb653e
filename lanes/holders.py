"""Who holds a dossier's tracking code: proved once, remembered for a while, and guesses made hopeless.

A code has 59 bits, so that a right one is always taken: nobody locks another out by wrong ones. Wrong tries make the
next wrong one wait longer and longer, for the number that was tried and for the address they came from. Addresses are
kept as keyed tokens only, and many people may share one: only many wrong tries make it wait.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Final

import orjson

from domain.dossier import Dossier
from domain.errors import Refused
from lanes import tries
from lanes.intake import Intake, normal_code
from lanes.ports import Clock, Tampered, Vault
from lanes.store import Store

KEPT: Final = timedelta(minutes=30)
"""How long a proof is good for without a new one, counted from the last page."""
_SHARED: Final = 12  # wrong tries from one address that make nobody wait
_BEGUN: Final = 60  # applications begun from one address in a day likewise: a whole village may share it
_CONTEXT: Final = "holder"


class Holders:
    """See the module."""

    def __init__(self, store: Store, clock: Clock, intake: Intake, vault: Vault) -> None:
        self._store, self._clock, self._intake, self._vault = store, clock, intake, vault

    def prove(self, number: str, code: str, *, address: str) -> tuple[str, str]:
        """Number and code as written on the receipt, when they belong together. `address` is where the try comes from.
        Raises Refused: wrong, or not yet."""
        number, code, now = number.strip().upper()[:40], normal_code(code[:40]), self._clock.now()
        of_number, of_address = f"track:{self._token(number)}", self._address(address)
        with self._store.read() as work:
            try:
                dossier: Dossier | None = self._intake.owned(work, number, code, lock=False)
            except Refused as refused:
                if refused.code != "unknown_dossier":
                    raise
                dossier = None
        with self._store.begin() as work:
            if dossier is not None:
                work.access.clear_attempts(of_number)
                return dossier.number, code
            tries.count(work, of_number, now)
            tries.count(work, of_address, now, free=_SHARED)
        raise Refused("unknown_dossier", "There is no dossier with this number and code.",
                      allowed="both as on the receipt: ON-2026-000123 and ABCD-EFGH-JKMN")  # fmt: skip

    def wrong(self, *, address: str) -> None:
        """Note a wrong code that came from an address. Raises Refused while one from there has to wait."""
        with self._store.begin() as work:
            tries.count(work, self._address(address), self._clock.now(), free=_SHARED)

    def may_begin(self, *, address: str) -> None:
        """Count an application begun from an address; after very many in a day the next has to wait longer and longer,
        so that nobody fills the disk with drafts. Raises Refused."""
        key, now = f"drafts:{self._token(address)}", self._clock.now()
        with self._store.begin() as work:
            tries.count(work, key, now, free=_BEGUN)

    def remember(self, number: str, code: str, kept: timedelta = KEPT) -> str:
        """What a browser keeps in place of number and code (of a draft: "" and its code); only this office can read
        it, for so long."""
        until = (self._clock.now() + kept).timestamp()
        key_id, cipher = self._vault.lock({"number": number, "code": code, "until": until}, context=_CONTEXT)
        return base64.urlsafe_b64encode(orjson.dumps([key_id, base64.b64encode(cipher).decode()])).decode().rstrip("=")

    def recall(self, kept: str) -> tuple[str, str] | None:
        """Number and code that were remembered; None when that is too long ago, or not from here."""
        try:
            key_id, cipher = orjson.loads(base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4)))
            plain = self._vault.unlock(str(key_id), base64.b64decode(cipher), context=_CONTEXT)
        except (Tampered, ValueError, TypeError):
            return None
        if self._clock.now().timestamp() >= plain["until"]:
            return None
        return plain["number"], plain["code"]

    def _token(self, text: str) -> str:
        return self._vault.index("guess", text)[0]

    def _address(self, address: str) -> str:
        return f"address:{self._token(address)}"
