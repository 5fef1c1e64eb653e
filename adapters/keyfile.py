"""The file that holds the vault's keys: made once, readable by its owner only, and never half written.

It is a JSON object of its own, outside the database, so that a copy of the database alone tells nothing and a backup
of the keys is one small file. Encryption keys are only ever added; the index key never changes.
"""

from __future__ import annotations

import os
import secrets
import stat
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from adapters.files import place
from adapters.lockfile import alone
from domain.errors import Refused

_VERSION: Final = 1
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """The vault's keys: `encryption` by id, oldest first, of which `current` is used for new data."""

    index: bytes = field(repr=False)
    encryption: dict[str, bytes] = field(repr=False)

    @property
    def current(self) -> str:
        """The id of the newest encryption key."""
        return next(reversed(self.encryption))


def open_keys(path: Path, *, create: bool) -> Keys:
    """The keys in the file; with `create`, a missing file is made first, by one process only.

    Raises Refused when the file is missing, broken or readable by others, or its folder cannot be written.
    """
    if path.exists():
        return read_keys(path)
    if not create:
        raise Refused(
            "keys_missing",
            f"The key file {path} is missing, and encrypted personal data exist that only it opens.",
            allowed="put the key file back from a backup",
        )
    try:
        with alone(path):
            if not path.exists():
                _write(path, Keys(secrets.token_bytes(_KEY_BYTES), _new_key()))
    except OSError as error:
        raise _unwritable(path, error) from error
    return read_keys(path)


def add_key(path: Path) -> Keys:
    """Add an encryption key, which becomes the current one; keys that other processes added stay. Raises Refused."""
    try:
        with alone(path):
            old = read_keys(path)
            keys = Keys(old.index, {**old.encryption, **_new_key()})
            _write(path, keys)
    except OSError as error:
        raise _unwritable(path, error) from error
    return keys


def read_keys(path: Path) -> Keys:
    """Read and check the file. Raises Refused; the message holds no part of a key."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read()
    except OSError as error:
        raise Refused(
            "keys_unreadable",
            f"The key file {path} cannot be read: {error.strerror}.",
            allowed="a file owned by the user that runs Jalur",
        ) from error
    if mode & 0o077:
        raise Refused(
            "keys_exposed",
            f"The key file {path} is open to other users of this machine (mode {mode:04o}).",
            allowed=f"mode 0600, as after: chmod 600 {path}",
        )
    try:
        stored = orjson.loads(text)
        keys = Keys(_key(stored["index"]), {str(one["id"]): _key(one["key"]) for one in stored["encryption"]})
        if stored["version"] != _VERSION or len(keys.encryption) != len(stored["encryption"]) or not keys.current:
            raise ValueError
    except (ValueError, KeyError, TypeError, StopIteration):
        raise Refused(
            "keys_broken",
            f"The key file {path} is damaged.",
            allowed="the key file as Jalur wrote it; put it back from a backup, and delete it only when no data exist",
        ) from None
    return keys


def _key(text: str) -> bytes:
    key = b64decode(text, validate=True)
    if len(key) != _KEY_BYTES:
        raise ValueError
    return key


def _new_key() -> dict[str, bytes]:
    """A new key under a random id, so that two key files never give one id to two keys."""
    return {f"k{secrets.token_hex(4)}": secrets.token_bytes(_KEY_BYTES)}


def _write(path: Path, keys: Keys) -> None:
    """Put the keys in place whole or not at all, and on the disk before anything is encrypted with them."""
    text = orjson.dumps(
        {
            "version": _VERSION,
            "index": b64encode(keys.index).decode(),
            "encryption": [{"id": one, "key": b64encode(key).decode()} for one, key in keys.encryption.items()],
        },
        option=orjson.OPT_INDENT_2,
    )
    place(path, text)


def _unwritable(path: Path, error: OSError) -> Refused:
    return Refused(
        "keys_unwritable",
        f"The key file {path} cannot be written: {error.strerror}.",
        allowed="a folder that the user who runs Jalur may write, with free space",
    )
