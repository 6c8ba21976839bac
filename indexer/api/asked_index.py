"""Where a request gets the index that it is answered from.

Nothing else in this package opens an index or reaches into one around this module, so access control has one place to
stand: `index_for` may give a view of the index that shows a reader what that reader may see, or raise.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI, Request

from indexer.index import Index
from indexer.records import Manifest
from indexer.serving.live_index import LiveIndex

__all__ = ["index_for", "keep_live_index", "live_state"]


def keep_live_index(application: FastAPI, live: LiveIndex) -> None:
    """Have the application's requests answered from this index."""
    application.state.live_index = live


@contextmanager
def index_for(request: Request) -> Iterator[Index]:
    """The index for this request: one generation, which stays open until the block ends.

    Called in the thread that answers, for opening a new generation takes time. Raises an IndexFault where there is none.
    """
    with _live_index(request.app).held() as index:
        yield index


def live_state(application: FastAPI) -> tuple[str, Manifest]:
    """The live generation's name and manifest, which say how much there is and nothing of what notices say."""
    with _live_index(application).held() as index:
        return index.generation, index.manifest


def _live_index(application: FastAPI) -> LiveIndex:
    live: LiveIndex = application.state.live_index
    return live
