"""Photos of papers: opened whole, turned upright, reduced to what can be read well, and kept without anything else.

A phone writes into a photo where it was taken, when, and with what; none of it is the office's business, and only the
picture itself is written anew. A file that is a photo and something else at once does not survive that either.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from lanes.papers import Unreadable, unreadable

LONGEST: Final = 2400
"""Pixels of the longer side that are kept: an A4 page at 200 dots an inch."""
MOST_PIXELS: Final = 60_000_000
"""More than phones make; a small file that unpacks to more is made to exhaust the machine."""
_QUALITY: Final = 82


def reduced_photo(content: bytes) -> bytes:
    """The picture as JPEG. Raises Unreadable."""
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as photo:
            width, height = photo.size
            if width * height > MOST_PIXELS:
                most = MOST_PIXELS // 1_000_000
                words = f"has too many pixels (allowed: {most} million; photograph it with a lower resolution)"
                raise unreadable("pixels", words)
            photo.draft("RGB", (LONGEST, LONGEST))  # a JPEG need not be unpacked at its full size
            photo.load()
            return _written(photo)
    except Unreadable:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, EOFError, IndexError):  # what Pillow raises
        raise unreadable("damaged", "is cut off or damaged (photograph the original again)") from None


def _written(photo: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(photo)
    upright.thumbnail((LONGEST, LONGEST))
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        paper = Image.new("RGBA", upright.size, "white")
        paper.alpha_composite(upright.convert("RGBA"))
        upright = paper
    written = BytesIO()
    # A new picture: nothing that came with the old one is written.
    plain = Image.new("RGB", upright.size)
    plain.paste(upright.convert("RGB"))
    plain.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()
