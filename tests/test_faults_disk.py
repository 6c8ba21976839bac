"""A disk that is full: one line, nothing half-written left behind, and the index of before goes on answering.

The disk is a tmpfs of a few kilobytes that a process mounts for itself alone, which root may, and others where the
system lets them have namespaces; a limit on the size of files (RLIMIT_FSIZE) stands beside it and needs no permission.
"""

from __future__ import annotations

import contextlib
import gc
import io
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.__main__ import main
from indexer.build import build
from indexer.corrections import CORRECTIONS, correct, read_corrections
from indexer.errors import UsageError
from indexer.index import open_index
from indexer.index.generations import UPLOADS, open_live, verify
from indexer.sources import find_files
from indexer.uploads import admit, stage
from tests.fetch_site import Site, column, serving
from tests.hash_encoder import HashEncoder
from tests.killed_process import Work, Working
from tests.search_corpus import YANHU, write_corpus
from tests.small_disk import SmallDisk
from tests.test_fetch import sources

Say = Callable[[str], None]
NO_DISK = "no disk"
# Kilobytes of room for a build that needs about 150: each is used up in another file of the generation.
ROOMS = (0, 4, 16, 40, 80, 92, 100, 104, 112, 120, 128, 132, 136, 140, 144, 148)


def on_small_disk(work: Work, *arguments: str) -> list[str]:
    """What the work says in a process that may mount a small disk; the test is skipped where none may be mounted."""
    was_killed, said = Working(work, *arguments).ended()
    assert not was_killed
    if said[0] == NO_DISK:
        pytest.skip("needs to mount a small tmpfs: as root, or where unprivileged namespaces are allowed")
    return said[:-1]


def _disk(folder: Path, say: Say, *, kilobytes: int = 8192) -> SmallDisk | None:
    try:
        return SmallDisk(folder, kilobytes=kilobytes)
    except PermissionError:
        say(NO_DISK)
        return None


def _make(notices: Path, directory: Path) -> None:
    build([notices], directory, encoder=HashEncoder())


def _state(directory: Path) -> object:
    generation = open_live(directory)
    verify(generation, thorough=True)
    generation.release()
    with open_index(directory, HashEncoder()) as index:
        return index.manifest.corpus_sha256, index.lexical("夜市", 9), index.dense("夜市", 9)


# --- build ---------------------------------------------------------------------------------------


def building_in_little_room(folder: str, say: Say) -> None:
    disk = _disk(Path(folder), say)
    if disk is None:
        return
    notices = write_corpus(Path(folder, "notices"))
    directory = Path(folder, "index")
    _make(notices, directory)
    n_refused = 0
    for number, room in enumerate(ROOMS):
        (notices / "砚湖2023.txt").write_text(YANHU.replace("3条", f"{number + 4}条"), encoding="utf-8")
        before = _state(directory)
        gc.collect()
        used = disk.used()
        disk.leave(room)
        refused = _refused(notices, directory)
        gc.collect()  # with the error goes what tantivy holds open
        if refused:
            n_refused += 1
            assert _state(directory) == before
            assert disk.used() <= used, "what was written before the disk was full is still there"
            disk.resize(8192)
            _make(notices, directory)
        disk.resize(8192)
        assert _state(directory) != before
        assert len([path for path in directory.iterdir() if path.is_dir()]) == 1
    say(f"refused {n_refused}")


def _refused(notices: Path, directory: Path) -> bool:
    """Whether the build is refused, which is one line, because its folder cannot be written."""
    try:
        _make(notices, directory)
    except UsageError as error:
        line = str(error)
        if "cannot be written" not in line or "\n" in line:
            raise
        return True
    return False


def test_a_build_on_a_full_disk_is_one_line_and_leaves_the_old_index_and_its_room(tmp_path: Path) -> None:
    (said,) = on_small_disk(building_in_little_room, str(tmp_path))
    assert int(said.removeprefix("refused ")) >= 12


