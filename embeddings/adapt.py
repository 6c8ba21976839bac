"""Adapts the bundled encoder to a user's own archive: `python -m embeddings.train --corpus DIR --out FOLDER`.

The bundled table of token vectors gets a correction, learned in a few steps from pairs that the archive's structure gives
and held near zero (L2-SP: Li, Grandvalet and Davoine 2018). It is kept only where it is better on notices that it did
not learn from, and no worse on the judged questions over the sample notices.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

from embeddings.draws import Batches, EncodedCorpus, EncodedPassage, Ids, encode_corpus
from embeddings.evaluate import Task, evaluate
from embeddings.learning import DEFAULTS as LEARNING
from embeddings.learning import ComposedTable, Trainer, TrainingParameters, bag, ranking_loss
from embeddings.own_archive import OwnArchive, held_out, passages_of, tasks
from embeddings.saving import save
from embeddings.vocabulary import tokenizer_words
from eval.encoders import compare
from eval.intervals import bootstrap_interval
from eval.retrieval import MODES
from eval.sets import JudgedSet
from indexer.errors import UsageError
from indexer.index.encoder import BUNDLED, Encoder, load_encoder

__all__ = ["DEFAULTS", "MARGIN", "Adaptation", "AdaptationParameters", "Change", "Verdict", "adapt"]


@dataclass(frozen=True, slots=True)
class AdaptationParameters:
    """Everything that decides the result, beside the archive and the model that is adapted."""

    seed: int = 0
    steps: int = 120
    batch: int = 256
    rate: float = 0.003
    anchor: float = 1.0  # weight of the mean squared distance of a token from its bundled vector
    pool_age: int = 20  # steps for which the vectors of the archive's other clauses are good


DEFAULTS = AdaptationParameters()

# By how much nDCG@10 over the sample notices may fall without the adapted model being called worse there.
MARGIN = 0.01


# --- learning --------------------------------------------------------------------------------------


class NearTable(ComposedTable):
    """A given table and a learned correction of its rows; a word does not share in what its parts learn."""

    def __init__(
        self, given: npt.NDArray[np.float32], tokens: Sequence[str], *, parameters: TrainingParameters
    ) -> None:
        """The correction begins at zero."""
        super().__init__(tokens, np.zeros(len(tokens), dtype=np.float32), parameters=parameters)
        self.given = torch.from_numpy(given)

    def table(self) -> torch.Tensor:
        """The corrected vectors, one row a token."""
        return self.given + self.rows

    def distance(self) -> torch.Tensor:
        """The mean squared distance of a token from its given vector."""
        return self.rows.square().sum(dim=1).mean()


class Adapter(Trainer):
    """Learns the correction; the same archive, parameters and number of threads give the same one, interrupted or not."""

    model: NearTable

    def __init__(
        self,
        given: npt.NDArray[np.float32],
        corpus: EncodedCorpus,
        tokenizer: Tokenizer,
        parameters: AdaptationParameters,
        checkpoints: Path | None = None,
    ) -> None:
        """Begins at the given table."""
        learning = replace(LEARNING, seed=parameters.seed, dim=given.shape[1], batch=parameters.batch)
        super().__init__(corpus, tokenizer, learning, checkpoints)
        self.model = NearTable(given, tokenizer_words(tokenizer), parameters=learning)
        self._adaptation = parameters
        self._pools = (torch.zeros(0), torch.zeros(0))

    def learn_archive(self) -> None:
        """Each step ranks the clauses of a batch of sentences and headings above all others of the archive."""
        passages, settings = self._corpus.passages, self._adaptation
        in_turn = Batches(len(passages), settings.batch, [settings.seed, 21])
        whole = [np.concatenate([p.title, p.heading, *p.sentences]) for p in passages]
        bare = [np.concatenate([p.title, *p.sentences]) for p in passages]
        below: dict[bytes, int] = {}
        section = torch.tensor(
            [below.setdefault(p.title.tobytes() + b"|" + p.heading.tobytes(), len(below)) for p in passages]
        )

        def loss(table: torch.Tensor, step: int, rng: np.random.Generator) -> torch.Tensor:
            if step % settings.pool_age == 0:
                self._pools = bag(table.detach(), whole), bag(table.detach(), bare)
            ranking = self._archive_loss(table, in_turn.at(step), section, rng)
            return ranking + settings.anchor * self.model.distance()

        self._descend("archive", loss, steps=settings.steps, rate=settings.rate)

    def _archive_loss(
        self, table: torch.Tensor, chosen: Ids, section: torch.Tensor, rng: np.random.Generator
    ) -> torch.Tensor:
        """The pools hold every clause of the archive, so that the hardest wrong ones are always among the others.

        A heading is compared with clauses without their headings, and not with the others of its own section.
        """
        pairs = [archive_pair(self._corpus.passages[i], rng) for i in chosen]
        asked = bag(table, self._thinned([left for left, *_ in pairs], rng))
        found = bag(table, self._thinned([right for _, right, _ in pairs], rng))
        rows, by_heading = torch.from_numpy(chosen), torch.tensor([heading for *_, heading in pairs])[:, None]
        whole, bare = self._pools
        with torch.no_grad():
            own = torch.where(by_heading, bare[rows], whole[rows])
            same = by_heading & (section[rows][:, None] == section[None, :])
            wrong = torch.where(by_heading, own @ bare.T, own @ whole.T) <= self._parameters.too_alike
            copies = ((own @ own.T > self._parameters.too_alike) | same[:, rows]).fill_diagonal_(False)
        scale = self._parameters.scale
        others = torch.where(by_heading, asked @ bare.T, asked @ whole.T) * scale
        return ranking_loss(
            (asked @ found.T * scale).masked_fill(copies, -1e4), others.masked_fill(~wrong | same, -1e4)
        )


def archive_pair(passage: EncodedPassage, rng: np.random.Generator) -> tuple[Ids, Ids, bool]:
    """A heading and its clause, or a sentence (a cell of a row) and the rest of its clause in context; True for the former.

    A clause of one sentence without a heading is cut at a random place instead.
    """
    context, parts = np.concatenate([passage.title, passage.heading]), passage.sentences
    if len(passage.heading) and (len(parts) == 1 or rng.random() < 0.5):
        return passage.heading, np.concatenate([passage.title, *parts]), True
    if len(parts) > 1:
        pick = int(rng.integers(len(parts)))
        return parts[pick], np.concatenate([context, *(part for i, part in enumerate(parts) if i != pick)]), False
    cut = int(rng.integers(len(parts[0]) // 3, len(parts[0]) - len(parts[0]) // 3))
    return parts[0][:cut], np.concatenate([context, parts[0][cut:]]), False


def adapted_table(
    archive: OwnArchive, asked: frozenset[str], parameters: AdaptationParameters, checkpoints: Path
) -> tuple[npt.NDArray[np.float16], Tokenizer, int]:
    """The corrected table, its tokenizer, and how many passages it learned from: none of the notices in `asked`."""
    from safetensors.numpy import load_file

    tokenizer = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))
    weights = load_file(BUNDLED / "model.safetensors")
    given = next(iter(weights.values())).astype(np.float32)
    learned = passages_of([notice for notice in archive.notices if notice.doc_id not in asked])
    corpus = encode_corpus(learned, [], tokenizer)
    if not corpus.passages:
        raise UsageError("the archive and the bundled encoder share too few words; give an archive in Chinese")
    digest = hashlib.sha256(repr(parameters).encode() + given.tobytes())
    for passage in corpus.passages:
        for ids in (passage.title, passage.heading, *passage.sentences):
            digest.update(ids.tobytes())
    folder = checkpoints / digest.hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    adapter = Adapter(given, corpus, tokenizer, parameters, folder)
    adapter.learn_archive()
    return adapter.table(), tokenizer, len(corpus.passages)


# --- judging ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A measure with the bundled encoder, with the adapted one, and the paired 95 % interval of the difference."""

    what: str
    queries: int
    bm25: float | None  # nDCG@10 of words alone, where it was measured
    bundled: float
    adapted: float
    low: float
    high: float

    def __str__(self) -> str:
        words = "" if self.bm25 is None else f"BM25 {self.bm25:.3f}, "
        return (
            f"{self.what}: nDCG@10 {words}bundled {self.bundled:.3f}, adapted {self.adapted:.3f} "
            f"({self.adapted - self.bundled:+.3f}, 95 % {self.low:+.3f} to {self.high:+.3f}; {self.queries} queries)"
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the adapted encoder is to be kept, and what that rests on."""

    own: tuple[Change, ...]  # on the archive's held-out notices: both legs, then vectors alone by kind, all kinds last
    samples: tuple[Change, ...]  # on the judged questions over the sample notices, by mode of search

    @property
    def better(self) -> bool:
        """Whether the interval of the difference on the archive's own held-out pairs lies above 0."""
        return self.own[-1].low > 0

    @property
    def worse_elsewhere(self) -> bool:
        """Whether search over the sample notices lost more than the margin, by vectors or by both legs."""
        return any(c.adapted < c.bundled - MARGIN or c.high < 0 for c in self.samples if c.what != "lexical")

    @property
    def keep(self) -> bool:
        """Better here, and not worse elsewhere."""
        return self.better and not self.worse_elsewhere

    @property
    def reason(self) -> str:
        """Why it is kept, or why not, in one line."""
        if self.keep:
            return "better on the archive's held-out notices and no worse on the sample notices"
        if not self.better:
            return "not better on the archive's held-out notices (the interval of the difference is not above 0)"
        return f"worse on the sample notices (by more than {MARGIN}, or beyond chance)"


def judged(asked: Sequence[Task], sets: Sequence[JudgedSet], bundled: Encoder, adapted: Encoder) -> Verdict:
    """Both encoders on the archive's own look-ups and on the judged questions."""
    own: list[Change] = []
    together: dict[str, list[float]] = {"bm25": [], "bundled": [], "adapted": []}
    fused: dict[str, list[float]] = {"bundled": [], "adapted": []}
    for task in asked:
        if not any(task.queries.values()):
            continue
        before, after = evaluate(task, bundled), evaluate(task, adapted)
        for kind in task.queries:
            values = {
                "bm25": before["bm25"][kind]["nDCG@10"],
                "bundled": before["dense"][kind]["nDCG@10"],
                "adapted": after["dense"][kind]["nDCG@10"],
            }
            own.append(_change(kind, values))
            for name, scores in values.items():
                together[name] += scores
            fused["bundled"] += before["mix"][kind]["nDCG@10"]
            fused["adapted"] += after["mix"][kind]["nDCG@10"]
    own = [_change("all held-out pairs, words and vectors", fused), *own, _change("all held-out pairs", together)]
    found = compare(sets, bundled, adapted)
    samples = [_change(mode, {"bundled": found.scores[0][mode], "adapted": found.scores[1][mode]}) for mode in MODES]
    return Verdict(tuple(own), tuple(samples))


def _change(what: str, values: Mapping[str, Sequence[float]]) -> Change:
    before, after = np.asarray(values["bundled"]), np.asarray(values["adapted"])
    low, high = bootstrap_interval(list(after - before))
    words = float(np.mean(values["bm25"])) if values.get("bm25") else None
    old, new = (float(found.mean()) if len(found) else 0.0 for found in (before, after))
    return Change(what, len(before), words, old, new, low, high)


# --- all of it -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What came of it: the verdict, and what is written beside a model that is kept."""

    verdict: Verdict
    record: Mapping[str, object]


def adapt(
    archive: OwnArchive,
    out: Path,
    sets: Sequence[JudgedSet],
    *,
    parameters: AdaptationParameters = DEFAULTS,
) -> Adaptation:
    """Adapts the bundled encoder to the archive and puts it into `out` only if it is better; else `out` stays as it is.

    A run that was interrupted goes on from its last checkpoint, in the folder `out`.training, which is removed at the
    end. Raises UsageError where `out` holds something other than a model.
    """
    if out.exists() and not (out / "modules.json").is_file():
        raise UsageError(f"{out}: exists and is no model, so it is not replaced; give another --out")
    torch.use_deterministic_algorithms(mode=True)
    asked = held_out(archive, seed=parameters.seed)
    checkpoints = out.with_name(out.name + ".training")
    table, tokenizer, passages = adapted_table(archive, asked, parameters, checkpoints)
    record: dict[str, object] = {
        "adapted_from": load_encoder().sha256,
        "parameters": asdict(parameters),
        "notices": len(archive.notices),
        "notices_held_out": len(asked),
        "clauses": archive.n_clauses,
        "passages": passages,
    }
    with tempfile.TemporaryDirectory(prefix="tiaowen-adapted-") as scratch:
        tried = Path(scratch) / "encoder"
        save(table, tokenizer, tried, record)
        verdict = judged(tasks(archive, asked, seed=parameters.seed), sets, load_encoder(), load_encoder(str(tried)))
    record["held_out"] = [asdict(change) for change in verdict.own]
    record["samples"] = [asdict(change) for change in verdict.samples]
    if verdict.keep:
        save(table, tokenizer, out, record)
    shutil.rmtree(checkpoints)
    return Adaptation(verdict, record)
