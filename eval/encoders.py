"""What another encoder is, whether it works, how fast it is, and what the archive's figures become with it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.intervals import bootstrap_interval, randomisation_p
from eval.judging import judge
from eval.retrieval import MODES, measure, retrievable, retrieve
from eval.sets import JudgedSet, queries_of
from eval.tables import Table
from indexer.errors import UnreadableNotice, UsageError

if TYPE_CHECKING:
    from indexer.index import Encoder, Index
    from indexer.index.encoder import LoadedEncoder
    from indexer.index.encoder_settings import EncoderSettings

__all__ = [
    "Check",
    "Comparison",
    "Speed",
    "card_table",
    "checks",
    "checks_table",
    "compare",
    "comparison_table",
    "needs",
    "speed",
    "speed_table",
]

# A question and the clause that answers it in other words; written for this check, about no real place.
PAIRS = (
    ("小饭馆油烟大找谁管？", "餐饮服务单位应当安装油烟净化设施，由城市管理部门监督检查。"),
    ("娃上幼儿园交多少钱？", "学前教育保育费标准由县级人民政府制定并向社会公布。"),
    ("老小区装电梯给不给补贴？", "对既有住宅加装电梯的，每台给予财政补助。"),
    ("招人的企业有什么奖励？", "对吸纳就业困难人员的用人单位给予社会保险补贴。"),
    ("河道垃圾谁来清？", "各镇街负责辖区水面保洁，落实河长巡查责任。"),
    ("买电动车能便宜吗？", "鼓励新能源汽车消费，对购车人发放消费券。"),
    ("村里老人吃饭怎么办？", "推进农村老年助餐点建设，为高龄、失能老人送餐上门。"),
    ("货车停哪里？", "规划建设货运车辆公共停车场，规范路内停放秩序。"),
)

# Known to need prompts that their configuration does not declare; docs/encoders.md lists the same.
KNOWN_PROMPTS: tuple[tuple[str, str, str], ...] = (
    ("e5", "query: ", "passage: "),
    ("bge-small-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-base-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-large-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("gte-qwen2", "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ", ""),
)

# Batched and single texts differ by rounding alone: float32 sums of a few thousand products.
SAME = 1e-4


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold of an encoder, and what was found."""

    what: str
    found: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast an encoder is on this machine."""

    load_seconds: float
    query_ms: float  # median of single questions
    texts_a_second: float  # clauses with their context
    texts: int  # that were encoded for it
    longest: int  # characters of the longest of them
    split: int  # of them longer than the encoder takes at once


@dataclass(frozen=True, slots=True)
class Comparison:
    """nDCG@10 of every question, by run, with the first and with the second encoder."""

    names: tuple[str, str]
    dims: tuple[int, int]
    n_clauses: int
    scores: tuple[Mapping[str, Sequence[float]], Mapping[str, Sequence[float]]]

    def difference(self, run: str) -> tuple[float, float, float, float]:
        """By how much the second is better in the mean, the paired 95 % interval, and the paired p."""
        first, second = (np.asarray(of_one[run]) for of_one in self.scores)
        low, high = bootstrap_interval(list(second - first))
        return float((second - first).mean()), low, high, randomisation_p(list(first), list(second))


# --- what it is ------------------------------------------------------------------------------------


def card_table(encoder: LoadedEncoder) -> Table:
    """What was taken from the model's configuration, and what from settings."""
    card = encoder.card
    pooling = (
        card.pooling if card.pooling_declared else f"{card.pooling} (not declared: the folder has no modules.json)"
    )
    cut = "" if encoder.dim == card.own_dim else f" of {card.own_dim}"
    rows = (
        ("model", f"{card.kind}, {card.parameters:,} parameters, {encoder.sha256[:12]}"),
        ("pooling", pooling),
        ("query prompt", repr(card.query_prompt)),
        ("document prompt", repr(card.document_prompt)),
        ("other prompts, not used", ", ".join(card.unused_prompts) or "none"),
        ("dimensions", f"{encoder.dim}{cut}"),
        ("tokens at once", "any number" if card.max_length is None else str(card.max_length)),
        ("vectors", "made of length 1, compared by inner product"),
    )
    return Table(f"Encoder {encoder.name}", ("part", "as used"), rows, words=1)


