"""Signs documents with a TEST certificate made on this machine, so that an office can be tried without a service.

The signature is PAdES baseline B (ETSI EN 319 142-1, B-B): it proves that nothing changed and who signed. It holds
no trusted time (B-T needs a time-stamping service), so the signing time is the office's own word. The library runs
an event loop of its own, so call this from ordinary code or a worker thread, not from inside a coroutine.
"""

from __future__ import annotations

import logging
from datetime import datetime
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from asn1crypto import parser
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from adapters.signing.authority_files import open_or_make
from domain.errors import Refused
from lanes.ports import SealReport

_FIELD = "Seal"
_ROOM = 6144  # hexadecimal digits kept for the signature; it needs about 3,500, more with a long office name
# What is wrong with a document is in the report; the library would add a traceback for each damaged one.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)
_ALONE = Lock()
"""The library parses a certificate when it is first read, and not thread by thread: two that read one at once spoil it,
and every signature that the process makes from then on names an issuer that there is not."""
_NOTHING = SealReport(intact=False, trusted=False, signer="", signed_at=None)


class CertificateExpired(Refused):
    """The signing certificate is not valid at the time of signing.

    What to do: look whether the machine's clock is right; if it is, move the authority's folder away and start
    again, which makes a new authority (keep the old `root.pem` to check what it sealed).
    """


class _UntouchedMetadata(IncrementalPdfFileWriter):  # type: ignore[misc]
    """Signing leaves the document's own dates and PDF/A mark as they are, and reads no clock."""

    def _update_meta(self) -> None:
        return


class LocalAuthority:
    """The `Sealer` for an office without a national service. Every process of the office shares its folder."""

    def __init__(self, folder: Path, *, office: str, now: datetime) -> None:
        """Open the authority in `folder/authority/`, or make it: valid from 5 years before `now` to 10 after.

        `office` stands in the certificates' names. Raises `AuthorityUnusable`.
        """
        self._authority = open_or_make(folder, office=office, now=_aware(now))
        (self._root,) = load_certs_from_pemder_data(self._authority.root)
        (certificate,) = load_certs_from_pemder_data(self._authority.signer)
        self._signer = _HeldKey(certificate, self._authority.signer_key)

    def seal(self, pdf: bytes, *, reason: str, signer: str, key: str, now: datetime) -> bytes:
        """The PDF with an invisible PAdES B-B signature, dated `now`, in the name of `signer`.

        `key` has no effect here: the signature is made on this machine, and the caller keeps the result. Raises
        `CertificateExpired`, or Refused when the bytes are no PDF or are sealed already.
        """
        if not self._authority.valid_from <= _aware(now) <= self._authority.valid_until:
            raise CertificateExpired(
                "certificate_expired",
                f"The signing certificate is not valid at {now:%Y-%m-%d %H:%M %Z}.",
                allowed=f"a signing time from {self._authority.valid_from:%Y-%m-%d} "
                f"to {self._authority.valid_until:%Y-%m-%d}",
            )
        try:
            writer = _UntouchedMetadata(BytesIO(pdf))
            sealed_already = bool(writer.prev.embedded_signatures)
        except (PdfError, ValueError) as error:
            raise Refused(
                "not_a_pdf", "What is to be sealed cannot be read as a PDF.", allowed="a whole PDF"
            ) from error
        if sealed_already:
            raise Refused("sealed_already", "The document carries a signature.", allowed="an unsigned PDF")
        metadata = PdfSignatureMetadata(
            field_name=_FIELD, reason=reason, name=signer, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        output = BytesIO()
        with _ALONE:
            _DatedSigner(metadata, signer=self._signer, now=now).sign_pdf(writer, bytes_reserved=_ROOM, output=output)
        return output.getvalue()

    def check(self, pdf: bytes) -> SealReport:
        """Whether the last signature covers every byte and leads to this authority's root.

        Trust is judged at the time the signature states, which is the office's own word (see the module). `signer`
        and `signed_at` are mere claims unless the report says `intact` and `trusted`.
        """
        try:
            with _ALONE:
                signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
                return self._judge(signatures[-1]) if signatures else _NOTHING
        except Exception:  # damaged bytes make the libraries fail in any way, and none of them is intact
            return _NOTHING

    def _judge(self, signature: Any) -> SealReport:
        signed_at: datetime | None = signature.self_reported_timestamp
        context = ValidationContext(trust_roots=[self._root], moment=signed_at, allow_fetching=False)
        status = validate_pdf_signature(signature, signer_validation_context=context, skip_diff=True)
        whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        unsigned_room = signature.pkcs7_content[parser.peek(signature.pkcs7_content) :]
        intact = bool(whole and status.intact and status.valid and not unsigned_room.strip(b"\0"))
        return SealReport(
            intact=intact,
            trusted=intact and bool(status.trusted),
            signer=str(signature.sig_object.get("/Name", "")),
            signed_at=signed_at,
        )


class _HeldKey(Signer):  # type: ignore[misc]
    """Signs with a key read once; the library's own signer reads and tests it each time, 40 ms for RSA."""

    def __init__(self, certificate: Any, key: RSAPrivateKey) -> None:
        super().__init__(
            signing_cert=certificate,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            embed_roots=False,  # who checks has the root already; a copy in the file would prove nothing
        )
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._key.sign(data, PKCS1v15(), SHA256())


class _DatedSigner(PdfSigner):  # type: ignore[misc]
    """Signs with the time it is given; the library would read the machine's clock."""

    def __init__(self, metadata: PdfSignatureMetadata, *, signer: Signer, now: datetime) -> None:
        super().__init__(metadata, signer=signer)
        self._now = now

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._now
        return session


def _aware(now: datetime) -> datetime:
    if now.utcoffset() is None:
        raise Refused("naive_time", "A signing time has no time zone.", allowed="an aware date and time")
    return now
