"""The app over an index of the sample notices, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from indexer.build import build

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "corpus" / "samples"


def build_samples(directory: Path) -> Path:
    """The folder, with an index of the sample notices in it."""
    build([SAMPLES], directory)
    return directory


def opened(directory: Path, patch: pytest.MonkeyPatch, **address: str | list[str]) -> AppTest:
    """The app over the index in the folder, opened by a link with these parameters."""
    patch.setenv("TIAOWEN_INDEX", str(directory))
    app = AppTest.from_file(str(ROOT / "search_app.py"), default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def shown(app: AppTest) -> str:
    """The HTML that the app wrote itself, in the order of the page."""
    assert not app.exception
    return "\n".join(block.proto.body for block in app.get("html"))
