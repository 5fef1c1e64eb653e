"""What an access token may be used for: a right in a lane (`online:read`), or `admin`.

A scope only narrows what the token's person may do; each use still asks `domain.permissions`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from enum import StrEnum

from domain.errors import Refused
from domain.permissions import Actor, serves
from domain.roles import Lane, Role


class Right(StrEnum):
    """What can be granted in a lane."""

    READ = "read"  # lists, dossiers, tasks, documents
    SUBMIT = "submit"  # hand in applications
    WORK = "work"  # take, complete and give back tasks; hold and release dossiers
    WEBHOOKS = "webhooks"  # be told of events


ADMIN = "admin"
"""Every right in both lanes; for administrators."""
ALL_SCOPES: tuple[str, ...] = (*(f"{lane}:{right}" for lane in Lane for right in Right), ADMIN)
LONGEST = timedelta(days=366)
"""No token lasts longer."""


def covers(scopes: Collection[str], right: Right, lane: Lane) -> bool:
    """Whether a token with these scopes may be used for this."""
    return ADMIN in scopes or f"{lane}:{right}" in scopes


def read_scopes(given: Iterable[str], actor: Actor) -> tuple[str, ...]:
    """The scopes, each once and in order. Raises Refused for an unknown one, for none, and for one of a lane in which
    the person could do nothing with it."""
    scopes = tuple(sorted(set(given)))
    if not scopes or not set(scopes) <= set(ALL_SCOPES):
        raise Refused("unknown_scope", "A token needs scopes, and only these exist.", allowed=", ".join(ALL_SCOPES))
    useless = [each for each in scopes if not _of_use(each, actor)]
    if useless:
        raise Refused("scope_of_no_use", f"{actor.username} could do nothing with {', '.join(useless)}.",
                      allowed="scopes of the lanes that the person works in, leads or manages; admin for "
                      "administrators")  # fmt: skip
    return scopes


def _of_use(scope: str, actor: Actor) -> bool:
    if scope == ADMIN:
        return Role.ADMINISTRATOR in actor.roles
    return serves(actor, Lane(scope.partition(":")[0]))
