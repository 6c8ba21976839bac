"""Archives of any size for measuring, grown from real public documents by written-down rules; the same for the same seed.

Real is the wording: paragraphs of the documents in `../shared/corpora`, read at run time and never kept in the project.
What is varied, and what is added, is in `variation.py`. Documents are taken by chance from the kinds in SHARES, each kind
in turn, in another order each round; REPUBLISHED of the notices come a second time, as another site shows them. A smaller
archive is the beginning of a larger one.

`python -m bench.archives FOLDER --clauses 10000` writes one and prints, as one JSON object, its files and bytes.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.variation import Document, varied
from indexer.errors import TiaowenError, UsageError

__all__ = ["CORPORA", "Written", "documents", "texts", "write_archive"]

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"

# How often a notice is made of a document of each kind. Reports are few and long, laws many.
SHARES = {"notices": 0.45, "laws": 0.4, "service-items": 0.05, "city-reports": 0.06, "province-reports": 0.04}
REPUBLISHED = 0.02
FEWEST_PARAGRAPHS = 4
SHORTEST_TITLE = 6
SEED = 1
FILES_A_FOLDER = 1000
# Clauses that the parser finds in a notice's paragraph, on average over 10,000 clauses (`bench.scale` prints how many
# there are in fact): what is written until it promises the number wanted.
CLAUSES_A_PARAGRAPH = 0.68


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    files: int
    paragraphs: int
    megabytes: float


def documents(folder: Path = CORPORA) -> dict[str, list[Document]]:
    """The real documents by kind, each with its paragraphs; raises UsageError where they are not at hand."""
    found = {}
    for name in SHARES:
        path = folder / f"{name}.jsonl.gz"
        if not path.is_file():
            raise UsageError(f"{path}: is not there; put the public documents beside the project, or give --corpora")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found[name] = list(_documents(name, lines))
    return found


def _documents(name: str, lines: Iterator[str]) -> Iterator[Document]:
    for line in lines:
        record = json.loads(line)
        paragraphs = tuple(text for part in record["text"].split("\n") if len(text := part.strip()) >= 8)
        if len(paragraphs) >= FEWEST_PARAGRAPHS and len(record["title"]) >= SHORTEST_TITLE:
            yield Document(name, record["title"], paragraphs)


def texts(found: dict[str, list[Document]], *, seed: int = SEED) -> Iterator[str]:
    """Notices as text files have them, without end."""
    turns = {name: _in_turn(of_kind, random.Random(f"{seed} {name}")) for name, of_kind in found.items()}
    kinds = list(SHARES)
    for number in itertools.count():
        rng = random.Random(f"{seed} {number}")
        kind = rng.choices(kinds, [SHARES[name] for name in kinds])[0]
        title, text = varied(next(turns[kind]), rng, number=number)
        yield text
        if rng.random() < REPUBLISHED:
            yield f"{title}\n来源：市政府门户网站　浏览次数：{rng.randint(10, 9999)}\n{text}"


def _in_turn(of_kind: Sequence[Document], rng: random.Random) -> Iterator[Document]:
    while True:
        yield from rng.sample(of_kind, len(of_kind))


def write_archive(
    folder: Path, n_clauses: int, *, seed: int = SEED, corpora: Path = CORPORA, first: int = 0
) -> Written:
    """Write text files below the folder until they hold about so many clauses, a thousand files to a folder.

    `first` files of the sequence are left out, for files that an archive does not have yet. Raises UsageError where the
    public documents are not at hand.
    """
    paragraphs = size = number = 0
    for number, text in enumerate(itertools.islice(texts(documents(corpora), seed=seed), first, None), first):
        if paragraphs * CLAUSES_A_PARAGRAPH >= n_clauses:
            break
        path = folder / f"{number // FILES_A_FOLDER:04d}" / f"{number:07d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = text.encode()
        path.write_bytes(content)
        paragraphs, size = paragraphs + text.count("\n") - 5, size + len(content)
    return Written(number - first, paragraphs, round(size / 1e6, 1))


def main() -> int:
    """Write an archive and print what it holds; 2 where it cannot be written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, help="where to write the files")
    parser.add_argument("--clauses", type=int, default=10_000, help="about how many clauses (10,000)")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed gives another archive (1)")
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="the public documents (../shared/corpora)")
    given = parser.parse_args()
    try:
        written = write_archive(given.folder, given.clauses, seed=given.seed, corpora=given.corpora)
    except TiaowenError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps(asdict(written)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
