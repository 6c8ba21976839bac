"""`/notices` and `/clauses`: what the archive holds."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from indexer.api.answering import Paged, answered, page_headers
from indexer.api.documented import ok, problems
from indexer.api.requests import NoticesQuestion
from indexer.api.shapes import ClauseInNotice, NoticeFull, NoticeList
from indexer.catalogue import Catalogued, catalogue, found, sorted_by
from indexer.found import links_and_titles
from indexer.index import Index
from indexer.json_duties import head_object
from indexer.json_shapes import clause_object, link_objects, notice_object

__all__ = ["router"]

router = APIRouter(tags=["notices"])

_Id = Annotated[str, Path(min_length=1, max_length=200)]


@router.get(
    "/notices", summary="List notices", operation_id="notices",
    responses=ok(NoticeList) | problems(400, 422, 503, 504),
)  # fmt: skip
async def notices(request: Request, question: Annotated[NoticesQuestion, Query()]) -> Response:
    """Notices without what they say, a page at a time; `Link` has the next page."""
    return await answered(request, lambda index: _listed(request, index, question), question=question.text)


@router.get(
    "/notices/{doc_id}", summary="A notice with its body and clauses", operation_id="notice",
    responses=ok(NoticeFull) | problems(404, 422, 503, 504),
)  # fmt: skip
async def notice(request: Request, doc_id: _Id) -> Response:
    """The object of `parse`, and what the notice is to others of the archive."""
    return await answered(request, lambda index: _notice(index, doc_id))


@router.get(
    "/clauses/{clause_id}", summary="A clause, and the notice it stands in", operation_id="clause",
    responses=ok(ClauseInNotice) | problems(404, 422, 503, 504),
)  # fmt: skip
async def clause(request: Request, clause_id: _Id) -> Response:
    """A clause as in `parse`, with its notice's head and what became of the notice."""
    return await answered(request, lambda index: _clause(index, clause_id))


def _listed(request: Request, index: Index, question: NoticesQuestion) -> Paged:
    passing = sorted_by(
        found(
            index, catalogue(index), text=question.text or "", filters=question.filters(), validities=question.validity
        ),
        question.order,
    )
    shown = passing[question.offset : question.offset + question.limit]
    return Paged(
        {"n_notices": len(passing), "notices": [_listed_object(each) for each in shown]},
        page_headers(request, len(passing), offset=question.offset, limit=question.limit),
    )


def _listed_object(each: Catalogued) -> dict[str, Any]:
    return head_object(each.head) | {
        "kind": each.head.kind,
        "validity": each.validity,
        "n_clauses": each.n_clauses,
        "n_units": each.n_units,
    }


def _notice(index: Index, doc_id: str) -> dict[str, Any]:
    return notice_object(index.notice(doc_id)) | {"links": _links(index, doc_id)}


def _clause(index: Index, clause_id: str) -> dict[str, Any]:
    clause = index.clause(clause_id)
    head = head_object(index.notice(clause.doc_id))
    return clause_object(clause) | {"notice": head, "links": _links(index, clause.doc_id)}


def _links(index: Index, doc_id: str) -> list[dict[str, Any]]:
    return link_objects(links_and_titles(index, [doc_id])[doc_id])
