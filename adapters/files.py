"""Files kept whole or not at all: papers, documents, messages. A crash or a full disk leaves no half a file."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from domain.errors import Refused
from lanes.ports import Vault


def place(path: Path, content: bytes) -> None:
    """Put a file in place, readable by its owner only, so that it is there whole, also after a power cut, or not
    there. Its folder must exist. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")  # mkstemp gives mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # until then a power cut may take the file's name away again
    finally:
        os.close(folder)


def write_whole(path: Path, content: bytes) -> None:
    """As `place`, making missing folders. Raises Refused."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place(path, content)
    except OSError as error:
        raise Refused(
            "file_not_written", f"A file could not be written below {path.parent}: {error.strerror}.",
            allowed="a folder that can be written to, with space left (JALUR_HOME names it)",
        ) from error  # fmt: skip


class ConfidentialFiles:
    """Files below the data folder, encrypted and bound to their place. See `lanes.papers.Files`."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder, self._vault = folder, vault

    def put(self, folder: str, name: str, content: bytes) -> str:
        """Keep a file; the path it is found by is relative, so that the data folder can be moved."""
        path = f"{folder}/{name}"
        write_whole(self._folder / path, self._vault.lock_bytes(content, context=path))
        return path

    def get(self, path: str) -> bytes:
        """The content. Raises Refused when the file is gone, Tampered when it was changed or put elsewhere."""
        try:
            kept = (self._folder / path).read_bytes()
        except OSError as error:
            raise Refused("file_gone", f"The file {path} cannot be read: {error.strerror}.",
                          allowed="restore it from a backup of the data folder") from error  # fmt: skip
        return self._vault.unlock_bytes(kept, context=path)

    def remove(self, path: str) -> None:
        """Take a file away. Raises Refused when that is not possible."""
        try:
            (self._folder / path).unlink(missing_ok=True)
        except OSError as error:
            raise Refused("file_not_removed", f"A file could not be removed below {self._folder}: {error.strerror}.",
                          allowed="a folder that can be written to (JALUR_HOME names it)") from error  # fmt: skip
