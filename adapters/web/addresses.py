"""Where a request's answer leads back to: a form's answer has no address at which it could be asked for again."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from fastapi import Request
from fastapi.routing import iter_route_contexts

_STAFF: Final = ("desk", "manager", "admin", "account", "complaints")


def asked_for(request: Request) -> str:
    """The page from which a form was sent, as near as its address tells: what a link of the answer can ask for."""
    routes = [each for each in iter_route_contexts(request.app.routes) if each.methods and each.path]
    pages = {each.path for each in routes if "GET" in (each.methods or ())}
    path = request.url.path.split("/")
    own = next((each.path for each in routes if request.method in (each.methods or ())
                and re.match(each.path_regex, request.url.path)), "/")  # fmt: skip
    template = (own or "/").split("/")
    cut = next((n for n in range(len(template), 1, -1) if "/".join(template[:n]) in pages), 1)
    return "/".join(path[:cut]) or "/"


def is_staffs(request: Request) -> bool:
    """Whether it is a page of the office's own people, who have to sign in for it."""
    return request.url.path.split("/")[1] in _STAFF


def sign_in_address(request: Request) -> str:
    """Where to sign in, and come back from."""
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    back = (request.url.path if request.method == "GET" else asked_for(request)) + query
    return "/sign-in" if back == "/" else f"/sign-in?next={quote(back)}"
