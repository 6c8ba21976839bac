"""Where a tool's call gets the index that it is answered from, as whoever calls may see it.

Nothing else in this package opens an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from mcp.server.mcpserver import Context

from indexer.access import Reader
from indexer.index import Index
from indexer.serving.admission import Admission, key_in

__all__ = ["Call", "index_for"]

Call: TypeAlias = Context[Any, Any]


@contextmanager
def index_for(admission: Admission, call: Call) -> Iterator[tuple[Index, Reader]]:
    """The index for this call and who calls: one generation, which stays open until the block ends.

    Raises an IndexFault where there is no index, NotIdentified and AccessDenied for whoever may not read it.
    """
    request = call.request_context.request  # None over stdin and stdout, where everybody is let in
    reader = admission.reader(None if request is None else key_in(request.headers))
    with admission.held(reader) as index:
        yield index, reader
