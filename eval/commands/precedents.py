"""`python -m eval precedents`: score labels, earliest sources, parents and the ranking of precedents."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.commands.options import add_output_options
from eval.gold import load_gold
from eval.intervals import bootstrap_interval
from eval.judging import judge
from eval.precedents.judgements import load_wordings
from eval.precedents.scoring import Ranking, WordingScores, rank, score_wordings
from eval.retrieval import mean
from eval.scores import Scores, check_outputs, show
from eval.sets import OWN
from eval.tables import Table
from indexer.build import build
from indexer.index import Encoder, Index, load_encoder, open_index
from indexer.precedents import LABELS
from indexer.precedents.nearest import DEFAULTS

__all__ = ["add_commands"]

_SPLITS = ("tune", "test")
_NEIGHBOURS: dict[str, tuple[Any, ...]] = {
    "feedback": (0, 1, 3),
    "feedback_weight": (0.25, 0.8),
    "feedback_limit": (0.4, 0.5, 0.8),
    "family_weight": (0.0, 0.5, 1.0),
    "share_weight": (0.0, 0.1, 0.3),
}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command with its options."""
    summary = "score precedents: labels, earliest sources, parents and the ranking, beside hybrid search"
    parser = commands.add_parser("precedents", help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.add_argument("--gold", type=Path, metavar="DIR", help="gold records whose precedent questions to rank too")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="their notices (default: the folder corpus beside)")
    parser.add_argument("--encoder", help="embedding model by name or path (default: the bundled one)")
    parser.add_argument("--sweep", action="store_true", help="nDCG@10 on the tune questions under other parameters")
    add_output_options(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace, command: str) -> int:
    """Measure and show; the exit status."""
    check_outputs(options, "report", "html")
    scores = Scores()
    encoder = load_encoder(options.encoder)
    wordings: dict[str, WordingScores] = {}
    rankings: dict[str, Ranking] = {}
    with _built(OWN[1], encoder) as index:
        if options.sweep:
            scores.add(_sweep_table(index))
            show(scores, options, heading="Precedents", command=command)
            return 0
        for split in _SPLITS:
            wordings[split] = score_wordings(index, load_wordings(split=split))
            queries = load_gold(OWN[0], split=split).queries
            rankings[f"samples, {split}"] = rank(index, queries, judge(queries, index))
    if options.gold:
        with _built(options.corpus or options.gold.parent / "corpus", encoder) as index:
            queries = load_gold(options.gold).queries
            rankings[options.gold.name] = rank(index, queries, judge(queries, index))
    scores.values["precedents"] = _values(wordings, rankings)
    scores.misses += [miss for each in wordings.values() for miss in each.misses]
    scores.add(_wording_table(wordings), _label_table(wordings), _ranking_table(rankings))
    show(scores, options, heading="Precedents", command=command)
    return 0


@contextmanager
def _built(corpus: Path, encoder: Encoder) -> Iterator[Index]:
    """An index over the notices, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="tiaowen-precedents-") as folder:
        build([corpus], Path(folder), encoder=encoder)
        with open_index(Path(folder), encoder) as index:
            yield index


def _sweep_table(index: Index) -> Table:
    """nDCG@10 on the tune questions with one parameter of the ranking changed at a time."""
    queries = load_gold(OWN[0], split="tune").queries
    judged = judge(queries, index)
    settings = {"as they are": DEFAULTS}
    for name, values in _NEIGHBOURS.items():
        settings |= {f"{name} {value}": replace(DEFAULTS, **{name: value}) for value in values}
    rows = [
        (name, f"{mean(rank(index, queries, judged, parameters=parameters).precedents):.3f}")
        for name, parameters in settings.items()
    ]
    return Table("Precedents, tune questions", ("parameters", "nDCG@10"), tuple(rows))


def _wording_table(wordings: dict[str, WordingScores]) -> Table:
    rows = []
    for split, scores in wordings.items():
        cells = [(scores.label_accuracy, scores.labels.total())]
        cells += [(mean(list(map(float, right))), len(right)) for right in (scores.earliest, scores.parents)]
        rows.append((split, *(f"{share:.3f} of {count}" for share, count in cells)))
    columns = ("split", "label accuracy", "earliest source", "parent and direction")
    return Table("Precedents against judged wordings of the samples", columns, tuple(rows))


def _label_table(wordings: dict[str, WordingScores]) -> Table:
    given = (*LABELS, None)
    rows = [
        (f"{split}, judged {judged}", *(str(scores.labels[judged, label]) for label in given))
        for split, scores in wordings.items()
        for judged in LABELS
    ]
    return Table("Labels", ("", *(label or "not found" for label in given)), tuple(rows))


def _ranking_table(rankings: dict[str, Ranking]) -> Table:
    rows = []
    for name, ranking in rankings.items():
        low, high = ranking.gain_interval
        rows.append(
            (
                name,
                str(len(ranking.queries)),
                _with_interval(ranking.precedents),
                _with_interval(ranking.hybrid),
                f"{ranking.gain:+.3f} ({low:+.3f} to {high:+.3f})",
                f"{ranking.p_value:.3f}",
            )
        )
    columns = ("questions", "n", "precedents", "hybrid search", "gain (95 %, paired)", "p")
    return Table("nDCG@10 on questions of the type precedent", columns, tuple(rows))


def _with_interval(values: Sequence[float]) -> str:
    low, high = bootstrap_interval(values)
    return f"{mean(values):.3f} ({low:.3f} to {high:.3f})"


def _values(wordings: dict[str, WordingScores], rankings: dict[str, Ranking]) -> dict[str, Any]:
    return {
        "wordings": {
            split: {
                "label_accuracy": scores.label_accuracy,
                "n_pairs": scores.labels.total(),
                "earliest": mean(list(map(float, scores.earliest))),
                "n_earliest": len(scores.earliest),
                "parent": mean(list(map(float, scores.parents))),
                "n_parents": len(scores.parents),
                "misses": scores.misses,
            }
            for split, scores in wordings.items()
        },
        "ranking": {
            name: {
                "n": len(ranking.queries),
                "precedents": mean(ranking.precedents),
                "hybrid": mean(ranking.hybrid),
                "gain": ranking.gain,
                "gain_interval": list(ranking.gain_interval),
                "p": ranking.p_value,
            }
            for name, ranking in rankings.items()
        },
    }
