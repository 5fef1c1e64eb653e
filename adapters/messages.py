"""Carries messages out of the office: into a folder that a person can open, or by e-mail, WhatsApp and SMS.

Neither SMTP nor a gateway can promise "exactly once": the outbox that calls `send` decides when a message counts as
handed over. What these messengers add is a mark from the letter's key that stays the same however often it is sent.
"""

from __future__ import annotations

import hashlib
import http.client
import logging
import re
import smtplib
import sys
import threading
import time
import traceback
import unicodedata
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from adapters.files import write_whole
from domain.errors import Refused
from domain.numbers import RecipientKind, parse_email, parse_phone, recipient_kind
from lanes.ports import Clock, Letter, Messenger, Unavailable, Unconfirmed

_PLACEHOLDER: Final = "{recipient}"
_EXAMPLES: Final[Mapping[RecipientKind, str]] = {
    "email": "nobody@example.id",
    "phone": "+6281200000000",
    "username": "nobody",
}
PATIENCE_S: Final = 30.0
"""Seconds a gateway has for an answer: a mail server may look through a message before it says that it took it."""
_MAIL_SCHEMES: Final = ("mailto:", "mailtos:")
_CLOSING: Final = 421
_TELLING: Final = re.compile(r"@|[0-9]{9,}")  # in a key: an address, or digits enough for a phone number or a NIK


class FolderMessenger:
    """Writes every message as a text file that a person can open. The default, which needs no network."""

    idempotent = True  # one file per key

    def __init__(self, folder: Path, clock: Clock) -> None:
        """`folder` is made when the first message comes, open to its owner only."""
        self._folder, self._clock = folder, clock

    def send(self, letter: Letter) -> None:
        """Write the file, once per key. Raises Refused for a letter that no messenger takes, Unavailable when the
        folder cannot be written."""
        recipient, _ = _checked(letter)
        path = self._folder / f"{_file_name(letter.key)}.txt"
        text = (
            f"To: {recipient}\nDate: {self._clock.now().isoformat(timespec='seconds')}\n"
            f"Subject: {letter.subject}\n\n{letter.body}\n"
        )
        try:
            if not path.exists():
                write_whole(path, text.encode())
        except Refused as error:
            raise Unavailable(error.message) from error


class AppriseMessenger:
    """Sends through apprise, by one URL template per kind of recipient. Safe for many threads."""

    idempotent = False  # a mail that was handed over cannot be taken back, nor asked for

    def __init__(
        self, routes: Mapping[RecipientKind, str], *, fallback: Messenger | None = None, patience_s: float = PATIENCE_S
    ) -> None:  # fmt: skip
        """`routes` maps "email", "phone" or "username" to an apprise URL that holds `{recipient}`, such as
        `mailtos://user:password@host:465/?from=kantor@example.id&to={recipient}`. Kinds without a route go to
        `fallback`. A gateway has `patience_s` seconds for each answer. Raises Refused for a template that apprise does
        not understand; the URL, which may hold a password, is not repeated."""
        import apprise  # 0.15 s, which an office that writes into the folder need not spend

        heard = logging.getLogger("apprise")
        heard.setLevel(logging.WARNING)
        heard.addFilter(_told.note)  # its records hold recipients: none is written anywhere
        # no storage on disk, and a body goes out as it is written
        self._asset = apprise.AppriseAsset(
            app_id="Jalur",
            storage_mode="memory",
            interpret_escapes=False,
            interpret_emojis=False,
            async_mode=False,
        )
        self._apprise: Any = apprise.Apprise
        self._routes, self._fallback, self._patience_s = dict(routes), fallback, patience_s
        for kind, template in self._routes.items():
            example = _EXAMPLES.get(kind)
            if example is None or _PLACEHOLDER not in template or self._service(template, example, "") is None:
                raise Refused(
                    "message_route",
                    f"The message route for {kind!r} is no apprise URL with {_PLACEHOLDER} in it.",
                    allowed="routes for email, phone or username, such as mailtos://user:password@host/?to={recipient}",
                )

    def send(self, letter: Letter) -> None:
        """Hand the message over. Raises Refused for a letter that can never be sent, Unavailable for another try,
        Unconfirmed when the gateway had it and no answer came."""
        recipient, kind = _checked(letter)
        template = self._routes.get(kind)
        if template is None:
            if self._fallback is None:
                raise Refused(
                    "message_route",
                    f"There is no message route for a recipient of the kind {kind!r}.",
                    allowed=f"a recipient of the kind {' or '.join(self._routes)}",
                )
            self._fallback.send(letter)
            return
        sender = self._apprise(asset=self._asset)
        service = self._service(template, recipient, letter.key)
        began, _told.unanswered = time.monotonic(), None
        try:
            done = service is not None and sender.add(service)
            done = done and sender.notify(title=letter.subject, body=letter.body, body_format="text")
        except Exception as error:  # whatever a gateway's plugin raises may repeat the recipient
            if _is_unanswered(error):
                raise Unconfirmed(f"The message gateway for {kind!r} broke off before it answered.") from None
            raise Unavailable(f"The message gateway failed: {type(error).__name__}.") from None
        if not done:
            if _told.unanswered is None:  # of one that took all the time for an answer nothing else is known
                _told.unanswered = time.monotonic() - began >= self._patience_s
            if _told.unanswered:
                raise Unconfirmed(f"The message gateway for {kind!r} had the message and did not answer.")
            raise Unavailable(f"The message gateway for {kind!r} did not take the message.")

    def _service(self, template: str, recipient: str, key: str) -> Any:
        """What apprise makes of the template, or None. An e-mail carries a header that is the same for one key."""
        url = template.replace(_PLACEHOLDER, quote(recipient, safe=""))
        url += f"{'&' if '?' in url else '?'}format=text"
        if url.startswith(_MAIL_SCHEMES):
            url += f"&+X-Jalur-Message={_mark(key)}"
        made = self._apprise.instantiate(url, asset=self._asset)
        if made is not None:
            made.socket_connect_timeout = made.socket_read_timeout = self._patience_s
        return made


