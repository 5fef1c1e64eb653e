"""Absences, the register of people, and the journal of all dossiers searched; the same on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from contracts.test_store import MINUTE, NOW, a_message, keep
from sqlalchemy import Engine, text
from support.office import a_dossier, an_office, clock_of

from adapters.sql.engine import make_engine, reading
from adapters.sql.store import SqlStore
from domain.journal import faults
from domain.roles import Lane
from domain.staff import REGISTER, Absence, AwayFor
from lanes.records.access import Attempts, Session, Sessions
from lanes.records.history import Mark, Sought
from lanes.records.staff import Membership
from lanes.store import Store


@pytest.fixture
def store(engine: Engine) -> Store:
    return SqlStore(engine)


def test_absences_are_told_until_they_are_over_and_end_early(store: Store) -> None:
    leave = Absence(username="dewi", kind=AwayFor.LEAVE, starts_at=NOW, until=NOW + 2 * MINUTE, by="lead", at=NOW)
    to_come = replace(leave, kind=AwayFor.DUTY, starts_at=NOW + 5 * MINUTE, until=NOW + 9 * MINUTE)
    left = replace(leave, username="budi", kind=AwayFor.LEFT, until=None)
    with store.begin() as work:
        for each in (leave, to_come, left):
            work.people.add_absence(each)
    with store.read() as work:
        first, second, third = work.people.absences(NOW)
        assert [replace(each, id=0) for each in (first, second, third)] == [leave, to_come, left]
        assert work.people.absences(NOW + 2 * MINUTE) == [second, third]
        assert work.people.absences_of("dewi") == [second, first]
    with store.begin() as work:
        work.people.end_absence(second.id, NOW + MINUTE)
        work.people.end_absence(third.id, NOW + MINUTE)
    with store.read() as work:
        assert work.people.absences(NOW + MINUTE) == [first]


def test_only_places_given_for_good_end_and_they_are_no_loans(store: Store) -> None:
    place = Membership(username="dewi", lane=Lane.ONLINE, team="intake", by="lead", at=NOW)
    loan = replace(place, reason="a rush", until=NOW + 9 * MINUTE)
    with store.begin() as work:
        for each in (place, loan, replace(place, team="entry")):
            work.people.add_membership(each)
        assert work.people.end_places("dewi", Lane.ONLINE, "intake", NOW + MINUTE) == 1
        assert work.people.end_places("dewi", Lane.ONLINE, "intake", NOW + MINUTE) == 0
    with store.read() as work:
        assert work.people.memberships(NOW + MINUTE) == [loan, replace(place, team="entry")]
        assert work.people.loans(NOW) == [loan]


def test_the_register_is_a_chain_read_backwards_and_by_person(store: Store) -> None:
    with store.begin() as work:
        for about, event in (("dewi", "person_added"), ("budi", "person_left"), ("dewi", "password_given")):
            work.people.register(event, about, {"reason": "x"}, at=NOW, actor="admin")
    with store.read() as work:
        found = work.people.registered()
        assert [(each.about, each.entry.event, each.entry.seq) for each in found] == [
            ("dewi", "password_given", 3), ("budi", "person_left", 2), ("dewi", "person_added", 1)
        ]  # fmt: skip
        assert work.people.registered(before=3, limit=1) == [found[1]]
        assert work.people.registered("dewi") == [found[0], found[2]]
        assert json.loads(found[1].entry.data) == {"about": "budi", "reason": "x"}
        entries = [each.entry for each in reversed(found)]
        assert faults(REGISTER, entries, seq=3, head=entries[-1].hash) == []
        assert [row.values["about"] for row in work.evidence.register()] == ["dewi", "budi", "dewi"]


def test_sessions_are_counted_and_all_but_one_are_ended(store: Store) -> None:
    def a_session(key: str, username: str, minutes: int) -> Session:
        at = NOW + minutes * MINUTE
        return Session(key=key, username=username, began_at=at, seen_at=at, renew=key == "2")

    with store.begin() as work:
        for each in (a_session("1", "dewi", 0), a_session("2", "dewi", 9), a_session("3", "budi", 5)):
            work.access.add_session(each)
        assert work.access.sessions(NOW + MINUTE) == {
            "dewi": Sessions(last=NOW + 9 * MINUTE, open=1), "budi": Sessions(last=NOW + 5 * MINUTE, open=1)
        }  # fmt: skip
        assert work.access.end_sessions(NOW, username="dewi", but="2") == 1
        work.access.renewed("2")
    with store.read() as work:
        assert work.access.session("1") is None
        assert work.access.session("2") == replace(a_session("2", "dewi", 9), renew=False)


def test_wrong_tries_at_several_secrets_are_read_at_once(store: Store) -> None:
    tries = [Attempts(key=f"code:{name}", failures=3, last_at=NOW) for name in ("dewi", "budi")]
    with store.begin() as work:
        for each in tries:
            work.access.put_attempts(each, forget_before=NOW - MINUTE)
        assert work.access.attempts_at(["code:dewi", "code:sari"]) == {"code:dewi": tries[0]}


def test_messages_are_counted_by_what_became_of_them(store: Store) -> None:
    with store.begin() as work:
        assert work.outbox.counts() == {}
        work.outbox.put([a_message("1"), a_message("2"), a_message("3", status="failed")])
        assert work.outbox.counts() == {"queued": 2, "failed": 1}


def test_the_newest_seal_tells_when_it_was_put_and_seals_tell_whom_they_cover(store: Store) -> None:
    first, second = keep(store, "ON-2026-000001", "MN-2026-000001")
    with store.begin() as work:
        assert work.seals.last_at() is None
        for root, at in (("a", NOW), ("b", NOW + MINUTE)):
            work.seals.add(at, root, [(first.id, first.number, 1, first.journal_head)])
        assert work.seals.last_at() == NOW + MINUTE
        assert [(seq, head) for _, seq, head in work.evidence.heads(first.number)] == [(1, first.journal_head)] * 2
        assert work.evidence.heads(second.number) == []
        assert [work.evidence.roots(root) for root in ("a", "c")] == [True, False]
        record = work.evidence.dossier(second.number)
        assert record is not None
        assert (record.dossier.id, [row.values["event"] for row in record.journal]) == (second.id, ["submitted"])
        assert work.evidence.dossier("ON-2026-999999") is None


def test_proofs_are_asked_for_and_kept(store: Store) -> None:
    with store.begin() as work:
        asked = work.history.ask(NOW, "admin")
        done = replace(asked, began_at=NOW, ended_at=NOW + MINUTE, found=2, faults=["a", "b"])
        work.history.keep(done)
        newer = work.history.ask(NOW + 2 * MINUTE, "jalur")
    with store.read() as work:
        assert work.history.verifications() == [replace(newer, faults=[]), done]


def test_the_journal_is_searched_and_paged_with_nothing_twice_or_left_out(tmp_path: Path, database_url: str) -> None:
    office = an_office(tmp_path, database_url=database_url)
    lodged = [a_dossier(office).in_lane(lane).lodged() for lane in ("online", "manual", "online")]
    began = office.clock.now()
    clock_of(office).forward(hours=1)
    office.closing.withdraw(lodged[1].number, lodged[1].code)

    def sought(**what: object) -> list[tuple[str, int]]:
        pages: list[tuple[str, int]] = []
        after: Mark | None = None
        with office.store.read() as work:
            while page := work.history.search(Sought(**what), after=after, limit=2):  # type: ignore[arg-type]
                after = page[-1].mark
                pages += [(each.number, each.entry.seq) for each in page]
        return pages

    with office.store.read() as work:
        kept: list[tuple[datetime, int, int, str, str, str]] = [
            (entry.at, dossier.id, entry.seq, dossier.number, entry.actor, entry.event)
            for dossier, entries in work.dossiers.everything() for entry in entries
        ]  # fmt: skip
    kept.sort(reverse=True)
    assert sought() == [(number, seq) for _, _, seq, number, _, _ in kept]
    assert sought(number=lodged[1].number) == [(n, seq) for _, _, seq, n, _, _ in kept if n == lodged[1].number]
    assert sought(actor="applicant", event="dossier_submitted") == [
        (n, seq) for _, _, seq, n, actor, event in kept if (actor, event) == ("applicant", "dossier_submitted")
    ]
    assert len(sought(actor="applicant", event="dossier_submitted")) == 3
    assert sought(until=began + MINUTE) == [(n, seq) for at, _, seq, n, _, _ in kept if at < began + MINUTE]
    assert sought(since=began + MINUTE) == [(n, seq) for at, _, seq, n, _, _ in kept if at > began]
    assert sought(number="ON-2026-999999") == []


@pytest.mark.parametrize(
    ("condition", "index"),
    [("actor = 'x'", "journal_actor"), ("event = 'x'", "journal_event"), ("at <= 5", "journal_at")],
)
def test_each_search_has_its_index_on_sqlite(sqlite_template: Path, condition: str, index: str) -> None:
    order = "ORDER BY at DESC, dossier_id DESC, seq DESC LIMIT 50"
    with reading(make_engine(f"sqlite:///{sqlite_template}")) as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN SELECT * FROM journal WHERE {condition} {order}")).all()
    assert [index in str(row) for row in plan] == [True]  # and no sorting beside it
