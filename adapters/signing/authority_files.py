"""Makes and reads the folder of the local TEST authority, so that all processes of an office share one.

The folder appears whole or not at all: it is written beside its place and renamed into it, and of several processes
that start in the same instant one rename wins while the others read what the winner wrote.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from domain.errors import Refused

FOLDER = "authority"
VALID_BEFORE = timedelta(days=5 * 365)  # a simulated clock may stand well before the real one
VALID_AFTER = timedelta(days=10 * 365)
ROOT_KEY, ROOT, SIGNER_KEY, SIGNER = "root-key.pem", "root.pem", "signer-key.pem", "signer.pem"
_UNFINISHED = f".{FOLDER}-"


class AuthorityUnusable(Refused):
    """The folder of the test authority cannot be made, or what stands in it does not fit together.

    What to do: restore the folder from a backup. Only if there is none, move it away and start again: a new
    authority is made, and documents sealed by the old one are no longer trusted.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """What is needed to sign and to check: the root's and the signing certificate (PEM), and its key."""

    root: bytes
    signer: bytes
    signer_key: rsa.RSAPrivateKey
    valid_from: datetime
    valid_until: datetime


def open_or_make(folder: Path, *, office: str, now: datetime) -> Authority:
    """The authority in `folder/authority/`, made when there is none. Raises `AuthorityUnusable`."""
    place = folder / FOLDER
    try:
        if not _holds_something(place):
            folder.mkdir(parents=True, exist_ok=True)
            _make(place, office=office, now=now)
        for left in folder.glob(f"{_UNFINISHED}*"):  # of a start that was killed, or that lost the race
            shutil.rmtree(left, ignore_errors=True)
        return _read(place)
    except OSError as error:
        raise AuthorityUnusable(
            "authority_unusable",
            f"The test authority in {place} cannot be made or read: {error.strerror or type(error).__name__}.",
            allowed="a folder on a disk with room, which the account running Jalur may read and write",
        ) from error


def _holds_something(place: Path) -> bool:
    return place.exists() and any(place.iterdir())


def _make(place: Path, *, office: str, now: datetime) -> None:
    new = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place.parent))
    try:
        for name, content in _issue(office, now).items():
            _write(new / name, content)
        _sync(new)
        new.rename(place)  # fails when another process has put a filled folder there
        _sync(place.parent)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        if not _holds_something(place):
            raise


def _write(path: Path, content: bytes) -> None:
    mode = 0o600 if path.name.endswith("-key.pem") else 0o644
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _issue(office: str, now: datetime) -> dict[str, bytes]:
    start, end = now.replace(microsecond=0) - VALID_BEFORE, now.replace(microsecond=0) + VALID_AFTER
    root_key, signer_key = _new_key(), _new_key()
    root_name = _name("TEST Root - not an official authority", office)

    def certificate(subject: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        )

    root = (
        certificate(root_name, root_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    signer = (
        certificate(_name("TEST Head of office - not an official signature", office), signer_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    return {
        ROOT_KEY: _pem_key(root_key),
        ROOT: root.public_bytes(serialization.Encoding.PEM),
        SIGNER_KEY: _pem_key(signer_key),
        SIGNER: signer.public_bytes(serialization.Encoding.PEM),
    }


def _new_key() -> rsa.RSAPrivateKey:
    """RSA and not an elliptic curve: a curve would make the document PDF 2.0, and PDF/A-2 is PDF 1.7."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common: str, office: str) -> x509.Name:
    """A certificate's name; X.520 lets each part have at most 64 characters."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"TEST {office}"[:64].rstrip()),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem_key(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read(place: Path) -> Authority:
    """Read the folder and prove that its parts belong together."""
    missing = [name for name in (ROOT, SIGNER_KEY, SIGNER) if not (place / name).is_file()]
    if missing:
        raise _broken(place, f"{', '.join(missing)} missing")
    try:
        root = x509.load_pem_x509_certificate((place / ROOT).read_bytes())
        signer = x509.load_pem_x509_certificate((place / SIGNER).read_bytes())
        key = serialization.load_pem_private_key((place / SIGNER_KEY).read_bytes(), password=None)
        signer.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise _broken(place, "a file in it is damaged or of another authority") from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != signer.public_key():
        raise _broken(place, f"{SIGNER_KEY} is not the key of {SIGNER}")
    return Authority(
        root=(place / ROOT).read_bytes(),
        signer=(place / SIGNER).read_bytes(),
        signer_key=key,
        valid_from=max(root.not_valid_before_utc, signer.not_valid_before_utc),
        valid_until=min(root.not_valid_after_utc, signer.not_valid_after_utc),
    )


def _broken(place: Path, what: str) -> AuthorityUnusable:
    return AuthorityUnusable(
        "authority_broken",
        f"The test authority in {place} cannot be used: {what}.",
        allowed="the folder restored from a backup; or moved away, and then a new authority is made that does not "
        "trust what the old one sealed",
    )
