"""The web application, made from an office: routers, what guards them, and the built assets."""

from __future__ import annotations

from collections import Counter

from fastapi import Depends, FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from adapters.current import Current
from adapters.settings import Settings
from adapters.web import account, admin, api, building, citizen, desk, errors, manager, sign_in
from adapters.web.guard import Guard
from adapters.web.looks import Looks
from adapters.web.pace import Pace, paced_form
from adapters.web.provider import Provider
from adapters.web.session import checked_form
from lanes.office import Office


class _Assets(StaticFiles):
    """The built assets; their address changes with them, so a browser may keep them for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def create_app(office: Office, settings: Settings) -> FastAPI:
    """The pages and the API over this office. Raises Refused when the assets are not built, or in production while a
    person has a password of the demo."""
    building.must_be_built()
    office.credentials.refuse_a_demo()
    app = FastAPI(
        title="Jalur", version="1", openapi_url=None, docs_url=None, redoc_url=None,
        redirect_slashes=False,  # the redirect would lead to whatever host the request names
        dependencies=[Depends(paced_form), Depends(checked_form)],
    )  # fmt: skip
    app.state.current, app.state.settings = Current(office), settings
    app.state.pace = Pace(settings.forms_per_minute)
    app.state.looks, app.state.streams = Looks(), Counter()
    app.state.provider = Provider(settings) if settings.oidc_issuer else None
    app.add_middleware(Guard, settings=settings, failed=errors.failed, office=app.state.current.office)
    errors.add_to(app)
    app.mount("/assets", _Assets(directory=building.BUILT), name="assets")
    for part in (sign_in, account, desk, manager, admin, citizen, api):
        app.include_router(part.router, include_in_schema=False)
    app.mount("/api", api.create_api(app.state.current, per_minute=settings.api_per_minute), name="api")
    return app
