"""Personal data at rest: AES-256-GCM bound to the row it belongs to, and a keyed blind index to find it again.

Every ciphertext has its own random 96-bit nonce. With one key that stays far inside what NIST SP 800-38D allows
(2^32 messages), since a city writes some hundred thousand a year. What stands beside a ciphertext in the database, the
row's context and the key's id, is authenticated with it, so a row that was moved or relabelled does not open.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.keyfile import Keys, add_key, open_keys, read_keys
from domain.numbers import name_words
from lanes.ports import Tampered

_NONCE: Final = 12  # bytes
_TOKEN: Final = 16  # bytes of HMAC-SHA256 kept: no two values of a city meet in 128 bits
_FILE_MARK: Final = b"JLR1"


class FileVault:
    """The vault whose keys lie in a file. Safe for many threads, and for many processes on one file."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open the key file at `path`, or make it. Pass `create=False` once encrypted data exist: a new key file
        beside old data would open none of it and index everything anew. Raises Refused."""
        self._path = path
        self._use(open_keys(path, create=create))

    def _use(self, keys: Keys) -> None:
        self._index_key = keys.index
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.encryption.items()}
        self._current = (keys.current, self._ciphers[keys.current])

    def rotate(self) -> str:
        """Add an encryption key and use it from now on; gives its id. Old data stay readable, the index unchanged.

        Other processes read what it encrypts at once, and encrypt with it themselves after their next start.
        """
        self._use(add_key(self._path))
        return self._current[0]

    def lock(self, plain: Mapping[str, Any], *, context: str) -> tuple[str, bytes]:
        """Encrypt a JSON object for the row `context`; gives the key's id and the ciphertext.

        Dates and times come back as ISO texts. Raises TypeError for values that JSON does not have.
        """
        key_id, cipher = self._current
        nonce = os.urandom(_NONCE)
        return key_id, nonce + cipher.encrypt(nonce, orjson.dumps(dict(plain)), _bound("row", key_id, context))

    def unlock(self, key_id: str, cipher: bytes, *, context: str) -> dict[str, Any]:
        """Decrypt what `lock` made for the same `context`. Raises Tampered."""
        plain: dict[str, Any] = orjson.loads(self._open("row", key_id, cipher, context))
        return plain

    def lock_bytes(self, plain: bytes, *, context: str) -> bytes:
        """Encrypt a file for `context`; a mark and the key's id stand in front."""
        key_id, cipher = self._current
        nonce = os.urandom(_NONCE)
        head = _FILE_MARK + bytes([len(key_id)]) + key_id.encode()
        return head + nonce + cipher.encrypt(nonce, plain, _bound("file", key_id, context))

    def unlock_bytes(self, cipher: bytes, *, context: str) -> bytes:
        """Decrypt what `lock_bytes` made for the same `context`. Raises Tampered."""
        start = len(_FILE_MARK) + 1
        if len(cipher) < start or not cipher.startswith(_FILE_MARK):
            raise _tampered()
        end = start + cipher[start - 1]
        return self._open("file", cipher[start:end].decode("ascii", "replace"), cipher[end:], context)

    def index(self, kind: str, value: str) -> tuple[str, ...]:
        """Tokens under which a value is found: one per word when `kind` is "name", otherwise one, or none when empty.

        Case, spaces, and in names accents and punctuation make no difference; give numbers in their one kept form.
        """
        words = dict.fromkeys(name_words(value)) if kind == "name" else ("".join(value.casefold().split()),)
        return tuple(
            hmac.digest(self._index_key, f"{kind}\0{word}".encode(), "sha256")[:_TOKEN].hex() for word in words if word
        )

    def _open(self, use: str, key_id: str, cipher: bytes, context: str) -> bytes:
        if key_id not in self._ciphers:  # another process may have rotated since this one started
            fresh = read_keys(self._path).encryption
            if key_id not in fresh:
                raise _tampered()
            self._ciphers = {**self._ciphers, key_id: AESGCM(fresh[key_id])}
        if len(cipher) < 2 * _NONCE:
            raise _tampered()
        try:
            return self._ciphers[key_id].decrypt(cipher[:_NONCE], cipher[_NONCE:], _bound(use, key_id, context))
        except InvalidTag:
            raise _tampered() from None


def _bound(use: str, key_id: str, context: str) -> bytes:
    """What is authenticated beside the ciphertext. The context stands last, so no other split gives the same bytes."""
    return f"{use}\0{key_id}\0{context}".encode()


def _tampered() -> Tampered:
    return Tampered(
        "tampered",
        "Encrypted personal data do not open: they were changed or moved, or their key is missing.",
        allowed="the row as it was written, and the key file that belongs to it; restore them from a backup",
    )
