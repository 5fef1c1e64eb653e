"""The register behind an HTTP address: every question is a POST, so that no NIK ever stands in a URL or an access log.

The protocol is the one that `server.py` serves. Every call is either a look-up or carries an `Idempotency-Key`, so each
may be sent again. Nothing that was sent or received is logged or put into an error.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx
import structlog
from pydantic import TypeAdapter, ValidationError

from adapters.registry.protocol import (
    DEDUPLICATE,
    EVENTS,
    FAMILY,
    KEY_HEADER,
    LARGEST_ANSWER,
    RESIDENT,
    UNKNOWN,
    Deduplicated,
    Problem,
    Recorded,
)
from domain.errors import Refused
from lanes.ports import UNCHANGED, Changes, Resident, Unavailable

T = TypeVar("T")

_log = structlog.get_logger()

_AGAIN: Final = frozenset({408, 425, 429})  # the client errors that mean "not now" rather than "never"
_LONGEST_PAUSE: Final = 5.0  # seconds
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_RESIDENT: Final = TypeAdapter(Resident)
_FAMILY: Final = TypeAdapter(list[Resident])
_RECORDED: Final = TypeAdapter(Recorded)
_DEDUPLICATED: Final = TypeAdapter(Deduplicated)
_PROBLEM: Final = TypeAdapter(Problem)


class HttpRegistry:
    """A `Registry` reached over HTTP. Safe for many threads."""

    def __init__(
        self, base_url: str, token: str, *, timeout: float = 5.0, attempts: int = 3, backoff: float = 0.2
    ) -> None:
        """`timeout` is the longest an attempt may take in all, in seconds; a call makes up to `attempts`, pausing
        about `backoff` seconds before the second and twice as long before each further one.

        Raises Refused for an address that is not https, except on this machine: token and personal data travel there.
        """
        parts = urlsplit(base_url)
        if not parts.hostname or not (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        ):
            raise Refused(
                "registry_address",
                "The register's address would send personal data in the clear, or is no address.",
                allowed="https://…; http:// only for localhost",
            )
        self._timeout, self._attempts, self._backoff = timeout, attempts, backoff
        self._client = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=timeout,
            follow_redirects=False,
        )

    def resident(self, nik: str) -> Resident | None:
        """The person with this NIK, or None."""
        return self._ask(RESIDENT, {"nik": nik}, _RESIDENT)

    def family(self, family_card: str) -> Sequence[Resident]:
        """Everybody on a family card, head first; empty when the number is unknown."""
        return _needed(self._ask(FAMILY, {"family_card": family_card}, _FAMILY))

    def record(
        self, *, event: str, nik: str, details: Mapping[str, Any], key: str, changes: Changes = UNCHANGED
    ) -> str:
        """Record an event, and what the register learns of it, once per key; gives the register's reference."""
        learned = [{"nik": one, "values": dict(values)} for one, values in changes.items()]
        sent = {"event": event, "nik": nik, "details": dict(details), "changes": learned}
        return _needed(self._ask(EVENTS, sent, _RECORDED, key)).reference

    def deduplicate(self, *, nik: str, key: str) -> bool:
        """True when the recorded biometrics belong to nobody else."""
        return _needed(self._ask(DEDUPLICATE, {"nik": nik}, _DEDUPLICATED, key)).unique

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(self, path: str, body: Mapping[str, Any], form: TypeAdapter[T], key: str | None = None) -> T | None:
        """The answer to one question, or None where the register knows nobody. Raises Unavailable and Refused."""
        headers = {} if key is None else {KEY_HEADER: key}
        for attempt in range(1, self._attempts + 1):
            try:
                return self._once(path, body, form, headers)
            except Unavailable as error:
                _log.warning("registry_attempt_failed", path=path, attempt=attempt, reason=str(error))
                if attempt == self._attempts:
                    raise
                pause = min(self._backoff * 2 ** (attempt - 1), _LONGEST_PAUSE)
                time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads clients, hides nothing
        raise AssertionError("unreachable")

    def _once(self, path: str, body: Mapping[str, Any], form: TypeAdapter[T], headers: Mapping[str, str]) -> T | None:
        status, text = self._post(path, body, headers)
        if status >= 500 or status in _AGAIN:
            raise Unavailable(f"The register answered with status {status}.")
        if status == 200:
            try:
                return form.validate_json(text)
            except ValidationError:  # it holds what was received
                raise Unavailable("The register gave an answer that cannot be read.") from None
        try:
            code = _PROBLEM.validate_json(text).code
        except ValidationError:
            code = "registry_refused"
        if status == 404 and code == UNKNOWN:
            return None
        # the register's own words are left out: they might repeat what was sent
        raise Refused(
            code,
            f"The register did not accept the request (status {status}, {code}).",
            allowed="what the register's protocol describes, with its address and token as configured",
        )

    def _post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body of one exchange, whole and within the time. Raises Unavailable."""
        deadline = time.monotonic() + self._timeout
        text = bytearray()
        try:
            with self._client.stream("POST", path, json=body, headers=headers) as response:
                for part in response.iter_bytes():
                    text += part
                    if len(text) > LARGEST_ANSWER:
                        raise Unavailable("The register's answer is too large.")
                    if time.monotonic() > deadline:  # httpx limits each wait, not their sum
                        raise Unavailable("The register did not answer in time.")
                return response.status_code, bytes(text)
        except httpx.TimeoutException as error:
            raise Unavailable("The register did not answer in time.") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Unavailable(f"The register could not be reached: {type(error).__name__}.") from error


def _needed(answer: T | None) -> T:
    """The answer where the protocol knows no "nobody"."""
    if answer is None:
        raise Refused(UNKNOWN, "Nobody with this NIK is registered.", allowed="the NIK of a registered resident")
    return answer
