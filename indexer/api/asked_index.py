"""Where a request gets the index that it is answered from, as whoever asks may see it.

Nothing else in this package opens an index or reaches into one around this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI, Request

from indexer.access import Reader
from indexer.audit import Deed
from indexer.index import Index
from indexer.records import Manifest
from indexer.serving.admission import Admission, key_in
from indexer.serving.rates import Shown, own_path, shown_key

__all__ = [
    "feed_index_for", "index_for", "is_open", "keep_admission", "key_shown", "live_state", "note_feed", "note_shown",
    "reader_of", "require_administrator",
]  # fmt: skip

# Of what these addresses show it is written down that it was read; of all others that it was asked for.
_FEED = re.compile(r"/feeds/(?P<key>[^/]+)/[^/]+")
_READ = ("/notices/", "/clauses/")


def keep_admission(application: FastAPI, admission: Admission) -> None:
    """Have the application's requests answered from the index behind this door."""
    application.state.admission = admission


@contextmanager
def index_for(request: Request) -> Iterator[Index]:
    """The index for this request as its reader may see it: one generation, which stays open until the block ends.

    Called in the thread that answers, for opening a new generation takes time. Raises an IndexFault where there is none,
    NotIdentified and AccessDenied for whoever may not read it.
    """
    with _admission(request.app).held(_reader(request)) as index:
        yield index


def note_shown(request: Request, index: Index, shown: object, *, question: str | None = None) -> None:
    """Write down what the request is about to be shown; raises AuditFault where it cannot be."""
    deed: Deed = "read" if own_path(request.scope).startswith(_READ) else "asked"
    _admission(request.app).note(index, _reader(request), deed, question=question, shown=shown)


def reader_of(request: Request) -> Reader:
    """Who asks; raises NotIdentified and AccessDenied for whoever may not."""
    return _reader(request)


@contextmanager
def feed_index_for(request: Request, feed_key: str) -> Iterator[tuple[Index, Reader]]:
    """The index as the owner of the feed may see it, and that owner; raises as `index_for`, and NotInArchive."""
    admission = _admission(request.app)
    reader = admission.feed_reader(feed_key)
    with admission.held(reader) as index:
        yield index, reader


def note_feed(request: Request, index: Index, reader: Reader, *, clause_ids: Sequence[str], form: str) -> None:
    """Write down that a feed is read; raises AuditFault where it cannot be."""
    shown = [{"clause_id": each} for each in clause_ids]
    _admission(request.app).note(index, reader, "read", question=None, shown=shown, what=f"feed {form}")


def key_shown(admission: Admission) -> Callable[[MutableMapping[str, Any]], Shown | None]:
    """What finds the key of a request: in the address of a feed, else in its headers."""
    in_headers = shown_key(admission)

    def shown(scope: MutableMapping[str, Any]) -> Shown | None:
        found = _FEED.fullmatch(own_path(scope))
        return Shown(found["key"], admission.feed_reader, in_address=True) if found else in_headers(scope)

    return shown


def live_state(request: Request) -> tuple[str, Manifest]:
    """The live generation's name and manifest as the reader may see it; raises as `index_for`."""
    with index_for(request) as index:
        return index.generation, index.manifest


def is_open(request: Request) -> bool:
    """Whether nobody has to show who they are."""
    return _admission(request.app).everybody is not None


def require_administrator(request: Request) -> None:
    """Raise NotIdentified or AccessDenied where everybody has to show a key, and this one is no administrator's."""
    if not is_open(request):
        _admission(request.app).may_administer(key_in(request.headers))


def _reader(request: Request) -> Reader:
    """Who asks, looked up once a request."""
    if not hasattr(request.state, "reader"):
        request.state.reader = _admission(request.app).reader(key_in(request.headers))
    reader: Reader = request.state.reader
    return reader


def _admission(application: FastAPI) -> Admission:
    admission: Admission = application.state.admission
    return admission
