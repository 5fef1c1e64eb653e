"""A lane's worker tells programs of the lane's events, each once, while it does everything else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.office import CONFIG, a_dossier, an_office, manager

from adapters.settings import Settings
from domain.roles import Lane
from flows.drive_lane import drive_lane
from flows.runtime import using
from lanes.ports import Unavailable

pytestmark = pytest.mark.usefixtures("prefect_server")


class Post:
    """Notes what is sent; the first one does not arrive."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """See `lanes.webhooks.Poster`."""
        self.sent.append(headers["webhook-id"])
        if len(self.sent) == 1:
            raise Unavailable("no answer")
        return 204

    def leads_inside(self, _url: str) -> bool:
        """See `lanes.webhooks.Poster`."""
        return False


def test_a_lanes_workers_send_what_is_queued_for_programs_each_once(tmp_path: Path) -> None:
    post = Post()
    office = an_office(tmp_path, poster=post)
    hook, _ = office.webhooks.subscribe(
        Lane.MANUAL, url="https://example.org/", kinds=["dossier.submitted"], by=manager(office)
    )
    for _ in range(3):
        a_dossier(office).lodged()
    a_dossier(office).in_lane("online").lodged()

    async def work() -> list[dict[str, int]]:
        with using(office, Settings(config=CONFIG)):
            lanes = ("manual", "manual", "online")
            return await asyncio.gather(*(drive_lane(lane, minutes=1, until_idle=True) for lane in lanes))

    counts = asyncio.run(work())
    assert sum(each.get("webhooks", 0) for each in counts) == 3
    assert counts[2].get("webhooks", 0) == 0
    assert len(post.sent) == len(set(post.sent)) == 3
    told = office.webhooks.deliveries(hook.id, by=manager(office))
    assert sorted(each.status for each in told) == ["queued", "sent", "sent"]
