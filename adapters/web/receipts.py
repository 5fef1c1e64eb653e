"""The receipt of an application: the same words and the same QR code at the counter and online."""

from __future__ import annotations

from typing import Any

import segno

from adapters.web.citizen.track import tracked_now
from lanes.office import Office


def receipt(office: Office, number: str, code: str) -> dict[str, Any]:
    """What `templates/receipt.html` shows, for who has number and tracking code. Raises Refused.

    The QR code holds where to follow it, number and code as three lines of text: no address holds the code, so a
    phone shows all three.
    """
    tracked = tracked_now(office, (number, code))
    url = office.config.office.track_url
    made = segno.make(f"{url}\n{number}\n{code}", error="m", micro=False).svg_data_uri(scale=5, border=4)
    return {"told": tracked, "code": code, "service": tracked.title, "url": url, "qr": made}
