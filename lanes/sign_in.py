"""People sign in: a password, a session that ends by itself, and a longer and longer wait after wrong tries.

Whether a username exists is told to nobody: a stranger's try takes as long, is refused in the same words, and is slowed
down alike.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from domain.access import GIVEN_LASTS, is_over, needs_a_code, whats_wrong
from domain.errors import Refused
from domain.journal import ENGINE
from domain.permissions import Actor, not_allowed
from domain.roles import Role
from domain.staff import why_not_tend
from lanes import tries
from lanes.people import People
from lanes.ports import Clock, Passwords, SecondFactor, Vault
from lanes.records.access import Credential, Session
from lanes.store import Store, Work

_SEEN_EVERY = timedelta(minutes=1)  # a page asked for within this time of the one before writes nothing


class SignIn:
    """See the module. In `production` a password that a demo gave signs nobody in."""

    def __init__(
        self, store: Store, clock: Clock, people: People, passwords: Passwords, codes: SecondFactor, vault: Vault, *,
        production: bool,
    ) -> None:  # fmt: skip
        self._store, self._clock, self._people = store, clock, people
        self._passwords, self._codes, self._vault, self._production = passwords, codes, vault, production

    def begin(self, username: str, password: str) -> str:
        """Sign somebody in; gives the token that their browser holds. Where a code of their own device is needed too,
        the session is good for nothing but giving it. Raises Refused: wrong, or not yet."""
        now, key = self._clock.now(), tries.of_password(username)
        with self._store.begin() as work:
            tries.count(work, key, now)
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
        step = self._codes.step(secret, code, now) if _is_secret(secret) else None
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

    def forget_device(self, username: str, *, by: str | None = None) -> None:
        """Forget a person's device, which they lost: they take up another when they sign in next. Raises Refused when
        `by` is no administrator, or the person (None: whoever has the data folder)."""
        now = self._clock.now()
        with self._store.begin() as work:
            self._must_tend(work, username, by, now)
            known = work.access.credential(username)
            if known is not None:
                work.access.put_credential(replace(known, totp=None, totp_step=0))
            work.access.end_sessions(now, username=username)
            work.people.register("device_forgotten", username, {}, at=now, actor=by or ENGINE)

    def give_password(self, username: str, *, by: str | None) -> str:
        """Give a person a password for one use, within `GIVEN_LASTS`: they choose their own at once. Their sessions
        end, and wrong tries are forgotten. Gives it, to be told them; it is kept nowhere. Raises Refused for a
        stranger, and when `by` is no administrator, or the person (None: whoever has the data folder)."""
        now, given = self._clock.now(), "-".join(_word() for _ in range(4))
        hashed = self._passwords.hash(given)
        with self._store.begin() as work:
            self._people.actor(work, username, now)
            self._must_tend(work, username, by, now)
            self._put(work, username, hashed, now, once=True)
            work.people.register("password_given", username, {}, at=now, actor=by or ENGINE)
        return given

    def choose_password(self, token: str, old: str, new: str) -> None:
        """Let somebody signed in have another password, by the one they have; their other sessions end. Raises Refused:
        wrong, not yet, weak, or the same."""
        now, session = self._clock.now(), self._half(token)
        if not session.second:
            raise Refused("sign_in_again", "The session is not complete.", allowed="giving the code first")
        username, key = session.username, tries.of_password(session.username)
        with self._store.begin() as work:
            tries.count(work, key, now)
            known = work.access.credential(username)
        if known is None or not self._passwords.fits(known.password, old):
            raise Refused("wrong_old_password", "The password that you have is another one.")
        with self._store.begin() as work:
            work.access.clear_attempts(key)
        if wrong := whats_wrong(username, new):
            raise Refused("weak_password", wrong, allowed="several words in a row, for instance")
        if new == old:
            raise Refused("same_password", "This is the password that you have.", allowed="another one")
        hashed = self._passwords.hash(new)
        with self._store.begin() as work:
            self._put(work, username, hashed, now, but=session.key)
            work.access.renewed(session.key)
            work.people.register("password_chosen", username, {}, at=now, actor=username)

    def unlock(self, username: str, *, by: str) -> None:
        """Forget a person's wrong tries, so that the next one need not wait. Raises Refused."""
        now = self._clock.now()
        with self._store.begin() as work:
            self._must_tend(work, username, by, now)
            for key in (tries.of_password(username), tries.of_code(username)):
                work.access.clear_attempts(key)
            work.people.register("unlocked", username, {}, at=now, actor=by)

    def end_all(self, username: str, *, by: str) -> int:
        """Sign a person out everywhere; gives from how many sessions. Raises Refused."""
        now = self._clock.now()
        with self._store.begin() as work:
            self._must_tend(work, username, by, now)
            count = work.access.end_sessions(now, username=username)
            work.people.register("sessions_ended", username, {"sessions": count}, at=now, actor=by)
        return count

    def _must_tend(self, work: Work, username: str, by: str | None, now: datetime) -> None:
        reason = why_not_tend(self._people.actor(work, by, now), username) if by is not None else None
        if reason:
            raise not_allowed(reason, allowed="another administrator")

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

    def set_password(self, username: str, password: str, *, by: str | None = None) -> None:
        """Give a person a password; their sessions end. Raises Refused for a stranger, a weak password, and when `by`
        is neither the person nor an administrator (None: whoever has the data folder)."""
        if wrong := whats_wrong(username, password):
            raise Refused("weak_password", wrong, allowed="several words in a row, for instance")
        now = self._clock.now()
        with self._store.read() as work:
            self._people.actor(work, username, now)
            if by not in (None, username) and Role.ADMINISTRATOR not in self._people.actor(work, str(by), now).roles:
                raise Refused("not_allowed", f"{by} may not set the password of {username}.",
                              allowed="the person or an administrator")  # fmt: skip
        hashed = self._passwords.hash(password)
        with self._store.begin() as work:
            self._put(work, username, hashed, now, once=by not in (None, username))
            work.people.register("password_set", username, {}, at=now, actor=by or ENGINE)

    def _put(
        self, work: Work, username: str, hashed: str, now: datetime, *, once: bool = False, but: str | None = None
    ) -> None:
        known = work.access.credential(username) or Credential(username=username, password=hashed, set_at=now)
        work.access.put_credential(replace(known, password=hashed, set_at=now, demo=False, once=once))
        work.access.end_sessions(now, username=username, but=but)
        work.access.clear_attempts(tries.of_password(username))

    def give_demo_passwords(self, password: str) -> None:
        """Give everybody who works here the password of a demo: one hash for all, since it is no secret."""
        now, hashed = self._clock.now(), self._passwords.hash(password)
        people = [each.username for each in self._people.listing()]
        with self._store.begin() as work:
            for username in people:
                work.access.put_credential(Credential(username=username, password=hashed, set_at=now, demo=True))

    def of_a_demo(self) -> list[str]:
        """Who still has the password of a demo."""
        with self._store.read() as work:
            return [each.username for each in work.access.credentials() if each.demo]

    def refuse_a_demo(self) -> None:
        """Raise Refused in production while somebody has the password of a demo."""
        known = self.of_a_demo() if self._production else []
        if known:
            raise Refused(
                "demo_passwords",
                f"JALUR_PRODUCTION is set, but {len(known)} people have passwords of the demo, which everybody knows "
                f"(the first: {known[0]}).",
                allowed="an office of its own (JALUR_HOME or JALUR_DATABASE_URL) that no demo was played in",
            )

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


def _word() -> str:
    """Five signs of 31 that nobody takes for another: four such are 99 bits."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(5))


def _is_secret(text: str) -> bool:
    return len(text) == 32 and set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
