"""The HTTP API under several clients at once: whether each gets the right reply, how long they wait, what memory the server takes.

`python -m bench.api_load [--clients 20] [--minutes 10] [--report FILE]` starts `python -m indexer serve` over an index of the
sample notices with access set up: a third of the clients has a reader's key, a third an editor's, a third an
administrator's, and each is shown its part. One client alone asks everything first, with each of the keys; then all ask at
once without a pause, each over a connection of its own, operations mixed at random. One request in four that was asked before
carries the ETag of its reply. A reply that is not the one that the client alone was given, status and body, is counted as
different. One JSON object is printed; exit status 1 where there was an error or a different reply, or where the server's
memory grew beyond its bound.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from bench.load import FILTERS, MOST_GROWTH_MB, QUESTIONS, Asking, ask_at_once, percentile
from bench.load_report import LoadReport
from bench.memory import megabytes
from eval.tables import Table
from indexer.access.keys import make_key
from indexer.access.roles import RoleName
from tests.api_server import running, until_ready
from tests.app_fixture import build_samples

__all__ = ["ApiLoad", "Call", "Waited", "measure", "measure_samples", "tables"]

ROLES: tuple[RoleName, ...] = ("reader", "editor", "admin")
# One notice in five is not for readers; editors see it, and only administrators what is marked as not public.
ACCESS = """\
[[collection]]
name = "内部"
files = ["s?0_*", "s?5_*"]

[reads]
reader = ["public"]
editor = ["public", "内部"]
"""
DRAFTS = (
    "养老机构用水、用电执行居民生活类价格。",
    "一、支持物流企业发展。对新增的物流企业给予补贴，由市商务局牵头。\n二、发展夜间经济，由市文旅局负责。",
    "鼓励社会力量举办养老服务机构，由市民政局牵头，市财政局配合。",
)
UNITS = ("市民政局", "市商务局", "市发展改革委")
_EACH = 12  # notices, and clauses, that are asked for by their ids
_SECONDS = 120.0  # for a reply; the server gives up before
_SECONDS_TO_LOAD = 600.0  # the encoder, on a machine that does much else besides
_ASKED_WITH_TAG = 0.25


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as it is sent."""

    operation: str  # GET /search …
    path: str
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Waited:
    """How long replies of one operation took, in milliseconds."""

    operation: str
    asked: int
    unchanged: int  # of these, replies 304
    p50_one: float
    p95_one: float
    p50_all: float
    p95_all: float


@dataclass(frozen=True, slots=True)
class ApiLoad:
    """What came of it; times in milliseconds, memory of the server in megabytes."""

    clients: int
    seconds: float
    asked: int
    a_second: float
    unchanged: int
    errors: tuple[str, ...]
    different: int  # replies that are not what a client alone was given
    operations: tuple[Waited, ...]
    memory_before: float  # after one client has asked everything with every key
    memory_after_a_third: float
    memory_most: float
    memory_after: float
    memory_growth: float

    @property
    def holds(self) -> bool:
        """Whether everybody was given what one alone is, within the bound of memory."""
        return not self.errors and not self.different and self.memory_growth <= MOST_GROWTH_MB


class _Client:
    """A program that keeps its connection, and of each reply the ETag with what came with it."""

    def __init__(self, address: str, key: str, *, seed: int | None = None) -> None:
        """Without a seed it never asks whether what it has has changed."""
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_SECONDS)
        self._headers = {"Authorization": f"Bearer {key}"}
        self._kept: dict[Call, tuple[str, tuple[int, bytes]]] = {}
        self._chance = None if seed is None else random.Random(seed)
        self.unchanged: list[str] = []  # operations

    def reply(self, call: Call) -> tuple[int, bytes]:
        """Status and body; for a reply 304 those that it says to have kept. Raises RuntimeError for what no client expects."""
        headers, kept = dict(self._headers), self._kept.get(call)
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        asks = kept is not None and self._chance is not None and self._chance.random() < _ASKED_WITH_TAG
        if kept is not None and asks:
            headers["If-None-Match"] = kept[0]
        try:
            self._connection.request("GET" if call.body is None else "POST", call.path, call.body, headers)
            reply = self._connection.getresponse()
            body = reply.read()
        except Exception:
            self.close()
            raise
        if reply.status == 304 and kept is not None and asks and not body:
            self.unchanged.append(call.operation)
            return kept[1]
        if asks or reply.status not in (200, 404):
            raise RuntimeError(f"replied {reply.status}: {body[:200].decode(errors='replace')}")
        if reply.status == 200 and call.body is None and (tag := reply.getheader("etag")):
            self._kept[call] = (tag, (reply.status, body))
        return reply.status, body

    def close(self) -> None:
        """Close the connection; the server would, were it idle for long. The next request opens another."""
        self._connection.close()


