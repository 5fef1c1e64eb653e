"""Makes the PDF/A of a product with typst, keeping one compiler so that fonts and templates are read once.

Data reaches a template as JSON in one input, never as typst source, so nothing in a name can act as markup.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import segno
import typst

from adapters.documents.products import PRODUCTS
from adapters.documents.values import day, fields_of, frame_of, members_of
from domain.errors import Refused
from lanes.ports import DocumentData

_TEMPLATES = Path(__file__).parent / "templates"
_STANDARD: Final = "a-2b"  # PDF/A-2b, ISO 19005-2: to be read the same in decades, and open to a signature


class TypstDocuments:
    """The `DocumentMaker`. Safe to share between threads; documents are made one after another."""

    def __init__(self) -> None:
        """Load the fonts that come with typst (a few ms); nothing is read from the machine's own fonts."""
        fonts = typst.Fonts(include_system_fonts=False)
        self._compiler = typst.Compiler(root=str(_TEMPLATES), font_paths=fonts)
        self._turn = threading.Lock()

    def products(self) -> frozenset[str]:
        """The products there is a template for."""
        return frozenset(PRODUCTS)

    def make(self, data: DocumentData) -> bytes:
        """A PDF/A-2b; the same data gives the same bytes.

        `adapters/documents/products.py` tells which fields each product needs and may have. Raises Refused naming the
        product and the fields that are missing or cannot be printed.
        """
        text = json.dumps(_contents(data), ensure_ascii=False)
        template = str(_TEMPLATES / f"{data.product}.typ")
        with self._turn:
            pdf = self._compiler.compile(
                input=template,
                format="pdf",
                sys_inputs={"data": text},
                pdf_standards=[_STANDARD],
                timestamp=int(data.issued_at.timestamp()),
            )
        assert isinstance(pdf, bytes)  # without `output`, one PDF
        return pdf


def _contents(data: DocumentData) -> dict[str, object]:
    product = PRODUCTS.get(data.product)
    if product is None:
        raise Refused(
            "unknown_product", f"There is no template for {data.product!r}.", allowed=", ".join(sorted(PRODUCTS))
        )
    frame = {
        "number": data.number,
        "office": data.office,
        "city": data.city,
        "signatory": data.signatory,
        "signatory_title": data.signatory_title,
        "verify_url": data.verify_url,
    }
    return {
        **frame_of(data.product, frame),
        "heading": product.title,
        "issued": day(_local(data.issued_at, data.timezone)),
        "qr": _qr(data.verify_url),
        "fields": fields_of(data.product, product, data.fields),
        "members": members_of(data.product, product, data.members),
    }


def _local(instant: datetime, timezone: str) -> datetime:
    if instant.utcoffset() is None:
        raise Refused("naive_time", "issued_at has no time zone.", allowed="an aware date and time")
    try:
        return instant.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        raise Refused(
            "unknown_timezone", f"There is no time zone {timezone!r}.", allowed="a name such as Asia/Makassar"
        ) from None


def _qr(url: str) -> str:
    """A QR code as SVG text; level M is still read with 15 % of it spoilt (ISO/IEC 18004)."""
    svg = BytesIO()
    segno.make(url, error="m", micro=False).save(svg, kind="svg", xmldecl=False, border=0)
    return svg.getvalue().decode()
