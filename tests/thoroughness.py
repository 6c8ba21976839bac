"""How many examples, how much text and how many rounds a test takes: few with each change, all where it is asked for.

`TIAOWEN_THOROUGH=1 python -m pytest` takes the large numbers.
"""

from __future__ import annotations

import os

__all__ = ["few_or_many"]

_THOROUGH = os.environ.get("TIAOWEN_THOROUGH") == "1"


def few_or_many(few: int, many: int) -> int:
    """The first number, or the second where thoroughness was asked for."""
    return many if _THOROUGH else few
