"""The options that say how an encoder is used, shared by the programmes that load one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.index.encoder_settings import EncoderSettings

__all__ = ["add_settings", "add_threads", "count", "settings_of"]


def add_settings(parser: argparse._ActionsContainer) -> None:
    """Add what overrides the model's own configuration."""
    parser.add_argument("--query-prompt", metavar="TEXT", help="put before each query (default: the model's own)")
    parser.add_argument("--document-prompt", metavar="TEXT", help="put before each clause (default: the model's own)")
    parser.add_argument(
        "--max-length", type=count, metavar="N", help="tokens that the model is given at once (default: all it takes)"
    )
    parser.add_argument("--dim", type=count, metavar="N", help="keep the first N numbers of a vector (default: all)")


def add_threads(parser: argparse._ActionsContainer) -> None:
    """Add the number of processor threads."""
    parser.add_argument(
        "--threads",
        type=count,
        metavar="N",
        help="processor threads for the encoder (default: TIAOWEN_THREADS, else all)",
    )


def settings_of(options: argparse.Namespace) -> EncoderSettings:
    """What was given of the options of `add_settings`."""
    from indexer.index.encoder_settings import EncoderSettings

    return EncoderSettings(
        query_prompt=options.query_prompt,
        document_prompt=options.document_prompt,
        max_length=options.max_length,
        dim=options.dim,
    )


def count(text: str) -> int:
    """A whole number from 1, as an option's value."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {text}")
    return int(text)
