"""Who asks, with what token, and which version of a thing they have seen: what the API's routes depend on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends, Header, Request, Response
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from adapters.web.citizen.keeping import address
from adapters.web.pace import count
from domain.dossier import Dossier, Task
from domain.errors import Refused
from domain.permissions import not_allowed, why_not_look_after, why_not_serve
from domain.roles import Lane
from domain.scopes import Right, covers
from lanes.finding import Seen
from lanes.office import Office
from lanes.tokens import Holder

_bearer = HTTPBearer(
    auto_error=False, scheme_name="token", description="An access token, made with `jalur token create`."
)
_TAG: Final = re.compile(r'"[dt](\d{1,18})\.(\d{1,9})"')


def office_of(request: Request) -> Office:
    """The office, with the rules in force now; one and the same for a whole request."""
    if not hasattr(request.state, "office"):
        request.state.office = request.app.state.current.office()
    office: Office = request.state.office
    return office


OfficeNow = Annotated[Office, Depends(office_of)]


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody's program, and what it had to be allowed to do in this request."""

    holder: Holder
    asked: list[tuple[Right, Lane]] = field(default_factory=list)

    @property
    def username(self) -> str:
        """Whose it is."""
        return self.holder.token.username

    def must(self, right: Right, lane: Lane) -> str:
        """The username, when token and person both may do this in a lane. Raises Refused."""
        if not covers(self.holder.token.scopes, right, lane):
            raise Refused("out_of_scope", f"This token was not made for {lane}:{right}.",
                          allowed=", ".join(self.holder.token.scopes))  # fmt: skip
        why_not = why_not_look_after if right is Right.WEBHOOKS else why_not_serve
        if reason := why_not(self.holder.actor, lane):
            raise not_allowed(reason)
        self.asked.append((right, lane))
        return self.username


def caller_if_any(request: Request) -> Caller | None:
    """Who calls; None without a token that is good now. Looked up once for a whole request."""
    if not hasattr(request.state, "caller"):
        scheme, text = get_authorization_scheme_param(request.headers.get("authorization"))
        holder = office_of(request).tokens.holder(text) if scheme.lower() == "bearer" else None
        request.state.caller = holder and Caller(holder)
    caller: Caller | None = request.state.caller
    return caller


def caller_of(request: Request, _told: Annotated[object, Depends(_bearer)]) -> Caller:
    """Who calls. Raises Refused without a token that is good now."""
    caller = caller_if_any(request)
    if caller is None:
        raise Refused("no_token", "This needs an access token that is good now.",
                      allowed="the header Authorization: Bearer TOKEN")  # fmt: skip
    return caller


def paced(request: Request) -> None:
    """Count a request, once, for its token; for the address it comes from when it has none that is good now, so that
    nobody gets more by making tokens up. Raises TooMany."""
    if not hasattr(request.state, "paced"):
        request.state.paced = True
        caller = caller_if_any(request)
        count(request, caller.holder.token.id if caller else address(request))


Me = Annotated[Caller, Depends(caller_of)]


def tag(thing: Dossier | Task) -> str:
    """The ETag of a dossier or a task."""
    return f'"{"t" if isinstance(thing, Task) else "d"}{thing.id}.{thing.version}"'


def tagged(response: Response, thing: Dossier | Task) -> None:
    """Let an answer carry the ETag of what it shows."""
    response.headers["etag"] = tag(thing)


_IfMatch = Annotated[
    str | None, Header(alias="If-Match", description="The ETag under which the thing was last seen; * for any.")
]


def seen_if_given(if_match: _IfMatch = None) -> Seen | None:
    """The version that the request is about; None when it is about any. Raises Refused."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Refused("bad_if_match", "If-Match is no ETag of ours.", allowed='one ETag, such as "t812.3", or *')
    return Seen(int(found[1]), int(found[2]))


def seen(if_match: _IfMatch = None) -> Seen | None:
    """As `seen_if_given`, and it must be given."""
    if if_match is None:
        raise Refused("if_match_missing", "A change needs the ETag of what was seen, in If-Match.",
                      allowed='the ETag of the last answer, such as "t812.3", or * for any')  # fmt: skip
    return seen_if_given(if_match)


SeenIfGiven = Annotated[Seen | None, Depends(seen_if_given)]
SeenBefore = Annotated[Seen | None, Depends(seen)]
