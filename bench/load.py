"""The search library under several threads: whether all get what one thread alone gets, how long they wait, what memory it takes.

`python -m bench.load [--threads 8] [--seconds 60]` builds an index of the sample notices, asks every question in every mode
and under every filter by one thread, then by all threads at once in orders of their own, and prints one JSON object: the
questions asked, errors, answers that differ (both must be none; exit status 1 otherwise), the 95th percentile of the
waiting time by one thread and by all with their ratio, the questions answered a second with their ratio, and the memory.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, TypeVar

from bench.memory import megabytes
from indexer.build import build
from indexer.index import Index, load_encoder, open_index
from indexer.records import Filters, Mode, Query
from indexer.search import ask, search

__all__ = [
    "FILTERS", "MOST_GROWTH_MB", "QUESTIONS", "Asking", "Load", "Request", "ask_at_once", "measure", "measure_samples",
    "percentile", "requests_of",
]  # fmt: skip

_Request = TypeVar("_Request")
SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples"

# What the process may take more under load than after one thread has asked everything once, in megabytes: a connection
# to SQLite and the stack and scratch space of FAISS and tantivy for each thread.
MOST_GROWTH_MB = 128.0

QUESTIONS = (
    "养老服务由哪个部门牵头?", "物流补贴每年多少钱?", "夜间经济有哪些措施?", "数字政府建设什么时候完成?",
    "市民政局的任务", "云泽市的算力券和算力平台归哪个局牵头，谁配合？", "鹭洲区老旧住宅加装电梯由谁牵头？",
    "培训护理人员 补助", "比较各地对养老床位的补贴", "火星移民怎么办理?",
)  # fmt: skip
FILTERS = (
    Filters(), Filters(places=("云泽市",)), Filters(years=(2020, 2024)), Filters(levels=("city", "district")),
    Filters(units=("市民政局",)), Filters(places=("没有这个地方",)),
)  # fmt: skip
MODES: tuple[Mode | None, ...] = ("hybrid", "lexical", "dense", None)  # None: an answer instead of hits


@dataclass(frozen=True, slots=True)
class Request:
    """One question, as it is asked."""

    query: Query
    mode: Mode | None

    def reply(self, index: Index) -> object:
        """The hits, or the answer."""
        return ask(index, self.query) if self.mode is None else search(index, self.query, k=10, mode=self.mode)


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it; times in milliseconds, memory in megabytes."""

    threads: int
    seconds: float
    asked: int
    errors: tuple[str, ...]
    different: int  # replies that are not what one thread alone was given
    p50_one: float
    p95_one: float
    p50_all: float
    p95_all: float
    p95_ratio: float
    a_second_one: float
    a_second_all: float
    a_second_ratio: float
    memory_before: float  # after one thread has asked everything
    memory_most: float
    memory_growth: float

    @property
    def holds(self) -> bool:
        """Whether everybody was given what one alone is, within the bound of memory."""
        return not self.errors and not self.different and self.memory_growth <= MOST_GROWTH_MB


def requests_of(questions: Sequence[str] = QUESTIONS) -> list[Request]:
    """Every question under every filter in every mode."""
    return [
        Request(Query(question, filters=filters), mode)
        for question in questions
        for filters in FILTERS
        for mode in MODES
    ]


