"""`/search` and `/ask`: clauses that are found, and answers with located quotations."""

from __future__ import annotations

from collections import deque
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from indexer.api.answering import answered, streams_of
from indexer.api.documented import ASK_EVENTS, ok, problems
from indexer.api.events import streamed_answer, wants_events
from indexer.api.requests import AskBody, AskQuestion, SearchBody, SearchQuestion
from indexer.api.shapes import AskResult, SearchResult
from indexer.errors import UsageError
from indexer.found import clauses_and_notices, links_and_titles
from indexer.index import Index
from indexer.json_shapes import answer_object, search_object, written_object
from indexer.records import Answer
from indexer.rewriting import Endpoint, write
from indexer.search import ask, search

__all__ = ["router"]

router = APIRouter(tags=["questions"])
_SEARCH = ok(SearchResult) | problems(400, 422, 503, 504)
_ASK = ok(AskResult, other=ASK_EVENTS) | problems(400, 422, 503, 504)


@router.get("/search", summary="Find clauses by meaning and words", operation_id="search", responses=_SEARCH)
async def search_by_address(request: Request, question: Annotated[SearchQuestion, Query()]) -> Response:
    """The clauses that fit best, best first, each with its notice, its units and what became of the notice."""
    return await answered(request, lambda index: _found(index, question), question=question.q)


@router.post("/search", summary="The same, with the question in the body", operation_id="postSearch", responses=_SEARCH)
async def search_by_body(request: Request, question: SearchBody) -> Response:
    """A posted question stands in no log of a proxy and may be as long as it likes within its bounds."""
    return await answered(request, lambda index: _found(index, question), kept=False, question=question.q)


@router.get("/ask", summary="Answer a question, or say why not", operation_id="ask", responses=_ASK)
async def ask_by_address(request: Request, question: Annotated[AskQuestion, Query()]) -> Response:
    """Units with roles, targets, or the sentences that answer, each a located quotation; or a reason for silence.

    With `llm=true` also what the server's language model makes of the answer; with `Accept: text/event-stream` as it
    is written.
    """
    return await _asked(request, question)


@router.post("/ask", summary="The same, with the question in the body", operation_id="postAsk", responses=_ASK)
async def ask_by_body(request: Request, question: AskBody) -> Response:
    """A posted question stands in no log of a proxy."""
    return await _asked(request, question)


async def _asked(request: Request, question: AskQuestion) -> Response:
    endpoint: Endpoint | None = request.app.state.endpoint if question.llm else None
    if question.llm and endpoint is None:
        raise UsageError("this server has no language model; ask without llm")
    if wants_events(request):
        return await streamed_answer(
            request,
            lambda index: ask(index, question.query(), k=question.k),
            show=_answer,
            endpoint=endpoint,
            question=question.q,
        )
    if endpoint is None:
        kept = request.method == "GET"
        return await answered(request, lambda index: _answered(index, question), kept=kept, question=question.q)
    return await answered(
        request,
        lambda index: _rewritten(index, question, endpoint),
        kept=False,
        workers=streams_of(request.app),
        question=question.q,
    )


def _found(index: Index, question: SearchQuestion) -> dict[str, Any]:
    query = question.query()
    hits = search(index, query, k=question.k, mode=question.mode)
    clauses, notices = clauses_and_notices(index, hits)
    links = links_and_titles(index, notices)
    return search_object(query.query_id, query.text, hits, clauses=clauses, notices=notices, links=links)


def _answered(index: Index, question: AskQuestion) -> dict[str, Any]:
    return _answer(index, ask(index, question.query(), k=question.k))


def _answer(index: Index, answer: Answer) -> dict[str, Any]:
    clauses, notices = clauses_and_notices(index, answer.hits)
    return answer_object(answer, clauses=clauses, notices=notices, links=links_and_titles(index, notices))


def _rewritten(index: Index, question: AskQuestion, endpoint: Endpoint) -> dict[str, Any]:
    answer = ask(index, question.query(), k=question.k)
    whole = deque(write(index, answer, endpoint), maxlen=1)  # the last of what stands so far
    return _answer(index, answer) | {"written": written_object(whole[0]) if whole else None}
