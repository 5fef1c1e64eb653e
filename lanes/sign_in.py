"""People sign in: a password, a session that ends by itself, and a longer and longer wait after wrong tries.

Whether a username exists is told to nobody: a stranger's try takes as long, is refused in the same words, and is slowed
down alike.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from domain.access import GIVEN_LASTS, is_over, needs_a_code
from domain.errors import Refused
from domain.office import OfficeSpec
from domain.permissions import Actor
from lanes import tries
from lanes.credentials import must_be_strong, put_password
from lanes.people import People
from lanes.ports import Clock, Passwords, SecondFactor, Vault
from lanes.records.access import Credential, Session
from lanes.store import Store, Work

_SEEN_EVERY = timedelta(minutes=1)  # a page asked for within this time of the one before writes nothing


class SignIn:
    """See the module. In `production` a password that a demo gave signs nobody in."""

    def __init__(
        self, store: Store, office: OfficeSpec, clock: Clock, people: People, passwords: Passwords,
        codes: SecondFactor, vault: Vault, *, production: bool,
    ) -> None:  # fmt: skip
        self._store, self._office, self._clock, self._people = store, office, clock, people
        self._passwords, self._codes, self._vault, self._production = passwords, codes, vault, production

    def begin(self, username: str, password: str, *, known_as: tuple[str, str] | None = None) -> str:
        """Sign somebody in; gives the token that their browser holds. Where a code of their own device is needed too,
        the session is good for nothing but giving it. `known_as` is who signed in in this browser before, and the mark
        that it keeps. Raises Refused: wrong, or not yet."""
        now, key = self._clock.now(), tries.of_password(username)
        with self._store.begin() as work:
            self._count(work, key, username, known_as, now)
            credential = work.access.credential(username)
        fits = self._passwords.fits(credential.password if credential else self._nobodys, password)
        stale = credential is not None and (
            (credential.demo and self._production) or (credential.once and now - credential.set_at > GIVEN_LASTS)
        )
        if credential is None or not fits or stale or not self._works_here(username):
            raise Refused("wrong_password", "Username or password is wrong.")
        with self._store.begin() as work:
            work.access.clear_attempts(key)
            second = not self._asks_for_a_code(credential)
            return self._begun(work, username, now, second=second, renew=credential.once)

    @staticmethod
    def _count(work: Work, key: str, username: str, known_as: tuple[str, str] | None, now: datetime) -> None:
        """Count a try. A browser in which this very person signed in before has tries of its own, so that no stranger's
        wrong ones keep them out of their office (OWASP Authentication Cheat Sheet: device cookies)."""
        if known_as is not None and known_as[0] == username:
            with suppress(Refused):
                return tries.count(work, tries.of_browser(*known_as), now)
        return tries.count(work, key, now)

    def begin_vouched(self, username: str, *, strong: bool) -> str:
        """Sign somebody in for whom the office's identity provider vouches, `strong` with a second factor; gives the
        token. Where the provider asked for none, a code is needed as after a password. Raises Refused for a stranger.
        """
        now = self._clock.now()
        if not self._works_here(username):
            raise Refused("wrong_account", "This account belongs to nobody who works here.",
                          allowed="an account of somebody of `jalur operator list`")  # fmt: skip
        with self._store.begin() as work:
            known = work.access.credential(username)
            if known is None:  # a row for the device of who has no password here; nothing fits this hash
                known = Credential(username=username, password=self._nobodys, set_at=now)
                work.access.put_credential(known)
            return self._begun(work, username, now, second=strong or not self._asks_for_a_code(known))

    def _begun(self, work: Work, username: str, now: datetime, *, second: bool, renew: bool = False) -> str:
        token = secrets.token_urlsafe(32)
        work.access.add_session(
            Session(key=_digest(token), username=username, began_at=now, seen_at=now, second=second, renew=renew)
        )  # fmt: skip
        return token

    def _asks_for_a_code(self, credential: Credential) -> bool:
        """Who has a device always gives its code; a person of a demo needs none."""
        return credential.totp is not None or (not credential.demo and needs_a_code(self.actor(credential.username)))

    def has_device(self, username: str) -> bool:
        """Whether a person has a device that gives codes."""
        with self._store.read() as work:
            credential = work.access.credential(username)
        return credential is not None and credential.totp is not None

    def new_secret(self) -> str:
        """A secret for a new device; it counts once `confirm` was given a code of it."""
        return self._codes.secret()

    def address(self, secret: str, username: str) -> str:
        """What a device reads from a QR to take the secret up."""
        return self._codes.address(secret, username)

    def confirm(self, token: str, secret: str, code: str) -> None:
        """Take a person's first device up, by a code of it. Raises Refused: wrong code, or they have one already."""
        now, session = self._clock.now(), self._half(token)
        step = self._codes.step(secret, code, now) if is_secret(secret) else None
        with self._store.begin() as work:
            known = work.access.credential(session.username)
            if known is None or known.totp is not None:
                raise Refused("has_device", f"{session.username} has a device already.", allowed="a code of it")
            if step is not None:
                cipher = self._vault.lock_bytes(secret.encode(), context=f"totp:{session.username}")
                work.access.put_credential(replace(known, totp=cipher, totp_step=step))
                work.access.see_session(session.key, now, second=True)
        if step is None:
            raise Refused("wrong_code", "This code is wrong.", allowed="the six digits that the device shows now")

    def give_code(self, token: str, code: str) -> None:
        """Complete a session by a code of the person's device; each code is good once. Raises Refused."""
        now, session = self._clock.now(), self._half(token)
        key = tries.of_code(session.username)
        with self._store.begin() as work:
            tries.count(work, key, now)
            known = work.access.credential(session.username)
            step = self._step(known, code, now) if known is not None else None
            right = known is not None and step is not None and step > known.totp_step
            if known is not None and step is not None and right:
                work.access.put_credential(replace(known, totp_step=step))
                work.access.see_session(session.key, now, second=True)
                work.access.clear_attempts(key)
        if not right:
            raise Refused("wrong_code", "This code is wrong, or it was used already.", allowed="the next one")

    def _step(self, known: Credential, code: str, now: datetime) -> int | None:
        if known.totp is None:
            return None
        secret = self._vault.unlock_bytes(known.totp, context=f"totp:{known.username}").decode()
        return self._codes.step(secret, code, now)

    def choose_password(self, token: str, old: str, new: str) -> None:
        """Let somebody signed in have another password, by the one they have; their other sessions end. Raises Refused:
        wrong, not yet, weak, or the same."""
        now, session = self._clock.now(), self._half(token)
        if not session.second:
            raise Refused("sign_in_again", "The session is not complete.", allowed="giving the code first")
        username, key = session.username, tries.of_browser(session.username, session.key)
        with self._store.begin() as work:
            tries.count(work, key, now)
            known = work.access.credential(username)
        if known is None or not self._passwords.fits(known.password, old):
            raise Refused("wrong_old_password", "The password that you have is another one.")
        with self._store.begin() as work:
            work.access.clear_attempts(key)
        must_be_strong(username, new, self._office)
        if new == old:
            raise Refused("same_password", "This is the password that you have.", allowed="another one")
        hashed = self._passwords.hash(new)
        with self._store.begin() as work:
            put_password(work, username, hashed, now, but=session.key)
            work.access.renewed(session.key)
            work.people.register("password_chosen", username, {}, at=now, actor=username)

    def _half(self, token: str) -> Session:
        session = self.session(token)
        if session is None:
            raise Refused("sign_in_again", "The session is over.", allowed="signing in again")
        return session

    def session(self, token: str, *, seen: bool = True) -> Session | None:
        """The session of a token, noted as seen now unless nobody asked (`seen`: a page that stays open by itself);
        None when there is none or it is over."""
        now = self._clock.now()
        with self._store.read() as work:
            found = work.access.session(_digest(token))
            works_here = found is not None and self._is_of_the_office(work, found.username, now)
        if found is None:
            return None
        if is_over(found.began_at, found.seen_at, now) or not works_here:
            self.end(token)
            return None
        if seen and now - found.seen_at >= _SEEN_EVERY:
            with self._store.begin() as work:
                work.access.see_session(found.key, now, second=found.second)
        return found

    def end(self, token: str) -> None:
        """End a session; a token without one changes nothing."""
        with self._store.begin() as work:
            work.access.end_sessions(self._clock.now(), key=_digest(token))

    def actor(self, username: str) -> Actor:
        """What the rules need to know of somebody signed in."""
        with self._store.read() as work:
            return self._people.actor(work, username, self._clock.now())

    def _works_here(self, username: str) -> bool:
        with self._store.read() as work:
            return self._is_of_the_office(work, username, self._clock.now())

    def _is_of_the_office(self, work: Work, username: str, now: datetime) -> bool:
        try:
            self._people.actor(work, username, now)
        except Refused:
            return False
        return True

    @cached_property
    def _nobodys(self) -> str:
        """A hash that no password is tried against but a stranger's."""
        return self._passwords.hash(secrets.token_urlsafe(16))


def is_secret(text: str) -> bool:
    """Whether this can be a secret of `new_secret`."""
    return len(text) == 32 and set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
