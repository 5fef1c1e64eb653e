"""Lists in pages: the same on both databases, nothing twice and nothing left out."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from support.office import a_dossier, an_office, clock_of, do, manager, up_to

from domain.dossier import DossierStatus, TaskKind, TaskStatus
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office
from lanes.records.overview import Shown
from lanes.store import Place, Work


def pages(work: Work, limit: int) -> list[int]:
    """The ids of a lane's open tasks, read page by page."""
    found: list[int] = []
    after: Place | None = None
    while page := work.tasks.listing(lane=Lane.MANUAL, statuses=[TaskStatus.OPEN], after=after, limit=limit):
        last = page[-1][0]
        after = Place(last.priority, last.due_at, last.id)
        found += [task.id for task, _ in page]
    return found


@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kept=some.lists(
        some.tuples(
            some.integers(0, 2), some.none() | some.integers(0, 3), some.sampled_from(["manual-front", "other"])
        ),
        max_size=12,
    ),
    limit=some.integers(1, 5),
)
def test_tasks_read_in_pages_are_those_read_at_once_in_the_same_order(
    database_url: str, kept: list[tuple[int, int | None, str]], limit: int
) -> None:
    office = _office(database_url)
    now = office.clock.now()
    with office.store.begin() as work:
        dossier = work.dossiers.listing(lane=Lane.MANUAL, open_only=True)[0]
        task = work.tasks.of(dossier.id, live=False)[0]
        for old, _ in work.tasks.listing(lane=Lane.MANUAL, statuses=[TaskStatus.OPEN], limit=1_000):
            work.tasks.save(replace(old, status=TaskStatus.CANCELLED))
        work.tasks.add([
            replace(task, id=0, kind=TaskKind.HUMAN, status=TaskStatus.OPEN, team=team, priority=priority,
                    due_at=None if due is None else now + timedelta(hours=due))
            for priority, due, team in kept
        ])  # fmt: skip
        whole = [each.id for each, _ in work.tasks.listing(lane=Lane.MANUAL, statuses=[TaskStatus.OPEN], limit=1_000)]
        assert pages(work, limit) == whole
        assert len(whole) == len(kept)
        sorted_whole = work.tasks.listing(lane=Lane.MANUAL, statuses=[TaskStatus.OPEN], limit=100_000)
        assert [each.id for each, _ in sorted_whole] == whole  # by lines and merged, as by one sorted look


_made: dict[str, Office] = {}


def _office(database_url: str) -> Office:
    """One office for all examples of a database, with one dossier in it."""
    if database_url not in _made:
        _made[database_url] = office = an_office(
            Path(tempfile.mkdtemp(prefix="jalur-pages-")), database_url=database_url
        )
        a_dossier(office).lodged()
    return _made[database_url]


def test_dossiers_come_in_the_order_of_their_coming_by_status_and_lane(tmp_path: Path, database_url: str) -> None:
    office = an_office(tmp_path, database_url=database_url)
    lodged = [a_dossier(office).lodged() for _ in range(4)]
    a_dossier(office).in_lane("online").lodged()
    office.closing.withdraw(lodged[1].number, lodged[1].code)
    both = [DossierStatus.WITHDRAWN, DossierStatus.SUBMITTED]
    with office.store.read() as work:

        def numbers(statuses: list[DossierStatus], after: int = 0, limit: int = 10) -> list[str]:
            return [each.number for each in work.dossiers.page(Lane.MANUAL, statuses, after=after, limit=limit)]

        assert numbers(both) == [each.number for each in lodged]
        assert numbers([DossierStatus.SUBMITTED]) == [lodged[0].number, lodged[2].number, lodged[3].number]
        assert numbers(both, after=lodged[0].dossier.id, limit=2) == [lodged[1].number, lodged[2].number]
        assert numbers([]) == []


def test_a_returned_dossier_is_overdue_for_nobody(tmp_path: Path, database_url: str) -> None:
    office = an_office(tmp_path, database_url=database_url)
    late, returned = (up_to(a_dossier(office).lodged(), "receive") for _ in range(2))
    wanted = [Deficiency(item="applicant_address", note="")]
    do(returned, "receive", "incomplete", deficiencies=wanted)
    clock_of(office).to(max(late.due_at, returned.due_at))
    overdue = [each.number for each in (late.dossier, returned.dossier) if each.is_overdue(office.clock.now())]
    assert overdue == [late.number]
    assert [each.number for each in office.views.overdue_dossiers(lane=Lane.MANUAL)] == overdue
    boss = manager(office)
    assert [each.number for each in office.oversight.dossiers(Lane.MANUAL, Shown.OVERDUE, by=boss)] == overdue
    standing = next(each for each in office.oversight.lanes(by=boss) if each.lane is Lane.MANUAL)
    assert (standing.open, standing.overdue, standing.returned) == (2, 1, 1)
    clock_of(office).forward(minutes=-1)
    assert [each.number for each in office.oversight.dossiers(Lane.MANUAL, Shown.AT_RISK, by=boss)] == overdue
