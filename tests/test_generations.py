"""A generation is whole or not live; damage is named; old generations go when nobody reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.errors import IndexDamaged, IndexMismatch, IndexMissing, UsageError
from indexer.index.generations import (
    SCHEMA_VERSION,
    build_lock,
    new_generation,
    open_live,
    publish,
    sweep,
    verify,
)
from indexer.records import Manifest

MANIFEST = Manifest(
    schema_version=SCHEMA_VERSION,
    encoder="bundled",
    encoder_sha256="ab" * 32,
    dim=64,
    corpus_sha256="cd" * 32,
    n_notices=2,
    n_clauses=9,
    parameters=(("parser", "1"), ("storage", "2")),
    files=(),
    built_at="2026-01-02T03:04:05+00:00",
)
FILES = {
    "archive.sqlite": b"a" * 100,
    "vectors.faiss": b"v" * 50,
    "lexical/meta.json": b"{}",
    "lexical/1.idx": b"i" * 9,
}


def built(directory: Path, *, corpus: str = "cd" * 32) -> Path:
    """A published generation that holds FILES."""
    with build_lock(directory):
        building = new_generation(directory)
        for name, content in FILES.items():
            (building / name).parent.mkdir(exist_ok=True)
            (building / name).write_bytes(content)
        (building / "lexical" / ".tantivy-writer.lock").touch()
        return publish(directory, building, replace(MANIFEST, corpus_sha256=corpus))


def names(directory: Path) -> list[str]:
    """What lies in the folder, by name."""
    return sorted(path.name for path in directory.iterdir())


def test_what_was_published_is_read_back_with_its_files(tmp_path: Path) -> None:
    path = built(tmp_path)
    generation = open_live(tmp_path)
    verify(generation)
    assert generation.path == path
    assert path.name == "000001-cdcdcdcdcdcd"
    assert dict(generation.sizes) == {name: len(content) for name, content in FILES.items()}
    assert [name for name, _ in generation.manifest.files] == sorted(FILES)
    assert replace(generation.manifest, files=()) == MANIFEST
    generation.release()


def test_the_next_generation_takes_the_place_of_the_last(tmp_path: Path) -> None:
    first, second = built(tmp_path), built(tmp_path, corpus="ef" * 32)
    generation = open_live(tmp_path)
    assert (first.name, generation.path.name) == ("000001-cdcdcdcdcdcd", second.name)
    generation.release()


# --- missing, damaged, foreign -----------------------------------------------------------------


@pytest.mark.parametrize("made", [True, False], ids=["empty folder", "no folder"])
def test_a_folder_without_an_index_is_missing_and_says_how_to_build(tmp_path: Path, made: bool) -> None:
    directory = tmp_path / "index"
    if made:
        directory.mkdir()
    with pytest.raises(IndexMissing) as caught:
        open_live(directory)
    assert f"`python -m indexer build FOLDER --index {directory}`" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("harm", ["byte", "cut", "gone"])
def test_damage_is_named_with_the_command_that_mends_it(tmp_path: Path, name: str, harm: str) -> None:
    file = built(tmp_path) / name
    content = bytearray(file.read_bytes())
    if harm == "gone":
        file.unlink()
    elif harm == "cut":
        file.write_bytes(content[:-1])
    else:
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    generation = open_live(tmp_path)
    with pytest.raises(IndexDamaged) as caught:
        verify(generation)
    assert str(file) in str(caught.value)
    assert f"build FOLDER --index {tmp_path}`" in str(caught.value)
    generation.release()


def test_sizes_alone_are_compared_where_that_is_asked_for(tmp_path: Path) -> None:
    file = built(tmp_path) / "vectors.faiss"
    file.write_bytes(b"w" * 50)
    generation = open_live(tmp_path)
    verify(generation, thorough=False)
    with pytest.raises(IndexDamaged, match="checksum"):
        verify(generation, thorough=True)
    file.write_bytes(b"w" * 51)
    with pytest.raises(IndexDamaged, match="51 bytes instead of 50"):
        verify(generation, thorough=False)
    generation.release()


@pytest.mark.parametrize("content", ["", "no such name\n", "../elsewhere", "000009-aaaaaaaaaaaa\n"])
def test_a_current_that_names_no_generation_is_damaged(tmp_path: Path, content: str) -> None:
    built(tmp_path)
    (tmp_path / "CURRENT").write_text(content)
    with pytest.raises(IndexDamaged, match="build FOLDER"):
        open_live(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", f'{{"schema_version": {SCHEMA_VERSION}, "files": 3}}'])
def test_a_manifest_that_is_none_is_damaged(tmp_path: Path, content: str) -> None:
    (built(tmp_path) / "manifest.json").write_text(content)
    with pytest.raises(IndexDamaged, match=r"manifest\.json"):
        open_live(tmp_path)


def test_a_manifest_of_another_layout_is_a_mismatch(tmp_path: Path) -> None:
    manifest = built(tmp_path) / "manifest.json"
    stored = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**stored, "schema_version": SCHEMA_VERSION + 1}))
    with pytest.raises(IndexMismatch, match=f"layout version {SCHEMA_VERSION + 1}"):
        open_live(tmp_path)


# --- building and clearing ---------------------------------------------------------------------


def test_an_unfinished_build_is_not_live_and_the_next_one_starts_empty(tmp_path: Path) -> None:
    first = built(tmp_path)
    with build_lock(tmp_path):
        (new_generation(tmp_path) / "archive.sqlite").write_bytes(b"half")
    generation = open_live(tmp_path)
    assert generation.path == first
    generation.release()
    with build_lock(tmp_path):
        assert list(new_generation(tmp_path).iterdir()) == []


def test_a_generation_that_was_renamed_but_never_made_live_is_cleared(tmp_path: Path) -> None:
    first, second = built(tmp_path), built(tmp_path, corpus="ef" * 32)
    (tmp_path / "CURRENT").write_text(first.name + "\n")  # as if killed before CURRENT was swapped
    with build_lock(tmp_path):
        assert sweep(tmp_path) == [second.name]
    assert names(tmp_path) == [".build.lock", first.name, "CURRENT"]


def test_an_older_generation_goes_unless_somebody_reads_it(tmp_path: Path) -> None:
    first = built(tmp_path)
    reader = open_live(tmp_path)
    second = built(tmp_path, corpus="ef" * 32)
    (tmp_path / "notes.txt").write_text("not ours")
    with build_lock(tmp_path):
        assert sweep(tmp_path) == []
    verify(reader)
    reader.release()
    with build_lock(tmp_path):
        assert sweep(tmp_path) == [first.name]
    assert names(tmp_path) == [".build.lock", second.name, "CURRENT", "notes.txt"]


def test_two_builds_at_once_are_refused_and_the_lock_is_free_afterwards(tmp_path: Path) -> None:
    with build_lock(tmp_path), pytest.raises(UsageError, match="another build"), build_lock(tmp_path):
        pass
    with build_lock(tmp_path):
        pass


@pytest.mark.parametrize("obstacle", ["CURRENT", "CURRENT.new"])
def test_a_folder_in_the_place_of_current_stops_a_build_before_it_starts(tmp_path: Path, obstacle: str) -> None:
    generation = built(tmp_path)
    (tmp_path / obstacle).unlink(missing_ok=True)
    (tmp_path / obstacle).mkdir()
    before = names(tmp_path)
    with build_lock(tmp_path), pytest.raises(UsageError, match=f"{obstacle}: cannot be written .Is a directory.*mend"):
        new_generation(tmp_path)
    assert names(tmp_path) == before
    assert (generation / "manifest.json").is_file()


def test_a_file_in_the_place_of_the_building_folder_is_left_and_named(tmp_path: Path) -> None:
    built(tmp_path)
    (tmp_path / ".building").write_text("not ours")
    for step in (new_generation, sweep):
        with build_lock(tmp_path), pytest.raises(UsageError, match=r"\.building: cannot be written") as caught:
            step(tmp_path)
        assert "\n" not in str(caught.value)
    assert (tmp_path / ".building").read_text() == "not ours"
    open_live(tmp_path).release()


def test_a_file_with_the_name_of_a_generation_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "000007-abababababab").write_text("not ours")
    (tmp_path / "CURRENT").write_text("000007-abababababab\n")
    with pytest.raises(IndexDamaged, match="000007-abababababab"):
        open_live(tmp_path)
    assert built(tmp_path).name == "000008-cdcdcdcdcdcd"
    with build_lock(tmp_path):
        assert sweep(tmp_path) == []
    open_live(tmp_path).release()
    assert (tmp_path / "000007-abababababab").read_text() == "not ours"


def test_a_folder_that_cannot_be_made_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"), build_lock(tmp_path / "file" / "index"):
        pass
    with pytest.raises(IndexMissing):
        open_live(tmp_path / "file")


def test_nothing_is_swept_where_current_names_no_generation(tmp_path: Path) -> None:
    generation = built(tmp_path)
    (tmp_path / "CURRENT").unlink()
    with build_lock(tmp_path), pytest.raises(IndexMissing):
        sweep(tmp_path)
    assert (generation / "manifest.json").is_file()
