"""Tries at a password at the same moment come no further than one after another."""

from __future__ import annotations

from collections import Counter

from support.office import at_once, clock_of

from domain.errors import Refused
from lanes.office import Office

WHO, PASSWORD = "leonard.kawengian", "pagi hari di pasar ikan"


def codes(results: list[object]) -> Counter[str]:
    return Counter(each.code if isinstance(each, Refused) else "let in" for each in results)


def trial(office: Office, password: str, known_as: tuple[str, str] | None = None) -> str:
    """What comes of a try at the password."""
    try:
        office.sign_in.begin(WHO, password, known_as=known_as)
    except Refused as refused:
        return refused.code
    return "let in"


def test_wrong_passwords_at_the_same_moment_wait_as_those_after_one_another(either: Office) -> None:
    either.credentials.set_password(WHO, PASSWORD)
    found = codes(at_once(*[lambda: either.sign_in.begin(WHO, "not this one")] * 8))
    assert found == {"wrong_password": 3, "too_many_tries": 5}
    clock_of(either).forward(seconds=2)
    token = either.sign_in.begin(WHO, PASSWORD)
    found = codes(at_once(*[lambda: either.sign_in.choose_password(token, "nor this", "malam di tepi laut")] * 6))
    assert found == {"wrong_old_password": 3, "too_many_tries": 3}
    clock_of(either).forward(seconds=2)
    either.sign_in.choose_password(token, PASSWORD, "malam di tepi laut")
    assert either.sign_in.begin(WHO, "malam di tepi laut")


def test_strangers_wrong_tries_keep_nobody_out_of_a_browser_in_which_they_signed_in_before(either: Office) -> None:
    either.credentials.set_password(WHO, PASSWORD)
    tried = [trial(either, "a guess") for _ in range(4)]
    assert tried[-1] == "too_many_tries"
    assert trial(either, PASSWORD) == "too_many_tries"
    assert trial(either, PASSWORD, known_as=("somebody.else", "mark")) == "too_many_tries"
    assert trial(either, PASSWORD, known_as=(WHO, "mark")) == "let in"
    either.sign_in.begin(WHO, PASSWORD)


def test_a_known_browser_guesses_no_more_often_than_others(either: Office) -> None:
    either.credentials.set_password(WHO, PASSWORD)
    tried = Counter(trial(either, "a guess", known_as=(WHO, "mark")) for _ in range(9))
    assert tried == {"wrong_password": 6, "too_many_tries": 3}, "three of its own, and three as any other"
