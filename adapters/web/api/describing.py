"""The OpenAPI description: readable, and with what every operation shares said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from adapters.web.api.repeating import DESCRIPTION
from adapters.web.api.shapes import Problem
from adapters.web.problems import MEDIA_TYPE

TITLE: Final = "Jalur"
ABOUT: Final = """\
The registration office's two lanes, **online** and **manual**, for programs. It is the very application that the pages
and the command line use: the same rules, the same refusals, the same journal.

- **Tokens.** `Authorization: Bearer TOKEN`; an administrator or you yourself make one with `jalur token create`. A
  token has scopes per lane (`online:read`, `online:submit`, `online:work`, `online:webhooks`, the same for `manual`,
  or `admin`) and belongs to a person: it never may more than they. What applicants do needs no token but number and
  tracking code, in the body.
- **Problems.** Whatever is not done is told as `application/problem+json` with a stable `code`, and changed nothing.
- **Sent again.** A POST with an `Idempotency-Key` can be repeated for 24 hours: it has one effect and one answer.
- **Changes.** What is shown carries an `ETag`; a change names it in `If-Match`. 412: it has changed since; 428: it was
  not named.
- **Pages.** Lists give `next`, which goes into `cursor` for the page after.
- **Limits.** A request holds at most 25 MB. Wrong tracking codes make the next try wait.
- **Personal data** are masked; they never stand in an address.
"""
TAGS: Final = (
    ("Document types", "What can be applied for, and what is asked for it."),
    ("Applications", "Handing in, and what applicants do with number and tracking code."),
    ("Dossiers", "Applications as the office sees them."),
    ("Tasks", "What people have to do."),
    ("Documents", "Documents held against the office's records."),
    ("Rules", "The lanes' rules and who put them in force."),
    ("Figures", "How the lanes keep up, and how the order is kept."),
    ("Webhooks", "Programs told of events."),
    ("Tokens", "The token in use."),
)
_DEFAULT: Final = {
    "description": "It was not done; `code` and `detail` say why.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PDF: Final = {"application/pdf": {"schema": {"type": "string", "contentMediaType": "application/pdf"}}}


def description_of(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What gives the description of an application, made once."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    return describe


def _described(app: FastAPI) -> dict[str, Any]:
    tags = [{"name": name, "description": words} for name, words in TAGS]
    told = get_openapi(title=TITLE, version="1", summary="A registration office in two lanes", description=ABOUT,
                       routes=app.routes, tags=tags, servers=[{"url": "/api"}])  # fmt: skip
    components = told.setdefault("components", {}).setdefault("schemas", {})
    components["Problem"] = Problem.model_json_schema()
    for path in told["paths"].values():
        for method, operation in path.items():
            responses = operation["responses"]
            for name in ("422", "default"):
                responses.pop(name, None)
            for response in responses.values():
                if "application/pdf" in response.get("content", {}):
                    response["content"] = _PDF
            responses["default"] = _DEFAULT
            if method == "post":
                operation.setdefault("parameters", []).append(DESCRIPTION)
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    return told
