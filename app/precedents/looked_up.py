"""What the archive has for a draft: looked up clause by clause, the one in sight first, and kept in the session alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date

import streamlit as st
from msgspec import Struct

from app.identity import who
from app.precedents.given_draft import GivenDraft
from app.state import generation_key
from app.texts import Texts
from indexer.audit import note
from indexer.drafts import Finding, check_draft, read_draft
from indexer.exports import FoundPrecedent
from indexer.index import Index
from indexer.precedents import ClausePrecedents, Precedent, own_notices, precedents_of_clauses
from indexer.records import Clause, Filters

__all__ = ["LookedUp", "clauses_to_look_up", "findings_of", "look_up_one", "look_up_rest", "looked_up", "shared_wording", "with_notices"]  # fmt: skip

_LOOKED_UP, _CHECKED = "precedents looked up", "precedents checked"  # in the session
MOST_PRECEDENTS = 20
# Filters whose results are kept beside one another, so that going back to one costs nothing.
_MOST_KEPT = 3
# While the rest is looked up, the list is drawn anew so often.
_SECONDS_BETWEEN_DRAWINGS = 3.0


class LookedUp(Struct):
    """What is known so far; by the clause's place among those to look up."""

    clauses: tuple[Clause, ...]
    own: frozenset[str]  # doc_ids of the archive's notices that are the draft itself
    found: dict[int, ClausePrecedents]

    @property
    def complete(self) -> bool:
        """Whether every clause was looked up."""
        return len(self.found) == len(self.clauses)


def clauses_to_look_up(draft: GivenDraft) -> tuple[Clause, ...]:
    """The clauses that say anything: a row of a table may be empty."""
    return tuple(clause for clause in draft.notice.clauses if any(map(str.isalnum, clause.text)))


def looked_up(index: Index, draft: GivenDraft, filters: Filters) -> LookedUp:
    """What this session has looked up for the draft under these filters, in the index as it is."""
    kept: dict[object, LookedUp] = st.session_state.setdefault(_LOOKED_UP, {})
    key = (generation_key(index), draft.raw.source.sha256, filters)
    found = kept.pop(key, None) or LookedUp(clauses_to_look_up(draft), own_notices(index, draft.notice), {})
    kept[key] = found  # the latest is the last
    while len(kept) > _MOST_KEPT:
        kept.pop(next(iter(kept)))
    return found


def look_up_one(index: Index, state: LookedUp, at: int, *, filters: Filters) -> ClausePrecedents:
    """The precedents of one clause, looked up unless they were already."""
    if at not in state.found:
        found = precedents_of_clauses(
            index, [state.clauses[at]], k=MOST_PRECEDENTS, filters=filters, without=state.own
        )[0]
        # A draft is nobody else's business: what is found for it is written down, and not a word of the draft.
        shown = [each.clause_id for each in found.precedents]
        note(index, who(), "asked", via="app", what="precedents", shown=shown)
        state.found[at] = found
    return state.found[at]


def look_up_rest(index: Index, state: LookedUp, *, filters: Filters, texts: Texts) -> None:
    """Look up the other clauses with a bar, and draw the page anew now and then; a click in between is heard."""
    bar = st.progress(0.0)
    since = time.monotonic()
    for at in range(len(state.clauses)):
        if at in state.found:
            continue
        done, total = len(state.found), len(state.clauses)
        bar.progress(done / total, texts("precedents_working", done=done + 1, total=total))
        look_up_one(index, state, at, filters=filters)
        if time.monotonic() - since > _SECONDS_BETWEEN_DRAWINGS:
            break
    st.rerun()


def findings_of(index: Index, draft: GivenDraft) -> tuple[str, list[Finding]]:
    """The draft's text as the check reads it, and what it found there; judged by the draft's date, else by today's."""
    key = (generation_key(index), draft.raw.source.sha256, date.today())
    kept = st.session_state.get(_CHECKED)
    if kept is None or kept[0] != key:
        checked = read_draft(draft.raw, index, today=date.today())
        kept = st.session_state[_CHECKED] = (key, checked.body, check_draft(checked))
    return kept[1], kept[2]


def shared_wording(found: ClausePrecedents) -> list[Precedent]:
    """The precedents that share wording with the clause; the others are on the same matter in other words."""
    return [each for each in found.precedents if each.share > 0]


def with_notices(index: Index, precedents: Sequence[Precedent]) -> list[FoundPrecedent]:
    """The precedents with their clauses and the heads of their notices."""
    heads = {notice.doc_id: notice for notice in index.notices()}
    ids = dict.fromkeys(clause_id for each in precedents for clause_id in (each.clause_id, *each.also_in))
    clauses = {clause.clause_id: clause for clause in index.clauses(list(ids))}
    return [
        FoundPrecedent(
            each,
            clauses[each.clause_id],
            heads[clauses[each.clause_id].doc_id],
            tuple(heads[clauses[other].doc_id] for other in each.also_in),
        )
        for each in precedents
    ]