def needs(encoder: LoadedEncoder) -> str | None:
    """The prompts that a model of this name is known to need and does not have; None where nothing is missing."""
    name = Path(encoder.name).name.lower()
    for part, query, document in KNOWN_PROMPTS:
        missing = (query and not encoder.card.query_prompt) or (document and not encoder.card.document_prompt)
        if part in name and missing:
            options = f"--query-prompt '{query}'" + (f" --document-prompt '{document}'" if document else "")
            return f"{encoder.name}: models of this name are trained with prompts that this folder does not declare: {options}"
    return None


# --- whether it works ------------------------------------------------------------------------------


def checks(encoder: Encoder) -> list[Check]:
    """What must hold of any encoder before its figures mean something."""
    questions, clauses = [question for question, _ in PAIRS], [clause for _, clause in PAIRS]
    asked, found = encoder.encode_queries(questions), encoder.encode_clauses(clauses)
    cosines = asked @ found.T
    right, wrong = np.diag(cosines), cosines[~np.eye(len(PAIRS), dtype=bool)]
    nearest = int((cosines.argmax(axis=1) == np.arange(len(PAIRS))).sum())
    again = float(np.abs(encoder.encode_clauses(clauses) - found).max())
    single = float(np.abs(np.concatenate([encoder.encode_clauses([clause]) for clause in clauses]) - found).max())
    lengths = np.linalg.norm(np.concatenate([asked, found]), axis=1)
    return [
        Check("numbers are finite", f"{asked.size + found.size} numbers", bool(np.isfinite(cosines).all())),
        Check(
            "vectors have length 1",
            f"{lengths.min():.4f} to {lengths.max():.4f}",
            bool(np.allclose(lengths, 1, atol=1e-3)),
        ),
        Check("the same text twice", f"differs by {again:.1e}", again <= SAME),
        Check("in a batch as alone", f"differs by {single:.1e}", single <= SAME),
        Check(
            "a question is nearer to its answer than to others",
            f"cosine {right.mean():.3f} against {wrong.mean():.3f}; {nearest} of {len(PAIRS)} nearest",
            bool(right.mean() > wrong.mean()),
        ),
    ]


def checks_table(found: Sequence[Check]) -> Table:
    """Each check with what was found."""
    rows = tuple((check.what, check.found, "passed" if check.passed else "FAILED") for check in found)
    return Table("Checks", ("check", "found", "result"), rows, words=2)


# --- how fast it is --------------------------------------------------------------------------------

QUERIES = 30
TEXTS = 512


def speed(load: Callable[[], LoadedEncoder], texts: Sequence[str]) -> tuple[LoadedEncoder, Speed]:
    """The encoder that `load` gives, and how fast it encodes single questions and up to 512 of the texts."""
    started = time.perf_counter()
    encoder = load()
    loaded = time.perf_counter() - started
    encoder.encode_queries([PAIRS[0][0]])  # what is set up at the first call is not counted
    times = []
    for number in range(QUERIES):
        begun = time.perf_counter()
        encoder.encode_queries([PAIRS[number % len(PAIRS)][0]])
        times.append(time.perf_counter() - begun)
    chosen = [texts[row] for row in np.random.default_rng(0).permutation(len(texts))[:TEXTS]]
    before, begun = encoder.split, time.perf_counter()
    encoder.encode_clauses(chosen)
    rate = len(chosen) / (time.perf_counter() - begun)
    longest, split = max(map(len, chosen), default=0), encoder.split - before
    return encoder, Speed(loaded, float(np.median(times)) * 1000, rate, len(chosen), longest, split)


def speed_table(speeds: Mapping[str, Speed]) -> Table:
    """A row an encoder."""
    rows = tuple(
        (name, f"{s.load_seconds:.1f}", f"{s.query_ms:.2f}", f"{s.texts_a_second:,.0f}", f"{s.split} of {s.texts}")
        for name, s in speeds.items()
    )
    columns = ("encoder", "load, s", "a query, ms", "texts a second", "texts encoded in parts")
    return Table(
        "Speed on this machine", columns, rows, f"Median of {QUERIES} questions; {TEXTS} texts of the archive at most."
    )


# --- what the figures become -----------------------------------------------------------------------


@contextmanager
def _indexed(corpora: Sequence[Path], encoder: Encoder) -> Iterator[Index]:
    from indexer.build import build
    from indexer.index import open_index

    with tempfile.TemporaryDirectory(prefix="tiaowen-encoder-") as folder:
        build(corpora, folder, encoder=encoder)
        with open_index(folder, encoder) as index:
            yield index


