"""Signing in with the office's own accounts, by OpenID Connect: code flow with PKCE, state and nonce.

What is asked and what comes back are tied together by a cookie of this browser, which lives for ten minutes.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from adapters.settings import Settings
from domain.errors import Refused

COOKIE: Final = "provider"
LIVES_S: Final = 600
_ALGORITHMS: Final = ["RS256", "ES256", "PS256", "EdDSA"]
_STRONG: Final = frozenset({"mfa", "otp", "hwk", "fpt", "sc"})  # RFC 8176: ways that are a second factor
_WAIT_S: Final = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Who the provider says it is, and whether they gave a second factor there."""

    username: str
    strong: bool


class Provider:
    """The office's provider, as the settings name it. Its description is read at the first use, and kept."""

    def __init__(self, settings: Settings) -> None:
        self._issuer, self._claim = str(settings.oidc_issuer).rstrip("/"), settings.oidc_claim
        self._id, self._secret = settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
        self._kept: dict[str, Any] | None = None

    def ask(self, back: str, target: str) -> tuple[str, str]:
        """Where to send the browser, and what to keep in its cookie; `back` is where it returns to, `target` where
        somebody wanted to go. Raises Refused when the provider cannot be reached."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        with self._client(back) as client:
            address, state = client.create_authorization_url(
                self._described()["authorization_endpoint"], nonce=nonce, code_verifier=verifier
            )
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "target": target, "until": str(_now() + LIVES_S)}
        return str(address), urlencode(kept)

    def answered(self, back: str, given: dict[str, str], cookie: str) -> tuple[Account, str]:
        """Who came back, and where they wanted to go. Raises Refused for anything that does not fit together."""
        kept = dict(parse_qsl(cookie))
        fresh = kept.get("until", "").isdecimal() and int(kept["until"]) > _now()
        same = secrets.compare_digest(given.get("state", "").encode(), kept.get("state", "").encode())
        if not kept or not fresh or not same or not given.get("code"):
            raise _misfit()
        described = self._described()
        try:
            with self._client(back) as client:
                token = client.fetch_token(
                    described["token_endpoint"], code=given["code"], code_verifier=kept["verifier"],
                    allow_redirects=False,
                )  # fmt: skip
                keys = jwk.KeySet.import_key_set(
                    client.request("GET", described["jwks_uri"], withhold_token=True, allow_redirects=False).json()
                )
            claims = jwt.decode(token["id_token"], keys, algorithms=_ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": described["issuer"]}, aud={"essential": True, "value": self._id},
                nonce={"essential": True, "value": kept["nonce"]}, exp={"essential": True},
            ).validate(claims)  # fmt: skip
        except (AuthlibBaseError, JoseError, KeyError, ValueError) as wrong:
            raise _misfit() from wrong
        except requests.RequestException as gone:
            raise _away() from gone
        ways = claims.get("amr", ())
        strong = not _STRONG.isdisjoint(ways if isinstance(ways, list) else ())
        return Account(username=str(claims.get(self._claim, "")), strong=strong), kept["target"]

    def _client(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self._id, self._secret, scope="openid profile", redirect_uri=back, code_challenge_method="S256",
            default_timeout=_WAIT_S,
        )  # fmt: skip

    def _described(self) -> dict[str, Any]:
        if self._kept is None:
            address = f"{self._issuer}/.well-known/openid-configuration"
            try:
                answer = requests.get(address, timeout=_WAIT_S, allow_redirects=False)
                answer.raise_for_status()
                found: dict[str, Any] = answer.json()
            except (requests.RequestException, ValueError) as gone:
                raise _away() from gone
            if str(found.get("issuer", "")).rstrip("/") != self._issuer:
                raise _misfit()
            self._kept = found
        return self._kept


def _now() -> int:
    return int(time.time())  # the provider's clock too: not the office's, which tests set


def _misfit() -> Refused:
    return Refused("provider_misfit", "What came back from the identity provider does not belong to a sign-in of this "
                   "browser, or took too long.", allowed="signing in again")  # fmt: skip


def _away() -> Refused:
    return Refused("provider_away", "The identity provider did not answer.",
                   allowed="signing in with a password, or again in a while")  # fmt: skip