def _get(operation: str, path: str, **parameters: object) -> Call:
    return Call(f"GET {operation}", path + (f"?{urlencode(parameters, doseq=True)}" if parameters else ""))


def _searches(questions: Sequence[str]) -> Iterator[Call]:
    """Every question in every mode by address, and once in a body; filters in turn."""
    filters = cycle(FILTERS)
    for question in questions:
        for mode in ("hybrid", "lexical", "dense"):
            chosen = next(filters)
            named = {"place": chosen.places, "unit": chosen.units}
            yield _get(
                "/search", "/search", q=question, mode=mode, **{name: each for name, each in named.items() if each}
            )
        yield Call("POST /search", "/search", json.dumps({"q": question, "k": 5}).encode())


def calls_over(notices: Sequence[str], clauses: Sequence[str], *, questions: Sequence[str] = QUESTIONS) -> list[Call]:
    """The requests that all make, with the ids of some notices and clauses."""
    calls = [*_searches(questions), *(_get("/ask", "/ask", q=question) for question in questions)]
    calls += [Call("POST /precedents", "/precedents", json.dumps({"text": draft, "k": 3}).encode()) for draft in DRAFTS]
    calls += [_get("/duties", "/duties", unit=unit, limit=10, offset=offset) for unit in UNITS for offset in (0, 10)]
    calls += [_get("/notices", "/notices", limit=10, offset=offset, order="oldest") for offset in range(0, 50, 10)]
    calls += [_get("/notices/{doc_id}", f"/notices/{quote(doc_id)}") for doc_id in notices]
    calls += [_get("/clauses/{clause_id}", f"/clauses/{quote(clause_id)}") for clause_id in clauses]
    return [*calls, _get("/health", "/health")]


