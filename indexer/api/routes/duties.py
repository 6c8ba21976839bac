"""`/duties`: the tasks of a unit under every name it has had, or of a notice."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from indexer.api.answering import Paged, answered, page_headers
from indexer.api.documented import ok, problems
from indexer.api.requests import DutiesQuestion
from indexer.api.shapes import Breakdown, UnitDuties
from indexer.duties import duties_of_unit, find_notice, find_unit, tasks_of
from indexer.errors import UsageError
from indexer.index import Index
from indexer.json_duties import breakdown_object, unit_duties_object
from indexer.named_filters import filters_named, roles_named

__all__ = ["router"]

router = APIRouter(tags=["duties"])


@router.get(
    "/duties",
    summary="List the tasks of a unit or of a notice",
    operation_id="duties",
    responses=ok(UnitDuties | Breakdown) | problems(400, 404, 409, 422, 503, 504),
)
async def duties(request: Request, question: Annotated[DutiesQuestion, Query()]) -> Response:
    """Either `unit` or `notice`; `n_tasks` counts all tasks, `tasks` are those of the page."""
    if (question.unit is None) == (question.notice is None):
        raise UsageError("give either unit or notice")
    if question.notice is not None and (question.place or question.year or question.level or question.role):
        raise UsageError("place, year, level and role go with unit; a notice is named outright")
    return await answered(
        request,
        lambda index: _page(request, _duties(index, question), question),
        question=question.unit or question.notice,
    )


def _duties(index: Index, question: DutiesQuestion) -> dict[str, Any]:
    if question.unit is None:
        notice = find_notice(index, question.notice or "")
        return breakdown_object(notice, tasks_of(notice))
    filters = filters_named(places=question.place, year=question.year, levels=question.level)
    unit = find_unit(index, question.unit)
    return unit_duties_object(duties_of_unit(index, unit, filters=filters, roles=roles_named(question.role)))


def _page(request: Request, found: dict[str, Any], question: DutiesQuestion) -> Paged:
    headers = page_headers(request, len(found["tasks"]), offset=question.offset, limit=question.limit)
    return Paged(found | {"tasks": found["tasks"][question.offset : question.offset + question.limit]}, headers)
