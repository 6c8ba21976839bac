"""`/feeds`: what is new for one's saved questions, for readers of feeds, and the keys that stand in their addresses.

Readers of feeds send no headers: the key is part of the address. It opens feeds alone.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from indexer.access.keys import Key, feed_keys_of, make_feed_key, revoke_key
from indexer.api.addresses import Addresses
from indexer.api.answering import answered, is_among, workers_of
from indexer.api.asked_index import feed_index_for, note_feed, reader_of
from indexer.api.documented import problems
from indexer.api.shapes import FeedKeyList, MadeFeedKey
from indexer.audit import note
from indexer.errors import NotInArchive
from indexer.index import Index
from indexer.saved import Feed, FeedForm, feed, note_generation

__all__ = ["router"]

router = APIRouter(tags=["saved"])
_KeyId = Annotated[str, Path(min_length=1, max_length=100, pattern="^[0-9a-f]+$")]
_TEXT: dict[str, Any] = {"schema": {"type": "string"}}


@router.get(
    "/feeds", summary="Keys for one's feeds", operation_id="feeds",
    responses=problems(503, 504) | {200: {"model": FeedKeyList, "description": "those that were not revoked"}},
)  # fmt: skip
async def feed_keys(request: Request) -> Response:
    """Without the keys themselves, which nobody can read again."""

    def listed(index: Index) -> dict[str, Any]:
        return {"keys": [_object(key) for key in feed_keys_of(index.directory, reader_of(request))]}

    return await answered(request, listed, kept=False, noted=False)


@router.post(
    "/feeds", summary="Make addresses for one's feeds", operation_id="postFeeds", status_code=201,
    responses=problems(400, 503, 504) | {201: {"model": MadeFeedKey, "description": "made; shown once"}},
)  # fmt: skip
async def make_feed(request: Request) -> Response:
    """They hold as long as the key that asks for them; whoever has them reads what is new for its owner."""
    addresses: Addresses = request.app.state.addresses
    base = addresses.api or str(request.base_url).rstrip("/")

    def made(index: Index) -> dict[str, Any]:
        reader = reader_of(request)

        def noted(key: Key) -> None:
            note(index, reader, "key_made", via="api", what=f"{key.key_id} (feeds)")

        key = make_feed_key(index.directory, reader, noted=noted)
        address = f"{base}/feeds/{key.token}"
        return {"key_id": key.key.key_id, "rss": f"{address}/rss", "json_feed": f"{address}/json"}

    return await answered(request, made, kept=False, noted=False, status=201)


@router.delete(
    "/feeds/{key_id}", summary="Revoke a key for feeds", operation_id="deleteFeeds", status_code=204,
    responses=problems(404, 422, 503, 504) | {204: {"description": "revoked"}}, response_class=Response,
)  # fmt: skip
async def revoke_feed(request: Request, key_id: _KeyId) -> Response:
    """One's own: its addresses are nowhere from then on."""

    def revoked(index: Index) -> None:
        reader = reader_of(request)

        def noted(key: Key) -> None:
            note(index, reader, "key_revoked", via="api", what=f"{key.key_id} (feeds)")

        if not reader.name or key_id not in {key.key_id for key in feed_keys_of(index.directory, reader)}:
            raise NotInArchive(f"{key_id}: no such key for feeds; see those that are listed")
        revoke_key(index.directory, key_id, noted=noted)

    await answered(request, revoked, kept=False, noted=False)
    return Response(status_code=204, headers={"cache-control": "no-store"})


@router.get(
    "/feeds/{feed_key}/{form}", summary="What is new, as RSS 2.0 or JSON Feed 1.1", operation_id="feed",
    responses=problems(400, 404, 422, 503, 504) | {
        200: {
            "description": "the feed",
            "headers": {name: {"schema": {"type": "string"}} for name in ("ETag", "Last-Modified")},
            "content": {"application/rss+xml": _TEXT, "application/feed+json": _TEXT},
        },
        304: {"description": "the feed is the one that the ETag in If-None-Match is of, or is not newer"},
    },
    response_class=Response,
)  # fmt: skip
async def read_feed(
    request: Request,
    feed_key: Annotated[str, Path(min_length=1, max_length=100)],
    form: FeedForm,
    question: Annotated[str | None, Query(max_length=100, pattern="^[0-9a-f]+$", description="of this one alone")] = None,
) -> Response:  # fmt: skip
    """The clauses that are news for the owner's saved questions, and those that were; of one question with `question`."""
    addresses: Addresses = request.app.state.addresses

    def work() -> tuple[Feed, str, bool]:
        with feed_index_for(request, feed_key) as (index, reader):
            base = addresses.for_feeds()
            note_generation(index)
            owner = None if question else reader.name
            found = feed(index, form, url=base, owner=owner, question_id=question, reader=reader)
            tag = f'"{hashlib.sha256(found.content).hexdigest()[:32]}"'
            is_known = _is_known(request, tag, found.changed_at)
            if not is_known:
                note_feed(request, index, reader, clause_ids=found.clause_ids, form=form)
            return found, tag, is_known

    found, tag, is_known = await workers_of(request.app).run(work)
    headers = {
        "etag": tag,
        "last-modified": format_datetime(_moment(found.changed_at), usegmt=True),
        "cache-control": "private, no-cache",
        "referrer-policy": "no-referrer",
    }
    if is_known:
        return Response(status_code=304, headers=headers)
    return Response(found.content, headers=headers, media_type=found.media_type)


def _is_known(request: Request, tag: str, changed_at: str) -> bool:
    """Whether the request says that it has the feed already: by ETag, else by the time (RFC 9110, 13.2.2)."""
    if (given := request.headers.get("if-none-match")) is not None:
        return is_among(tag, given)
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and _moment(changed_at) <= since


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(UTC).replace(microsecond=0)


def _object(key: Key) -> dict[str, Any]:
    return {
        "key_id": key.key_id,
        "made_at": key.made_at,
        "expires_at": key.expires_at,
        "used_at": key.used_at,
        "holds": key.holds,
    }
