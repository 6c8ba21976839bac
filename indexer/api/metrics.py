"""What the server counts of itself, in the form that Prometheus reads."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from indexer.records import Manifest

__all__ = ["MEDIA_TYPE", "Metrics"]

MEDIA_TYPE = CONTENT_TYPE_LATEST
# Seconds; a search takes hundredths, precedents of a draft seconds.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counters of one application: routes and methods, never what was asked."""

    def __init__(self) -> None:
        """All counts are zero."""
        self._registry = registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        self._requests = Counter(
            "tiaowen_http_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "tiaowen_http_request_seconds", "Time until the whole reply was sent.", ("method", "route"),
            buckets=_BUCKETS, registry=registry,
        )  # fmt: skip
        self._refused = Counter(
            "tiaowen_http_requests_too_often",
            "Requests refused because they are too many.",
            ("counted",),
            registry=registry,
        )
        self._in_progress = Gauge("tiaowen_http_requests_in_progress", "Requests being answered.", registry=registry)
        self._notices = Gauge("tiaowen_index_notices", "Notices of the live generation.", registry=registry)
        self._clauses = Gauge("tiaowen_index_clauses", "Clauses of the live generation.", registry=registry)
        self._live = Gauge(
            "tiaowen_index_live", "1 for the generation that is live.", ("generation", "encoder"), registry=registry
        )
        self._up = Gauge("tiaowen_index_up", "Whether the live generation can be opened.", registry=registry)

    def begin(self) -> None:
        """A request has come."""
        self._in_progress.inc()

    def end(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """A request has been answered."""
        self._in_progress.dec()
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def refuse(self, counted: str) -> None:
        """A request was refused: too many of a key, of an address, or of wrong keys."""
        self._refused.labels(counted).inc()

    def text(self, live: tuple[str, Manifest] | None) -> bytes:
        """All figures; `live` is the live generation with its manifest, None where it cannot be opened."""
        self._live.clear()
        self._up.set(live is not None)
        if live is not None:
            generation, manifest = live
            self._live.labels(generation, manifest.encoder).set(1)
            self._notices.set(manifest.n_notices)
            self._clauses.set(manifest.n_clauses)
        return generate_latest(self._registry)
