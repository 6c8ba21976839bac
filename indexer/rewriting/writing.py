"""An answer in a language model's words, sentence by sentence as they come, each shown only with verified quotations.

The answer without a model stands whatever happens here: silence is never put to a model, and what fails is said in one
line. `support` decides about each sentence, `prompt` what is sent, `chat` speaks with the endpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from msgspec.structs import replace

from indexer.errors import EndpointError
from indexer.index import Index
from indexer.records import Answer, Clause, Notice, WritingFailure, Written, WrittenSentence
from indexer.rewriting.cited_sentences import Cited, SentenceReader, without_thoughts
from indexer.rewriting.endpoint import Endpoint
from indexer.rewriting.prompt import CLAUSE_CHARACTERS, DECLINED, prompt_for
from indexer.rewriting.support import Given, checked

__all__ = ["write"]

# Clauses offered to the prompt; the tasks of a unit may be hundreds.
MOST_CLAUSES = 30


def write(
    index: Index, answer: Answer, endpoint: Endpoint, *, characters: int = CLAUSE_CHARACTERS
) -> Iterator[Written]:
    """What stands so far, after each sentence that is shown or dropped; the last one is the whole, with its failure.

    Nothing comes, and no request is made, where the answer is silence or has no clause. `characters` is the budget for
    the clauses. Raises nothing for what the endpoint does: see `Written.failure`.
    """
    found = _found(index, answer)
    if not found:
        return
    prompt = prompt_for(answer.query.text, found, characters=characters)
    given = {clause.clause_id: (clause, notice) for clause, notice in found if clause.clause_id in prompt.clause_ids}
    written = Written(model=endpoint.model)
    reader, said = SentenceReader(), ""
    failed: EndpointError | None = None
    from indexer.rewriting.chat import chat  # its library takes more than a second to import

    try:
        for piece in without_thoughts(chat(endpoint, prompt.messages)):
            said = (said + piece)[: len(DECLINED) + 20]
            for cited in reader.feed(piece):
                written = _with(written, cited, given, question=answer.query.text)
                yield written
    except EndpointError as error:
        failed = error
    for cited in reader.close():
        written = _with(written, cited, given, question=answer.query.text)
    if failed:
        yield replace(written, failure=cast("WritingFailure", failed.failure), message=str(failed))
    else:
        yield written if written.sentences else _nothing(written, said)


def _found(index: Index, answer: Answer) -> list[tuple[Clause, Notice]]:
    """The clauses that the answer rests on, then the others found, each once; none where the answer is silence."""
    if answer.abstained:
        return []
    quoted = [statement.clause_id for statement in answer.statements]
    named = [unit.clause_id for unit in answer.units]
    ids = list(dict.fromkeys([*quoted, *named, *(hit.clause_id for hit in answer.hits)]))[:MOST_CLAUSES]
    clauses = index.clauses(ids)
    notices = {doc_id: index.notice(doc_id) for doc_id in dict.fromkeys(clause.doc_id for clause in clauses)}
    return [(clause, notices[clause.doc_id]) for clause in clauses]


def _with(written: Written, cited: Cited, given: Given, *, question: str) -> Written:
    """What stands with one more sentence, shown or dropped."""
    outcome = checked(cited, given, question=question)
    if isinstance(outcome, WrittenSentence):
        return replace(written, sentences=(*written.sentences, outcome))
    return replace(written, dropped=(*written.dropped, outcome))


def _nothing(written: Written, said: str) -> Written:
    """Why there is no sentence though the model replied."""
    if said.strip(' \n。.“”"') == DECLINED:
        return replace(
            written, dropped=(), failure="declined", message="the language model says that the clauses do not answer"
        )
    n = len(written.dropped)
    message = f"none of the language model's sentences could be verified ({n} dropped)"
    return replace(
        written, failure="nothing_verified", message=message if n else "the language model wrote no sentence"
    )
