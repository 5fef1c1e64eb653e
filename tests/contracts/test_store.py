"""What every store must do, run against SQLite and against a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text

from adapters.sql.errors import Taken
from adapters.sql.store import SqlStore
from domain import duration
from domain.clock import ClockKind, SlaClock
from domain.dossier import Dossier, DossierStatus, Task, TaskKind, TaskStatus
from domain.errors import Conflict
from domain.journal import faults, seal_root
from domain.proof import Row
from domain.roles import Lane, Role
from lanes.records.staff import Membership, Operator
from lanes.store import Attachment, Document, Holding, Message, Store, StoredClock, Work

NOW = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOTH = (Lane.ONLINE, Lane.MANUAL)


@pytest.fixture
def store(engine: Engine) -> Store:
    return SqlStore(engine)


def a_dossier(number: str = "ON-2026-000001", **values: Any) -> Dossier:
    lane = Lane.ONLINE if number.startswith("ON") else Lane.MANUAL
    return replace(
        Dossier(
            number=number,
            lane=lane,
            channel="web",
            code="KIA-BARU",
            workflow_version="v1",
            status=DossierStatus.SUBMITTED,
            facts={"child": "under_5", "photo": True},
            district="Maesa",
            village="Bitung Tengah",
            submitted_at=NOW,
        ),
        **values,
    )


def a_task(dossier: Dossier, **values: Any) -> Task:
    return replace(
        Task(
            dossier_id=dossier.id,
            lane=dossier.lane,
            code=dossier.code,
            step="verify",
            kind=TaskKind.HUMAN,
            status=TaskStatus.OPEN,
            team="verification",
            role=Role.VERIFIER,
            ready_at=NOW,
            due_at=NOW + timedelta(hours=1),
        ),
        **values,
    )


def ready(dossier: Dossier, **values: Any) -> Task:
    return a_task(dossier, kind=TaskKind.AUTOMATIC, status=TaskStatus.READY, team=None, role=None, **values)


def a_clock(dossier: Dossier, **values: Any) -> StoredClock:
    return replace(
        StoredClock(
            dossier_id=dossier.id,
            lane=dossier.lane,
            kind=ClockKind.LIMIT,
            clock=SlaClock.started(duration.parse("14d"), NOW),
            due_at=NOW + timedelta(days=14),
            wake_at=NOW + timedelta(days=14),
        ),
        **values,
    )


def a_message(key: str, **values: Any) -> Message:
    return replace(
        Message(key=key, lane=Lane.ONLINE, message="received", values={"a": 1}, next_at=NOW, queued_at=NOW), **values
    )


def a_document(dossier: Dossier, key: str, **values: Any) -> Document:
    return replace(
        Document(dossier_id=dossier.id, key=key, product="child_card", number=key, token=f"t-{key}", made_at=NOW),
        **values,
    )


def keep(store: Store, *numbers: str, **values: Any) -> list[Dossier]:
    with store.begin() as work:
        return [add(work, a_dossier(number, **values)) for number in numbers]


def keep_one(store: Store, number: str = "ON-2026-000001", **values: Any) -> Dossier:
    return keep(store, number, **values)[0]


def add(work: Work, dossier: Dossier) -> Dossier:
    return work.dossiers.add(dossier, [("submitted", {"channel": "web"})], at=NOW, actor="applicant")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gave or raised, all begun in the same instant in threads (and so connections) of their own."""
    together = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        together.wait()
        try:
            return call()
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


