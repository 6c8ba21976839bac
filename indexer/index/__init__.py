"""What is stored: the archive, the lexical and the dense leg, in generations that replace one another whole."""

from __future__ import annotations

from indexer.address import IndexAddress, index_address
from indexer.index.encoder import Encoder, load_encoder
from indexer.index.interface import Index, Scope
from indexer.index.opening import open_index
from indexer.index.reranker import Reranker

__all__ = [
    "Encoder",
    "Index",
    "IndexAddress",
    "Reranker",
    "Scope",
    "index_address",
    "load_encoder",
    "open_index",
]
