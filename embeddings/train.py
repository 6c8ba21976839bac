"""Trains the bundled encoder: `python -m embeddings.train --corpora DIR --queries FILE --out embeddings/encoder`.

A static model: a text's vector is the mean of its tokens' vectors, so that a clause costs microseconds on a desk
computer. Training is contrastive (multiple negatives ranking with in-batch negatives, van den Oord et al. 2018;
Henderson et al. 2017): first on pairs that the structure of public documents gives, then on these together with
written queries. The result is a sentence-transformers model (`StaticEmbedding`) in half precision.
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import torch
import typer
from tokenizers import Tokenizer
from tqdm import tqdm

from embeddings.draws import (
    EncodedCorpus,
    Ids,
    Pairs,
    batches,
    encode_corpus,
    query_pair,
    structure_pair,
    thinned,
)
from embeddings.pairs import (
    Document,
    Passage,
    WrittenQuery,
    leave_out_copies,
    measured_texts,
    passages,
    read_corpora,
    read_queries,
)
from embeddings.plain import in_plain_words, read_plain_words
from embeddings.vocabulary import build_tokenizer, contained_tokens, count_tokens, tokenizer_words
from indexer.errors import TiaowenError, UsageError


@dataclass(frozen=True, slots=True)
class TrainingParameters:
    """Everything that decides the result, beside the corpora; the defaults are those of the bundled model."""

    seed: int = 0
    dim: int = 256
    vocabulary: int = 40_000
    structure_steps: int = 300
    query_steps: int = 40
    batch: int = 2048
    structure_rate: float = 0.02
    query_rate: float = 0.012
    scale: float = 20.0  # inverse temperature of the ranking loss
    share: float = 1.5  # how much of a word's vector comes from the tokens it contains
    drop: float = 0.15  # share of tokens left out of either side of a pair
    keywords: float = 0.2  # share of the structure's pairs that are a few telling words and their passage
    plain: float = 0.5  # share of the structure's pairs whose left side is put into plain words
    rarity: float = 1e-4  # a in the initial length a / (a + p(token)) of Arora et al. 2017


DEFAULTS = TrainingParameters()

# How often a written query and a row of the lexicon count when words are counted for the vocabulary.
QUERY_COUNTS = 3
PLAIN_COUNTS = 10

# In a text that is put into plain words, the share of its official words that are replaced.
PLAIN_SHARE = 0.7


# --- the model -------------------------------------------------------------------------------------


class ComposedTable(torch.nn.Module):
    """The table of token vectors in training: each word is its own row plus a share of the tokens it contains."""

    def __init__(
        self, tokens: Sequence[str], lengths: npt.NDArray[np.float32], *, parameters: TrainingParameters
    ) -> None:
        """Draws random rows of the given lengths."""
        super().__init__()
        generator = torch.Generator().manual_seed(parameters.seed)
        rows = torch.randn(len(tokens), parameters.dim, generator=generator) / parameters.dim**0.5
        rows *= torch.from_numpy(lengths)[:, None]
        rows[0] = 0.0
        self.rows = torch.nn.Parameter(rows)
        row, column, weight = contained_tokens(tokens, share=parameters.share)
        self.composition = torch.sparse_coo_tensor(
            torch.from_numpy(np.stack([row, column])),
            torch.from_numpy(weight),
            (len(tokens), len(tokens)),
            check_invariants=True,
        ).coalesce()

    def table(self) -> torch.Tensor:
        """The composed vectors, one row a token."""
        table: torch.Tensor = torch.sparse.mm(self.composition, self.rows)
        return table


def bag(table: torch.Tensor, texts: Sequence[Ids]) -> torch.Tensor:
    """The texts' unit vectors: the mean of their tokens' rows, normalised; shape [len(texts), dim]."""
    flat = torch.from_numpy(np.concatenate(texts))
    offsets = torch.from_numpy(np.cumsum([0, *(len(t) for t in texts[:-1])]))
    return torch.nn.functional.normalize(torch.nn.functional.embedding_bag(flat, table, offsets, mode="mean"), dim=1)


def ranking_loss(left: torch.Tensor, right: torch.Tensor, *, scale: float) -> torch.Tensor:
    """Multiple negatives ranking in both directions: the i-th left belongs to the i-th right and to no other."""
    scores = left @ right.T * scale
    target = torch.arange(len(left))
    return (torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)) / 2


class Trainer:
    """The table in training; the same corpus, parameters and number of threads give the same table.

    Each phase draws from its own stream of random numbers, so that the second repeats whatever the first did.
    """

    def __init__(self, corpus: EncodedCorpus, tokenizer: Tokenizer, parameters: TrainingParameters) -> None:
        """Draws the first table; a token's first length falls with its share of all tokens, so that 的 says little."""
        torch.use_deterministic_algorithms(True)
        self._parameters = parameters
        self._corpus = corpus
        share = corpus.counts / corpus.counts.sum()
        lengths = (parameters.rarity / (parameters.rarity + share)).astype(np.float32)
        self._rarity = -np.log(share)
        self.model = ComposedTable(tokenizer_words(tokenizer), lengths, parameters=parameters)

    def learn_structure(self) -> None:
        """The first phase: pairs from the documents' structure alone."""
        rng = np.random.default_rng([self._parameters.seed, 1])
        passages_in_turn = batches(len(self._corpus.passages), self._parameters.batch, rng)
        self._descend(
            "structure",
            lambda: [self._structure_pairs(next(passages_in_turn), rng)],
            rng,
            steps=self._parameters.structure_steps,
            rate=self._parameters.structure_rate,
        )

    def learn_queries(self) -> None:
        """The second phase: each step ranks written queries, and beside them further pairs from the structure."""
        rng = np.random.default_rng([self._parameters.seed, 2])
        clauses = self._corpus.clauses
        passages_in_turn = batches(len(self._corpus.passages), self._parameters.batch, rng)
        clauses_in_turn = batches(len(clauses), self._parameters.batch, rng)
        self._descend(
            "queries",
            lambda: [
                [query_pair(clauses[i], rng) for i in next(clauses_in_turn)],
                self._structure_pairs(next(passages_in_turn), rng),
            ],
            rng,
            steps=self._parameters.query_steps,
            rate=self._parameters.query_rate,
        )

    def table(self) -> npt.NDArray[np.float16]:
        """The composed table in half precision; the unknown token's row is zero."""
        with torch.no_grad():
            table = self.model.table()
            table[0] = 0.0
        return table.numpy().astype(np.float16)

    def _structure_pairs(self, chosen: Ids, rng: np.random.Generator) -> Pairs:
        pairs = []
        for i in chosen:
            left, right = structure_pair(
                self._corpus.passages[i], rng, keywords=self._parameters.keywords, rarity=self._rarity
            )
            if rng.random() < self._parameters.plain:
                left = in_plain_words(left, self._corpus.plain_words, rng, share=PLAIN_SHARE)
            pairs.append((left, right))
        return pairs

    def _descend(
        self, label: str, draw: Callable[[], list[Pairs]], rng: np.random.Generator, *, steps: int, rate: float
    ) -> None:
        if steps == 0:
            return
        optimizer = torch.optim.Adam(self.model.parameters(), lr=rate)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _warmed(step, steps))
        with tqdm(range(steps), desc=label, unit="step") as progress:
            for _ in progress:
                optimizer.zero_grad()
                loss = self._loss(draw(), rng)
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
                progress.set_postfix(loss=f"{float(loss.detach()):.3f}")

    def _loss(self, groups: list[Pairs], rng: np.random.Generator) -> torch.Tensor:
        table = self.model.table()
        total = torch.zeros(())
        for group in groups:
            left = bag(table, [thinned(a, rng, drop=self._parameters.drop) for a, _ in group])
            right = bag(table, [thinned(b, rng, drop=self._parameters.drop) for _, b in group])
            total = total + ranking_loss(left, right, scale=self._parameters.scale)
        return total


