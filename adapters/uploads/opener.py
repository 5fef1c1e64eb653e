"""Opens an uploaded file by what it is: a PDF with pypdf, a photo with Pillow; everything else is refused."""

from __future__ import annotations

from lanes.papers import Opened, unreadable


class FileOpener:
    """See `lanes.papers.Opener`. The two libraries are imported by the first file that needs them."""

    def open(self, content: bytes) -> Opened:
        """A PDF as it came, a photo as a smaller JPEG. Raises Unreadable."""
        if content.startswith(b"%PDF-"):
            from adapters.uploads.pdf import checked_pdf

            checked_pdf(content)
            return Opened(content, "application/pdf")
        if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
            from adapters.uploads.photo import reduced_photo

            return Opened(reduced_photo(content), "image/jpeg")
        raise unreadable("kind", "is no document or photo (allowed: PDF, JPEG, PNG)")
