"""`/saved`: the questions that whoever asks has saved, and those that others share."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from indexer.access import Reader
from indexer.api.answering import answered
from indexer.api.asked_index import reader_of
from indexer.api.documented import problems
from indexer.api.requests import SavedBody
from indexer.api.shapes import SavedList, SavedQuestion
from indexer.errors import UsageError
from indexer.index import Index
from indexer.saved import SavedQuestion as Question
from indexer.saved import may_change, read_saved, remove, save, seen_by

__all__ = ["router"]

router = APIRouter(tags=["saved"])
# Who removes a question where nobody has to show who they are.
_NOBODY = "API"


@router.get(
    "/saved", summary="Saved questions", operation_id="saved",
    responses=problems(503, 504) | {200: {"model": SavedList, "description": "those that may be seen"}},
)  # fmt: skip
async def saved(request: Request) -> Response:
    """One's own, those that others share, and those from before access was set up; of an administrator's key all."""
    return await answered(request, lambda index: _listed(index, reader_of(request)), kept=False, noted=False)


@router.post(
    "/saved", summary="Save a question", operation_id="postSaved", status_code=201,
    responses=problems(400, 422, 503, 504) | {201: {"model": SavedQuestion, "description": "saved"}},
)  # fmt: skip
async def save_question(request: Request, question: SavedBody) -> Response:
    """What the archive holds by now is no news for it. It is one's own alone unless it is `shared`."""
    return await answered(
        request, lambda index: _saved(index, question, reader_of(request)), kept=False, noted=False, status=201
    )


@router.delete(
    "/saved/{question_id}", summary="Remove a saved question", operation_id="deleteSaved", status_code=204,
    responses=problems(400, 404, 422, 503, 504) | {204: {"description": "removed"}}, response_class=Response,
)  # fmt: skip
async def remove_question(
    request: Request, question_id: Annotated[str, Path(min_length=1, max_length=100, pattern="^[0-9a-f]+$")]
) -> Response:
    """One's own; an administrator's key removes any."""

    def work(index: Index) -> None:
        reader = reader_of(request)
        remove(index.directory, question_id, by=reader.name or _NOBODY, reader=reader, via="api")

    await answered(request, work, kept=False, noted=False)
    return Response(status_code=204, headers={"cache-control": "no-store"})


def _listed(index: Index, reader: Reader) -> dict[str, Any]:
    on_file = seen_by(read_saved(index.directory), reader)
    return {"questions": [_object(question, reader) for question in on_file.of(None)]}


def _saved(index: Index, question: SavedBody, reader: Reader) -> dict[str, Any]:
    owner = question.owner or reader.name
    if not owner:
        raise UsageError("nobody has to show a key here; say by `owner` whose question it is")
    made = save(
        index, question.q, owner=owner, filters=question.filters(), without=tuple(dict.fromkeys(question.without)),
        reader=reader, shared=question.shared, via="api",
    )  # fmt: skip
    return _object(made, reader)


def _object(question: Question, reader: Reader) -> dict[str, Any]:
    filters = question.filters
    return {
        "question_id": question.question_id,
        "text": question.text,
        "filters": {
            "places": list(filters.places),
            "years": list(filters.years) if filters.years else None,
            "levels": list(filters.levels),
            "units": list(filters.units),
            "kinds": list(filters.kinds),
        },
        "without": list(question.without),
        "owner": question.owner,
        "created_at": question.created_at,
        "shared": question.shared,
        "changeable": may_change(question, reader),
    }
