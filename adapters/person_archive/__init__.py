"""A person's data as one archive to take home: see `archive`."""

from __future__ import annotations

from adapters.person_archive.archive import archive, archive_name

__all__ = ["archive", "archive_name"]
