"""That somebody's being away leaves a lane with too few people, for the pages on which absences are entered."""

from __future__ import annotations

from adapters.web.titles import lane_title
from lanes.office import Office


def too_few(office: Office, username: str) -> list[tuple[str, str, str]]:
    """The lanes that it leaves so: their title, their share of those present, and the least share they keep."""
    rows = []
    for lane, share in office.people.left_short(username).items():
        capacity = office.config.lanes[lane].capacity
        rows.append((lane_title(office, lane), f"{share:.1%}", capacity.least_share if capacity else ""))
    return rows
