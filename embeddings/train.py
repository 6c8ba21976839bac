"""Trains the bundled encoder: `python -m embeddings.train --corpora DIR --queries FILE --out embeddings/encoder`.

A static model: a text's vector is the mean of its tokens' vectors, so that a clause costs microseconds on a desk
computer. Training is contrastive (multiple negatives ranking with in-batch negatives, van den Oord et al. 2018;
Henderson et al. 2017): first on pairs that the structure of public documents gives, then on these together with
written queries. The result is a sentence-transformers model (`StaticEmbedding`) in half precision.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import torch
import typer
from tokenizers import Tokenizer
from tqdm import tqdm

from embeddings.learning import DEFAULTS, TrainingParameters, learn
from embeddings.pairs import (
    OWN_QUERIES,
    Document,
    WrittenQuery,
    leave_out_copies,
    measured_texts,
    passages,
    read_corpora,
    read_own_queries,
    read_queries,
)
from embeddings.plain import read_plain_words
from embeddings.saving import principal_axes_first, save
from embeddings.vocabulary import build_tokenizer, count_tokens
from indexer.errors import TiaowenError, UsageError

# How often a written query and a row of the lexicon count when words are counted for the vocabulary.
QUERY_COUNTS = 3
PLAIN_COUNTS = 10


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
    corpora: Path,
    queries: Sequence[Path],
    out: Path,
    *,
    leave_out: Sequence[Path],
    parameters: TrainingParameters,
    own: Path = OWN_QUERIES,
) -> dict[str, object]:
    """Trains the model into `out` and returns the record that is kept beside it: parameters and what was read.

    A run that was interrupted is taken up where its last checkpoint left it, in the folder `out`.training, which is
    removed at the end. Raises UsageError for missing or malformed input, and where `out` holds something other than a
    model.
    """
    started = time.monotonic()
    if out.exists() and not (out / "modules.json").is_file():
        raise UsageError(f"{out}: exists and is no model, so it is not replaced; give another --out")
    written = [query for file in queries for query in read_queries(file)]
    measured = measured_texts(leave_out)
    documents, left_out = leave_out_copies(read_corpora(corpora), measured)
    found = [p for document in documents for p in passages(document)]
    ours, absent = read_own_queries(found, own)
    written += ours
    if not found or not written:
        raise UsageError(f"{corpora}: no passage to learn from, or no query for any of them; give larger files")
    tokenizer = tokenizer_of(documents, written, size=parameters.vocabulary)
    checkpoints = out.with_name(out.name + ".training")
    table = learn(found, written, tokenizer, parameters, checkpoints)
    record: dict[str, object] = {
        "parameters": asdict(parameters),
        "documents": len(documents),
        "documents_left_out": len(left_out),
        "characters": sum(len(d.text) for d in documents),
        "passages": len(found),
        "queries": len(written),
        "own_queries": len(ours),
        "own_clauses_not_in_the_corpora": absent,
        "tokens": len(table),
    }
    save(principal_axes_first(table, tokenizer), tokenizer, out, record)
    shutil.rmtree(checkpoints)
    return record | {"seconds": round(time.monotonic() - started)}


def adapt_to(corpus: Sequence[Path], out: Path, *, seed: int) -> int:
    """Adapts the bundled encoder to a folder of notices and says what came of it; exit status 1 where it is not kept."""
    from embeddings.adapt import DEFAULTS as ADAPTATION
    from embeddings.adapt import adapt
    from embeddings.own_archive import TooSmall, read_archive
    from eval.sets import load_sets

    try:
        with tqdm(desc="read", unit="file", leave=False) as bar:
            archive = read_archive(corpus, progress=lambda _, done, total: bar_at(bar, done, total))
        found = adapt(archive, out, load_sets((), ())[:1], parameters=replace(ADAPTATION, seed=seed))
    except TooSmall as error:
        typer.echo(str(error), err=True)
        return 1
    for change in found.verdict.own:
        typer.echo(f"own notices, {change}", err=True)
    for change in found.verdict.samples:
        typer.echo(f"sample notices, {change}", err=True)
    typer.echo(
        f"{'written to' if found.verdict.keep else 'nothing changed in'} {out}: {found.verdict.reason}", err=True
    )
    typer.echo(json.dumps(found.record, ensure_ascii=False))
    return 0 if found.verdict.keep else 1


def bar_at(bar: tqdm[None], done: int, total: int) -> None:
    """Show how far reading is."""
    bar.total = total
    bar.update(done - bar.n)


def main(
    out: Annotated[Path, typer.Option(help="Folder for the model; replaced when the training is complete.")],
    corpora: Annotated[
        Path | None, typer.Option(help="Train anew: folder of *.jsonl.gz with id, title, text a line.")
    ] = None,
    corpus: Annotated[
        list[Path] | None,
        typer.Option(help="Adapt the bundled encoder to these notices; only seed, out and threads apply."),
    ] = None,
    queries: Annotated[
        list[Path] | None,
        typer.Option(help="Further written queries: .jsonl with cid, title, text, staff, short, draft a line."),
    ] = None,
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
    """Train the bundled encoder from public documents and written queries, or adapt it to your own notices."""
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
        if (corpora is None) == (not corpus):
            raise UsageError("give --corpora FOLDER to train anew, or --corpus FOLDER to adapt to your own notices")
        if corpora is None:
            raise typer.Exit(adapt_to(corpus or [], out, seed=seed))
        record = build(corpora, queries or [], out, leave_out=leave_out or [], parameters=parameters)
    except TiaowenError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    typer.run(main)
