"""That somebody's being away leaves a lane with too few people, for the pages on which absences are entered."""

from __future__ import annotations

from adapters.web.titles import lane_title
from lanes.office import Office


def too_few(office: Office, *usernames: str) -> list[tuple[str, str, str]]:
    """The lanes that these people's being away leaves so: title, share of those present, and the least share kept."""
    rows = []
    for lane, share in office.people.left_short(*usernames).items():
        capacity = office.config.lanes[lane].capacity
        rows.append((lane_title(office, lane), f"{share:.1%}", capacity.least_share if capacity else ""))
    return rows