def compare(sets: Sequence[JudgedSet], first: Encoder, second: Encoder) -> Comparison:
    """nDCG@10 of the sets' questions with both encoders; raises UsageError where there is no question to rank."""
    queries = retrievable(queries_of(sets))
    if not queries:
        raise UsageError(f"{sets[0].gold.folder}: no question whose ranking is judged; give another --gold")
    scores: list[dict[str, list[float]]] = []
    n_clauses = 0
    for encoder in (first, second):
        with _indexed([each.corpus for each in sets], encoder) as index:
            grades = judge(queries, index).grades
            n_clauses = index.manifest.n_clauses
            found = {mode: measure(grades, retrieve(index, queries, mode))["nDCG@10"] for mode in MODES}
            scores.append({mode: [values[query.query_id] for query in queries] for mode, values in found.items()})
    return Comparison((first.name, second.name), (first.dim, second.dim), n_clauses, (scores[0], scores[1]))


def comparison_table(found: Comparison) -> Table:
    """Both encoders by run, and the paired difference with its interval."""
    rows = []
    for run in MODES:
        first, second = (f"{np.mean(of_one[run]):.3f}" for of_one in found.scores)
        mean, low, high, p = found.difference(run)
        rows.append((run, first, second, f"{mean:+.3f}", f"{low:+.3f} to {high:+.3f}", f"{p:.4f}"))
    n = len(found.scores[0]["dense"])
    note = f"{n} questions over {found.n_clauses} clauses; {found.dims[0]} and {found.dims[1]} dimensions."
    first, second = found.names
    names = (first, second if second != first else f"{second} as set")
    columns = ("nDCG@10", *names, "difference", "paired 95 % interval", "p")
    return Table("Retrieval", columns, tuple(rows), note)


# --- all of it -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckedEncoder:
    """Everything that was found of an encoder."""

    tables: tuple[Table, ...]
    advice: tuple[str, ...]  # lines for whoever chose the model
    passed: bool
    values: Mapping[str, object]


def checked(sets: Sequence[JudgedSet], name: str | None, settings: EncoderSettings) -> CheckedEncoder:
    """The encoder's card, checks and speed, and nDCG@10 with it and with the bundled one, over the judged sets.

    Raises EncoderError where it cannot be loaded, UsageError where none is named.
    """
    from indexer.index import load_encoder

    if not name and not settings.given:
        raise UsageError("no model to check; give its name or folder: python -m eval encoder NAME|PATH")
    texts = _texts(sets)
    bundled, own_speed = speed(load_encoder, texts)
    encoder, its_speed = speed(lambda: load_encoder(name, settings), texts)
    held = checks(encoder)
    tables = [card_table(encoder), checks_table(held), speed_table({"bundled": own_speed, _short(encoder): its_speed})]
    found = compare(sets, bundled, encoder)
    lacking = needs(encoder)
    values: dict[str, object] = {
        "card": asdict(encoder.card) | {"dim": encoder.dim, "sha256": encoder.sha256},
        "checks": {check.what: check.passed for check in held},
        "speed": {"bundled": asdict(own_speed), "encoder": asdict(its_speed)},
        "nDCG@10": {
            run: {
                "bundled": round(float(np.mean(found.scores[0][run])), 4),
                "encoder": round(float(np.mean(found.scores[1][run])), 4),
                "difference": [round(value, 4) for value in found.difference(run)],
            }
            for run in MODES
        },
    }
    advice = () if lacking is None else (lacking,)
    return CheckedEncoder((*tables, comparison_table(found)), advice, all(check.passed for check in held), values)


def _texts(sets: Sequence[JudgedSet]) -> list[str]:
    """What the index encodes of the judged notices."""
    from indexer.index.passage import views
    from indexer.notices import parse
    from indexer.sources import find_files, read

    texts = []
    for path in find_files([each.corpus for each in sets]):
        try:
            notice = parse(read(path))
        except UnreadableNotice:
            continue  # building the index names it
        texts += [view for clause in notice.clauses for view in views(notice.title, clause.headings, clause.text)]
    return texts


def _short(encoder: Encoder) -> str:
    name = Path(encoder.name).name
    return name if name != "bundled" else "bundled, with these settings"
