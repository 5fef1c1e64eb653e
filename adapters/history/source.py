"""Opens a log file for reading, whatever its compression, so that nothing in it can take the machine down.

Content is only ever read in pieces, and is hashed on the way. What goes wrong with the file itself (not there,
not readable, cut off, not what its name says) becomes a refusal here.
"""

from __future__ import annotations

import gzip
import hashlib
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from domain.errors import Refused

Progress = Callable[[int, int], None]
PIECE = 1 << 16
KINDS = ".xes, .xes.gz, .csv or .csv.gz"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one part of a log may hold; the log as a whole may be of any size.

    `value`: bytes of one value, tag or CSV row; `case`: bytes of what must be held at once, a case or what the
    log says of itself; `depth`: levels of attributes within attributes.
    """

    value: int = 1 << 20
    case: int = 64 << 20
    depth: int = 32


class Content:
    """The uncompressed content of a log file, in pieces.

    `progress` hears how many bytes of the file, as it lies on the disk, have been read, and how many there are.
    """

    def __init__(self, raw: BinaryIO, stream: BinaryIO, name: str, total: int, progress: Progress | None) -> None:
        self._raw = raw
        self._stream = stream
        self._hash = hashlib.sha256()
        self._total = total
        self._progress = progress
        self._heard = -1
        self.name = name

    @property
    def sha256(self) -> str:
        """Over what has been read until now, uncompressed."""
        return self._hash.hexdigest()

    def read(self) -> bytes:
        """The next piece, at most `PIECE` bytes; empty at the end."""
        return self._hashed(self._stream.read(PIECE))

    def line(self, limit: int) -> bytes:
        """The next line with its end, or its first `limit` bytes if it is longer; empty at the end."""
        return self._hashed(self._stream.readline(limit))

    def _hashed(self, piece: bytes) -> bytes:
        self._hash.update(piece)
        if self._progress is not None and (done := self._raw.tell()) != self._heard:
            self._heard = done
            self._progress(done, self._total)
        return piece


def kind_of(path: Path) -> Literal["xes", "csv"]:
    """Which form a file has, by its name. Raises Refused for any other name."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".xes"):
        return "xes"
    if name.endswith(".csv"):
        return "csv"
    raise Refused("history_file", f"{path.name} is not named as an event log.", allowed=f"a file named {KINDS}")


@contextmanager
def content_of(path: Path, progress: Progress | None = None) -> Iterator[Content]:
    """Open `path` and give its uncompressed content. Raises Refused for all that can be wrong with the file."""
    try:
        # Asked before opening: opening a named pipe would wait for ever.
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise Refused("history_file", f"{path.name} is not a file.", allowed=f"a file named {KINDS}")
        if about.st_size == 0:
            raise Refused("history_file", f"{path.name} is empty.", allowed="an event log with at least one case")
        with path.open("rb") as raw:
            if path.name.lower().endswith(".gz"):
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield Content(raw, cast(BinaryIO, unpacked), path.name, about.st_size, progress)
            else:
                _refuse_compressed(raw, path.name)
                yield Content(raw, raw, path.name, about.st_size, progress)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise Refused("history_file", _broken(path.name, problem), allowed="a complete gzip file") from None
    except FileNotFoundError:
        raise Refused("history_file", f"{path.name} does not exist.", allowed="the path of a file") from None
    except PermissionError:
        raise Refused(
            "history_file", f"{path.name} may not be read.", allowed="a file this user has the right to read"
        ) from None


def _refuse_compressed(raw: BinaryIO, name: str) -> None:
    if raw.read(2) == b"\x1f\x8b":
        raise Refused("history_file", f"{name} is compressed by gzip.", allowed=f"the name {name}.gz for it")
    raw.seek(0)


def _broken(name: str, problem: Exception) -> str:
    if isinstance(problem, EOFError):
        return f"{name} is cut off: the compressed data ends too early."
    if isinstance(problem, gzip.BadGzipFile) and "Not a gzipped" in str(problem):
        return f"{name} is not compressed by gzip, though its name says so."
    return f"{name} is damaged: its compressed data cannot be read."
