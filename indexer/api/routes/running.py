"""`/health` and `/metrics`: for whoever runs the server. Neither waits behind questions, nor says what notices say."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from indexer.api.answering import json_bytes
from indexer.api.asked_index import is_open, live_state, require_administrator
from indexer.api.documented import problems
from indexer.api.metrics import MEDIA_TYPE, Metrics
from indexer.api.shapes import Alive, Health
from indexer.api.version import VERSION
from indexer.errors import TiaowenError
from indexer.records import Manifest
from indexer.serving.admission import key_in

__all__ = ["router"]

router = APIRouter(tags=["running"])


@router.get(
    "/health", summary="What is live", operation_id="health",
    responses=problems(401, 403, 503) | {200: {"model": Health | Alive, "description": "the archive can be asked"}},
)  # fmt: skip
async def health(request: Request) -> Response:
    """The live generation with its counts and its encoder; 503 where there is none that can be opened.

    Where everybody has to show a key, and none is shown, only that the server runs: counts tell what there is.
    """
    if not is_open(request) and key_in(request.headers) is None:
        return Response(
            json_bytes({"status": "ok", "version": VERSION}),
            headers={"cache-control": "no-store"},
            media_type="application/json",
        )
    generation, manifest = await run_in_threadpool(live_state, request)
    body = {
        "status": "ok",
        "generation": generation,
        "built_at": manifest.built_at,
        "n_notices": manifest.n_notices,
        "n_clauses": manifest.n_clauses,
        "encoder": manifest.encoder,
        "version": VERSION,
    }
    return Response(json_bytes(body), headers={"cache-control": "no-store"}, media_type="application/json")


@router.get(
    "/metrics", summary="Figures for Prometheus", operation_id="metrics",
    responses=problems(401, 403) | {200: {"description": "figures", "content": {"text/plain": {"schema": {"type": "string"}}}}},
    response_class=Response,
)  # fmt: skip
async def metrics(request: Request) -> Response:
    """Requests by route and status, their times, what is live, and the process; for administrators where keys are asked for."""
    await run_in_threadpool(require_administrator, request)
    counted: Metrics = request.app.state.metrics
    return Response(
        await run_in_threadpool(counted.text, await run_in_threadpool(_live, request)), media_type=MEDIA_TYPE
    )


def _live(request: Request) -> tuple[str, Manifest] | None:
    try:
        return live_state(request)
    except TiaowenError:  # the figure `tiaowen_index_up` says it
        return None
