"""The archive over HTTP: the records of the command line as JSON, with OpenAPI, limits, metrics and an access log.

| module | idea |
|---|---|
| `application` | everything put together, one application for one index |
| `asked_index` | where a request gets its index: the one place to put access control in front of |
| `answering` | what a request asks, done in a bounded pool, as JSON with an ETag, a page at a time |
| `routes/` | addresses by subject: questions, precedents, duties, notices, what runs |
| `requests` | what may be asked, each field with its bounds |
| `shapes` | what comes back, for the OpenAPI document; a test holds it equal to `indexer/json_shapes.py` |
| `examples` | questions over the sample notices and their answers, for the document |
| `problems` | what goes wrong, in the one form of RFC 9457 |
| `bodies`, `limits` | bodies that are too large or too slow; every bound |
| `events` | an answer as it is written, by server-sent events |
| `metrics`, `access_log` | what is counted, and a line a request |
"""

from __future__ import annotations

from indexer.api.limits import Limits

__all__ = ["Limits"]
