"""What every store must do for requests about personal data, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert

from adapters.history.tables import CASES, EVENTS, LOGS
from adapters.sql.engine import writing
from adapters.sql.store import SqlStore
from domain.dossier import Dossier, DossierStatus
from domain.person_request import IdentityCheck, RequestEnd, RequestKind
from domain.roles import Lane
from lanes.records.person_requests import Act, RequestRecord
from lanes.store import Attachment, Message, Store

NOW = datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC)
NIK = "7172011203900001"


@pytest.fixture
def store(engine: Engine) -> Store:
    return SqlStore(engine)


def a_request(store: Store, number: str = "PDP-2026-000001", **values: object) -> RequestRecord:
    made = RequestRecord(
        number=number, kind=RequestKind.ERASURE, checked=IdentityCheck.ID_CARD, received_at=NOW, recorded_at=NOW,
        recorded_by="admin", token="t", remind_at=NOW + timedelta(hours=48), key_id="k", cipher=b"c",
    )  # fmt: skip
    with store.begin() as work:
        return work.person_requests.add(replace(made, **values))  # type: ignore[arg-type]


def a_dossier(store: Store, number: str, *papers: Attachment) -> Dossier:
    made = Dossier(number=number, lane=Lane.ONLINE, channel="web", code="KIA-BARU", workflow_version="v1",
                   status=DossierStatus.WITHDRAWN, district="", village="", submitted_at=NOW)  # fmt: skip
    with store.begin() as work:
        kept = work.dossiers.add(made, [("submitted", {})], at=NOW, actor="applicant")
        work.dossiers.attach(kept.id, papers)
    return kept


def scan(file: str) -> Attachment:
    return Attachment(requirement="photo", shown="scan", file=file, sha256="s", size=1, at=NOW)


def test_a_file_that_another_dossier_names_too_is_not_removed(store: Store) -> None:
    shown = Attachment(requirement="family_card", shown="shown", at=NOW)
    mine = a_dossier(store, "ON-2026-000001", scan("papers/old"), scan("papers/mine"), scan("papers/mine"), shown)
    a_dossier(store, "ON-2026-000002", scan("papers/old"))
    with store.begin() as work:
        assert work.person_requests.forget_papers(mine.id) == ["papers/mine"]
        assert work.dossiers.attachments(mine.id) == [shown]
        assert work.person_requests.forget_papers(mine.id) == []


def test_doomed_files_stay_noted_until_they_are_struck_off(store: Store) -> None:
    first, second = a_request(store), a_request(store, "PDP-2026-000002")
    with store.begin() as work:
        work.person_requests.doom(first.id, ["papers/b", "papers/a"])
        work.person_requests.doom(second.id, ["papers/a", "papers/c"])  # noted already
        work.person_requests.removed(["papers/b"])
    with store.read() as work:
        assert work.person_requests.doomed(9) == [("papers/a", first.id), ("papers/c", second.id)]
        assert work.person_requests.doomed(9, request_id=second.id) == [("papers/c", second.id)]


def test_who_asked_is_known_until_the_letter_is_out(store: Store) -> None:
    request = a_request(store, ended_at=NOW, ended_how=RequestEnd.ERASED, remind_at=None)
    a_request(store, "PDP-2026-000002")
    letter = Message(key="a", lane=Lane.MANUAL, request_id=request.id, message="answer", next_at=NOW, queued_at=NOW)
    with store.begin() as work:
        work.outbox.put([letter])
        assert work.person_requests.answered(9) == []
        (claimed,) = work.outbox.claim(Lane.MANUAL, now=NOW, until=NOW, limit=9)
        assert claimed.request_id == request.id
        work.outbox.save(replace(claimed, status="sent"))
        assert work.person_requests.answered(9) == [request]
        work.person_requests.save(replace(request, key_id="", cipher=b""))
        assert work.person_requests.answered(9) == []
        assert [each.number for each in work.person_requests.ended_before(NOW + timedelta(1), 9)] == [request.number]


def test_what_was_done_is_told_in_order_and_open_ones_the_first_to_be_answered_first(store: Store) -> None:
    late, later = a_request(store), a_request(store, "PDP-2026-000002", received_at=NOW - timedelta(hours=1))
    acts = [Act(request_id=late.id, at=NOW, by="admin", act=act, data={"files": 2}) for act in ("recorded", "exported")]
    with store.begin() as work:
        for act in acts:
            work.person_requests.note(act)
        assert work.person_requests.acts(late.id) == acts
        assert work.person_requests.listing(open_only=True, limit=9) == [later, late]
        assert work.person_requests.to_remind(NOW + timedelta(hours=48), 9) == [late, later]
        assert work.person_requests.to_remind(NOW, 9) == []


def test_a_number_in_imported_history_is_counted_by_cases(store: Store, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(LOGS), {"id": 1, "name": "old", "format": "csv", "sha256": "s", "map_digest": "m",
                                          "imported_at": NOW, "cases": 3, "events": 1, "header": {}})  # fmt: skip
        case = {"log_id": 1, "lane": "online", "channel": "web", "deadline": None, "attributes": "[]"}
        connection.execute(insert(CASES), [
            {**case, "number": 1, "case_id": NIK}, {**case, "number": 2, "case_id": "b", "attributes": f'["{NIK}"]'},
            {**case, "number": 3, "case_id": "c"},
        ])  # fmt: skip
        connection.execute(insert(EVENTS), {"log_id": 1, "case_number": 2, "position": 1, "activity": "x",
                                            "resource": None, "at": NOW, "attributes": f'["{NIK}"]'})  # fmt: skip
    with store.read() as work:
        assert work.person_requests.in_history(NIK) == 2
        assert work.person_requests.in_history("7172011203900002") == 0
