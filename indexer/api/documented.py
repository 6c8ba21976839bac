"""What the OpenAPI document says of replies: their models, examples over the sample notices, and the problems."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from indexer.api.examples import examples
from indexer.api.problems import KINDS, MEDIA_TYPE
from indexer.api.shapes import Problem

__all__ = ["ASK_EVENTS", "DESCRIPTION", "TAGS", "completed", "ok", "problems"]

Responses: TypeAlias = dict[int | str, dict[str, Any]]

DESCRIPTION: Final = """Semantic search and answers over an archive of policy notices: clauses, each with the units responsible.

Objects are those of the command line's `--json`. Every reply is made from one generation of the archive; its `ETag`
changes with the generation, and `If-None-Match` is answered with 304. Mistakes are problem details (RFC 9457)."""
TAGS: Final = [
    {"name": "questions", "description": "clauses that are found, and answers with located quotations"},
    {"name": "precedents", "description": "who wrote a draft's clauses before"},
    {"name": "duties", "description": "tasks of a unit or of a notice"},
    {"name": "notices", "description": "what the archive holds"},
    {"name": "saved", "description": "saved questions, and feeds of what is new for them"},
    {"name": "running", "description": "for whoever runs the server"},
]
ASK_EVENTS: Final = {
    "text/event-stream": {
        "schema": {"type": "string"},
        "example": "event: answer\ndata: {…}\n\nevent: sentence\ndata: {…}\n\nevent: written\ndata: {…}\n\nevent: end\ndata: {}\n\n",
    }
}
_HEADERS: Final = {
    "ETag": {"description": "changes with the generation of the archive", "schema": {"type": "string"}},
    "Link": {"description": "the next page and the one before (RFC 8288)", "schema": {"type": "string"}},
}

# Fields of draft-ietf-httpapi-ratelimit-headers; sent with every reply where a rate holds.
_RATES: Final = {
    "Retry-After": {"description": "seconds after which there is a place again", "schema": {"type": "integer"}},
    "RateLimit-Policy": {"description": 'the rate: `"key";q=600;w=60`', "schema": {"type": "string"}},
    "RateLimit": {"description": 'what is left, and until when: `"key";r=0;t=12`', "schema": {"type": "string"}},
}


def ok(model: Any, *, other: dict[str, Any] | None = None) -> Responses:  # noqa: ANN401 (a model, or several)
    """The reply to a request that can be answered, as JSON and, where `other` says so, in another form."""
    return {
        200: {"model": model, "description": "found", "headers": _HEADERS, "content": other or {}},
        304: {"description": "the archive is the one that the ETag in If-None-Match is of"},
    }


def problems(*statuses: int) -> Responses:
    """The problems that an address may reply with, beside those of every address."""
    return {
        status: {
            "description": "; ".join(title for _, (of, title) in KINDS.items() if of == status),
            **({"headers": _RATES} if status == 429 else {}),
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
        }
        for status in sorted({*statuses, 401, 403, 405, 408, 413, 429, 500})
    }


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The framework's document with the problems that its replies refer to, and with examples of replies.

    Neither is possible before: the framework declares its own form of mistakes, and leaves nulls out of examples.
    """
    schemas = document["components"]["schemas"]
    schemas[Problem.__name__] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schemas[Problem.__name__].pop("$defs", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for operations in document["paths"].values():
        for operation in operations.values():
            name = operation["operationId"].removeprefix("post").lower()
            if name in examples():
                operation["responses"]["200"]["content"]["application/json"]["example"] = examples()[name]["reply"]
    return document
