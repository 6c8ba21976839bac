"""An answer said again in a language model's words, where one is named: asked for, checked, and never needed."""

from __future__ import annotations

from indexer.rewriting.endpoint import Endpoint, endpoint_from
from indexer.rewriting.writing import write

__all__ = ["Endpoint", "endpoint_from", "write"]
