"""The hash chain: any edit, gap, reorder or removal shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from domain.journal import Entry, canonical, chain, faults, seal_root

AT = datetime(2026, 3, 3, tzinfo=UTC)
NUMBER = "MN-2026-000001"
events = st.lists(
    st.tuples(st.sampled_from(["step_completed", "steps_opened"]), st.dictionaries(st.text(max_size=5), st.integers())),
    min_size=2, max_size=6,
)  # fmt: skip


def whole(given_events: list[tuple[str, dict[str, int]]], number: str = NUMBER) -> list[Entry]:
    return chain(number=number, seq=0, head="", at=AT, actor="jalur", events=given_events)


def wrong(entries: list[Entry], original: list[Entry]) -> list[str]:
    return faults(NUMBER, entries, seq=original[-1].seq, head=original[-1].hash)


@given(events)
def test_a_whole_chain_has_no_fault_and_grows_link_by_link(given_events: list[tuple[str, dict[str, int]]]) -> None:
    entries = whole(given_events)
    assert wrong(entries, entries) == []
    one_by_one: list[Entry] = []
    for event in given_events:
        head = one_by_one[-1].hash if one_by_one else ""
        one_by_one += chain(number=NUMBER, seq=len(one_by_one), head=head, at=AT, actor="jalur", events=[event])
    assert one_by_one == entries


@given(events, st.data())
def test_any_edit_gap_or_reorder_shows(given_events: list[tuple[str, dict[str, int]]], data: st.DataObject) -> None:
    entries = whole(given_events)
    place = data.draw(st.integers(0, len(entries) - 1))
    changed = [*entries]
    match data.draw(st.sampled_from(["actor", "event", "data", "at", "removed", "doubled", "swapped"])):
        case "removed":
            del changed[place]
        case "doubled":
            changed.insert(place, changed[place])
        case "swapped":
            other = (place + 1) % len(changed)
            changed[place], changed[other] = changed[other], changed[place]
        case "at":
            changed[place] = replace(changed[place], at=AT + timedelta(microseconds=1))
        case name:
            changed[place] = replace(changed[place], **{name: "other"})
    assert wrong(changed, entries)


def test_the_chain_of_one_dossier_is_not_that_of_another() -> None:
    entries = whole([("a", {}), ("b", {})], number="MN-2026-000002")
    assert faults(NUMBER, entries, seq=2, head=entries[-1].hash)


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=5))
def test_the_same_data_have_one_text(data: dict[str, object]) -> None:
    assert canonical(data) == canonical(dict(reversed(data.items())))


def test_a_seals_root_depends_on_every_head_and_on_the_seal_before_but_not_on_their_order() -> None:
    heads = [("A", 1, "x"), ("B", 2, "y")]
    root = seal_root("", heads)
    assert seal_root("", reversed(heads)) == root
    assert len({root, seal_root(root, heads), seal_root("", heads[:1]), seal_root("", [("A", 2, "x"), heads[1]])}) == 4


def test_an_entrys_time_is_an_instant_however_it_is_written() -> None:
    there = AT.astimezone(timezone(timedelta(hours=8)))
    first = chain(number=NUMBER, seq=0, head="", at=AT, actor="a", events=[("x", {})])
    second = chain(number=NUMBER, seq=0, head="", at=there.astimezone(UTC), actor="a", events=[("x", {})])
    assert first == second