class TestTransactions:
    def test_an_exception_keeps_nothing(self, store: Store) -> None:
        def fail() -> None:
            with store.begin() as work:
                dossier = add(work, a_dossier())
                work.tasks.add([a_task(dossier)])
                work.outbox.put([a_message("m")])
                work.dossiers.take_number("ON-2026")
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        with store.read() as work:
            assert work.dossiers.get("ON-2026-000001") is None
            assert work.outbox.listing() == []
            assert work.seals.counters() == {}

    def test_reading_sees_one_state_whatever_is_written_meanwhile(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.read() as work:
            assert work.dossiers.get(dossier.number) == dossier
            with store.begin() as other:
                changed = replace(dossier, status=DossierStatus.IN_PROCESS)
                other.dossiers.save(changed, [("accepted", {})], at=NOW, actor="dewi")
                add(other, a_dossier("ON-2026-000002"))
            assert work.dossiers.get(dossier.number) == dossier
            assert [entry.event for entry in work.dossiers.journal(dossier.id)] == ["submitted"]
            assert work.dossiers.get("ON-2026-000002") is None

    def test_a_naive_instant_is_refused_and_keeps_nothing(self, store: Store) -> None:
        with pytest.raises(ValueError, match="naive"):
            keep(store, "ON-2026-000001", "ON-2026-000002", submitted_at=NOW.replace(tzinfo=None))
        with store.read() as work:
            assert list(work.dossiers.everything()) == []


class TestDossiers:
    def test_what_was_added_is_read_again_to_the_microsecond(self, store: Store) -> None:
        makassar = timezone(timedelta(hours=8))
        added = keep_one(store, accepted_at=NOW.astimezone(makassar), due_at=NOW + MINUTE, open_key="k", priority=3)
        with store.read() as work:
            read = work.dossiers.get(added.number)
            assert read == added == work.dossiers.by_id(added.id) == work.dossiers.with_open_key("k")
        assert read is not None
        assert read.submitted_at.isoformat() == "2026-03-02T01:02:03.456789+00:00"
        assert read.accepted_at is not None
        assert read.accepted_at.tzinfo == UTC

    def test_numbers_have_no_gap_and_no_double_when_taken_at_once(self, store: Store) -> None:
        def take() -> list[int]:
            taken = []
            for _ in range(5):
                with store.begin() as work:
                    taken.append(work.dossiers.take_number("ON-2026"))
            return taken

        def take_in_vain() -> list[int]:
            try:
                with store.begin() as work:
                    work.dossiers.take_number("ON-2026")
                    raise KeyError
            except KeyError:
                return []

        taken = at_once(take, take_in_vain, take, take_in_vain, take)
        assert sorted(number for numbers in taken for number in numbers) == list(range(1, 16))
        with store.read() as work:
            assert work.seals.counters() == {"ON-2026": 15}

    def test_only_one_of_two_who_change_the_same_dossier_succeeds(self, store: Store) -> None:
        dossier = keep_one(store)

        def accept() -> Dossier:
            with store.begin() as work:
                changed = replace(dossier, status=DossierStatus.IN_PROCESS)
                return work.dossiers.save(changed, [("accepted", {})], at=NOW, actor="dewi")

        saved = at_once(accept, accept, accept)
        assert [each.code for each in saved if isinstance(each, Conflict)] == ["dossier_changed"] * 2
        with store.read() as work:
            kept = work.dossiers.by_id(dossier.id)
            assert [kept] == [each for each in saved if isinstance(each, Dossier)]
            assert kept.version == dossier.version + 1
            assert [entry.event for entry in work.dossiers.journal(dossier.id)] == ["submitted", "accepted"]

    def test_one_person_has_one_open_dossier_of_a_type_until_it_is_closed(self, store: Store) -> None:
        taken = at_once(
            lambda: keep_one(store, "ON-2026-000001", open_key="k"),
            lambda: keep_one(store, "MN-2026-000001", open_key="k"),
        )
        [refused] = [each for each in taken if isinstance(each, Conflict)]
        [first] = [each for each in taken if isinstance(each, Dossier)]
        assert isinstance(refused, Taken)
        assert refused.constraint == "dossier_open_key_key"
        with store.begin() as work:
            work.dossiers.save(replace(first, open_key=None), [], at=NOW, actor="dewi")
        assert keep_one(store, "MN-2026-000002", open_key="k").open_key == "k"

    def test_the_journal_grows_by_links_and_shows_an_edit(self, store: Store, engine: Engine) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            dossier = work.dossiers.save(dossier, [("accepted", {"by": "Ñu"}), ("paused", {})], at=NOW, actor="dewi")
        with store.read() as work:
            entries = work.dossiers.journal(dossier.id)
            assert [(entry.seq, entry.event) for entry in entries] == [(1, "submitted"), (2, "accepted"), (3, "paused")]
            assert faults(dossier.number, entries, seq=dossier.journal_seq, head=dossier.journal_head) == []
            assert list(work.dossiers.everything()) == [(dossier, entries)]
        with engine.begin() as connection:
            connection.execute(text("UPDATE journal SET actor = 'budi' WHERE seq = 2"))
        with store.read() as work:
            entries = work.dossiers.journal(dossier.id)
            assert faults(dossier.number, entries, seq=3, head=dossier.journal_head) == [
                "ON-2026-000001: entry 2 was changed"
            ]

    def test_a_walk_through_everything_gives_each_dossier_once(self, store: Store) -> None:
        numbers = [f"ON-2026-{number:06}" for number in range(1, 1202)]
        keep(store, *numbers)
        with store.read() as work:
            walked = [(dossier.number, len(entries)) for dossier, entries in work.dossiers.everything()]
        assert walked == [(number, 1) for number in numbers]

    def test_a_walk_gives_the_entries_asked_for_of_what_is_open_or_closed_since(self, store: Store) -> None:
        keep_one(store, "ON-2026-000001", closed_at=NOW)
        keep_one(store, "ON-2026-000002")
        recent = keep_one(store, "ON-2026-000003", closed_at=NOW + MINUTE)
        with store.begin() as work:
            work.dossiers.save(recent, [("accepted", {}), ("issued", {})], at=NOW + MINUTE, actor="dewi")
        with store.read() as work:
            walked = work.dossiers.everything({"submitted", "issued"}, since=NOW)
            told = [(dossier.number, [entry.event for entry in entries]) for dossier, entries in walked]
        assert told == [("ON-2026-000002", ["submitted"]), ("ON-2026-000003", ["submitted", "issued"])]

    def test_personal_data_are_found_by_all_their_tokens_and_in_the_lanes_asked(self, store: Store) -> None:
        online, manual = keep(store, "ON-2026-000001", "MN-2026-000001")
        with store.begin() as work:
            work.dossiers.put_personal(online.id, "key1", b"\x00first")
            work.dossiers.put_personal(online.id, "key2", b"\x00second")
            work.dossiers.index(online.id, [("nik", "n1"), ("name", "maria"), ("name", "wowor"), ("nik", "n1")])
            work.dossiers.index(manual.id, [("nik", "n2"), ("name", "maria")])
        with store.read() as work:
            assert work.dossiers.personal(online.id) == ("key2", b"\x00second")
            find = work.dossiers.find
            assert find([("name", "maria")], lanes=BOTH) == [manual, online]
            assert find([("name", "maria"), ("name", "wowor")], lanes=BOTH) == [online]
            assert find([("name", "maria")], lanes=[Lane.MANUAL]) == [manual]
            assert find([("name", "n1")], lanes=BOTH) == []

    def test_papers_come_back_in_order(self, store: Store) -> None:
        dossier = keep_one(store)
        papers = [
            Attachment(requirement="F-1.02", shown="scan_of_original", media_type="image/png", size=3, sha256="ab",
                       file="f", at=NOW),
            Attachment(requirement="photo", shown="original_shown", at=NOW + MINUTE),
        ]  # fmt: skip
        with store.begin() as work:
            work.dossiers.attach(dossier.id, papers)
            work.dossiers.attach(dossier.id, [])
        with store.read() as work:
            assert work.dossiers.attachments(dossier.id) == papers

    def test_a_workflow_version_is_kept_as_it_was_first(self, store: Store) -> None:
        with store.begin() as work:
            work.dossiers.keep_version("v1", "KIA-BARU", "{}", NOW)
            work.dossiers.keep_version("v1", "KIA-BARU", "{changed}", NOW)
        with store.read() as work:
            assert work.dossiers.version("v1") == "{}"
            assert work.dossiers.version("v2") is None

    def test_a_listing_puts_the_earliest_due_first_and_leaves_out_what_is_closed(self, store: Store) -> None:
        keep_one(store, "ON-2026-000001", due_at=NOW + MINUTE)
        keep_one(store, "MN-2026-000001", due_at=NOW)
        keep_one(store, "ON-2026-000002", due_at=None)
        keep_one(store, "ON-2026-000003", due_at=NOW - MINUTE, status=DossierStatus.ISSUED)
        with store.read() as work:

            def numbers(**asked: Any) -> list[str]:
                return [dossier.number[:2] + dossier.number[-1] for dossier in work.dossiers.listing(**asked)]

            assert numbers(lane=None, open_only=True) == ["MN1", "ON1", "ON2"]
            assert numbers(lane=Lane.ONLINE, open_only=False) == ["ON3", "ON1", "ON2"]
            assert numbers(lane=None, open_only=False, overdue_at=NOW) == ["MN1"]
            assert numbers(lane=None, open_only=True, limit=1) == ["MN1"]


class TestTasks:
    def test_what_was_added_is_read_again(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            added = work.tasks.add([
                a_task(dossier, barred=("budi", "dewi"), details={"fields": {"n": 1}}),
                ready(dossier, step="record", not_before=NOW),
                a_task(dossier, step="old", status=TaskStatus.DONE, done_at=NOW, done_by="budi", outcome="approved"),
            ])  # fmt: skip
            assert work.tasks.add([]) == []
            alone = work.tasks.add([a_task(dossier, step="alone")])
        with store.read() as work:
            assert work.tasks.of(dossier.id, live=False) == [*added, *alone]
            assert [task.step for task in work.tasks.of(dossier.id)] == ["verify", "record", "alone"]
            assert work.tasks.get(added[0].id) == (added[0], dossier)
            assert work.tasks.get(999) is None
            assert work.tasks.doers(dossier.id, ["old", "verify"]) == {"old": "budi"}
            assert work.tasks.counts(Lane.ONLINE) == {TaskStatus.OPEN: 2, TaskStatus.READY: 1}
            assert work.tasks.counts(Lane.MANUAL) == {}

    @pytest.mark.parametrize("lock", [True, False])
    def test_two_people_cannot_complete_one_task(self, store: Store, lock: bool) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            [task] = work.tasks.add([a_task(dossier, status=TaskStatus.CLAIMED, assignee="dewi")])

        def complete(by: str) -> Callable[[], str]:
            def run() -> str:
                with store.begin() as work:
                    found = work.tasks.get(task.id, lock=lock)
                    assert found is not None
                    mine, itself = found
                    if mine.status is TaskStatus.DONE:
                        raise Conflict("too_late", "The task is done.")
                    work.tasks.save(replace(mine, status=TaskStatus.DONE, done_by=by, done_at=NOW, outcome="approved"))
                    work.dossiers.save(itself, [("approved", {})], at=NOW, actor=by)
                return by

            return run

        done = at_once(complete("dewi"), complete("budi"), complete("sari"))
        [winner] = [each for each in done if isinstance(each, str)]
        with store.read() as work:
            assert work.tasks.doers(dossier.id, ["verify"]) == {"verify": winner}
            assert [entry.actor for entry in work.dossiers.journal(dossier.id)] == ["applicant", winner]

    def test_next_is_the_most_urgent_that_the_person_may_do(self, store: Store) -> None:
        online, manual = keep(store, "ON-2026-000001", "MN-2026-000001")
        with store.begin() as work:
            work.tasks.add([
                a_task(online, step="undated", due_at=None),
                a_task(online, step="later", due_at=NOW + 2 * MINUTE),
                a_task(online, step="sooner", due_at=NOW + MINUTE),
                a_task(online, step="urgent", due_at=NOW + 9 * MINUTE, priority=1),
                a_task(online, step="own_entry", due_at=NOW, priority=2, barred=("dewi",)),
                a_task(online, step="second_team", due_at=NOW + timedelta(seconds=90), team="signing"),
                a_task(online, step="other_team", due_at=NOW, priority=2, team="intake"),
                a_task(manual, step="other_lane", due_at=NOW, priority=2),
            ])  # fmt: skip
        taken = []
        while True:
            with store.begin() as work:
                found = work.tasks.next_for("dewi", Lane.ONLINE, ["verification", "signing"])
                if found is None:
                    break
                task = work.tasks.save(replace(found[0], status=TaskStatus.CLAIMED, assignee="dewi"))
                # what is theirs comes first, while they are in its team
                assert work.tasks.next_for("dewi", Lane.ONLINE, ["verification", "signing"]) == (task, online)
                assert work.tasks.next_for("dewi", Lane.ONLINE, ["intake"]) != (task, online)
                work.tasks.save(replace(task, status=TaskStatus.DONE, done_by="dewi"))
                taken.append(task.step)
        assert taken == ["urgent", "sooner", "second_team", "later", "undated"]

    def test_a_username_that_is_part_of_another_is_not_barred_with_it(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            work.tasks.add([a_task(dossier, barred=("dewi_sari", "adewi"))])
        with store.begin() as work:
            assert work.tasks.next_for("dewi", Lane.ONLINE, ["verification"]) is not None
            assert work.tasks.next_for("dewi_sari", Lane.ONLINE, ["verification"]) is None
            assert work.tasks.next_for("dewiXsari", Lane.ONLINE, ["verification"]) is not None

    def test_a_listing_is_in_lane_order_and_keeps_to_what_was_asked(self, store: Store) -> None:
        online, manual = keep(store, "ON-2026-000001", "MN-2026-000001")
        with store.begin() as work:
            work.tasks.add([
                a_task(online, step="b", due_at=NOW + MINUTE),
                a_task(online, step="a", due_at=NOW, barred=("dewi",)),
                a_task(online, step="mine", status=TaskStatus.CLAIMED, assignee="dewi"),
                a_task(manual, step="m", due_at=NOW, team="intake"),
            ])  # fmt: skip
        with store.read() as work:

            def steps(*statuses: TaskStatus, **asked: Any) -> list[str]:
                return [task.step for task, _ in work.tasks.listing(statuses=statuses, **asked)]

            assert steps(TaskStatus.OPEN) == ["a", "m", "b"]
            assert steps(TaskStatus.OPEN, lane=Lane.ONLINE, limit=1) == ["a"]
            assert steps(TaskStatus.OPEN, lane=Lane.ONLINE, limit=1, open_to="dewi") == ["b"]
            assert steps(TaskStatus.OPEN, teams=["intake"]) == ["m"]
            assert steps(TaskStatus.OPEN, TaskStatus.CLAIMED, assignee="dewi") == ["mine"]
            assert steps(TaskStatus.OPEN, overdue_at=NOW) == ["a", "m"]
            assert work.tasks.open_work(["dewi", "budi"]) == {"dewi": 1, "budi": 0}

    def test_what_is_cancelled_is_only_what_has_not_ended(self, store: Store) -> None:
        dossier, other = keep(store, "ON-2026-000001", "ON-2026-000002")
        with store.begin() as work:
            work.tasks.add([
                a_task(dossier), a_task(dossier, step="done", status=TaskStatus.DONE), a_task(other)
            ])  # fmt: skip
            work.tasks.cancel_live(dossier.id, NOW)
        with store.read() as work:
            assert {task.step: task.status for task in work.tasks.of(dossier.id, live=False)} == {
                "verify": TaskStatus.CANCELLED,
                "done": TaskStatus.DONE,
            }
            assert len(work.tasks.of(other.id)) == 1


class TestLeases:
    def test_owners_that_lease_at_once_never_get_the_same_task(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            work.tasks.add([ready(dossier, step=f"s{number:02}") for number in range(40)])

        def lease(owner: str) -> Callable[[], list[int]]:
            def run() -> list[int]:
                got: list[int] = []
                while len(got) < 10:
                    with store.begin() as work:
                        leased = work.tasks.lease(Lane.ONLINE, owner, now=NOW, until=NOW + MINUTE, limit=3)
                    assert all(task.lease_owner == owner for task, _ in leased)
                    got += [task.id for task, _ in leased]
                return got

            return run

        leased = at_once(*(lease(f"worker-{number}") for number in range(3)))
        ids = [task_id for each in leased for task_id in each]
        assert len(ids) == len(set(ids))

    def test_a_task_that_another_is_just_leasing_is_passed_over_without_waiting(
        self, store: Store, engine: Engine
    ) -> None:
        if engine.dialect.name == "sqlite":
            return  # there the other waits for the write lock, which is held for the moment of one lease
        dossier = keep_one(store)
        with store.begin() as work:
            first, second = work.tasks.add([ready(dossier, step="first"), ready(dossier, step="second")])
        with store.begin() as one, store.begin() as two:
            [(got_one, _)] = one.tasks.lease(Lane.ONLINE, "one", now=NOW, until=NOW + MINUTE, limit=1)
            [(got_two, _)] = two.tasks.lease(Lane.ONLINE, "two", now=NOW, until=NOW + MINUTE, limit=2)
        assert (got_one.id, got_two.id) == (first.id, second.id)

    def test_leases_come_in_lane_order_from_one_lane_and_when_their_time_has_come(self, store: Store) -> None:
        online, manual = keep(store, "ON-2026-000001", "MN-2026-000001")
        with store.begin() as work:
            work.tasks.add([
                ready(online, step="late", due_at=NOW + MINUTE),
                ready(online, step="early", due_at=NOW),
                ready(online, step="urgent", due_at=NOW + MINUTE, priority=1),
                ready(online, step="not_yet", due_at=NOW, not_before=NOW + MINUTE),
                ready(online, step="just_now", due_at=NOW + 2 * MINUTE, not_before=NOW),
                ready(manual, step="other_lane", due_at=NOW),
                a_task(online, step="a_persons", due_at=NOW),
            ])  # fmt: skip
            leased = work.tasks.lease(Lane.ONLINE, "w", now=NOW, until=NOW + MINUTE, limit=10)
        assert [task.step for task, _ in leased] == ["urgent", "early", "late", "just_now"]
        assert {(task.status, task.lease_until, task.attempts) for task, _ in leased} == {
            (TaskStatus.RUNNING, NOW + MINUTE, 1)
        }
        assert all(dossier == online for _, dossier in leased)

    def test_a_lease_is_taken_over_only_after_it_ran_out_and_the_first_owner_comes_too_late(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            work.tasks.add([ready(dossier)])
            [(mine, _)] = work.tasks.lease(Lane.ONLINE, "one", now=NOW, until=NOW + MINUTE, limit=1)
        with store.begin() as work:
            assert work.tasks.lease(Lane.ONLINE, "two", now=NOW, until=NOW + MINUTE, limit=1) == []
        with store.begin() as work:
            work.tasks.extend("one", [mine.id], NOW + 2 * MINUTE)
            work.tasks.extend("two", [mine.id], NOW + 9 * MINUTE)  # not theirs
        with store.begin() as work:
            assert work.tasks.lease(Lane.ONLINE, "two", now=NOW + MINUTE, until=NOW + 3 * MINUTE, limit=1) == []
        with store.begin() as work:
            later = NOW + 2 * MINUTE
            [(theirs, _)] = work.tasks.lease(Lane.ONLINE, "two", now=later, until=later + MINUTE, limit=1)
        assert (theirs.id, theirs.lease_owner, theirs.attempts) == (mine.id, "two", 2)
        with pytest.raises(Conflict), store.begin() as work:
            work.tasks.save(replace(mine, status=TaskStatus.DONE))

    def test_an_extended_lease_can_still_be_ended_by_its_owner(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            work.tasks.add([ready(dossier)])
            [(mine, _)] = work.tasks.lease(Lane.ONLINE, "one", now=NOW, until=NOW + MINUTE, limit=1)
            work.tasks.extend("one", [mine.id], NOW + 2 * MINUTE)
        with store.begin() as work:
            assert work.tasks.save(replace(mine, status=TaskStatus.DONE)).status is TaskStatus.DONE

    def test_waiting_steps_are_woken_exactly_once_by_two_at_once(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            waiting = {"not_before": NOW + timedelta(days=1), "error": "waiting for blanks"}
            work.tasks.add([ready(dossier, **waiting), ready(dossier, **waiting)])
            work.tasks.add([ready(dossier, not_before=NOW + timedelta(days=1), error="waiting for papers")])

        def wake() -> int:
            with store.begin() as work:
                return work.tasks.wake("blanks", NOW)

        assert sorted(at_once(wake, wake)) == [0, 2]
        with store.begin() as work:
            assert len(work.tasks.lease(Lane.ONLINE, "w", now=NOW, until=NOW + MINUTE, limit=9)) == 2


class TestClocks:
    def test_a_clock_comes_back_with_its_ledger(self, store: Store) -> None:
        dossier = keep_one(store)
        clock = (
            SlaClock.started(duration.parse("2wd"), NOW)
            .paused(NOW + MINUTE, "POWER")
            .resumed(NOW + 2 * MINUTE, "POWER")
        )
        with store.begin() as work:
            [task] = work.tasks.add([a_task(dossier)])
            work.clocks.start([a_clock(dossier, clock=clock, kind=ClockKind.STEP, task_id=task.id)])
            work.clocks.start([])
        with store.begin() as work:
            [kept] = work.clocks.of(dossier.id)
            assert kept == a_clock(dossier, id=kept.id, clock=clock, kind=ClockKind.STEP, task_id=task.id)
            work.clocks.save(replace(kept, clock=clock.paused(NOW + 3 * MINUTE, "outage"), due_at=None, wake_at=None))
        with store.read() as work:
            [kept] = work.clocks.of(dossier.id)
            assert (kept.clock.running, kept.due_at, kept.wake_at) == (False, None, None)

    def test_what_is_due_is_what_a_sweep_has_to_look_at_in_its_lane(self, store: Store) -> None:
        online, manual = keep(store, "ON-2026-000001", "MN-2026-000001")
        with store.begin() as work:
            work.clocks.start([
                a_clock(online, wake_at=NOW), a_clock(online, wake_at=NOW - MINUTE), a_clock(manual, wake_at=NOW),
                a_clock(online, wake_at=NOW + timedelta(microseconds=1)), a_clock(online, wake_at=None),
            ])  # fmt: skip
        with store.read() as work:
            assert [wake_at for wake_at, _ in work.clocks.due(Lane.ONLINE, NOW, 9)] == [NOW - MINUTE, NOW]
            [first] = work.clocks.due(Lane.ONLINE, NOW, 1)
            assert first[0] == NOW - MINUTE
            assert [wake_at for wake_at, _ in work.clocks.due(Lane.ONLINE, NOW, 9, after=first)] == [NOW]
        with store.begin() as work:
            assert [woken.stored.wake_at for woken in work.clocks.woken(Lane.ONLINE, NOW, 9, after=first)] == [NOW]

    def test_two_sweeps_at_once_climb_each_rung_exactly_once(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            work.clocks.start([a_clock(dossier, wake_at=NOW) for _ in range(5)])

        def sweep() -> int:
            with store.begin() as work:
                woken = work.clocks.woken(Lane.ONLINE, NOW, 9)
                work.clocks.climb(
                    [(each.stored, replace(each.stored, rung=1, wake_at=None, flagged_at=NOW)) for each in woken]
                )
            return len(woken)

        assert sum(at_once(sweep, sweep)) == 5
        with store.read() as work:
            assert work.clocks.due(Lane.ONLINE, NOW, 9) == []
            assert {(clock.rung, clock.flagged_at) for clock in work.clocks.of(dossier.id)} == {(1, NOW)}

    def test_a_rung_is_climbed_only_by_who_saw_the_one_before_it(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            work.clocks.start([a_clock(dossier, wake_at=NOW)])
            [(clock, its, task)] = work.clocks.woken(Lane.ONLINE, NOW, 9)
            assert (its.number, its.is_open, its.version, task) == (dossier.number, True, dossier.version, None)
            work.clocks.climb([(clock, replace(clock, rung=2, wake_at=None))])
        with pytest.raises(Conflict), store.begin() as work:
            work.clocks.climb([(clock, replace(clock, rung=1, wake_at=None))])
        with store.read() as work:
            assert [kept.rung for kept in work.clocks.of(dossier.id)] == [2]

    def test_a_stopped_clock_climbs_nothing_and_is_not_swept(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            [task] = work.tasks.add([a_task(dossier)])
            work.clocks.start([a_clock(dossier, wake_at=NOW), a_clock(dossier, wake_at=NOW, task_id=task.id)])
            woken = work.clocks.woken(Lane.ONLINE, NOW, 9)
        with store.begin() as work:
            work.clocks.stop(NOW, task_id=task.id)
            assert [clock.task_id for clock in work.clocks.of(dossier.id)] == [None]
            work.clocks.stop(NOW, dossier_id=dossier.id)
        with store.begin() as work:
            assert work.clocks.of(dossier.id) == []
            assert work.clocks.woken(Lane.ONLINE, NOW, 9) == []
            assert [work.clocks.one_woken(each.stored.id, NOW) for each in woken] == [[], []]
        assert {each.task for each in woken} == {None, Holding("verify", "verification", None, live=True)}
        for each in woken:
            with pytest.raises(Conflict), store.begin() as work:
                work.clocks.climb([(each.stored, replace(each.stored, rung=1, wake_at=None))])

    def test_it_is_known_when_each_sweep_last_ran(self, store: Store) -> None:
        with store.begin() as work:
            work.clocks.swept("watch-sla/online", NOW, 1)
            work.clocks.swept("watch-sla/online", NOW + MINUTE, 0)
        with store.read() as work:
            assert work.clocks.sweeps() == {"watch-sla/online": NOW + MINUTE}


class TestOutbox:
    def test_a_message_is_queued_once_per_key(self, store: Store) -> None:
        with store.begin() as work:
            work.outbox.put([a_message("a"), a_message("b"), a_message("a", message="other")])
            work.outbox.put([a_message("b", message="other")])
            work.outbox.put([])
        with store.read() as work:
            kept = work.outbox.listing()
            assert [(message.key, message.message) for message in kept] == [("b", "received"), ("a", "received")]
            assert replace(kept[0], id=0) == a_message("b")
            assert len(work.outbox.listing(status="queued", limit=1)) == 1

    def test_two_senders_at_once_never_take_the_same_message(self, store: Store) -> None:
        with store.begin() as work:
            work.outbox.put([a_message(f"m{number}") for number in range(10)])

        def claim() -> list[str]:
            got = []
            for _ in range(5):
                with store.begin() as work:
                    got += [each.key for each in work.outbox.claim(Lane.ONLINE, now=NOW, until=NOW + MINUTE, limit=2)]
            return got

        one, two = at_once(claim, claim)
        assert not set(one) & set(two)
        assert len(one + two) == len(set(one + two))

    def test_a_message_whose_sender_died_comes_again_as_sending(self, store: Store) -> None:
        with store.begin() as work:
            work.outbox.put([a_message("a"), a_message("later", next_at=NOW + timedelta(hours=1)),
                             a_message("m", lane=Lane.MANUAL)])  # fmt: skip
        with store.begin() as work:
            [first] = work.outbox.claim(Lane.ONLINE, now=NOW, until=NOW + MINUTE, limit=9)
        with store.begin() as work:
            assert work.outbox.claim(Lane.ONLINE, now=NOW, until=NOW + MINUTE, limit=9) == []
            [again] = work.outbox.claim(Lane.ONLINE, now=NOW + MINUTE, until=NOW + 2 * MINUTE, limit=9)
        assert (first.status, first.attempts) == ("queued", 1)
        assert (again.status, again.attempts) == ("sending", 2)
        with store.begin() as work:
            work.outbox.save(replace(again, status="sent", sent_at=NOW + MINUTE))
        with store.begin() as work:
            assert work.outbox.claim(Lane.ONLINE, now=NOW + 9 * MINUTE, until=NOW + MINUTE, limit=9) == []
            assert [message.key for message in work.outbox.listing(status="sent")] == ["a"]


class TestDocumentsAndStock:
    def test_a_document_is_kept_once_per_key_and_found_by_its_token(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            kept = work.documents.add(a_document(dossier, "7"))
        with store.begin() as work:
            kept = replace(kept, sealed_at=NOW, file="f", sha256="ab")
            work.documents.save(kept)
        with store.read() as work:
            assert work.documents.with_key("7") == work.documents.with_token("t-7") == kept
            assert work.documents.of(dossier.id) == [kept]
            assert work.documents.with_key("8") is work.documents.with_token("8") is None
        with pytest.raises(Taken) as taken, store.begin() as work:
            work.documents.add(a_document(dossier, "7", number="8", token="t-8"))
        assert taken.value.constraint == "document_key_key"

    def test_blanks_move_once_per_key_and_never_below_nothing(self, store: Store) -> None:
        dossier = keep_one(store)
        with store.begin() as work:
            work.stock.open_item("card", 3)
            work.stock.open_item("card", 99)

        def move(key: str, kind: str, available: int, reserved: int) -> Callable[[], bool]:
            def run() -> bool:
                with store.begin() as work:
                    return work.stock.move(key=key, item="card", kind=kind, available=available, reserved=reserved,
                                           dossier_id=dossier.id, at=NOW, actor="engine")  # fmt: skip

            return run

        once = at_once(move("r1", "reserve", -1, 1), move("r1", "reserve", -1, 1))
        assert [each for each in once if each is True] == [True]
        assert [each.constraint for each in once if isinstance(each, Taken)] == ["stock_move_pkey"]
        taken = at_once(*(move(f"r{number}", "reserve", -1, 1) for number in range(2, 6)))
        assert sorted(taken) == [False, False, True, True]
        with store.begin() as work:
            assert work.stock.levels() == {"card": (0, 3)}
            assert work.stock.held(dossier.id) == {"card": 3}
            assert work.stock.moved("r1")
            assert not work.stock.moved("r9")
        assert move("u1", "use", 0, -1)()
        assert move("g1", "give_back", 1, -1)()
        with store.read() as work:
            assert work.stock.levels() == {"card": (1, 1)}
            assert work.stock.held(dossier.id) == {"card": 1}


class TestPeopleAndSeals:
    def test_a_person_is_replaced_and_a_loan_ends_by_itself(self, store: Store) -> None:
        dewi = Operator(username="dewi", name="Dewi Contoh")
        given: dict[str, Any] = {"username": "dewi", "by": "lead", "at": NOW, "team": "intake"}
        loan = Membership(lane=Lane.ONLINE, reason="illness", until=NOW + MINUTE, **given)
        place = Membership(lane=Lane.MANUAL, **given)
        with store.begin() as work:
            work.people.put_operator(replace(dewi, email="dewi@contoh.id"))
            work.people.put_operator(dewi)
            work.people.add_membership(loan)
            work.people.add_membership(place)
        with store.read() as work:
            assert work.people.operators() == {"dewi": dewi}
            assert work.people.memberships(NOW) == [loan, place]
            assert work.people.memberships(NOW + MINUTE) == [place]

    def test_a_loan_is_ended_early_and_no_other_place(self, store: Store) -> None:
        given: dict[str, Any] = {"by": "lead", "at": NOW, "reason": "a rush"}
        lent = Membership(username="dewi", lane=Lane.ONLINE, team="intake", until=NOW + 9 * MINUTE, **given)
        others = [
            replace(lent, username="budi"), replace(lent, lane=Lane.MANUAL), replace(lent, team="print"),
            replace(lent, until=None, reason=None),
        ]  # fmt: skip
        over = replace(lent, until=NOW)
        with store.begin() as work:
            for each in (lent, over, *others):
                work.people.add_membership(each)
        now = NOW + MINUTE
        with store.begin() as work:
            assert work.people.end_loans("dewi", Lane.ONLINE, "intake", now) == 1
            assert work.people.end_loans("dewi", Lane.ONLINE, "intake", now) == 0
        with store.read() as work:
            assert work.people.memberships(now) == others
            assert replace(lent, until=now) in work.people.loans(NOW)
            assert over in work.people.loans(NOW - MINUTE)

    def test_a_seal_covers_the_chains_that_grew_since_the_last(self, store: Store) -> None:
        first, second = keep(store, "ON-2026-000001", "MN-2026-000001")

        def seal() -> str:
            with store.begin() as work:
                heads = work.seals.unsealed()
                root = seal_root(work.seals.last_root(), [(number, seq, head) for _, number, seq, head in heads])
                work.seals.add(NOW, root, heads)
            return root

        roots = [seal()]
        with store.begin() as work:
            assert work.seals.unsealed() == []
            first = work.dossiers.save(first, [("accepted", {})], at=NOW, actor="dewi")
        roots += [seal(), seal()]
        with store.read() as work:
            assert [(seal.values["root"], heads_under(heads)) for seal, heads in work.evidence.seals()] == [
                (roots[0], [(second.number, 1, second.journal_head), ("ON-2026-000001", 1, heads_of(work, first)[0])]),
                (roots[1], [(first.number, 2, first.journal_head)]),
                (roots[2], []),
            ]
            assert work.seals.last_root() == roots[2]


def heads_under(rows: list[Row]) -> list[tuple[object, ...]]:
    return [tuple(row.values[name] for name in ("number", "seq", "hash")) for row in rows]


def heads_of(work: Work, dossier: Dossier) -> list[str]:
    return [entry.hash for entry in work.dossiers.journal(dossier.id)]
