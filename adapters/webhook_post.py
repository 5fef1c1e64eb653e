"""Webhook messages over HTTP: no redirect is followed, nothing waits long, answers are not read, and nothing inside the
office's own network is reached."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from typing import Final

import httpx

from domain.webhooks import is_within_reach
from lanes.ports import Unavailable

_PATIENCE: Final = httpx.Timeout(10.0, connect=5.0)  # seconds for each part of an exchange


class HttpPoster:
    """See `lanes.webhooks.Poster`; `loopback` lets messages reach programs of this very machine too."""

    def __init__(self, *, loopback: bool = False) -> None:
        self._loopback = loopback

    def leads_inside(self, url: str) -> bool:
        """Whether an address leads to where nothing is sent. A name that nobody knows now does not: it is looked up
        again with each message."""
        try:
            return not self._may_reach(_addresses(httpx.URL(url)))
        except OSError:
            return False

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer. Raises Unavailable, in words without the address."""
        try:
            address = httpx.URL(url)
            found = _addresses(address)
        except (OSError, httpx.InvalidURL) as error:
            raise Unavailable(f"no answer ({type(error).__name__})") from None
        if not self._may_reach(found):
            raise Unavailable("leads to an address inside, where nothing is sent")
        try:
            return _posted(address, found, headers, body)
        except httpx.HTTPError as error:
            raise Unavailable(f"no answer ({type(error).__name__})") from None

    def _may_reach(self, found: Sequence[str]) -> bool:
        return all(is_within_reach(each, loopback=self._loopback) for each in found)


def _addresses(url: httpx.URL) -> list[str]:
    """The IP addresses that a host has now. Raises OSError when it has none."""
    try:
        found = socket.getaddrinfo(url.raw_host.decode(), url.port or 443, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label of more than 63 characters
        raise OSError("no name of a host") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _posted(url: httpx.URL, addresses: Sequence[str], headers: Mapping[str, str], body: bytes) -> int:
    """Send to the addresses that were looked at and not to the name, which may lead elsewhere a moment later; the
    certificate is still asked for by name."""
    named = {**headers, "host": url.netloc.decode()}
    with httpx.Client(timeout=_PATIENCE, follow_redirects=False, trust_env=False) as client:
        for number, address in enumerate(addresses, 1):
            try:
                with client.stream(
                    "POST", url.copy_with(host=address), headers=named, content=body,
                    extensions={"sni_hostname": url.raw_host.decode()},
                ) as answer:  # fmt: skip
                    return answer.status_code
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if number == len(addresses):
                    raise
    raise Unavailable("no address")