def building_with_small_files(notices: str, directory: str, say: Say) -> None:
    """Builds under a limit on the size of files that each time lets it come further."""
    before = _state(Path(directory))
    for limit in (1_000, 4_000, 60_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        with contextlib.suppress(UsageError):
            build([notices], directory, encoder=HashEncoder())
            say(f"built under {limit}")
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert _state(Path(directory)) == before
        assert not Path(directory, ".building").exists()
    say("refused")


def test_a_build_that_may_write_no_large_files_is_refused_and_leaves_the_old_index(tmp_path: Path) -> None:
    notices, directory = write_corpus(tmp_path / "notices"), tmp_path / "index"
    _make(notices, directory)
    (notices / "砚湖2023.txt").write_text(YANHU.replace("3条", "4条"), encoding="utf-8")
    was_killed, said = Working(building_with_small_files, str(notices), str(directory)).ended()
    assert (was_killed, said[:-1]) == (False, ["refused"])


# --- corrections and uploads ---------------------------------------------------------------------


def writing_down_without_room(folder: str, say: Say) -> None:
    disk = _disk(Path(folder), say)
    if disk is None:
        return
    directory = Path(folder, "index")
    _make(write_corpus(Path(folder, "notices")), directory)
    with open_index(directory, HashEncoder()) as index:
        doc_id = index.notices()[0].doc_id
        first = correct(index, doc_id, field="title", after="第一次改正", by="编辑甲")
        admit(stage("一.txt", YANHU.replace("3条", "5条").encode()), directory, by="编辑甲")
        stored = (directory / CORRECTIONS).read_bytes()
        (directory / CORRECTIONS).write_bytes(stored + b" " * (4096 - len(stored) % 4096 - 10) + b"\n")
        stored = (directory / CORRECTIONS).read_bytes()
        uploads = sorted((directory / UPLOADS).rglob("*"))
        disk.leave(0)
        for _ in range(2):
            with pytest.raises(UsageError, match=r"cannot be written \(No space left on device\)"):
                correct(index, doc_id, field="title", after="第二次改正" * 20, by="编辑甲")
            assert (directory / CORRECTIONS).read_bytes() == stored
            with pytest.raises(UsageError, match=r"cannot be written \(No space left on device\)"):
                admit(stage("二.txt", YANHU.encode() * 3), directory, by="编辑甲")
            found = sorted((directory / UPLOADS).rglob("*"))
            assert found == uploads, set(found) ^ set(uploads)
        disk.resize(8192)
        second = correct(index, doc_id, field="title", after="第二次改正", by="编辑甲")
        on_file = read_corrections(directory)
        assert on_file.damaged == (), on_file.damaged
        assert [each.correction_id for each in on_file.corrections] == [first.correction_id, second.correction_id]
    say("done")


def test_a_correction_or_an_upload_on_a_full_disk_leaves_nothing_of_itself_and_harms_no_other(tmp_path: Path) -> None:
    assert on_small_disk(writing_down_without_room, str(tmp_path)) == ["done"]


# --- fetch ---------------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(column()) as served:
        for page in list(served.pages.values()):
            if page.body.startswith(b"<html>"):
                page.body += b"<!-- " + b"x" * 3000 + b" -->"
        yield served


def fetching_in_little_room(folder: str, described: str, kilobytes: str, say: Say) -> None:
    disk = _disk(Path(folder), say, kilobytes=int(kilobytes))
    if disk is None:
        return
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        status = main(["fetch", "--sources", described, "--into", str(Path(folder, "raw"))])
    assert not list(Path(folder).rglob("*.part"))
    for file in find_files([Path(folder, "raw")]) if Path(folder, "raw").is_dir() else []:
        assert file.read_bytes().startswith((b"%PDF", b"<html>")), file
        assert file.read_bytes().endswith((b"-->", b"</html>")) or b"%%EOF" in file.read_bytes(), file
    say(f"{status} {said.getvalue()}")


@pytest.mark.parametrize("kilobytes", [4, 60, 130, 180])
def test_a_fetch_onto_a_full_disk_ends_with_one_line_and_keeps_whole_files_only(
    site: Site, tmp_path: Path, kilobytes: int
) -> None:
    described = sources(site, tmp_path)
    (tmp_path / "disk").mkdir()
    (said,) = on_small_disk(fetching_in_little_room, str(tmp_path / "disk"), str(described), str(kilobytes))
    status, _, line = said.partition(" ")
    assert status in ("1", "2"), said
    assert line.count("\n") == 1, said
    assert "cannot be" in line, said