def measure(index: Index, requests: Sequence[Request], *, threads: int, seconds: float) -> Load:
    """Ask by one thread, then by all for that long."""
    for request in requests:
        request.reply(index)  # what is loaded and read once is not counted
    expected, one = [], []
    for request in requests:
        started = time.perf_counter()
        expected.append(request.reply(index))
        one.append(time.perf_counter() - started)
    before = megabytes("VmRSS")
    asking = [
        Asking(requests, expected, lambda request: request.reply(index), seed=seed, seconds=seconds)
        for seed in range(threads)
    ]
    took, memory = ask_at_once(asking, lambda: megabytes("VmRSS"))
    most = max(before, *memory)
    all_times = [time_ for thread in asking for _, time_ in thread.times]
    a_second_one, a_second_all = len(one) / sum(one), len(all_times) / took
    p95_one, p95_all = percentile(one, 95), percentile(all_times, 95)
    return Load(
        threads=threads,
        seconds=round(took, 1),
        asked=len(all_times),
        errors=tuple(error for thread in asking for error in thread.errors),
        different=sum(thread.different for thread in asking),
        p50_one=percentile(one, 50),
        p95_one=p95_one,
        p50_all=percentile(all_times, 50),
        p95_all=p95_all,
        p95_ratio=round(p95_all / p95_one, 2),
        a_second_one=round(a_second_one, 1),
        a_second_all=round(a_second_all, 1),
        a_second_ratio=round(a_second_all / a_second_one, 2),
        memory_before=round(before, 1),
        memory_most=round(most, 1),
        memory_growth=round(most - before, 1),
    )


class Asking(threading.Thread, Generic[_Request]):
    """A thread that asks everything in an order of its own, again and again, until its time is over."""

    def __init__(
        self,
        requests: Sequence[_Request],
        expected: Sequence[object],
        reply: Callable[[_Request], object],
        *,
        seed: int,
        seconds: float,
    ) -> None:
        """`expected` are the replies that one alone was given, `reply` is how this one asks."""
        super().__init__()
        self.times: list[tuple[_Request, float]] = []
        self.errors: list[str] = []
        self.different = 0
        self._requests, self._expected, self._reply = requests, expected, reply
        self._order = random.Random(seed)
        self._seconds = seconds

    def run(self) -> None:
        """Ask until the time is over."""
        until = time.perf_counter() + self._seconds
        while time.perf_counter() < until:
            at = self._order.randrange(len(self._requests))
            started = time.perf_counter()
            try:
                reply = self._reply(self._requests[at])
            except Exception as error:  # whatever goes wrong is the finding
                self.errors.append(f"{self._requests[at]}: {error!r}")
                continue
            self.times.append((self._requests[at], time.perf_counter() - started))
            self.different += reply != self._expected[at]


def ask_at_once(asking: Sequence[Asking[_Request]], memory: Callable[[], float]) -> tuple[float, list[float]]:
    """Have all ask until each has ended: the seconds that it took, and the memory, looked at ten times a second."""
    began, taken = time.perf_counter(), [memory()]
    for thread in asking:
        thread.start()
    while any(thread.is_alive() for thread in asking):
        taken.append(memory())
        time.sleep(0.1)
    return time.perf_counter() - began, taken


def measure_samples(*, threads: int, seconds: float) -> Load:
    """As `measure`, over an index of the sample notices, with every question."""
    with tempfile.TemporaryDirectory(prefix="tiaowen-bench-") as folder:
        encoder = load_encoder()
        build([SAMPLES], folder, encoder=encoder)
        with open_index(folder, encoder) as index:
            return measure(index, requests_of(), threads=threads, seconds=seconds)


def percentile(times: Sequence[float], share: int) -> float:
    """The time within which that share of a hundred is answered, in milliseconds."""
    ranked = sorted(times)
    return round(ranked[min(len(ranked) * share // 100, len(ranked) - 1)] * 1000, 1)


def main() -> int:
    """Print the figures as one JSON object; exit status 1 where a reply was wrong or memory grew beyond its bound."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--threads", type=int, default=8, metavar="N", help="(8)")
    parser.add_argument("--seconds", type=float, default=60.0, metavar="S", help="for all threads (60)")
    options = parser.parse_args()
    found = measure_samples(threads=options.threads, seconds=options.seconds)
    sys.stdout.write(json.dumps(asdict(found), ensure_ascii=False) + "\n")
    return 0 if found.holds else 1


if __name__ == "__main__":
    sys.exit(main())
