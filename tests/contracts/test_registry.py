"""What every register must do: run against the sandbox, the sandbox reloaded from its file, and both over HTTP."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from random import Random
from threading import Thread

import httpx
import pytest
import uvicorn

from adapters.registry.http import HttpRegistry
from adapters.registry.outage import InterruptibleRegistry
from adapters.registry.sandbox import SandboxRegistry
from adapters.registry.server import serve_registry
from domain.errors import Refused
from domain.numbers import compose_family_card, compose_nik, parse_family_card, parse_name, parse_nik
from lanes.ports import Registry, Resident, Unavailable

PEOPLE = 3000
AS_OF = date(2026, 1, 1)


@contextmanager
def served(registry: Registry, token: str = "secret") -> Iterator[str]:
    """The address of a real server on this machine that serves the register."""
    server = uvicorn.Server(
        uvicorn.Config(serve_registry(registry, token), host="127.0.0.1", port=0, log_level="critical")
    )
    bound = server.config.bind_socket()
    thread = Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


@pytest.fixture(scope="module")
def sandbox() -> SandboxRegistry:
    return SandboxRegistry(seed=5, people=PEOPLE, as_of=AS_OF)


@pytest.fixture(scope="module")
def as_made() -> SandboxRegistry:
    """The same city, of which nothing has been recorded."""
    return SandboxRegistry(seed=5, people=PEOPLE, as_of=AS_OF)


@pytest.fixture(scope="module")
def address(sandbox: SandboxRegistry) -> Iterator[str]:
    with served(sandbox) as url:
        yield url


@pytest.fixture(params=["sandbox", "http", "interruptible"])
def registry(request: pytest.FixtureRequest, sandbox: SandboxRegistry, address: str) -> Iterator[Registry]:
    if request.param == "http":
        client = HttpRegistry(address, "secret", backoff=0)
        yield client
        client.close()
    elif request.param == "interruptible":
        yield InterruptibleRegistry(sandbox)
    else:
        yield sandbox


def nth_of(request: pytest.FixtureRequest) -> int:
    """Which of the registers: all of them are in front of one city, and each test needs families of its own."""
    return ["sandbox", "http", "interruptible"].index(request.node.callspec.params["registry"])


def test_a_resident_is_found_by_nik(registry: Registry, sandbox: SandboxRegistry) -> None:
    for resident in sandbox.people(limit=20):
        assert registry.resident(resident.nik) == resident


def test_nobody_is_found_by_an_unknown_nik(registry: Registry) -> None:
    assert registry.resident("7172075508909999") is None
    assert registry.resident("") is None


def test_a_family_comes_with_its_head_first(registry: Registry, sandbox: SandboxRegistry) -> None:
    for family in sandbox.families(limit=20):
        assert list(registry.family(family[0].family_card)) == list(family)
    assert list(registry.family("7172070101209999")) == []


def test_who_died_is_dead_from_then_on_and_the_event_is_carried_out_once(
    registry: Registry, sandbox: SandboxRegistry, request: pytest.FixtureRequest
) -> None:
    key = f"death:{request.node.name}"
    family = next(f for f in sandbox.families(limit=50) if len(f) > 2)
    who = family[-1]
    died = {who.nik: {"died": "2026-02-27"}}
    first = registry.record(event="MTI", nik=who.nik, details={}, changes=died, key=key)
    assert registry.record(event="MTI", nik=who.nik, details={}, changes=died, key=key) == first
    dead = registry.resident(who.nik)
    assert dead is not None
    assert not dead.alive
    assert who.nik not in {one.nik for one in registry.family(who.family_card)}


def test_what_an_event_changes_is_so_from_then_on(
    registry: Registry, sandbox: SandboxRegistry, request: pytest.FixtureRequest
) -> None:
    key = f"change:{request.node.name}"
    start = 60 + 100 * nth_of(request)
    family, other, *_ = [f for f in sandbox.families(offset=start, limit=60) if len(f) > 2]
    head, leaver, newcomer = family[0], family[-1], other[-1]
    dwelling = {"address": "Jalan Contoh 2", "district": "71.72.07", "village": "71.72.07.1002"}
    members = {"joins": newcomer.nik, "relations": "grandchild", "leaves": leaver.nik}
    own = {"name": "Nama Contoh Baru", "occupation": "Guru", "religion": "Katolik"}
    for _ in range(2):
        registry.record(
            event="KK-UBAH", nik=head.nik, details={}, changes={head.nik: dwelling | members | own}, key=key
        )
    found = registry.family(head.family_card)
    assert [one.nik for one in found] == [*(one.nik for one in family[:-1]), newcomer.nik]
    assert {(one.address, one.district, one.village) for one in found} == {tuple(dwelling.values())}
    assert (found[0].name, found[0].occupation, found[0].religion) == tuple(own.values())
    assert found[-1].relationship == "grandchild"
    assert found[1].name == family[1].name
    left = registry.resident(leaver.nik)
    assert left is not None
    assert left.family_card == ""
    assert list(registry.family("")) == []


def test_who_is_issued_a_nik_is_known_from_then_on_and_put_right_by_the_same_dossier_only(
    registry: Registry, sandbox: SandboxRegistry, request: pytest.FixtureRequest
) -> None:
    key, nth = request.node.name, nth_of(request)
    head = next(f[0] for f in sandbox.families(offset=400 + nth, limit=50) if f and f[0].marital_status == "married")
    wrong, right = (compose_nik(region="717206", born=AS_OF, sex="female", serial=9000 + 10 * nth + n) for n in (0, 1))

    def born(nik: str, name: str, *, dossier: str = key, event: str) -> str:
        child = {"name": name, "sex": "female", "born": AS_OF.isoformat(), "father": head.name, "issued": dossier}
        learned = {nik: child, head.nik: {"joins": nik, "relations": "grandchild"}}
        return registry.record(event="LHR", nik=head.nik, details={}, changes=learned, key=f"{key}:{event}")

    assert born(wrong, "Nama Cotnoh", event="first") == born(wrong, "Nama Cotnoh", event="first")
    born(right, "Nama Contoh", event="corrected")
    assert registry.resident(wrong) is None
    child = registry.resident(right)
    assert child is not None
    assert (child.name, child.born, child.father, child.alive) == ("Nama Contoh", AS_OF, head.name, True)
    assert (child.address, child.village, child.religion) == (head.address, head.village, head.religion)
    assert registry.family(head.family_card)[-1] == child
    assert child.relationship == "grandchild"
    for nik in (right, sandbox.people(limit=1)[0].nik):
        with pytest.raises(Refused) as caught:
            born(nik, "Nama Lain", dossier="another", event=f"taken {nik == right}")
        assert caught.value.code == "nik_taken"
        assert nik not in str(caught.value)
    assert registry.resident(right) == child


def test_who_marries_is_married_to_the_other_until_a_divorce_or_a_death(
    registry: Registry, sandbox: SandboxRegistry, request: pytest.FixtureRequest
) -> None:
    key, start = request.node.name, 500 + 100 * nth_of(request)
    him, her = [f[0].nik for f in sandbox.families(offset=start, limit=100) if f and f[0].marital_status != "married"][
        :2
    ]

    def both() -> list[tuple[str, str, date | None]]:
        found = [one for one in map(registry.resident, (him, her)) if one is not None]
        return [(one.marital_status, one.spouse, one.marriage_date) for one in found]

    def wed(event: str) -> None:
        day = {"marital_status": "married", "marriage_date": "2026-01-02"}
        learned = {him: {**day, "spouse": her}, her: {**day, "spouse": him}}
        registry.record(event="KWN", nik=him, details={}, changes=learned, key=f"{key}:{event}")
        assert both() == [("married", her, date(2026, 1, 2)), ("married", him, date(2026, 1, 2))]

    wed("first")
    apart = {him: {"marital_status": "divorced"}, her: {"marital_status": "divorced"}}
    registry.record(event="CRI", nik=him, details={}, changes=apart, key=f"{key}:divorce")
    assert both() == [("divorced", "", None)] * 2
    wed("again")
    registry.record(event="MTI", nik=him, details={}, changes={him: {"died": "2026-01-09"}}, key=f"{key}:death")
    assert both()[1] == ("widowed", "", None)


def test_a_new_family_card_is_its_members_and_nobody_elses(
    registry: Registry, sandbox: SandboxRegistry, request: pytest.FixtureRequest
) -> None:
    key, start = request.node.name, 100 * nth_of(request)
    old, other, whole = [f for f in sandbox.families(offset=800 - start, limit=100) if len(f) > 3][:3]
    split, renumbered = (compose_family_card(region="717206", recorded=AS_OF, serial=9000 + start + n) for n in (1, 2))

    def issued(nik: str, event: str, **values: str) -> None:
        registry.record(event="KK-PISAH", nik=nik, details={}, changes={nik: values}, key=f"{key}:{event}")

    people = f"{old[-1].nik}, {other[-1].nik}"
    for event in ("first", "returned and recorded again"):
        issued(old[0].nik, event, family_card=split, members=people, relations="child")
    found = registry.family(split)
    assert [(one.nik, one.relationship) for one in found] == [(old[-1].nik, "head"), (other[-1].nik, "child")]
    assert {one.address for one in found} == {old[0].address}
    assert [one.nik for one in registry.family(old[0].family_card)] == [one.nik for one in old[:-1]]
    issued(whole[0].nik, "whole", family_card=renumbered)
    assert [replace(one, family_card="") for one in registry.family(renumbered)] == [
        replace(one, family_card="") for one in whole
    ]
    assert list(registry.family(whole[0].family_card)) == []
    with pytest.raises(Refused) as caught:
        issued(whole[0].nik, "taken", family_card=split)
    assert caught.value.code == "family_card_taken"
    assert len(registry.family(renumbered)) == len(whole)


def test_nobody_dies_twice_and_no_child_is_born_twice_but_a_dossier_puts_right_what_it_told(
    registry: Registry, sandbox: SandboxRegistry, request: pytest.FixtureRequest
) -> None:
    nth = nth_of(request)
    family = next(f for f in sandbox.families(offset=700 + 40 * nth, limit=40) if len(f) > 2)
    head, dead, elsewhere = family[0], family[-1], sandbox.families(offset=660 + nth, limit=1)[0][0]
    niks = [compose_nik(region="717206", born=AS_OF, sex="female", serial=9500 + 10 * nth + n) for n in range(4)]

    def recorded(event: str, changes: dict[str, dict[str, str]], *, by: str, takes_over: Sequence[str] = ()) -> None:
        key, details = f"{by}:{next(keys)}:{request.node.name}", {"office_reference": by, "takes_over": takes_over}
        registry.record(event=event, nik=next(iter(changes)), details=details, changes=changes, key=key)

    def born(nik: str, name: str, *, by: str, onto: Resident = head) -> None:
        mother = f"Ibu Contoh {nth}"
        child = {"name": name, "sex": "female", "born": AS_OF.isoformat(), "issued": f"{nth}{by}", "mother": mother}
        recorded("LHR", {onto.nik: {"joins": nik, "relations": "child"}, nik: child}, by=f"{nth}{by}")

    keys = count()
    recorded("MTI", {dead.nik: {"died": "2026-02-27"}}, by="ON-1")
    recorded("MTI", {dead.nik: {"died": "2026-02-26"}}, by="ON-1")
    with pytest.raises(Refused) as twice:
        recorded("MTI", {dead.nik: {"died": "2026-02-27"}}, by="ON-2")
    born(niks[0], "Anak Contoh", by="ON-3")
    born(niks[1], "Anak Contoh", by="ON-3")
    born(niks[2], "Anak Kedua Contoh", by="ON-4")
    with pytest.raises(Refused) as again:
        born(niks[3], "ANAK  contoh", by="ON-5")
    assert (twice.value.code, again.value.code) == ("dead_already", "child_known")
    with pytest.raises(Refused, match="child"):
        born(niks[3], "Anak Contoh", by="ON-6", onto=elsewhere)
    recorded("MTI", {dead.nik: {"died": "2026-02-27"}}, by="ON-2", takes_over=["ON-1"])
    assert registry.resident(niks[3]) is None
    assert [one.nik for one in registry.family(head.family_card)][-2:] == niks[1:3]


def test_a_change_of_nobody_is_refused_and_not_recorded(
    registry: Registry, sandbox: SandboxRegistry, request: pytest.FixtureRequest
) -> None:
    key = f"nobody:{request.node.name}"
    died = {"7172075508909999": {"died": "2026-02-27"}}
    with pytest.raises(Refused) as caught:
        registry.record(event="MTI", nik="7172075508909999", details={}, changes=died, key=key)
    assert caught.value.code == "resident_unknown"
    assert not [one for one in sandbox.events() if one.key == key]


def test_an_event_is_recorded_once_per_key(
    registry: Registry, sandbox: SandboxRegistry, request: pytest.FixtureRequest
) -> None:
    key = f"once:{request.node.name}"
    nik = sandbox.people(limit=1)[0].nik
    first = registry.record(event="KK-BARU", nik=nik, details={"members": 3}, key=key)
    assert registry.record(event="KK-BARU", nik=nik, details={"members": 3}, key=key) == first
    assert registry.record(event="KK-BARU", nik=nik, details={"members": 3}, key=key + "b") != first
    recorded = [one for one in sandbox.events() if one.key == key]
    assert [(one.event, one.nik, one.details, one.answer) for one in recorded] == [
        ("KK-BARU", nik, {"members": 3}, first)
    ]


def test_many_that_record_under_one_key_at_once_get_one_answer(
    registry: Registry, sandbox: SandboxRegistry, request: pytest.FixtureRequest
) -> None:
    key = f"many:{request.node.name}"

    def record(_: int) -> str:
        return registry.record(event="LHR", nik="", details={}, key=key)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(record, range(24)))
    assert len(answers) == 1
    assert len([one for one in sandbox.events() if one.key == key]) == 1


def test_an_event_without_a_code_is_refused(registry: Registry, sandbox: SandboxRegistry) -> None:
    before = len(sandbox.events())
    with pytest.raises(Refused) as caught:
        registry.record(event="", nik="7172075508900001", details={}, key="k")
    assert caught.value.code == "event_incomplete"
    assert len(sandbox.events()) == before


def test_deduplication_finds_the_few_with_a_double(
    registry: Registry, sandbox: SandboxRegistry, request: pytest.FixtureRequest
) -> None:
    doubles = sandbox.doubles()
    assert 0 < len(doubles) < PEOPLE / 100
    key = f"afis:{request.node.name}"
    assert registry.deduplicate(nik=doubles[0], key=key) is False
    single = next(one.nik for one in sandbox.people() if one.nik not in doubles)
    assert registry.deduplicate(nik=single, key=key + "b") is True
    assert registry.deduplicate(nik=single, key=key + "b") is True
    assert len([one for one in sandbox.events() if one.key.startswith(key)]) == 2


def test_fingerprints_of_nobody_are_refused_without_the_nik(registry: Registry) -> None:
    with pytest.raises(Refused) as caught:
        registry.deduplicate(nik="7172075508909999", key="afis")
    assert caught.value.code == "resident_unknown"
    assert "7172075508909999" not in str(caught.value)


def test_every_made_up_resident_follows_the_rules_for_numbers_and_names(as_made: SandboxRegistry) -> None:
    everybody = as_made.people(limit=PEOPLE + 1)
    assert len(everybody) == PEOPLE
    assert len({one.nik for one in everybody}) == PEOPLE
    for one in everybody:
        nik = parse_nik(one.nik, today=AS_OF)
        assert (nik.born, nik.sex) == (one.born, one.sex)
        assert parse_family_card(one.family_card, today=AS_OF).recorded <= AS_OF
        assert parse_name(one.name) == one.name
        assert one.village.startswith(one.district + ".")
        assert one.born <= AS_OF


def test_the_made_up_city_looks_like_a_city(as_made: SandboxRegistry) -> None:
    everybody = as_made.people(limit=PEOPLE)
    assert {one.district for one in everybody} == {f"71.72.0{number}" for number in range(1, 9)}
    assert len({one.village for one in everybody}) > 50
    assert {one.marital_status for one in everybody} == {"single", "married", "divorced", "widowed"}
    assert {one.sex for one in everybody} == {"male", "female"}
    assert 0.15 < sum(one.born.year > 2008 for one in everybody) / PEOPLE < 0.4
    assert not any(one.marital_status != "single" and one.born.year > 2008 for one in everybody)
    families = as_made.families(limit=PEOPLE)
    assert 2 < PEOPLE / len(families) < 4
    assert all(len({one.address for one in family}) == 1 for family in families if family)


def test_one_seed_gives_one_city() -> None:
    first, again, other = (SandboxRegistry(seed=seed, people=200, as_of=AS_OF) for seed in (5, 5, 6))
    assert first.people(limit=200) == again.people(limit=200)
    assert first.doubles() == again.doubles()
    assert first.people(limit=200) != other.people(limit=200)


def test_a_sample_is_drawn_by_the_given_chance(sandbox: SandboxRegistry) -> None:
    drawn = sandbox.sample(Random(1), 50, born_until=date(2008, 12, 31))
    assert drawn == sandbox.sample(Random(1), 50, born_until=date(2008, 12, 31))
    assert drawn != sandbox.sample(Random(2), 50, born_until=date(2008, 12, 31))
    assert len({one.nik for one in drawn}) == 50
    assert all(one.alive and one.born.year <= 2008 for one in drawn)
    with pytest.raises(ValueError, match="only 0 such residents"):
        sandbox.sample(Random(1), 1, born_until=date(1900, 1, 1))


def test_what_was_recorded_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "new" / "register.sqlite"
    first = SandboxRegistry(path, seed=5, people=200, as_of=AS_OF)
    who = first.people(limit=1)[0]
    reference = first.record(event="KK-BARU", nik=who.nik, details={"members": 3}, key="k")
    first.close()
    again = SandboxRegistry(path, seed=5, people=200, as_of=AS_OF)
    assert again.record(event="KK-BARU", nik=who.nik, details={"members": 3}, key="k") == reference
    assert again.resident(who.nik) == who
    assert len(again.events()) == 1
    again.close()
    assert sorted(one.name for one in path.parent.iterdir()) == ["register.sqlite", "register.sqlite.lock"]


def test_a_register_of_the_first_form_is_renewed_with_the_same_residents_and_what_was_recorded(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    first = SandboxRegistry(path, people=300)
    everybody = first.people(0, 300)
    reference = first.record(event="LHR", nik=everybody[0].nik, details={}, key="once")
    first.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE residents DROP COLUMN education")
        database.execute("UPDATE made_as SET format = 1")
        database.commit()
    renewed = SandboxRegistry(path, people=300)
    assert renewed.people(0, 300) == everybody
    assert renewed.record(event="LHR", nik=everybody[0].nik, details={}, key="once") == reference
    renewed.close()


def test_a_register_that_worked_out_relations_keeps_what_was_recorded_when_it_is_renewed(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    first = SandboxRegistry(path, people=300)
    families = list(first.families(0, 300))
    home = next(family for family in families if len(family) > 2)
    first.record(event="KK-UBAH", nik=home[0].nik, details={}, changes={home[0].nik: {"occupation": "Guru"}}, key="k")
    first.close()
    with closing(sqlite3.connect(path)) as database:  # as the third form was
        for index in ("resident_issued", "resident_spouse"):
            database.execute(f"DROP INDEX {index}")
        for column in ("issued", "spouse"):
            database.execute(f"ALTER TABLE residents DROP COLUMN {column}")
        database.execute("UPDATE residents SET relationship = ''")
        database.execute("UPDATE made_as SET format = 3")
        database.commit()
    renewed = SandboxRegistry(path, people=300)
    found = renewed.resident(home[0].nik)
    assert found is not None
    assert (found.occupation, found.spouse) == ("Guru", home[0].spouse)
    assert [f for f in renewed.families(0, 300) if f[0].nik != home[0].nik] == [f for f in families if f != home]
    renewed.close()


def test_processes_that_start_at_once_share_one_register(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    code = (
        "import sys; from pathlib import Path; from adapters.registry.sandbox import SandboxRegistry;"
        "sys.stdin.readline(); r = SandboxRegistry(Path(sys.argv[1]), people=300);"
        "print([r.record(event='LHR', nik='', details={}, key=f'k{n}') for n in range(20)])"
    )
    command = [sys.executable, "-c", code, str(path)]
    starts = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for start in starts:
        assert start.stdin is not None
        start.stdin.write("go\n")
        start.stdin.flush()
    assert len({start.communicate(timeout=60)[0] for start in starts}) == 1
    assert [one.key for one in SandboxRegistry(path, people=300).events()] == [f"k{n}" for n in range(20)]


def test_a_register_made_with_other_figures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    SandboxRegistry(path, seed=5, people=50).close()
    with pytest.raises(Refused, match="another seed, number of people or day"):
        SandboxRegistry(path, seed=6, people=50)


@pytest.mark.parametrize("content", [b"", b"no database" * 100, b"SQLite format 3\x00" + b"\xff" * 200])
def test_a_damaged_register_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "register.sqlite"
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        SandboxRegistry(path, people=50)
    assert caught.value.code == "registry_broken"
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused) as caught:
        SandboxRegistry(tmp_path / "file" / "register.sqlite", people=50)
    assert caught.value.code == "registry_unwritable"


def test_a_register_that_is_down_answers_nothing_until_it_is_back(sandbox: SandboxRegistry) -> None:
    registry = InterruptibleRegistry(sandbox)
    registry.down = True
    before = len(sandbox.events())
    calls = (
        lambda: registry.resident("1"),
        lambda: registry.family("1"),
        lambda: registry.record(event="LHR", nik="", details={}, key="down"),
        lambda: registry.deduplicate(nik="1", key="down"),
    )
    for call in calls:
        with pytest.raises(Unavailable):
            call()
    registry.down = False
    assert registry.resident("1") is None
    assert len(sandbox.events()) == before


def test_an_outage_behind_the_server_reaches_the_client_as_unavailable(sandbox: SandboxRegistry) -> None:
    behind = InterruptibleRegistry(sandbox)
    with served(behind) as url:
        client = HttpRegistry(url, "secret", attempts=2, backoff=0)
        behind.down = True
        with pytest.raises(Unavailable, match="status 503"):
            client.resident("7172075508909999")
        behind.down = False
        assert client.resident("7172075508909999") is None
        client.close()


def test_a_wrong_token_is_refused(address: str) -> None:
    client = HttpRegistry(address, "wrong", backoff=0)
    with pytest.raises(Refused, match="status 401, token_refused"):
        client.resident("7172075508900001")
    client.close()
    assert httpx.post(f"{address}/v1/residents/find", json={"nik": "1"}).status_code == 401


def test_a_wrong_address_is_not_taken_for_an_unknown_resident(address: str) -> None:
    client = HttpRegistry(f"{address}/elsewhere", "secret", backoff=0)
    with pytest.raises(Refused, match="status 404, registry_refused"):
        client.resident("7172075508900001")
    client.close()


def test_a_malformed_request_is_told_by_its_places_only(address: str) -> None:
    answer = httpx.post(
        f"{address}/v1/events",
        json={"event": "LHR", "nik": ["7172075508900001"]},
        headers={"Authorization": "Bearer secret"},
    )
    assert answer.status_code == 422
    assert answer.json()["detail"] == "Wrong or missing: body.nik, header.Idempotency-Key."
    assert "7172075508900001" not in answer.text


def test_the_server_describes_its_protocol(address: str) -> None:
    paths = httpx.get(f"{address}/openapi.json", headers={"Authorization": "Bearer secret"}).json()["paths"]
    assert sorted(paths) == [
        "/v1/biometrics/deduplicate", "/v1/events", "/v1/families/find", "/v1/residents/find",
    ]  # fmt: skip
