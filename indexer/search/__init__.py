"""What is asked: plan a query, retrieve clauses, answer with located quotations or be silent with a reason."""

from __future__ import annotations

from indexer.search.answer import ask
from indexer.search.plan import plan
from indexer.search.retrieve import SearchParameters, search, search_batch

__all__ = ["SearchParameters", "ask", "plan", "search", "search_batch"]
