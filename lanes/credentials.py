"""Passwords and devices of the people who work here, given and taken away; signing in by them is `lanes/sign_in.py`."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from domain.access import whats_wrong
from domain.errors import Refused
from domain.form import Text
from domain.journal import ENGINE
from domain.office import OfficeSpec
from domain.permissions import not_allowed
from domain.roles import Lane, Role
from domain.staff import why_not_tend
from lanes import tries
from lanes.people import People
from lanes.ports import Clock, Passwords
from lanes.records.access import Credential
from lanes.store import Message, Store, Work

_ANOTHER_PASSWORD = Text(id="Kata sandi diganti", en="The password was replaced")
_NO_DEVICE = Text(id="Perangkat kode dihapus", en="The device that gives codes was forgotten")


class Credentials:
    """See the module. In `production` nobody may keep a password that a demo gave."""

    def __init__(
        self, store: Store, office: OfficeSpec, clock: Clock, people: People, passwords: Passwords, *, production: bool
    ) -> None:
        self._store, self._office, self._clock, self._people = store, office, clock, people
        self._passwords, self._production = passwords, production

    def set_password(self, username: str, password: str, *, by: str | None = None) -> None:
        """Give a person a password; their sessions end. Raises Refused for a stranger, a weak password, and when `by`
        is neither the person nor an administrator (None: whoever has the data folder)."""
        must_be_strong(username, password, self._office)
        now = self._clock.now()
        with self._store.read() as work:
            self._people.actor(work, username, now)
            if by not in (None, username) and Role.ADMINISTRATOR not in self._people.actor(work, str(by), now).roles:
                raise Refused("not_allowed", f"{by} may not set the password of {username}.",
                              allowed="the person or an administrator")  # fmt: skip
        hashed = self._passwords.hash(password)
        with self._store.begin() as work:
            self._tell(work, username, _ANOTHER_PASSWORD, by, now)
            put_password(work, username, hashed, now, once=by not in (None, username))
            work.people.register("password_set", username, {}, at=now, actor=by or ENGINE)

    def give_password(self, username: str, *, by: str | None) -> str:
        """Give a person a password for one use, within `GIVEN_LASTS`: they choose their own at once. Their sessions
        end, and wrong tries are forgotten. Gives it, to be told them; it is kept nowhere. Raises Refused for a
        stranger, and when `by` is no administrator, or the person (None: whoever has the data folder)."""
        now, given = self._clock.now(), "-".join(_word() for _ in range(4))
        hashed = self._passwords.hash(given)
        with self._store.begin() as work:
            self._people.actor(work, username, now)
            self._must_tend(work, username, by, now)
            self._tell(work, username, _ANOTHER_PASSWORD, by, now)
            put_password(work, username, hashed, now, once=True)
            work.people.register("password_given", username, {}, at=now, actor=by or ENGINE)
        return given

    def forget_device(self, username: str, *, by: str | None = None) -> None:
        """Forget a person's device, which they lost: they take up another when they sign in next. Raises Refused when
        `by` is no administrator, or the person (None: whoever has the data folder)."""
        now = self._clock.now()
        with self._store.begin() as work:
            self._must_tend(work, username, by, now)
            known = work.access.credential(username)
            self._tell(work, username, _NO_DEVICE, by, now)
            if known is not None:
                work.access.put_credential(replace(known, totp=None, totp_step=0))
            work.access.end_sessions(now, username=username)
            work.people.register("device_forgotten", username, {}, at=now, actor=by or ENGINE)

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

    def _tell(self, work: Work, username: str, what: Text, by: str | None, now: datetime) -> None:
        """Tell a person, and whoever else has their role of the office, that somebody changed how they sign in, so that
        nobody quietly takes another one's place. A first password takes nothing from its owner."""
        known = work.access.credential(username)
        if by == username or (by is None if known is None else known.demo):  # nor does setting the office up
            return
        same_office = self._office.people_with(*self._people.actor(work, username, now).roles)
        told = [each for each in dict.fromkeys((username, *same_office)) if known is not None or each != username]
        lane = min(self._people.home(work, username, now), default=Lane.MANUAL)
        values = {"title": what.id, "title_en": what.en, "person": username, "reason": by or "-"}
        work.outbox.put([
            Message(key=f"account:{username}:{now.isoformat()}:{what.en}:{person}", lane=lane, to_person=person,
                    message="staff_account", values=values, next_at=now, queued_at=now)
            for person in told
        ])  # fmt: skip

    def _must_tend(self, work: Work, username: str, by: str | None, now: datetime) -> None:
        reason = why_not_tend(self._people.actor(work, by, now), username) if by is not None else None
        if reason:
            raise not_allowed(reason, allowed="another administrator")


def must_be_strong(username: str, password: str, office: OfficeSpec) -> None:
    """Raises Refused for a password that is easily guessed (`domain.access.whats_wrong`)."""
    if wrong := whats_wrong(username, password, office.names):
        raise Refused("weak_password", wrong, allowed="several words in a row, for instance")


def put_password(
    work: Work, username: str, hashed: str, now: datetime, *, once: bool = False, but: str | None = None
) -> None:
    """Let a person have this password (its hash) from now on: their sessions end, `but` the one with this key, and
    wrong tries are forgotten. One for `once` is to be replaced by their own at the first sign-in."""
    known = work.access.credential(username) or Credential(username=username, password=hashed, set_at=now)
    work.access.put_credential(replace(known, password=hashed, set_at=now, demo=False, once=once))
    work.access.end_sessions(now, username=username, but=but)
    work.access.clear_attempts(tries.of_password(username))


def _word() -> str:
    """Five signs of 31 that nobody takes for another: four such are 99 bits."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(5))
