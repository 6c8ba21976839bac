"""What a request asks, done in the pool from one generation, as JSON; what a browser has already is not sent again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import FastAPI, Request, Response

from indexer.api.asked_index import index_for, note_shown
from indexer.api.version import VERSION
from indexer.index import Index
from indexer.serving.workers import Workers

__all__ = ["Paged", "answered", "is_among", "json_bytes", "keep_workers", "page_headers", "streams_of", "workers_of"]

# Kept by a browser, and asked about before it is shown again: a build may have changed the archive.
_CACHE_CONTROL = "private, no-cache"


def keep_workers(application: FastAPI, workers: Workers, *, streams: Workers) -> None:
    """Have the application's requests answered by these threads, and those that wait for a language model by others."""
    application.state.workers, application.state.streams = workers, streams


def workers_of(application: FastAPI) -> Workers:
    """The threads that answer the application's requests."""
    workers: Workers = application.state.workers
    return workers


def streams_of(application: FastAPI) -> Workers:
    """The threads that wait for a language model."""
    streams: Workers = application.state.streams
    return streams


async def answered(
    request: Request,
    work: Callable[[Index], object],
    *,
    kept: bool = True,
    workers: Workers | None = None,
    question: str | None = None,
    noted: bool = True,
    status: int = 200,
) -> Response:
    """What the work makes of the index, as JSON; 304 where the request says that it has that already.

    `kept` is whether the same question to the same generation has the same answer. What the work makes may be a `Paged`,
    whose links go into a header. What is shown is written down, with the `question`, where that is set up and unless it is
    not to be `noted`: what the work changes it has written down itself. Raises
    Overloaded, TooSlow, AccessDenied, AuditFault and what the work raises.
    """
    asked_for = request.headers.get("if-none-match", "") if request.method == "GET" else ""

    def work_out() -> tuple[str, bytes | None, dict[str, str]]:
        with index_for(request) as index:
            tag = _tag(index)
            if kept and is_among(tag, asked_for):
                return tag, None, {}
            found = work(index)
            page = found if isinstance(found, Paged) else Paged(found)
            if noted:
                note_shown(request, index, page.value, question=question)
            return tag, json_bytes(page.value), page.headers

    tag, body, headers = await (workers or workers_of(request.app)).run(work_out)
    caching = (
        {"etag": tag, "cache-control": _CACHE_CONTROL, "vary": "accept, authorization"}
        if kept
        else {"cache-control": "no-store"}
    )
    if body is None:
        return Response(status_code=304, headers=caching)
    return Response(body, status, caching | headers, media_type="application/json")


def json_bytes(value: object) -> bytes:
    """JSON in UTF-8; half a surrogate pair, as names of files may have, is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


@dataclass(frozen=True, slots=True)
class Paged:
    """An object to be sent, and the headers that say where the pages around it are (RFC 8288)."""

    value: object
    headers: dict[str, str] = field(default_factory=dict)


def page_headers(request: Request, n_items: int, *, offset: int, limit: int) -> dict[str, str]:
    """The header with the addresses of the next page and of the one before, where there are such."""
    links = []
    if offset + limit < n_items:
        links.append(("next", offset + limit))
    if offset:
        links.append(("prev", max(0, min(offset, n_items) - limit)))
    shown = [
        f'<{request.url.path}?{request.url.include_query_params(offset=at, limit=limit).query}>; rel="{name}"'
        for name, at in links
    ]
    return {"link": ", ".join(shown)} if shown else {}


def _tag(index: Index) -> str:
    """What changes with everything that an answer depends on beside the question."""
    told = "\n".join((VERSION, index.address, index.generation, index.manifest.built_at))
    return f'W/"{hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:16]}"'


def is_among(tag: str, given: str) -> bool:
    """Whether an If-None-Match names the tag, by the weak comparison of RFC 9110."""
    return any(each.strip() in ("*", tag, tag.removeprefix("W/")) for each in given.split(","))
