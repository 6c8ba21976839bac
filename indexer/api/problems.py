"""What goes wrong, as problem details (RFC 9457): one form for every mistake, without a path or a trace of this machine.

A `type` is `urn:tiaowen:problem:` and one of the names in `KINDS`; it is what a program should look at.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from indexer.errors import (
    AccessDenied,
    AuditFault,
    EncoderError,
    IndexFault,
    NoticeAmbiguous,
    NotIdentified,
    NotInArchive,
    Overloaded,
    TiaowenError,
    TooManyRequests,
    TooSlow,
    UnitUnsettled,
    UsageError,
)
from indexer.logs import in_one_line, told

__all__ = ["KINDS", "MEDIA_TYPE", "TYPE", "problem", "problem_of", "report_problems"]

_LOG = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:tiaowen:problem:"
# By name: the status, and what the problem is in a few words.
KINDS: Final[Mapping[str, tuple[int, str]]] = {
    "impossible": (400, "What is asked for is impossible"),
    "not-json": (400, "The body is not JSON"),
    "not-identified": (401, "Nobody is let in without a key"),
    "not-allowed": (403, "This may not be done with this key"),
    "not-found": (404, "There is no such thing"),
    "method-not-allowed": (405, "The address does not take this method"),
    "body-too-slow": (408, "The body did not arrive in time"),
    "ambiguous": (409, "The name stands for several"),
    "body-too-large": (413, "The body is too large"),
    "invalid": (422, "A parameter is missing, unknown or out of bounds"),
    "too-often": (429, TooManyRequests.title),
    "fault": (500, "The server has a fault"),
    "busy": (503, "The server is busy"),
    "index-unavailable": (503, "The archive cannot be asked now"),
    "too-slow": (504, "The answer took too long"),
}
_OF_STATUS = {400: "not-json", 404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}
# Said in place of messages that name files and commands of the machine; the log has those.
_UNAVAILABLE = (
    "the archive cannot be asked at the moment; ask again later, or tell whoever runs the server to see its log"
)
_FAULT = "this request cannot be answered; tell whoever runs the server, with the X-Request-ID of this reply"


def problem(kind: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """The reply for a problem of a kind; `more` are members beside those of the standard."""
    status, title = KINDS[kind]
    body = {"type": TYPE + kind, "title": title, "status": status, "detail": in_one_line(detail)} | more
    return Response(
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        status,
        {"cache-control": "no-store", **(headers or {})},
        MEDIA_TYPE,
    )


def problem_of(error: Exception, request_id: str = "") -> Response:
    """The reply for an error of the library, or for a fault of the program, which is logged with its trace."""
    match error:
        case UnitUnsettled():
            return problem("ambiguous" if error.several else "not-found", str(error), names=list(error.names))
        case NotInArchive():
            return problem("not-found", str(error))
        case NoticeAmbiguous():
            return problem("ambiguous", str(error))
        case NotIdentified():
            return problem("not-identified", str(error), headers={"www-authenticate": "Bearer"})
        case AccessDenied():
            return problem("not-allowed", str(error))
        case UsageError():
            return problem("impossible", str(error))
        case Overloaded():
            return problem("busy", str(error), headers={"retry-after": str(error.retry_after)})
        case TooManyRequests():
            return problem("too-often", str(error), headers={"retry-after": str(error.retry_after)})
        case TooSlow():
            return problem("too-slow", str(error))
        case EncoderError() | IndexFault() | AuditFault():
            _LOG.error("%s", error)
            return problem("index-unavailable", _UNAVAILABLE)
        case _:
            _LOG.error("request %s failed", request_id, exc_info=error, extra=told(request_id=request_id))
            return problem("fault", _FAULT)


def report_problems(application: FastAPI) -> None:
    """Have every error of the application become a problem."""

    def library_error(_: Request, error: Exception) -> Response:
        return problem_of(error)

    application.add_exception_handler(TiaowenError, library_error)
    application.add_exception_handler(RequestValidationError, _validation_error)
    application.add_exception_handler(HTTPException, _http_error)


def _validation_error(_: Request, error: Exception) -> Response:
    """Every parameter that is wrong, by its place; what was given is not repeated."""
    assert isinstance(error, RequestValidationError)
    found: list[dict[str, Any]] = [
        {"where": ".".join(map(str, each["loc"])), "message": each["msg"]} for each in error.errors()
    ]
    if any(each["type"] == "json_invalid" for each in error.errors()):
        return problem("not-json", "the body is not JSON; send one object in UTF-8")
    detail = "; ".join(f"{each['where']}: {each['message']}" for each in found)
    return problem("invalid", detail, errors=found)


def _http_error(request: Request, error: Exception) -> Response:
    """What the framework refuses: an unknown address, a method."""
    assert isinstance(error, HTTPException)
    kind = _OF_STATUS.get(error.status_code)
    if kind is None:
        phrase = HTTPStatus(error.status_code).phrase
        return problem("impossible" if error.status_code < 500 else "fault", phrase, headers=error.headers)
    if kind == "method-not-allowed":
        allowed = ", ".join(_methods(request))
        return problem(kind, f"this address takes {allowed} only", headers={"allow": allowed})
    details = {
        "not-json": "the body is not JSON that can be read; send one object in UTF-8",
        "not-found": "there is nothing at this address; see /openapi.json for those there are",
    }
    return problem(kind, details.get(kind, KINDS[kind][1]), headers=error.headers)


def _methods(request: Request) -> list[str]:
    """The methods that the address takes; the framework knows only those of its first route."""
    application: FastAPI = request.app
    path = getattr(request.scope.get("route"), "path", "")
    return [method.upper() for method in application.openapi()["paths"].get(path, {"get": None})]
