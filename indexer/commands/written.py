"""`ask --llm`: what a language model makes of an answer, printed as it comes, and one line where it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from indexer.errors import UsageError
from indexer.plain_text import written_lines

if TYPE_CHECKING:
    from indexer.index import Index
    from indexer.records import Answer, Written
    from indexer.rewriting.endpoint import Endpoint

__all__ = ["endpoint_asked", "rewrite"]


def endpoint_asked(environment: Mapping[str, str]) -> Endpoint:
    """The endpoint that the environment names; raises UsageError where it names none."""
    from indexer.rewriting.endpoint import MODEL, URL, endpoint_from

    endpoint = endpoint_from(environment)
    if endpoint is None:
        raise UsageError(f"--llm needs a language model; set {URL} and {MODEL}, see docs/language-models.md")
    return endpoint


def rewrite(
    index: Index,
    answer: Answer,
    endpoint: Endpoint,
    *,
    show: Callable[[str], None] | None,
    say: Callable[[str], None],
) -> Written | None:
    """What the model wrote; None where the answer is silence, which is not put to a model.

    `show` gets lines for the reader as soon as a sentence is verified, `say` the line on what failed.
    """
    from indexer.rewriting.writing import write

    written: Written | None = None
    n = 0
    for written in write(index, answer, endpoint):
        for sentence in written.sentences[n:]:
            if show:
                show("\n".join([*([_title(endpoint)] if not n else []), *written_lines(sentence)]))
            n += 1
    if written and written.dropped and show:
        show(f"    (另有 {len(written.dropped)} 句没有通过核对,未显示)")
    if written and written.message:
        say(f"{written.message}; the answer without it stands")
    return written


def _title(endpoint: Endpoint) -> str:
    return f"—— 由模型 {endpoint.model} 改写,每句的引文都已与原文核对"
