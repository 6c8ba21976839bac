"""What `make soak` runs, and what its report says of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bench.load_report import LoadReport
from bench.soak import LEAST_KILLS, Done, Step, main, run, steps, tables
from eval.tables import as_text

ROOT = Path(__file__).resolve().parent.parent
LOAD = {
    "asked": 1234, "errors": ["one"], "different": 2, "p50_one": 1, "p50_all": 2, "p95_one": 3, "p95_all": 4000,
    "memory_before": 5, "memory_most": 6,
}  # fmt: skip


def printing(text: str, *, status: int = 0) -> Step:
    return Step("a step", ("-c", f"import sys; print({text!r}); sys.exit({status})"))


def test_a_soak_is_all_faults_and_every_load() -> None:
    tests, *loads = steps(minutes=10, kills=LEAST_KILLS)
    assert tests.kills == LEAST_KILLS
    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").glob("test_faults*.py")]
    assert {*files, "tests/test_index_contract.py"} == {word for word in tests.arguments if word.endswith(".py")}
    assert len(files) >= 4
    assert [load.arguments[1] for load in loads] == ["bench.load", "bench.app_load", "bench.api_load"]
    for load in loads:
        assert {"600", "10"} & {*load.arguments}
        assert (ROOT / (load.arguments[1].replace(".", "/") + ".py")).exists()


def test_kills_are_told_to_the_tests() -> None:
    [tests, *_] = steps(minutes=1, kills=7)
    assert tests.command.startswith("TIAOWEN_KILLS=7 python -m pytest")
    done = run(Step("kills", ("-c", "import os; print(os.environ['TIAOWEN_KILLS'])"), 7))
    assert (done.status, done.said) == (0, "7\n")
    assert "TIAOWEN_KILLS" not in os.environ


def test_figures_errors_and_what_broke_off_stand_in_the_report(tmp_path: Path) -> None:
    every = [
        Done(Step("tests", ("-m", "pytest"), 240), 1, 90.0, "..F.\n1 failed, 3 passed in 90.00s"),
        run(printing("noise\n" + json.dumps(LOAD))),
        run(printing("Traceback", status=1)),
    ]
    LoadReport("A soak", command="python -m bench.soak").write(tmp_path / "soak.md", tables(every))
    text = (tmp_path / "soak.md").read_text(encoding="utf-8")
    assert text.startswith("# A soak\n\nWritten by `python -m bench.soak`.\n\n- ")
    assert "cores" in text
    assert "load average over 5 minutes before it began" in text
    assert (
        "| tests | `TIAOWEN_KILLS=240 python -m pytest` | 1 | 1.5 | 1 failed, 3 passed; 240 kills at random |" in text
    )
    assert "1,234 asked, 1 errors, 2 other replies" in text
    assert "| a step | 1 | 2 | 3 | 4,000 | 5 | 6 |" in text
    assert "ended before it counted anything" in text
    assert "4,000" in as_text(tables(every))


@pytest.mark.parametrize("given", [["--minutes", "0"], ["--kills", "0"]])
def test_a_soak_of_nothing_is_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(given)
    assert caught.value.code == 2
    assert "must be above 0" in capsys.readouterr().err