class _Told(threading.local):
    """What apprise's log tells of why a sending failed, in the thread that sends: apprise itself gives no reason.

    `unanswered`: whether the connection broke when the gateway had the whole message and was to answer; None while it
    is not known. Nothing else is kept of what is logged.
    """

    unanswered: bool | None = None

    def note(self, _: logging.LogRecord) -> bool:
        """A filter that lets no record pass; apprise writes them while it handles what broke."""
        if (fault := sys.exc_info()[1]) is not None:
            self.unanswered = _is_unanswered(fault)
        return False


_told = _Told()
_DATA, _REPLY, _SENT = (each.__code__ for each in (smtplib.SMTP.data, smtplib.SMTP.getreply, smtplib.SMTP.sendmail))
_RESPONSE = http.client.HTTPConnection.getresponse.__code__


def _is_unanswered(fault: BaseException) -> bool:
    """Whether this broke off the wait for an answer to a message that had been handed over, which may have been taken.

    A mail server that says 421 then is closing down and does not say what it kept; after any other refusal the message
    is still the office's (RFC 5321, 4.2.5 and 3.8).
    """
    where = [frame.f_code for frame, _ in traceback.walk_tb(fault.__traceback__)]
    if isinstance(fault, smtplib.SMTPDataError):
        return fault.smtp_code == _CLOSING and where[-1:] == [_SENT]
    if (_DATA, _REPLY) in pairwise(where) or _RESPONSE in where:
        return True
    return fault.__context__ is not None and _is_unanswered(fault.__context__)


def _checked(letter: Letter) -> tuple[str, RecipientKind]:
    """The recipient in its one form and kind. Raises Refused, without repeating anything of the letter."""
    try:
        kind = recipient_kind(letter.recipient)
    except ValueError as error:
        raise Refused("message_recipient", str(error), allowed="name@example.id, 0812… or a username") from None
    if not letter.key or not letter.subject.strip() or not letter.body.strip():
        raise Refused("message_empty", "A message needs a key, a subject and a body.", allowed="none of them empty")
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in letter.subject):
        raise Refused(
            "message_subject",
            "The subject of a message holds a line break or another control character.",
            allowed="one line of text",
        )
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\r\n" for sign in letter.body):
        raise Refused(
            "message_body",
            "The body of a message holds a control character.",
            allowed="text, tabs and line breaks",
        )
    forms = {"email": parse_email, "phone": parse_phone}
    return (forms[kind](letter.recipient) if kind in forms else letter.recipient), kind


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _file_name(key: str) -> str:
    """A name a person recognises, different for every key; a key that might tell of a person gives its mark only."""
    words = "" if _TELLING.search(key) else re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")[:80]
    return f"{words}-{_mark(key)}" if words else _mark(key)
