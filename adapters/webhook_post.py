"""Webhook messages over HTTP: no redirect is followed, nothing waits long, and answers are not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import httpx

from lanes.ports import Unavailable

_PATIENCE: Final = httpx.Timeout(10.0, connect=5.0)  # seconds for each part of an exchange


class HttpPoster:
    """See `lanes.webhooks.Poster`."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer. Raises Unavailable, in words without the address."""
        try:
            with (
                httpx.Client(timeout=_PATIENCE, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", url, headers=dict(headers), content=body) as answer,
            ):
                return answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"no answer ({type(error).__name__})") from None
