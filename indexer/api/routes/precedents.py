"""`/precedents`: who wrote a draft's clauses before, and from whom each took it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import RootModel

from indexer.api.answering import answered
from indexer.api.documented import ok, problems
from indexer.api.requests import Draft, DraftBody
from indexer.api.shapes import ClausePrecedents
from indexer.index import Index
from indexer.json_precedents import precedent_object
from indexer.precedents import draft_of_text, precedents_of_draft

__all__ = ["router"]

router = APIRouter(tags=["precedents"])


class PrecedentsList(RootModel[list[ClausePrecedents]]):
    """Of each clause of the draft that says something, in its order."""


_RESPONSES = ok(PrecedentsList) | problems(400, 404, 422, 503, 504)


@router.get("/precedents", summary="Find who wrote a sentence before", operation_id="precedents", responses=_RESPONSES)
async def precedents_by_address(request: Request, draft: Annotated[Draft, Query()]) -> Response:
    """The precedents of each clause: copied, adapted or only similar, with the earliest source and a word-level diff."""
    return await answered(request, lambda index: _precedents(index, draft), question=draft.text)


@router.post(
    "/precedents", summary="The same, with the draft in the body", operation_id="postPrecedents", responses=_RESPONSES
)
async def precedents_by_body(request: Request, draft: DraftBody) -> Response:
    """A posted draft may be a whole notice."""
    return await answered(request, lambda index: _precedents(index, draft), kept=False, question=draft.text)


def _precedents(index: Index, draft: Draft) -> list[dict[str, Any]]:
    written = draft_of_text(draft.text)
    baseline = index.clause(draft.baseline) if draft.baseline else None
    return [
        precedent_object(found, index, baseline)
        for found in precedents_of_draft(index, written, k=draft.k, filters=draft.filters(), field=draft.field)
    ]
