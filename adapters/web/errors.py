"""What cannot be answered, in words: pages for people, problem+json for programs (`adapters.web.problems`)."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from adapters.faults import place_of
from adapters.web.addresses import asked_for, is_staffs, sign_in_address
from adapters.web.citizen.keeping import AskAgain, ask_again
from adapters.web.guard import LARGEST_UPLOAD
from adapters.web.pages import page
from adapters.web.problems import problem
from adapters.web.refusals import in_words, status_of
from adapters.web.session import SignInFirst, visitor
from adapters.web.words import gettext as _
from domain.errors import Refused
from lanes.papers import LARGEST

log = structlog.get_logger()


def add_to(app: FastAPI) -> None:
    """Let the application answer what goes wrong."""
    app.add_exception_handler(SignInFirst, _sign_in_first)
    app.add_exception_handler(AskAgain, ask_again)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)


def told(
    request: Request, status: int, code: str, title: str, words: str, *, way: tuple[str, str] | None = None
) -> Response:
    """The page, or the problem, of something that cannot be answered; `way`: the words and address of what leads on."""
    if request.url.path.startswith("/api"):
        return problem(status, code, words)
    return page(request, "error.html", status=status, title=title, words=words, code=code, way=way)


def _sign_in_first(request: Request, error: Exception) -> Response:
    return RedirectResponse(sign_in_address(request), 303)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    status = status_of(error)
    log.info("request_refused", code=error.code, status=status)
    if (cause := error.__cause__) is not None and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request_failed", error=type(cause).__name__, at=place_of(cause))
    if request.url.path.startswith("/api"):
        return problem(status, error.code, error.message, error.allowed)
    if error.code == "form_expired" and is_staffs(request) and visitor(request) is None:
        words = _("You signed out, or did nothing for a while. Nothing was changed: sign in again, and you come back "
                  "to the page with the form.")  # fmt: skip
        way = (_("Sign in"), sign_in_address(request))
        return told(request, status, error.code, _("Your session is over"), words, way=way)
    if error.code == "form_expired":
        way = (_("Open the page again"), asked_for(request))
        return told(request, status, error.code, _("This form is no longer valid"), in_words(error), way=way)
    titles = {403: _("You may not do this"), 404: _("Not found"), 409: _("Somebody was faster")}
    return told(request, status, error.code, titles.get(status, _("This cannot be done")), in_words(error))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            words = _("There is no page at this address. If you typed it, look whether it is right; if a link led you "
                      "here, the page may have moved.")  # fmt: skip
            return told(request, 404, "not_found", _("Not found"), words)
        case 405:
            if request.method == "GET" and (above := _page_above(request)):
                return RedirectResponse(above, 303)
            return told(request, 405, "not_so", _("Not possible this way"), _("This address is not used this way."))
        case 413:
            words = _("What you sent is too large and was not taken: at most %(each)s MB for each file, and %(mb)s MB "
                      "together. Nothing else was lost.")  # fmt: skip
            sizes = {"each": LARGEST // 1024 // 1024, "mb": LARGEST_UPLOAD // 1_000_000}
            way = (_("Open the page again"), asked_for(request))
            return told(request, 413, "too_large", _("Too large"), words % sizes, way=way)
        case 408:
            return told(
                request, 408, "too_slow", _("Too slow"), _("The request did not arrive in time. Send it again.")
            )
        case 429:
            seconds = (error.headers or {}).get("retry-after", "60")
            words = _("Too much came from your address at once. Try again in %(seconds)s seconds; nothing was lost.")
            answer = told(request, 429, "too_many_requests", _("One moment, please"), words % {"seconds": seconds})
            answer.headers["retry-after"] = seconds
            return answer
        case 400:
            words = _("The form could not be read: it has too many parts, or is not as a browser sends it.")
            return told(request, 400, "malformed", _("This cannot be done"), words)
        case status:
            return told(request, status, "refused", _("This cannot be done"), _("The request cannot be answered."))


def _page_above(request: Request) -> str:
    """The nearest page above an address that only takes forms: where a reload of a form's answer, or a link to it,
    belongs. "" for the API, and where there is none."""
    path = "" if request.url.path.startswith("/api") else request.url.path
    while path := path.rpartition("/")[0]:
        if any(route.matches({**request.scope, "path": path})[0] is Match.FULL for route in request.app.routes):
            return f"{path}?{request.url.query}".rstrip("?")
    return ""


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if all(each["loc"][0] == "path" for each in error.errors()):  # such as a number that no row has
        return _http(request, HTTPException(404))
    words = _("The request could not be read: something in it is missing or not as it should be.")
    return told(request, 422, "malformed", _("This cannot be done"), words)


def failed(request: Request) -> Response:
    """The answer when the program itself failed."""
    words = _("Something went wrong in Jalur itself. Nothing of what you did last was kept. Try again; if it stays so, "
              "tell the administrator the time.")  # fmt: skip
    return told(request, 500, "failed", _("This did not work"), words)
