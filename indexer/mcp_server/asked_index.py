"""Where a tool's call gets the index that it is answered from.

Nothing else in this package opens an index, so access control has one place to stand: `index_for` may give a view of the
index that shows a reader what that reader may see, or raise.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from mcp.server.mcpserver import Context

from indexer.index import Index
from indexer.serving.live_index import LiveIndex

__all__ = ["Call", "index_for"]

Call: TypeAlias = Context[Any, Any]


@contextmanager
def index_for(live: LiveIndex, call: Call) -> Iterator[Index]:
    """The index for this call: one generation, which stays open until the block ends.

    Over HTTP `call.request_context.request` has the headers of the request. Raises an IndexFault where there is no index.
    """
    with live.held() as index:
        yield index
