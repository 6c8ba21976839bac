"""Bodies of requests, taken in whole before anything is done with them: neither too large nor too slow."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indexer.api.problems import problem

__all__ = ["BodyLimit"]


class BodyLimit:
    """Gives the application bodies that have arrived, and refuses the others with a problem."""

    def __init__(self, application: ASGIApp, *, most_bytes: int, seconds: float) -> None:
        self._application, self._most_bytes, self._seconds = application, most_bytes, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the body, then let the application answer."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        try:
            if length.isdecimal() and int(length) > self._most_bytes:
                raise ValueError
            async with asyncio.timeout(self._seconds):
                body = await self._whole(receive)
        except ValueError:
            # Closing tells a client that it need not send the rest.
            refusal = problem(
                "body-too-large",
                f"a body may have {self._most_bytes} bytes; send less",
                headers={"connection": "close"},
            )
            await refusal(scope, receive, send)
            return
        except TimeoutError:
            refusal = problem(
                "body-too-slow", f"the body was not there within {self._seconds:g} s", headers={"connection": "close"}
            )
            await refusal(scope, receive, send)
            return
        if body is None:  # the client has gone
            return
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._application(scope, replay, send)

    async def _whole(self, receive: Receive) -> bytes | None:
        """The body; None where the client has gone. Raises ValueError where it is too large."""
        taken = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            taken += message.get("body", b"")
            if len(taken) > self._most_bytes:
                raise ValueError
            if not message.get("more_body"):
                return bytes(taken)
