"""The page for how good retrieval and answers are: figures, two runs compared, judging, cases.

It is the one place of the app that may use `eval`, and loads of it what a view needs when it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from app.evaluate.address import picked
from app.texts import Texts
from indexer.index import Index

__all__ = ["VIEWS", "page"]

VIEWS: Final[tuple[str, ...]] = ("figures", "compare", "judge", "cases")
_DRAWN_BY: Final[Mapping[str, str]] = {
    "figures": "app.evaluate.figures",
    "compare": "app.evaluate.compare",
    "judge": "app.evaluate.judge",
    "cases": "app.evaluate.cases",
}


def page(index: Index, texts: Texts) -> None:
    """Draw the view that the address names, below the choice of views."""
    view = picked("view", VIEWS, texts("evaluate_views"), lambda name: texts(f"evaluate_view_{name}"))
    draw: Callable[[Index, Texts], None] = import_module(_DRAWN_BY[view]).view
    draw(index, texts)
