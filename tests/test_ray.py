"""A build that reads and encodes by Ray: the same index as without, also where a process of it dies."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.__main__ import main
from indexer.build import BuildReport, build
from indexer.errors import EncoderError
from indexer.index import open_index
from indexer.sources import find_files
from tests.hash_encoder import HashEncoder
from tests.ray_encoders import SECONDS, MarkedEncoder, no_model
from tests.search_corpus import YANHU, write_corpus

pytest.importorskip("ray", reason="needs requirements-cluster.txt")

from indexer.ray_stages import RayStages, ray_stages

# Ray's own.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
ENCODER = HashEncoder()


@pytest.fixture(scope="module")
def stages() -> Iterator[RayStages]:
    """A Ray of this machine, for all tests here."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
        with ray_stages() as found:
            yield found


@pytest.fixture
def notices(tmp_path: Path) -> Path:
    """Three notices, one of them on two pages, and two files that hold none."""
    folder = write_corpus(tmp_path / "notices")
    (folder / "转载.txt").write_text("来源:云泽在线\n" + YANHU, encoding="utf-8")
    (folder / "空.txt").write_bytes(b"")
    (folder / "机密.txt").write_text("机密★三年\n" + YANHU, encoding="utf-8")
    return folder


def contents(directory: Path) -> tuple[object, ...]:
    """All that an index says, with every vector."""
    with open_index(directory, ENCODER) as index:
        whole = [index.notice(head.doc_id) for head in index.notices()]
        vectors = (directory / (directory / "CURRENT").read_text(encoding="utf-8").strip()).glob("vectors*")
        return (
            whole, index.files(), index.skipped(), index.duplicates(), index.links(), index.manifest.corpus_sha256,
            [path.read_bytes() for path in sorted(vectors)],
        )  # fmt: skip


def counts(report: BuildReport) -> tuple[object, ...]:
    return (
        report.n_notices, report.n_clauses, report.parsed, report.encoded, report.reused, report.unchanged,
        report.skipped, report.duplicates, report.links,
    )  # fmt: skip


def test_what_is_built_is_what_one_process_builds_from_nothing_and_after_a_change(
    stages: RayStages, notices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # relative paths are meant against it wherever they are read
    given, alone, spread = [Path("notices")], tmp_path / "alone", tmp_path / "spread"
    for _ in range(2):
        expected = build(given, alone, encoder=ENCODER)
        found = build(given, spread, encoder=ENCODER, stages=stages)
        assert counts(found) == counts(expected)
        assert contents(spread) == contents(alone)
        assert {Path(file.path).name for file in found.skipped} == {"空.txt", "机密.txt"}
        (notices / "新.txt").write_text(YANHU.replace("夜间", "周末").replace("7号", "9号"), encoding="utf-8")
    assert found.parsed == 1
    assert build(given, spread, encoder=ENCODER, stages=stages).unchanged


def test_the_work_of_an_encoding_process_that_is_killed_is_done_by_another(
    stages: RayStages, notices: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "process"

    def kill() -> None:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and not mark.exists():
            time.sleep(0.05)
        os.kill(int(mark.read_text(encoding="utf-8")), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    report = build([notices], tmp_path / "spread", encoder=MarkedEncoder(mark), stages=stages)
    killer.join()
    assert report.encoded == report.n_clauses > 0
    build([notices], tmp_path / "alone", encoder=ENCODER)
    assert contents(tmp_path / "spread") == contents(tmp_path / "alone")


def test_the_work_of_a_reading_process_that_is_killed_is_done_by_another(
    stages: RayStages, root: Path, tmp_path: Path
) -> None:
    samples = find_files([root / "corpus" / "samples"])[:16]
    killed: list[int] = []

    def kill() -> None:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and not killed:
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    title = (process / "cmdline").read_bytes()
                except OSError:
                    continue
                if title.startswith(b"ray::MapBatches(_read"):
                    os.kill(int(process.name), signal.SIGKILL)
                    killed.append(int(process.name))
                    break
            time.sleep(0.02)

    killer = threading.Thread(target=kill)
    killer.start()
    build(samples, tmp_path / "spread", encoder=ENCODER, stages=stages)
    killer.join()
    assert killed
    build(samples, tmp_path / "alone", encoder=ENCODER)
    assert contents(tmp_path / "spread") == contents(tmp_path / "alone")


def test_what_goes_wrong_in_another_process_is_one_line(stages: RayStages) -> None:
    with pytest.raises(EncoderError, match="copy it to every machine") as caught:
        next(stages.encode(no_model, ["养老"]))
    assert "\n" not in str(caught.value)


def test_where_there_is_no_cluster_the_command_says_so(
    notices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", str(notices), "--index", str(tmp_path / "index"), "--ray", "nonsense"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "ray start --head" in said
    assert main(["build", str(notices), "--index", str(tmp_path / "index"), "--ray", "--watch"]) == 2
