"""Time-based codes (TOTP, RFC 6238) as a second factor."""

from __future__ import annotations

import hmac
import unicodedata
from datetime import datetime


class Totp:
    """See `lanes.ports.SecondFactor`."""

    def secret(self) -> str:
        """160 random bits in base 32."""
        import pyotp  # few need it

        return pyotp.random_base32()

    def address(self, secret: str, username: str) -> str:
        """For the QR."""
        import pyotp

        return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="Jalur")

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """The step of a right code."""
        import pyotp

        given = unicodedata.normalize("NFKC", "".join(code.split())).encode()  # also digits of full width
        totp = pyotp.TOTP(secret)
        there = int(now.timestamp()) // totp.interval
        fits = [
            step
            for step in (there - 1, there, there + 1)
            if hmac.compare_digest(totp.generate_otp(step).encode(), given)
        ]
        return fits[-1] if fits else None
