"""A line a request in the log, its figures in the metrics, its id in the reply; what fails unforeseen becomes a problem.

Neither the question nor the query string is written down, as everywhere in the logs: only which route was asked.
"""

from __future__ import annotations

import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indexer.api.metrics import Metrics
from indexer.api.problems import problem_of
from indexer.logs import told

__all__ = ["AccessLog"]

_LOG = logging.getLogger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
_GONE = 499  # as other servers write it down: the client left before there was a reply
# Nothing of a reply is run or framed by a browser; the page of documentation has a policy of its own.
_POLICY = "default-src 'none'; frame-ancestors 'none'"


class AccessLog:
    """The outermost layer of the application."""

    def __init__(self, application: ASGIApp, *, metrics: Metrics) -> None:
        self._application, self._metrics = application, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, and write down how it went."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        began = time.monotonic()
        status, n_bytes = _GONE, 0

        async def counted(message: Message) -> None:
            nonlocal status, n_bytes
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                headers["x-content-type-options"] = "nosniff"
                headers.setdefault("content-security-policy", _POLICY)
            n_bytes += len(message.get("body", b""))
            await send(message)

        self._metrics.begin()
        try:
            await self._application(scope, receive, counted)
        except Exception as error:
            reply = problem_of(error, request_id)  # and logged
            if status == _GONE:
                await reply(scope, receive, counted)
        finally:
            # An address that there is not and a method that somebody made up would be series without end.
            route = getattr(scope.get("route"), "path", "(none)")
            method = scope["method"] if scope["method"] in _METHODS else "(other)"
            seconds = time.monotonic() - began
            self._metrics.end(method=method, route=route, status=status, seconds=seconds)
            _LOG.info(
                "%s %s %d %.0f ms", method, route, status, seconds * 1000,
                extra=told(
                    request_id=request_id, method=method, route=route, status=status, bytes=n_bytes,
                    ms=round(seconds * 1000, 1),
                ),
            )  # fmt: skip