def _warmed(step: int, steps: int) -> float:
    """The learning rate's share at a step: up to 1 within a tenth of the steps, then down a cosine to nearly 0."""
    warm = max(1, steps // 10)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def save(table: npt.NDArray[np.float16], tokenizer: Tokenizer, out: Path, record: dict[str, object]) -> None:
    """Writes the model beside `out` and then puts it in its place, so that `out` never holds half a model."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(out.name + ".new")
    if fresh.exists():
        shutil.rmtree(fresh)
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(table))], device="cpu"
    )
    model.save(str(fresh), create_model_card=False)
    (fresh / "training.json").write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for file in fresh.iterdir():
        file.chmod(0o644)  # safetensors writes for the owner alone
    if out.exists():
        shutil.rmtree(out)
    fresh.rename(out)


def learn(
    found: Sequence[Passage], queries: Sequence[WrittenQuery], tokenizer: Tokenizer, parameters: TrainingParameters
) -> npt.NDArray[np.float16]:
    """The trained table, one row a token of the tokenizer, from passages and written queries."""
    trainer = Trainer(encode_corpus(found, queries, tokenizer), tokenizer, parameters)
    trainer.learn_structure()
    trainer.learn_queries()
    return trainer.table()


def tokenizer_of(documents: Sequence[Document], queries: Sequence[WrittenQuery], *, size: int) -> Tokenizer:
    """The tokenizer over the words of the documents, the written queries and the lexicon of plain words.

    The last two are counted several times, so that what people type keeps vectors of its own beside 25 million
    characters of documents.
    """
    words, characters = count_tokens(d.text for d in tqdm(documents, desc="words", unit="document"))
    asked = [q.text for q in queries] * QUERY_COUNTS
    plain = [word for row in read_plain_words() for word in (row.official, *row.plain)] * PLAIN_COUNTS
    for more, into in zip(count_tokens([*asked, *plain]), (words, characters), strict=True):
        into.update(more)
    return build_tokenizer(words, characters, size=size)


def build(
    corpora: Path, queries: Path, out: Path, *, leave_out: Sequence[Path], parameters: TrainingParameters
) -> dict[str, object]:
    """Trains the model into `out` and returns the record that is kept beside it: parameters and what was read.

    Raises UsageError for missing or malformed input, and where `out` holds something other than a model.
    """
    started = time.monotonic()
    if out.exists() and not (out / "modules.json").is_file():
        raise UsageError(f"{out}: exists and is no model, so it is not replaced; give another --out")
    written = read_queries(queries)
    measured = measured_texts(leave_out)
    documents, left_out = leave_out_copies(read_corpora(corpora), measured)
    found = [p for document in documents for p in passages(document)]
    if not found or not written:
        raise UsageError(f"{corpora}: no passage to learn from, or no query in {queries}; give larger files")
    tokenizer = tokenizer_of(documents, written, size=parameters.vocabulary)
    table = learn(found, written, tokenizer, parameters)
    record: dict[str, object] = {
        "parameters": asdict(parameters),
        "documents": len(documents),
        "documents_left_out": len(left_out),
        "characters": sum(len(d.text) for d in documents),
        "passages": len(found),
        "queries": len(written),
        "tokens": len(table),
    }
    save(table, tokenizer, out, record)
    return record | {"seconds": round(time.monotonic() - started)}


def main(
    corpora: Annotated[Path, typer.Option(help="Folder of public documents: *.jsonl.gz with id, title, text a line.")],
    queries: Annotated[Path, typer.Option(help="Written queries: .jsonl with cid, title, text, staff, short, draft.")],
    out: Annotated[Path, typer.Option(help="Folder for the model; replaced when the training is complete.")],
    leave_out: Annotated[
        list[Path] | None,
        typer.Option(help="Measured texts (.txt, .jsonl or a folder): documents that hold a near copy are not used."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides every random draw.")] = DEFAULTS.seed,
    vocabulary: Annotated[int, typer.Option(min=100, help="Tokens at most.")] = DEFAULTS.vocabulary,
    dim: Annotated[int, typer.Option(min=2, help="Length of a vector.")] = DEFAULTS.dim,
    batch: Annotated[int, typer.Option(min=2, help="Pairs a step.")] = DEFAULTS.batch,
    structure_steps: Annotated[int, typer.Option(min=0, help="Steps of the first phase.")] = DEFAULTS.structure_steps,
    query_steps: Annotated[int, typer.Option(min=0, help="Steps of the second phase.")] = DEFAULTS.query_steps,
    threads: Annotated[int, typer.Option(min=1, help="Processor threads; another number moves the last digits.")] = 2,
) -> None:
    """Train the bundled encoder from public documents and written queries."""
    torch.set_num_threads(threads)
    parameters = replace(
        DEFAULTS,
        seed=seed,
        vocabulary=vocabulary,
        dim=dim,
        batch=batch,
        structure_steps=structure_steps,
        query_steps=query_steps,
    )
    try:
        record = build(corpora, queries, out, leave_out=leave_out or [], parameters=parameters)
    except TiaowenError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    typer.run(main)
