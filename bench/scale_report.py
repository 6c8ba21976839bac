"""The tables of `python -m bench.scale` in Markdown."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Size", "exponent", "report"]

Figures = dict[str, Any]

STAGES = ("read", "words", "vectors", "publish")
# What DESIGN asks for at a million clauses on two cores.
TARGETS = (
    ("search, p95 ms", 25.0),
    ("memory, MB", 1500.0),
    ("load, s", 2.0),
    ("recall@10", 0.97),
    ("a change of one file in a hundred, share of the full build", 0.05),
)


@dataclass(frozen=True, slots=True)
class Size:
    """What was measured at one size; `changed` where a change was."""

    wanted: int
    index: Path
    built: Figures
    asked: Figures
    changed: Figures | None

    @property
    def clauses(self) -> int:
        """How many clauses the index has in fact."""
        return int(self.built["clauses"])


def exponent(sizes: Sequence[tuple[float, float]]) -> float | None:
    """The slope of the line through the first and the last (size, value) on logarithmic axes; None for one size.

    1 is growth in proportion, 0 none.
    """
    (first, low), (last, high) = sizes[0], sizes[-1]
    return math.log(high / low) / math.log(last / first) if first != last and low > 0 and high > 0 else None


def report(sizes: Sequence[Size], *, command: str, machine: Sequence[str]) -> str:
    """The whole report."""
    parts = [
        "# How an archive behaves as it grows",
        f"`{command}` made this file.",
        "\n".join(machine),
        "Archives are grown from public documents by `bench/archives.py`: files that are read, parsed and encoded as any.",
        "## Building",
        _building(sizes),
        "## A change of one file in a hundred",
        _changes(sizes),
        "## Asking",
        "Milliseconds at the median and the 95th percentile, and of the processor alone at the 95th, over as many written "
        "questions as the first line says, each asked once before but in the row that says otherwise. The vector of a question is given. *retrieve* is both legs, fusion, what "
        "clauses hold, and the ten clauses read; *search* has the plan of the question as well, and no clauses read. The bare "
        "calls are one search of FAISS and one OR of the question's words of tantivy on the same files. From 50,000 clauses on "
        "the legs are asked at the same time by two threads, of which the processor's time counts the first.",
        _asking(sizes),
        "## Memory, loading, recall",
        _holding(sizes),
        "## Targets",
        _targets(sizes[-1]),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _rows(sizes: Sequence[Size], rows: Sequence[tuple[str, Callable[[Size], float | None], str]]) -> list[list[str]]:
    """A row a figure: its name, its value at each size, and the exponent of its growth."""
    found = []
    for name, value, form in rows:
        values = [value(size) for size in sizes]
        known = [(size.clauses, number) for size, number in zip(sizes, values, strict=True) if number is not None]
        slope = exponent(known) if len(known) > 1 else None
        cells = ["–" if number is None else format(number, form) for number in values]
        found.append([name, *cells, "–" if slope is None else f"{slope:.2f}"])
    return found


def _head(sizes: Sequence[Size]) -> list[str]:
    return ["", *(f"{size.clauses:,} clauses" for size in sizes), "growth exponent"]


def _building(sizes: Sequence[Size]) -> str:
    def stage(name: str) -> Callable[[Size], float | None]:
        return lambda size: size.built["stages"].get(name)

    rows: list[tuple[str, Callable[[Size], float | None], str]] = [
        ("notices", lambda size: size.built["notices"], ","),
        ("vectors", lambda size: size.built["vectors"], ","),
        ("text, MB", lambda size: size.built.get("text_mb"), ".1f"),
        ("parsing alone, MB/s of one core", lambda size: size.built.get("parse_mb_a_second"), ".2f"),
        ("build, s", lambda size: size.built["seconds"], ".1f"),
        ("build, s of the processor", lambda size: size.built["cpu_seconds"], ".1f"),
        *((f"… {name}, s", stage(name), ".1f") for name in STAGES),
        *((f"… {name}, clauses/s", _rate(name), ",.0f") for name in STAGES[:3]),
        ("peak memory of the build, MB", lambda size: size.built["peak_mb"], ",.0f"),
        ("disk, bytes a clause", lambda size: size.built["bytes_a_clause"], ",.0f"),
        ("clauses that repeat a text, of 5,000", lambda size: size.built["repeated_texts"], ".1%"),
    ]
    return _table(_head(sizes), _rows(sizes, rows))


def _rate(stage: str) -> Callable[[Size], float | None]:
    def rate(size: Size) -> float | None:
        seconds = size.built["stages"].get(stage)
        return size.clauses / seconds if seconds else None

    return rate


def _changes(sizes: Sequence[Size]) -> str:
    changed = [size for size in sizes if size.changed is not None]
    if not changed:
        return "Not measured in this run."

    def of(name: str) -> Callable[[Size], float | None]:
        return lambda size: (size.changed or {}).get(name)

    def stage(name: str) -> Callable[[Size], float | None]:
        return lambda size: (size.changed or {})["stages"].get(name)

    rows: list[tuple[str, Callable[[Size], float | None], str]] = [
        ("files parsed", of("parsed"), ","),
        ("clauses encoded", of("encoded"), ","),
        ("clauses kept", of("reused"), ","),
        ("build, s", of("seconds"), ".1f"),
        *((f"… {name}, s", stage(name), ".1f") for name in STAGES),
        ("of the full build's time", lambda size: (size.changed or {})["seconds"] / size.built["seconds"], ".1%"),
    ]
    return _table(_head(changed), _rows(changed, rows))


ASKED = (
    ("encode", "encoding the question"), ("plan", "plan"), ("lexical", "lexical leg"), ("bare_tantivy", "… bare tantivy"),
    ("dense", "dense leg"), ("bare_faiss", "… bare FAISS"), ("retrieve", "retrieve"), ("search", "search"), ("search_once", "… a question's first time"),
)  # fmt: skip


def _asking(sizes: Sequence[Size]) -> str:
    rows = [["questions", *(str(size.asked["questions"]) for size in sizes), "–"]]
    for name, shown in ASKED:
        asked = [size for size in sizes if name in size.asked]
        slope = exponent([(size.clauses, size.asked[name]["cpu_p95"]) for size in asked])
        rows.append(
            [shown, *(_waits(size.asked.get(name)) for size in sizes), "–" if slope is None else f"{slope:.2f}"]
        )
    for leg, bare in (("lexical", "bare_tantivy"), ("dense", "bare_faiss")):
        ratios = [f"{size.asked[leg]['cpu_p50'] / size.asked[bare]['cpu_p50']:.1f}×" for size in sizes]
        rows.append([f"{leg} leg to the bare call, median of the processor", *ratios, "–"])
    return _table([*_head(sizes)[:-1], "exponent of the processor's p95"], rows)


def _waits(times: Figures | None) -> str:
    return f"{times['p50']:.1f} · {times['p95']:.1f} ({times['cpu_p95']:.1f})" if times else "–"


def _holding(sizes: Sequence[Size]) -> str:
    rows: list[tuple[str, Callable[[Size], float | None], str]] = [
        ("opening the index, s", lambda size: size.asked["load_s"], ".2f"),
        ("first question, s", lambda size: size.asked["first_question_s"] if "plan" in size.asked else None, ".2f"),
        ("memory after all questions, MB", lambda size: size.asked["memory_mb"], ",.0f"),
        ("… of Python and the encoder", lambda size: size.asked["memory_before_mb"], ",.0f"),
        ("recall@10 of the dense leg", lambda size: size.asked["recall@10"], ".3f"),
    ]
    found = _rows(sizes, rows)
    found.append(["searched", *(str(size.asked["searched"]) for size in sizes), "–"])
    found.append(["filters by place exact", *("yes" if size.asked["filters_exact"] else "no" for size in sizes), "–"])
    return _table(_head(sizes), found)


def _targets(size: Size) -> str:
    asked = size.asked
    values = (
        asked["search"]["p95"], asked["memory_mb"], asked["load_s"], asked["recall@10"],
        size.changed["seconds"] / size.built["seconds"] if size.changed else 1.0,
    )  # fmt: skip
    rows = []
    for (name, target), value in zip(TARGETS, values, strict=True):
        met = value >= target if name.startswith("recall") else value <= target
        rows.append([name, f"{target:g}", f"{value:.3g}", "met" if met else "missed"])
    return f"At {size.clauses:,} clauses.\n\n" + _table(["", "target", "measured", ""], rows)
