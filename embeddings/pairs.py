"""What the encoder learns from: passages of public documents, and pairs of texts that mean the same.

No one labelled these documents: their structure is the teacher. A title announces its paragraphs, a heading its
section, a sentence belongs to its paragraph. Written queries (`staff`, `short`, `draft`) are pairs as they stand.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import UsageError
from indexer.index.passage import SENTENCE_END

__all__ = [
    "Document",
    "Passage",
    "WrittenQuery",
    "clause_key",
    "leave_out_copies",
    "measured_texts",
    "passages",
    "read_corpora",
    "read_own_queries",
    "read_queries",
]

OWN_QUERIES = Path(__file__).resolve().parent / "queries"

KINDS = ("staff", "short", "draft")

# A line shorter than this is furniture (打印, 【字号：, 索 引 号) or a heading.
SHORTEST_PASSAGE = 30
# Paragraphs longer than this are cut at sentence ends, so that a report's page-long paragraph is several passages.
LONGEST_PASSAGE = 360
LONGEST_HEADING = 40

LABEL = re.compile(
    r"^(?:#+\s*)?(?:第[一二三四五六七八九十百零〇\d]+[编章节条款项]|[（(][一二三四五六七八九十\d]+[)）]"
    r"|[一二三四五六七八九十]+、|\d+[.．、]|——|[一二三四五六七八九十]+是)\s*"
)
NOT_HAN = re.compile(r"[^㐀-鿿]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A public document as the corpora hold it."""

    doc_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a part of one, in sentences, under its title and nearest heading."""

    title: str
    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenQuery:
    """A query written by a person, of one kind, and the clause that answers it."""

    query_id: str
    kind: str
    text: str
    clause_id: str
    clause_title: str
    clause_text: str


def read_corpora(folder: Path) -> list[Document]:
    """All documents of `folder/*.jsonl.gz`, by file name and then in file order.

    Raises UsageError where the folder has none, or a line is no JSON object with id, title and text.
    """
    files = sorted(folder.glob("*.jsonl.gz"))
    if not files:
        raise UsageError(f"{folder}: no *.jsonl.gz in it; give the folder of the public corpora with --corpora")
    documents = []
    for file in files:
        for number, line in _lines(file):
            try:
                fields = json.loads(line)
                documents.append(Document(str(fields["id"]), str(fields["title"]), str(fields["text"])))
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(
                    f"{file}:{number}: not an object with id, title and text ({error}); mend it"
                ) from error
    return documents


def read_queries(file: Path) -> list[WrittenQuery]:
    """The written queries of a file with {"cid", "title", "text", "staff", "short", "draft"} a line.

    Raises UsageError for a missing file or a line without these fields.
    """
    if not file.is_file():
        raise UsageError(f"{file}: no such file; give the file of written queries with --queries")
    queries = []
    for number, line in _lines(file):
        try:
            fields = json.loads(line)
            queries += [
                WrittenQuery(
                    f"{fields['cid']}-{kind}", kind, fields[kind], fields["cid"], fields["title"], fields["text"]
                )
                for kind in KINDS
                if fields[kind]
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{file}:{number}: not an object with cid, title, text and queries ({error})") from error
    return queries


def clause_key(text: str) -> str:
    """What a clause of the corpora is called in our own files: twelve hex digits over its Chinese characters."""
    return hashlib.sha256(NOT_HAN.sub("", text).encode()).hexdigest()[:12]


def read_own_queries(found: Sequence[Passage], folder: Path = OWN_QUERIES) -> tuple[list[WrittenQuery], int]:
    """The queries written for this project whose clauses are among the passages, and the number of the other clauses.

    `folder/*.tsv` have the columns clause (`clause_key`), staff, short, draft; the clauses' text is in the corpora
    alone. Raises UsageError for a file without these columns or a line with an empty one.
    """
    clauses: dict[str, tuple[str, str]] = {}
    for passage in found:
        text = "".join(passage.sentences)
        clauses.setdefault(clause_key(text), (passage.title, text))
    queries: list[WrittenQuery] = []
    absent = 0
    for file in sorted(folder.glob("*.tsv")):
        rows = csv.DictReader((line for _, line in _lines(file)), delimiter="\t", quoting=csv.QUOTE_NONE)
        for number, row in enumerate(rows, 2):
            if not all(row.get(column) for column in ("clause", *KINDS)):
                raise UsageError(f"{file}:{number}: not a clause with its staff, short and draft query; mend it")
            if row["clause"] not in clauses:
                absent += 1
                continue
            title, text = clauses[row["clause"]]
            queries += [
                WrittenQuery(f"{row['clause']}-{kind}", kind, row[kind], row["clause"], title, text) for kind in KINDS
            ]
    return queries, absent


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        if file.suffix == ".gz":
            with gzip.open(file, "rt", encoding="utf-8") as stream:
                yield from enumerate(stream, 1)
        else:
            with file.open(encoding="utf-8") as stream:
                yield from enumerate(stream, 1)
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise UsageError(f"{file}: cannot be read ({error}); fetch the file again") from error


# --- keeping measured texts out --------------------------------------------------------------------


def measured_texts(paths: Iterable[Path]) -> list[str]:
    """The paragraphs of the texts that measure the encoder: lines of .txt, the `text` of .jsonl, folders of them.

    Raises UsageError for a path that does not exist or holds neither.
    """
    texts = []
    for path in paths:
        files = sorted(f for f in path.rglob("*") if f.suffix in {".txt", ".jsonl"}) if path.is_dir() else [path]
        if not files or not path.exists():
            raise UsageError(f"{path}: no .txt or .jsonl file to leave out; mend --leave-out")
        for file in files:
            for number, line in _lines(file):
                if file.suffix == ".jsonl":
                    try:
                        texts.append(str(json.loads(line)["text"]))
                    except (ValueError, KeyError, TypeError) as error:
                        raise UsageError(f"{file}:{number}: not an object with text ({error})") from error
                else:
                    texts += ["".join(sentences) for sentences in _split(line)]
    return sorted(set(texts))


def leave_out_copies(
    documents: Sequence[Document], measured: Iterable[str], *, run: int = 24, share: float = 0.5
) -> tuple[list[Document], list[Document]]:
    """The documents that hold no near copy of a measured text, and those that do.

    Rule `near_copy`: a document is left out when it holds at least `share` of the runs of `run` Han characters of
    one measured paragraph (punctuation, digits and line breaks do not count). A law's opening formula
    (为了…根据…结合本省实际，制定本条例) alone is not enough, for only a part of its runs recurs.
    """
    runs_of = [_runs(text, run) for text in measured]
    owners: dict[str, list[int]] = {}
    for i, runs in enumerate(runs_of):
        for one in runs:
            owners.setdefault(one, []).append(i)
    kept: list[Document] = []
    left_out: list[Document] = []
    for document in documents:
        found: dict[int, int] = {}
        for one in _runs(document.text, run) & owners.keys():
            for i in owners[one]:
                found[i] = found.get(i, 0) + 1
        copied = any(n >= share * len(runs_of[i]) for i, n in found.items())
        (left_out if copied else kept).append(document)
    return kept, left_out


def _runs(text: str, length: int) -> set[str]:
    han = NOT_HAN.sub("", text)
    return {han[i : i + length] for i in range(len(han) - length + 1)}


# --- passages --------------------------------------------------------------------------------------


def passages(document: Document) -> Iterator[Passage]:
    """The document's passages in order, each with the nearest heading above it."""
    heading = ""
    for line in document.text.splitlines():
        text = line.strip()
        body = LABEL.sub("", text)
        if _is_heading(text, body):
            heading = body
            continue
        if len(body) < SHORTEST_PASSAGE:
            continue
        for sentences in _split(body):
            yield Passage(document.title, heading, sentences)


def _is_heading(text: str, body: str) -> bool:
    """Rule `numbered_heading`: a short line with a label, no sentence: 第二章 预防与控制, not 一是抓好春耕。"""
    return text != body and 2 <= len(body) <= LONGEST_HEADING and not SENTENCE_END.search(body)


def _split(paragraph: str) -> Iterator[tuple[str, ...]]:
    group: list[str] = []
    for sentence in SENTENCE_END.split(paragraph):
        if not sentence.strip():
            continue
        if group and sum(map(len, group)) + len(sentence) > LONGEST_PASSAGE:
            yield tuple(group)
            group = []
        group.append(sentence[:LONGEST_PASSAGE])
    if group and sum(map(len, group)) >= SHORTEST_PASSAGE:
        yield tuple(group)
