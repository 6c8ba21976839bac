"""The app over an index of the sample notices, without a browser.

`conftest.py` has the fixtures, so that every test file can take them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.navigation import PageName
from indexer.build import build
from indexer.index import Index, open_index

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "corpus" / "samples"


def build_samples(directory: Path) -> Path:
    """The folder, with an index of the sample notices in it."""
    build([SAMPLES], directory)
    return directory


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample notices, which no test changes."""
    return build_samples(tmp_path_factory.mktemp("samples") / "index")


@pytest.fixture(scope="session")
def index(samples: Path) -> Iterator[Index]:
    """The index of the samples, opened."""
    with open_index(samples) as found:
        yield found


def opened(
    directory: Path, patch: pytest.MonkeyPatch, page: PageName = "ask", /, **address: str | list[str]
) -> AppTest:
    """A page of the app over the index in the folder, opened by a link with these parameters."""
    patch.setenv("TIAOWEN_INDEX", str(directory))
    app = AppTest.from_function(_page, default_timeout=120, kwargs={"name": page})
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def _page(name: str) -> None:
    """What search_app.py does for one page: without a browser no test can go to another."""
    from typing import cast

    from app.frame import show

    show(cast("PageName", name))


def shown(app: AppTest) -> str:
    """The HTML that the app wrote itself, in the order of the page."""
    assert not app.exception
    assert [button.key for button in app.button if button.key == "again"] == []  # what a crash shows
    return "\n".join(block.proto.body for block in app.get("html"))
