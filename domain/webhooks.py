"""Webhooks: which events are told, to which addresses, and how a message is signed.

The headers and the signature follow Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256 over
`id.timestamp.body`, with a secret written as `whsec_` and base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

KINDS: Final[Mapping[str, str]] = MappingProxyType({
    "dossier_submitted": "dossier.submitted",
    "found_complete": "dossier.found_complete",
    "returned_to_applicant": "dossier.returned",
    "resubmitted": "dossier.resubmitted",
    "paused": "dossier.paused",
    "resumed": "dossier.resumed",
    "fell_due": "dossier.fell_due",
    "step_stuck": "dossier.step_stuck",
    "dossier_issued": "dossier.issued",
    "dossier_rejected": "dossier.rejected",
    "dossier_cancelled": "dossier.cancelled",
    "dossier_withdrawn": "dossier.withdrawn",
})  # fmt: skip
"""The journal's events that are told, each with its public name."""

MOST_TRIES: Final = 12
_FIRST_DELAY, _LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=1)
_SECRET: Final = "whsec_"  # noqa: S105
_LONGEST_URL: Final = 2_000
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_NAT64: Final = IPv6Network("64:ff9b::/96")  # an address of IPv4, as a network without any writes it (RFC 6052)
#: IPv6 that leads to some IPv4 by a way of its own: IPv4-compatible (RFC 4291), IPv4-translated (RFC 2765), 6to4
#: (RFC 3056), Teredo (RFC 4380), a site's own NAT64 (RFC 8215); and what once was a site's own (RFC 3879). Nobody
#: serves anything to others there.
_TUNNELS: Final = tuple(
    map(IPv6Network, ("::/96", "::ffff:0:0:0/96", "2002::/16", "2001::/32", "64:ff9b:1::/48", "fec0::/10"))
)


def delay_after(attempts: int) -> timedelta | None:
    """How long to wait after so many tries in vain, from half a minute to an hour; None when it was the last, some six
    hours after the first."""
    return None if attempts >= MOST_TRIES else min(_FIRST_DELAY * 2 ** (attempts - 1), _LONGEST_DELAY)


def whats_wrong(url: str) -> str | None:
    """Why nothing can be sent to an address; None when it can. Over plain HTTP only this machine is reached, and no
    address carries a username or a password."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return "The address cannot be read."
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return f"The address is not one of at most {_LONGEST_URL} printable ASCII characters."
    if not host or port == 0 or parts.username or parts.password or parts.fragment:
        return "The address needs a host, and neither a username, a password nor a fragment."
    if parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK):
        return None
    return "The address is neither https nor on this machine."


def is_within_reach(address: str, *, loopback: bool) -> bool:
    """Whether messages may be sent to an IP address: one of the public internet, or with `loopback` of this machine.
    Whatever is private, link-local or reserved would let who makes a webhook reach what only the office reaches."""
    found = ip_address(address.partition("%")[0])  # without the zone of a link-local address
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or (IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else found)
    if loopback and found.is_loopback:
        return True
    tunnelled = any(found in network for network in _TUNNELS)
    return found.is_global and not found.is_multicast and not tunnelled


def new_secret(random: bytes) -> str:
    """A secret as its receiver writes it down, from 24 to 64 random bytes."""
    return _SECRET + base64.b64encode(random).decode()


def sign(secret: str, message_id: str, at: datetime, body: bytes) -> str:
    """The value of the header `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix(_SECRET))
    signed = f"{message_id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
