"""A dossier goes on under the workflow it began with, whatever the configuration says by now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from support.office import a_dossier, an_office, clock_of, do, shipped, to_the_end, up_to, work_off

from domain.office import OfficeConfig
from domain.workflow import Workflow
from lanes.office import Office


def changed(steps: dict[str, Any]) -> OfficeConfig:
    """The shipped configuration with other steps in KK-BARU."""
    said = shipped().workflows["KK-BARU"].model_dump(by_alias=True, mode="json")
    said["steps"] = {name: step for name, step in {**said["steps"], **steps}.items() if step is not None}
    return replace(shipped(), workflows={**shipped().workflows, "KK-BARU": Workflow.model_validate(said)})


def without_approval() -> OfficeConfig:
    steps = shipped().workflows["KK-BARU"].model_dump(by_alias=True, mode="json")["steps"]
    verify = steps["verify"]
    verify["on"]["approved"] = {"branches": [{"to": ["record"]}]}
    return changed({"verify": verify, "approve": None})


def reopened(home: Path, config: OfficeConfig, before: Office) -> Office:
    return an_office(home, config=config, clock=clock_of(before))


def test_what_is_under_way_keeps_its_steps_and_what_comes_in_has_the_new_ones(tmp_path: Path) -> None:
    before = an_office(tmp_path)
    old = up_to(a_dossier(before).lodged(), "enter")
    after = reopened(tmp_path, without_approval(), before)
    old = replace(old, office=after)
    new = up_to(a_dossier(after).lodged(), "verify")
    do(up_to(old, "verify"), "verify")
    do(new, "verify")
    assert list(old.tasks) == ["approve"]
    assert list(new.tasks) == ["record"]
    assert old.dossier.workflow_version != new.dossier.workflow_version
    assert to_the_end(old).status == to_the_end(new).status == "issued"
    assert after.audit.verify() == []


def test_the_old_version_is_found_again_after_many_restarts(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    lodged = up_to(a_dossier(office).lodged(), "enter")
    for config in (without_approval(), shipped(), without_approval()):
        office = reopened(tmp_path, config, office)
    lodged = replace(lodged, office=office)
    do(lodged, "enter")
    do(lodged, "verify")
    assert list(lodged.tasks) == ["approve"]


def test_a_document_type_that_is_gone_does_not_hold_up_what_is_under_way(tmp_path: Path) -> None:
    before = an_office(tmp_path)
    lodged = up_to(a_dossier(before).lodged(), "enter")
    rest = {code: workflow for code, workflow in shipped().workflows.items() if code != "KK-BARU"}
    after = reopened(tmp_path, replace(shipped(), workflows=rest), before)
    lodged = replace(lodged, office=after)
    assert to_the_end(lodged).status == "issued"
    for message in after.outbox.claim(lodged.dossier.lane, 50):
        after.outbox.deliver(message)
    assert after.views.track(lodged.number, lodged.code).title == "Kartu Keluarga baru"
    assert {m.status for m in after.outbox.listing()} == {"sent"}
    assert work_off(after) == 0
