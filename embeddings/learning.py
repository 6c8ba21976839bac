"""How the encoder learns: its table of token vectors in training, the losses, and the descent.

Contrastive (multiple negatives ranking, van den Oord et al. 2018; Henderson et al. 2017), first on pairs that the
structure of public documents gives, then on these together with written queries.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from tqdm import tqdm

from embeddings.draws import (
    Batches,
    EncodedCorpus,
    Ids,
    any_view,
    drawn_query,
    encode_corpus,
    structure_pair,
    thinned,
)
from embeddings.pairs import Passage, WrittenQuery
from embeddings.plain import in_plain_words
from embeddings.vocabulary import contained_tokens, tokenizer_words
from indexer.errors import UsageError

__all__ = ["CHECKPOINT_STEPS", "DEFAULTS", "Trainer", "TrainingParameters", "learn"]


@dataclass(frozen=True, slots=True)
class TrainingParameters:
    """Everything that decides the result, beside the corpora; the defaults are those of the bundled model."""

    seed: int = 0
    dim: int = 256
    vocabulary: int = 27_000
    structure_steps: int = 600
    query_steps: int = 60
    batch: int = 2048
    structure_rate: float = 0.02
    query_rate: float = 0.012
    scale: float = 20.0  # inverse temperature of the ranking loss
    share: float = 1.5  # how much of a word's vector comes from the tokens it contains
    drop: float = 0.15  # share of tokens left out of either side of a pair
    keywords: float = 0.2  # share of the structure's pairs that are a few telling words and their passage
    plain: float = 0.5  # share of the structure's pairs whose left side is put into plain words
    pool: int = 16_000  # passages that no query asks for, ranked against in the second phase
    too_alike: float = 0.85  # cosine from which such a text counts as another copy of the clause, not as a wrong one
    rarity: float = 1e-4  # a in the initial length a / (a + p(token)) of Arora et al. 2017


DEFAULTS = TrainingParameters()

# In a text that is put into plain words, the share of its official words that are replaced.
PLAIN_SHARE = 0.7

# How much of the ranking loss asks a text for its query; the rest asks a query for its text, as a search does.
COLUMN_SHARE = 0.3

# For how many steps the vectors of the texts that no query asks for are good.
POOL_AGE = 20

# A multiple of POOL_AGE, so that training goes on from a checkpoint with the vectors that it would have had.
CHECKPOINT_STEPS = 40


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


def best_of(scores: torch.Tensor, owner: torch.Tensor, n: int) -> torch.Tensor:
    """The best score of each of `n` owners: [queries, texts] and [texts] give [queries, n]."""
    worst = torch.full((len(scores), n), -1e4)
    return worst.scatter_reduce(1, owner[None, :].expand(len(scores), -1), scores, "amax")


def ranking_loss(scores: torch.Tensor, others: torch.Tensor | None = None) -> torch.Tensor:
    """Multiple negatives ranking in both directions: the i-th row belongs to the i-th column and to no other.

    `others` [rows, any number] are scores of further texts, none of which belongs to the row.
    """
    target = torch.arange(len(scores))
    against = scores if others is None else torch.cat([scores, others], dim=1)
    rows = torch.nn.functional.cross_entropy(against, target)
    columns = torch.nn.functional.cross_entropy(scores.T, target)
    return (1 - COLUMN_SHARE) * rows + COLUMN_SHARE * columns


class Trainer:
    """The table in training; the same corpus, parameters and number of threads give the same table.

    Each step draws from its own stream of random numbers. So training that was interrupted goes on from its last
    checkpoint (a file in the folder `checkpoints`) to the table that it would have reached anyway.
    """

    def __init__(
        self,
        corpus: EncodedCorpus,
        tokenizer: Tokenizer,
        parameters: TrainingParameters,
        checkpoints: Path | None = None,
    ) -> None:
        """Draws the first table; a token's first length falls with its share of all tokens, so that 的 says little."""
        torch.use_deterministic_algorithms(True)
        self._parameters = parameters
        self._corpus = corpus
        self._checkpoints = checkpoints
        share = corpus.counts / corpus.counts.sum()
        lengths = (parameters.rarity / (parameters.rarity + share)).astype(np.float32)
        self._rarity = -np.log(share)
        self.model = ComposedTable(tokenizer_words(tokenizer), lengths, parameters=parameters)
        self._pool = torch.zeros((0, parameters.dim))
        self._pool_clauses = torch.zeros(0, dtype=torch.int64)

    def learn_structure(self) -> None:
        """The first phase: pairs from the documents' structure alone."""
        in_turn = Batches(len(self._corpus.passages), self._parameters.batch, [self._parameters.seed, 1])
        self._descend(
            "structure",
            lambda table, step, rng: self._structure_loss(table, in_turn.at(step), rng),
            steps=self._parameters.structure_steps,
            rate=self._parameters.structure_rate,
        )

    def learn_queries(self) -> None:
        """The second phase: each step ranks written queries, and beside them further pairs from the structure."""
        batch = self._parameters.batch
        clauses_in_turn = Batches(len(self._corpus.clauses), batch, [self._parameters.seed, 2])
        passages_in_turn = Batches(len(self._corpus.passages), batch // 2, [self._parameters.seed, 3])

        def loss(table: torch.Tensor, step: int, rng: np.random.Generator) -> torch.Tensor:
            if step % POOL_AGE == 0:
                self._fill_pool(table.detach(), step)
            queries = self._query_loss(table, clauses_in_turn.at(step), rng)
            return queries + self._structure_loss(table, passages_in_turn.at(step), rng)

        self._descend("queries", loss, steps=self._parameters.query_steps, rate=self._parameters.query_rate)

    def table(self) -> npt.NDArray[np.float16]:
        """The composed table in half precision; the unknown token's row is zero."""
        with torch.no_grad():
            table = self.model.table()
            table[0] = 0.0
        return table.numpy().astype(np.float16)

    # --- losses ------------------------------------------------------------------------------------

    def _structure_loss(self, table: torch.Tensor, chosen: Ids, rng: np.random.Generator) -> torch.Tensor:
        pairs = []
        for i in chosen:
            left, right = structure_pair(
                self._corpus.passages[i], rng, keywords=self._parameters.keywords, rarity=self._rarity
            )
            if rng.random() < self._parameters.plain:
                left = in_plain_words(left, self._corpus.plain_words, rng, share=PLAIN_SHARE)
            pairs.append((left, right))
        left_side = bag(table, self._thinned([left for left, _ in pairs], rng))
        right_side = bag(table, self._thinned([right for _, right in pairs], rng))
        return ranking_loss(left_side @ right_side.T * self._parameters.scale)

    def _query_loss(self, table: torch.Tensor, chosen: Ids, rng: np.random.Generator) -> torch.Tensor:
        """A query ranks its clause, by the best of the clause's views, above the batch's others and the pool."""
        clauses = [self._corpus.clauses[i] for i in chosen]
        queries = bag(table, self._thinned([drawn_query(clause, rng) for clause in clauses], rng))
        viewed = bag(table, self._thinned([view for clause in clauses for view in clause.views], rng))
        owner = torch.from_numpy(np.repeat(np.arange(len(clauses)), [len(clause.views) for clause in clauses]))
        scores = best_of(queries @ viewed.T, owner, len(clauses)) * self._parameters.scale
        with torch.no_grad():
            first = torch.searchsorted(owner, torch.arange(len(clauses)))
            alike = viewed[first] @ self._pool.T > self._parameters.too_alike
            same = self._pool_clauses[None, :] == torch.from_numpy(chosen)[:, None]
        others = (queries @ self._pool.T * self._parameters.scale).masked_fill(alike | same, -1e4)
        return ranking_loss(scores, others)

    def _fill_pool(self, table: torch.Tensor, step: int) -> None:
        """New vectors for the texts that no query of a batch asks for: passages, and one view of each clause, drawn anew.

        They are encoded once for `POOL_AGE` steps, and nothing is learned through them.
        """
        rng = np.random.default_rng([self._parameters.seed, 4, step])
        passages, clauses = self._corpus.passages, self._corpus.clauses
        drawn = rng.choice(len(passages), min(self._parameters.pool, len(passages)), replace=False)
        texts = [any_view(passages[i], rng) for i in drawn]
        texts += [clause.views[int(rng.integers(len(clause.views)))] for clause in clauses]
        self._pool = bag(table, texts)
        self._pool_clauses = torch.tensor([-1] * len(drawn) + list(range(len(clauses))))

    def _thinned(self, texts: Sequence[Ids], rng: np.random.Generator) -> list[Ids]:
        return [thinned(text, rng, drop=self._parameters.drop) for text in texts]

    # --- descent -----------------------------------------------------------------------------------

    def _descend(
        self,
        phase: str,
        loss: Callable[[torch.Tensor, int, np.random.Generator], torch.Tensor],
        *,
        steps: int,
        rate: float,
    ) -> None:
        if steps == 0:
            return
        optimizer = torch.optim.Adam(self.model.parameters(), lr=rate)
        checkpoint = self._checkpoints / f"{phase}.pt" if self._checkpoints else None
        start = 0
        if checkpoint and checkpoint.is_file():
            stored = torch.load(checkpoint, weights_only=True)
            start = stored["step"]
            self.model.load_state_dict(stored["model"])
            optimizer.load_state_dict(stored["optimizer"])
        with tqdm(range(start, steps), desc=phase, unit="step", initial=start, total=steps) as progress:
            for step in progress:
                for group in optimizer.param_groups:
                    group["lr"] = rate * _warmed(step, steps)
                optimizer.zero_grad()
                # The phase's letters make a number: each phase has its own draws.
                rng = np.random.default_rng([self._parameters.seed, *phase.encode(), step])
                found = loss(self.model.table(), step, rng)
                found.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                progress.set_postfix(loss=f"{float(found.detach()):.3f}")
                if checkpoint and ((step + 1) % CHECKPOINT_STEPS == 0 or step + 1 == steps):
                    state = {"step": step + 1, "model": self.model.state_dict(), "optimizer": optimizer.state_dict()}
                    fresh = checkpoint.with_suffix(".new")
                    torch.save(state, fresh)
                    fresh.replace(checkpoint)


def _warmed(step: int, steps: int) -> float:
    """The learning rate's share at a step: up to 1 within a tenth of the steps, then down a cosine to nearly 0."""
    warm = max(1, steps // 10)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def learn(
    found: Sequence[Passage],
    queries: Sequence[WrittenQuery],
    tokenizer: Tokenizer,
    parameters: TrainingParameters,
    checkpoints: Path | None = None,
) -> npt.NDArray[np.float16]:
    """The trained table, one row a token of the tokenizer, from passages and written queries.

    In the folder `checkpoints` it leaves its way there, and goes on from what the same inputs left. Raises UsageError
    where nothing is left of the passages or the queries but unknown words.
    """
    corpus = encode_corpus(found, queries, tokenizer)
    if not corpus.passages or not corpus.clauses:
        raise UsageError("the corpora and queries share too few words to learn from; give larger files")
    if checkpoints:
        digest = hashlib.sha256(json.dumps(asdict(parameters)).encode() + tokenizer.to_str().encode())
        for ids in (corpus.counts, *(ids for clause in corpus.clauses for ids in (*clause.views, *clause.queries))):
            digest.update(ids.tobytes())
        checkpoints = checkpoints / digest.hexdigest()[:12]
        checkpoints.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(corpus, tokenizer, parameters, checkpoints)
    trainer.learn_structure()
    trainer.learn_queries()
    return trainer.table()
