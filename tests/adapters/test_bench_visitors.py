"""What the benches of a running office measure with, without the processes: each act watched until its steps ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.bench import visitors
from adapters.bench.isolation import _Bulk
from adapters.bootstrap import build
from adapters.settings import Settings
from domain.dossier import Dossier, Task, TaskStatus
from domain.errors import Refused
from domain.roles import Lane
from lanes.intake import Application
from lanes.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return build(Settings(home=tmp_path))


def test_made_up_residents_apply_and_people_bring_the_dossier_on(office: Office) -> None:
    for application in visitors.applications(office, Lane.MANUAL, first=0, count=2):
        office.intake.submit(application)
    _drain(office)

    tasks = visitors.open_tasks(office, Lane.MANUAL)
    followed = [visitors.complete(office, task, dossier) for task, dossier in tasks]

    assert [task.step for task, _ in tasks] == ["receive", "receive"]
    assert followed == [True, True]  # the identity check is automatic


def test_an_act_is_measured_until_its_dossier_has_no_automatic_step_left(office: Office) -> None:
    (application,) = visitors.applications(office, Lane.MANUAL, first=0, count=1)
    office.intake.submit(application)
    dossiers = {task.dossier_id for task, _ in _ready(office)}

    def drained() -> int:
        _drain(office)
        return dossiers.pop()

    acts: list[Callable[[], int | None]] = [lambda: None, drained]
    took = visitors.until_done(office, Lane.MANUAL, acts, pace_s=0.0, give_up_s=10)

    assert len(took) == 1
    assert took[0] >= 0


def test_standing_still_is_an_error_and_no_measurement(office: Office) -> None:
    (application,) = visitors.applications(office, Lane.MANUAL, first=0, count=1)
    office.intake.submit(application)
    ((task, _),) = _ready(office)

    with pytest.raises(TimeoutError, match="1 dossiers"):
        visitors.until_done(office, Lane.MANUAL, [lambda: task.dossier_id], pace_s=0.0, give_up_s=0.05)
    with pytest.raises(TimeoutError, match="did not come to rest"):
        visitors.wait_idle(office, Lane.MANUAL, give_up_s=0.05)


def test_a_bulk_of_submissions_is_kept_as_a_whole_or_not_at_all(office: Office, tmp_path: Path) -> None:
    bulk = _Bulk(office.store)
    counter = build(Settings(home=tmp_path), config=office.config, store=bulk)
    first, second = visitors.applications(office, Lane.MANUAL, first=0, count=2)

    def submit(*applications: Application) -> None:
        with bulk.whole():
            for application in applications:
                counter.intake.submit(application)

    with pytest.raises(Refused, match="is open for the same person"):
        submit(first, second, first)
    assert _ready(office) == []

    submit(first, second)
    assert len(_ready(office)) == 2


@pytest.mark.parametrize(("share", "expected"), [(0.5, 3.0), (0.95, 4.0), (1.0, 4.0)])
def test_a_percentile_is_one_of_the_measurements(share: float, expected: float) -> None:
    assert visitors.percentile([4.0, 1.0, 3.0, 2.0], share) == expected


def _drain(office: Office) -> None:
    while claims := office.engine.claim_ready(Lane.MANUAL, "test", 8):
        for claim in claims:
            office.engine.execute(claim)


def _ready(office: Office) -> list[tuple[Task, Dossier]]:
    with office.store.read() as work:
        return work.tasks.listing(lane=Lane.MANUAL, statuses=[TaskStatus.READY])