def _ids(client: _Client) -> tuple[list[str], list[str]]:
    """Some notices of whoever asks, and a clause of each."""
    _, body = client.reply(_get("/notices", "/notices", limit=500, order="title"))
    listed = [each["doc_id"] for each in json.loads(body)["notices"] if each["n_clauses"]]
    notices = listed[:: max(1, len(listed) // _EACH)][:_EACH]
    bodies = [client.reply(_get("/notices/{doc_id}", f"/notices/{quote(doc_id)}"))[1] for doc_id in notices]
    client.close()
    return notices, [json.loads(body)["clauses"][-1]["clause_id"] for body in bodies]


def measure(
    index: Path, keys: Mapping[str, str], *, clients: int, seconds: float, questions: Sequence[str] = QUESTIONS
) -> ApiLoad:
    """What one client and then all are given by a server over the index; `keys` are by role, one of an `admin` among them."""
    with running("serve", "--index", index, "--port", "0") as server:
        until_ready(server.address, key=keys["admin"], seconds=_SECONDS_TO_LOAD)
        alone = {role: _Client(server.address, key) for role, key in keys.items()}
        calls = calls_over(*_ids(alone["admin"]), questions=questions)
        one: list[tuple[Call, float]] = []
        expected = {role: _given_alone(client, calls, one) for role, client in alone.items()}
        memory = lambda: megabytes("VmRSS", server.process.pid)  # noqa: E731
        before = memory()
        at_once = [
            _Client(server.address, key, seed=seed)
            for seed, key in zip(range(clients), cycle(keys.values()), strict=False)
        ]
        asking = [
            Asking(calls, expected[role], client.reply, seed=seed, seconds=seconds)
            for seed, (role, client) in enumerate(zip(cycle(keys), at_once, strict=False))
        ]
        took, taken = ask_at_once(asking, memory)
        after = memory()
        for client in at_once:
            client.close()
    every = [each for thread in asking for each in thread.times]
    unchanged = [operation for client in at_once for operation in client.unchanged]
    return ApiLoad(
        clients=clients, seconds=round(took, 1), asked=len(every), a_second=round(len(every) / took, 1), unchanged=len(unchanged),
        errors=tuple(error for thread in asking for error in thread.errors), different=sum(thread.different for thread in asking),
        operations=_waited(every, one, unchanged),
        memory_before=round(before, 1), memory_after_a_third=round(taken[len(taken) // 3], 1), memory_most=round(max(taken), 1),
        memory_after=round(after, 1), memory_growth=round(max(taken) - before, 1),
    )  # fmt: skip


def _given_alone(client: _Client, calls: Sequence[Call], times: list[tuple[Call, float]]) -> list[object]:
    """What the client is given while nobody else asks; what it waited goes into `times`, once everything is loaded."""
    for call in calls:
        client.reply(call)
    given: list[object] = []
    for call in calls:
        started = time.perf_counter()
        given.append(client.reply(call))
        times.append((call, time.perf_counter() - started))
    client.close()
    return given


def _waited(
    every: Sequence[tuple[Call, float]], one: Sequence[tuple[Call, float]], unchanged: Sequence[str]
) -> tuple[Waited, ...]:
    """The times of each operation that was asked at all."""
    found = []
    for operation in dict.fromkeys(call.operation for call, _ in one):
        of_all, of_one = ([time_ for call, time_ in times if call.operation == operation] for times in (every, one))
        if of_all:
            found.append(
                Waited(
                    operation,
                    len(of_all),
                    unchanged.count(operation),
                    percentile(of_one, 50),
                    percentile(of_one, 95),
                    percentile(of_all, 50),
                    percentile(of_all, 95),
                )  # fmt: skip
            )
    return tuple(found)


def guarded_samples(folder: Path) -> tuple[Path, dict[str, str]]:
    """An index of the sample notices in the folder with access set up, and a key for each role."""
    index = folder / "index"
    index.mkdir(parents=True)
    (index / "access.toml").write_text(ACCESS, encoding="utf-8")
    build_samples(index)
    return index, {role: make_key(index, name=role, roles=(role,)).token for role in ROLES}


def measure_samples(*, clients: int, seconds: float) -> ApiLoad:
    """As `measure`, over an index of the sample notices with access set up."""
    with tempfile.TemporaryDirectory(prefix="tiaowen-bench-") as folder:
        index, keys = guarded_samples(Path(folder))
        return measure(index, keys, clients=clients, seconds=seconds)


def tables(found: ApiLoad) -> list[Table]:
    """The figures as the report has them."""
    whole = (
        ("clients at once", f"{found.clients}"), ("seconds", f"{found.seconds:.0f}"), ("requests", f"{found.asked:,}"),
        ("requests a second", f"{found.a_second:.1f}"), ("of these unchanged (304)", f"{found.unchanged:,}"),
        ("errors", f"{len(found.errors)}"), ("replies other than one client alone was given", f"{found.different}"),
        ("memory of the server at the start, MB", f"{found.memory_before:.0f}"),
        ("… after a third of the time", f"{found.memory_after_a_third:.0f}"), ("… at its most", f"{found.memory_most:.0f}"),
        ("… at the end", f"{found.memory_after:.0f}"), (f"growth (at most {MOST_GROWTH_MB:.0f})", f"{found.memory_growth:.0f}"),
    )  # fmt: skip
    rows = tuple(
        (
            each.operation, f"{each.asked:,}", f"{each.unchanged:,}", f"{each.p50_one:.0f}", f"{each.p95_one:.0f}",
            f"{each.p50_all:.0f}", f"{each.p95_all:.0f}",
        )
        for each in found.operations
    )  # fmt: skip
    columns = ("operation", "asked", "304", "one client, p50 ms", "p95 ms", "all, p50 ms", "p95 ms")
    return [
        Table("The API, all clients", ("what", "value"), whole),
        Table(
            "The API, by operation", columns, rows,
            "Clients ask without a pause, so that a reply waits for those of all the others; the ratio of the columns says more than the times.",
        ),
    ]  # fmt: skip


def main() -> int:
    """Print the figures as one JSON object and write the report; exit status 1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.api_load", description=__doc__)
    parser.add_argument("--clients", type=int, default=20, metavar="N", help="at once (20)")
    parser.add_argument("--minutes", type=float, default=10.0, metavar="M", help="(10)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the tables there, too")
    options = parser.parse_args()
    command = (
        f"python -m bench.api_load --clients {options.clients} --minutes {options.minutes:g} --report {options.report}"
    )
    report = LoadReport("The API under load", command=command)
    found = measure_samples(clients=options.clients, seconds=60 * options.minutes)
    sys.stdout.write(json.dumps(asdict(found), ensure_ascii=False) + "\n")
    if options.report:
        report.write(options.report, tables(found))
    return 0 if found.holds else 1


if __name__ == "__main__":
    sys.exit(main())
