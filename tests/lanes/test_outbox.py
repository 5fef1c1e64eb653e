"""Messages leave the office once each, later when nobody can be reached, and hold nothing personal while they wait."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import a_dossier, an_office, at_once, clock_of, do, refused, to_the_end, waiting_at

from domain.errors import Refused
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office
from lanes.ports import Letter, Unavailable, Unconfirmed
from lanes.store import Message


class Post:
    """A messenger that keeps what it is given, and can be out of reach or refuse."""

    def __init__(self, *, idempotent: bool = False) -> None:
        self.idempotent = idempotent
        self.letters: list[Letter] = []
        self.fault: Exception | None = None

    def send(self, letter: Letter) -> None:
        """Keep it, or raise."""
        if self.fault is not None:
            raise self.fault
        self.letters.append(letter)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def posting(tmp_path: Path, database_url: str, post: Post) -> Office:
    """An office whose messages go to `post`."""
    return an_office(tmp_path, database_url=database_url, messenger=post)


def claimed(office: Office) -> list[Message]:
    return office.outbox.claim(Lane.MANUAL, 50)


def send_all(office: Office) -> None:
    for message in claimed(office):
        office.outbox.deliver(message)


def test_each_message_goes_out_once_to_the_applicant_with_number_and_code(posting: Office, post: Post) -> None:
    lodged = a_dossier(posting).lodged()
    send_all(posting)
    send_all(posting)
    (letter,) = post.letters
    assert letter.recipient == lodged.fields["applicant_email"]
    assert lodged.number in letter.subject + letter.body
    assert lodged.code in letter.body
    assert "$" not in letter.subject + letter.body


def test_workers_at_once_send_no_message_twice(posting: Office, post: Post) -> None:
    for _ in range(5):
        a_dossier(posting).lodged()
    shares = at_once(*(lambda: claimed(posting) for _ in range(3)))
    taken = [message.id for share in shares if isinstance(share, list) for message in share]
    assert len(taken) == len(set(taken)) == 5


def test_no_message_of_a_whole_life_leaves_a_word_unfilled(posting: Office, post: Post) -> None:
    lodged = waiting_at(posting, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="marriage_proof", note="halaman 2")])
    send_all(posting)  # what is told is what holds when it is sent
    posting.intake.resubmit(lodged.number, lodged.code, papers={"marriage_proof": None})
    to_the_end(lodged)
    other = waiting_at(posting, "verify")
    do(other, "verify", "rejected", reason="Alasan Contoh")
    send_all(posting)
    texts = [letter.subject + letter.body for letter in post.letters]
    assert len(texts) == 6 - 1
    assert not [text for text in texts if "$" in text]
    assert any("halaman 2" in text for text in texts)
    assert any("Alasan Contoh" in text for text in texts)
    assert len({letter.key for letter in post.letters}) == len(texts)


def test_out_of_reach_is_tried_again_ever_later_and_given_up_in_the_end(posting: Office, post: Post) -> None:
    a_dossier(posting).lodged()
    post.fault = Unavailable("The gateway is down.")
    waits = []
    while True:
        send_all(posting)
        (message,) = posting.outbox.listing()
        if message.status != "queued":
            break
        waits.append((message.next_at - posting.clock.now()).total_seconds())
        clock_of(posting).to(message.next_at)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (30, 3600)
    assert (message.status, message.attempts, message.error) == ("failed", 12, "The gateway is down.")


def test_a_gateway_that_is_back_gets_the_message(posting: Office, post: Post) -> None:
    a_dossier(posting).lodged()
    post.fault = Unavailable("down")
    send_all(posting)
    post.fault = None
    send_all(posting)
    assert post.letters == []
    clock_of(posting).forward(seconds=30)
    send_all(posting)
    assert len(post.letters) == 1


def test_a_letter_no_messenger_takes_is_failed_and_not_tried_again(posting: Office, post: Post) -> None:
    a_dossier(posting).lodged()
    post.fault = Refused("no_recipient", "nobody")
    send_all(posting)
    (message,) = posting.outbox.listing()
    assert (message.status, message.error) == ("failed", "no_recipient")
    clock_of(posting).forward(days=1)
    assert claimed(posting) == []


def test_what_may_have_been_taken_is_sent_again_only_by_somebodys_decision(posting: Office, post: Post) -> None:
    lodged = a_dossier(posting).lodged()
    post.fault = Unconfirmed("no answer")
    send_all(posting)
    clock_of(posting).forward(days=1)
    (message,) = posting.outbox.listing()
    assert (message.status, claimed(posting)) == ("unconfirmed", [])
    refusal = refused(lambda: posting.outbox.resend(message.id, by=posting.config.lanes["online"].manager))  # type: ignore[index]
    assert (refusal.code, posting.outbox.listing()) == ("not_allowed", [message])

    post.fault = None
    posting.outbox.resend(message.id, by="admin")
    send_all(posting)
    assert len(post.letters) == 1
    assert refused(lambda: posting.outbox.resend(message.id, by="admin")).code == "not_failed"
    assert refused(lambda: posting.outbox.resend(message.id + 1, by="admin")).code == "unknown_message"
    assert lodged.events[-1] == "message_resent"
    assert posting.audit.verify() == []


@pytest.mark.parametrize(("idempotent", "status", "sent"), [(False, "unconfirmed", 0), (True, "sent", 1)])
def test_a_sending_that_was_cut_off_is_repeated_only_where_that_is_harmless(
    posting: Office, post: Post, idempotent: bool, status: str, sent: int
) -> None:
    post.idempotent = idempotent
    a_dossier(posting).lodged()
    assert len(claimed(posting)) == 1  # and the worker dies here, before or after it was sent
    assert claimed(posting) == []
    clock_of(posting).forward(minutes=1)
    send_all(posting)
    (message,) = posting.outbox.listing()
    assert (message.status, len(post.letters)) == (status, sent)


def test_a_message_of_the_other_lane_is_left_alone(posting: Office) -> None:
    a_dossier(posting).in_lane("online").lodged()
    assert claimed(posting) == []


def test_the_default_messenger_writes_each_message_to_a_file(office: Office, tmp_path: Path) -> None:
    lodged = a_dossier(office).lodged()
    send_all(office)
    (file,) = tmp_path.glob("messages/*.txt")
    assert lodged.code in file.read_text()
    assert lodged.fields["applicant_email"] not in file.name
