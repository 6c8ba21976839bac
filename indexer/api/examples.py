"""Questions over the sample notices with their answers, for the OpenAPI document.

`examples.json` is written by `python -m tests.make_api_examples`; a test holds it equal to what the samples say.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["examples"]


@cache
def examples() -> dict[str, dict[str, Any]]:
    """By name the `path` that was asked, its `parameters`, and the `reply`."""
    text = files("indexer.api").joinpath("examples.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found
