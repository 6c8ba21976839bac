"""`python -m tests.make_api_examples` asks the API over the sample notices anew for what its document shows as examples."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from indexer.__main__ import main
from tests.api_server import asked, served_index
from tests.app_fixture import ROOT

FILE = ROOT / "indexer" / "api" / "examples.json"
# By name: the address, and what is asked of it.
QUESTIONS: dict[str, tuple[str, dict[str, object]]] = {
    "search": ("/search", {"q": "养老护理员培训", "place": "云泽", "k": 1}),
    "ask": ("/ask", {"q": "谁负责养老护理员培训？", "k": 1}),
    "precedents": ("/precedents", {"text": "养老机构用水、用电执行居民生活类价格。", "k": 1}),
    "duties": ("/duties", {"unit": "市民政局", "limit": 1}),
    "notices": ("/notices", {"place": "云泽", "limit": 2}),
    "notice": ("/notices/{shortest}", {}),
    "clause": ("/clauses/{found}", {}),
}


def replies(address: str) -> dict[str, dict[str, Any]]:
    """Every question with its reply."""
    notices = asked(address, "/notices", limit=500).json["notices"]
    bodies = {each["doc_id"]: len(asked(address, f"/notices/{each['doc_id']}").body) for each in notices}
    path, parameters = QUESTIONS["search"]
    named = {
        "{shortest}": min(bodies, key=lambda doc_id: (bodies[doc_id], doc_id)),
        "{found}": asked(address, path, **parameters).json["hits"][0]["clause_id"],
    }
    found = {}
    for name, (pattern, parameters) in QUESTIONS.items():
        path = pattern
        for mark, value in named.items():
            path = path.replace(mark, value)
        found[name] = {"path": path, "parameters": parameters, "reply": asked(address, path, **parameters).json}
    return found


def make() -> None:
    """Write the file, from an index whose files are named as `make app` names them."""
    folder = Path(tempfile.mkdtemp())
    try:
        assert main(["build", "corpus/samples", "--index", str(folder / "index")]) == 0
        with served_index(folder / "index") as address:
            text = json.dumps(replies(address), ensure_ascii=False, indent=1)
        FILE.write_text(text + "\n", encoding="utf-8")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    make()
