"""The archive as an assistant meets it: a tool that is called over HTTP."""

from __future__ import annotations

from typing import Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.event_loop import run_to_end

__all__ = ["found_by_mcp"]


def found_by_mcp(address: str, key: str | None, query: str) -> Any:  # noqa: ANN401 (what the tool gives)
    """What an assistant with the key is given for a search."""

    async def found() -> Any:  # noqa: ANN401
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            return await client.call_tool("search_clauses", {"query": query, "k": 20})

    return run_to_end(found)
