"""Reads a PDF back for tests: the text that its glyphs stand for, by the fonts' own ToUnicode tables."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf


def text_of(pdf: bytes) -> str:
    """All text of all pages without its white space, which the layout decides."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return "".join(_page_text(page) for page in document.pages)


def pages_of(pdf: bytes) -> list[tuple[float, float]]:
    """The width and height of each page in millimetres."""
    with pikepdf.open(BytesIO(pdf)) as document:
        boxes = [[float(edge) for edge in page.mediabox] for page in document.pages]
    return [((right - left) / 72 * 25.4, (top - bottom) / 72 * 25.4) for left, bottom, right, top in boxes]


def _page_text(page: pikepdf.Page) -> str:
    tables = {name: _table(font.ToUnicode.read_bytes()) for name, font in page.resources.Font.items()}
    text, table = "", {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            table = tables[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            pieces = operands[0] if str(operator) == "TJ" else operands
            for piece in pieces:
                if isinstance(piece, pikepdf.String):
                    raw = bytes(piece)
                    text += "".join(table[raw[i : i + 2]] for i in range(0, len(raw), 2))
    return re.sub(r"\s", "", text)


def _table(cmap: bytes) -> dict[bytes, str]:
    """Glyph to text, from a CMap's `bfchar` and `bfrange` lines (ISO 32000-1, 9.10.3)."""
    table: dict[bytes, str] = {}
    for glyph, text in re.findall(rb"^<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>$", cmap, re.M):
        table[bytes.fromhex(glyph.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for low, high, text in re.findall(rb"^<(\w{4})> <(\w{4})> <(\w+)>$", cmap, re.M):
        first = ord(bytes.fromhex(text.decode()).decode("utf-16-be")[-1])
        for step in range(int(high, 16) - int(low, 16) + 1):
            table[(int(low, 16) + step).to_bytes(2, "big")] = chr(first + step)
    return table
