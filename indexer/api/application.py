"""The application: addresses, limits, log and metrics put together, over one index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig

from indexer.access import LOCAL, Reader
from indexer.api.access_log import AccessLog
from indexer.api.addresses import Addresses
from indexer.api.answering import keep_workers
from indexer.api.asked_index import keep_admission, key_shown
from indexer.api.bodies import BodyLimit
from indexer.api.documented import DESCRIPTION, TAGS, completed
from indexer.api.limits import Limits
from indexer.api.metrics import Metrics
from indexer.api.problems import problem_of, report_problems
from indexer.api.routes import duties, feeds, notices, precedents, questions, running, saved
from indexer.api.version import VERSION
from indexer.rewriting import Endpoint
from indexer.serving.admission import Admission
from indexer.serving.live_index import LiveIndex
from indexer.serving.rates import RateLimit
from indexer.serving.workers import Workers

__all__ = ["application_over"]

# The framework would report to a collector that the environment names, if asked to.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
# Of the page of documentation: all of it from this server, its start-up script in the page.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_ASSETS = "/docs/assets"
# Beside the time that a model has, an answer to be rewritten has to be found.
_SECONDS_BESIDE_THE_MODEL = 30.0


def application_over(
    live: LiveIndex,
    *,
    limits: Limits | None = None,
    endpoint: Endpoint | None = None,
    everybody: Reader | None = LOCAL,
    rate: str | None = None,
    alone: bool = True,
    addresses: Addresses | None = None,
) -> FastAPI:
    """The application that answers from the live index; it closes the index when it ends.

    `endpoint` is the language model that may say answers in its words, where there is one; `everybody` is as whom all are
    let in, None where each has to show a key. `rate` takes the place of the rates that are set up; `alone` is whether only this
    machine reaches the server. `addresses` are those by which others know the app and this server.
    """
    limits = limits or Limits()
    workers = Workers(limits.threads, waiting=limits.waiting, seconds=limits.seconds, name="answer")
    seconds = (endpoint.seconds if endpoint else 0.0) + _SECONDS_BESIDE_THE_MODEL
    streams = Workers(limits.streams, waiting=0, seconds=seconds, name="stream")

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        workers.close()
        streams.close()
        live.close()

    application = FastAPI(
        title="Tiaowen 条文", version=VERSION, description=DESCRIPTION, openapi_tags=TAGS, lifespan=lifespan,
        docs_url=None, redoc_url=None, telemetry=_NO_TELEMETRY, redirect_slashes=False,
    )  # fmt: skip
    admission = Admission(live, everybody=everybody)
    keep_admission(application, admission)
    keep_workers(application, workers, streams=streams)
    application.state.endpoint = endpoint
    application.state.metrics = metrics = Metrics()
    application.state.addresses = addresses or Addresses()
    for part in (questions, precedents, duties, notices, saved, feeds, running):
        application.include_router(part.router)
    report_problems(application)
    _add_page(application)
    _complete_document(application)
    application.add_middleware(BodyLimit, most_bytes=limits.body_bytes, seconds=limits.seconds)
    application.add_middleware(
        RateLimit, admission=admission, shown=key_shown(admission), refuse=problem_of, given=rate, alone=alone,
        free=("/health",), told=metrics.refuse,
    )  # fmt: skip
    application.add_middleware(AccessLog, metrics=metrics)  # the last one added is the outermost
    return application


def _add_page(application: FastAPI) -> None:
    """Serve Swagger UI from the package's own files; the framework's page would load it from elsewhere."""
    files = Path(fastapi_offline.__file__).parent / "static"
    application.mount(_ASSETS, StaticFiles(directory=files), name="assets")

    @application.get("/docs", include_in_schema=False)
    async def page(request: Request) -> Response:
        root = str(request.scope.get("root_path", ""))
        shown = get_swagger_ui_html(
            openapi_url=f"{root}/openapi.json",
            title="Tiaowen 条文 API",
            swagger_js_url=f"{root}{_ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{_ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{root}{_ASSETS}/favicon.png",
            # The validator would have the document sent to another machine.
            swagger_ui_parameters={"validatorUrl": None, "tryItOutEnabled": True},
        )
        shown.headers["content-security-policy"] = _PAGE_POLICY
        return shown


def _complete_document(application: FastAPI) -> None:
    """Have the document say what the framework leaves out."""
    made = application.openapi

    def openapi() -> dict[str, Any]:
        if application.openapi_schema is None:
            application.openapi_schema = completed(made())
        return application.openapi_schema

    application.openapi = openapi  # type: ignore[method-assign]
