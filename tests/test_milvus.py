"""An index in Milvus where something is wrong: one line that says what, within the time limit, and exit status 2."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path

import grpc
import pytest
from pymilvus import DataType, MilvusClient
from pymilvus.grpc_gen import milvus_pb2_grpc

from indexer.__main__ import main
from indexer.address import MilvusAddress, folder_of, index_address
from indexer.build import build
from indexer.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnreachable, UsageError
from indexer.index import milvus_connection, milvus_snapshot, open_index
from indexer.index.milvus_connection import Milvus
from indexer.index.milvus_snapshot import live_snapshot
from tests.hash_encoder import HashEncoder
from tests.milvus_server import free_port, milvus_server
from tests.search_corpus import write_corpus

ROOT = Path(__file__).resolve().parent.parent
ENCODER = HashEncoder(dim=32)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with milvus_server(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a small index in milvus-lite."""
    folder = tmp_path_factory.mktemp("built")
    address = f"milvus-lite:{folder / 'lite'}"
    build([write_corpus(folder / "notices")], address, encoder=ENCODER)
    return address


@pytest.fixture(autouse=True)
def _edits_stay_in_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "uri", "database", "name"),
    [
        ("milvus://db.example.com:19531/notices", "http://db.example.com:19531", "", "notices"),
        ("milvus://db.example.com/notices", "http://db.example.com:19530", "", "notices"),
        ("milvus+tls://10.0.0.7:443/archive/notices", "https://10.0.0.7:443", "archive", "notices"),
        ("milvus://[::1]:19530/n", "http://[::1]:19530", "", "n"),
        ("milvus-lite:some/folder", "some/folder", "", "tiaowen"),
    ],
)
def test_an_address_names_server_database_and_index(given: str, uri: str, database: str, name: str) -> None:
    address = index_address(given)
    assert isinstance(address, MilvusAddress)
    assert (address.uri, address.database, address.name, str(address)) == (uri, database, name, given)


@pytest.mark.parametrize("given", ["embeddings/index", "/srv/milvus", "milvus", "milvus.db", "milvus-lite", "a://b"])
def test_anything_else_is_a_folder(given: str) -> None:
    assert index_address(given) == folder_of(given) == Path(given)


@pytest.mark.parametrize(
    "given",
    [
        "milvus://host:19530", "milvus://host:19530/", "milvus:///notices", "milvus://host:x/notices",
        "milvus://host/a/b/c", "milvus://host/a-b", "milvus://host/1a", "milvus-lite:", "milvus://host:99999/n",
    ],
)  # fmt: skip
def test_an_address_that_names_no_index_is_refused_in_one_line(given: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "养老", "--index", given]) == 2
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert given in said


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="MILVUS_PASSWORD") as caught:
        index_address("milvus://root:geheim@host:19530/notices")
    assert "geheim" not in str(caught.value)
    assert "milvus://host:19530/notices" in str(caught.value)


def test_edits_of_a_servers_index_have_a_folder_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert folder_of("milvus://host:19530/a/notices") == Path("/data/tiaowen/host-19530-a-notices")
    monkeypatch.setenv("TIAOWEN_EDITS", "/srv/edits")
    assert folder_of("milvus://host:19530/a/notices") == Path("/srv/edits")
    assert folder_of("milvus-lite:/srv/lite") == Path("/srv/lite")


# --- servers -------------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_said_within_the_time_limit(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(milvus_connection, "CONNECT_SECONDS", 2.0)
    address = f"milvus://127.0.0.1:{free_port()}/notices"
    for command in (["search", "养老"], ["build", str(write_corpus(tmp_path / "notices"))], ["corrections"]):
        started = time.monotonic()
        if command == ["corrections"]:
            folder_of(address).mkdir(parents=True, exist_ok=True)
        assert main([*command, "--index", address]) == 2
        assert time.monotonic() - started < 10
        said = capfd.readouterr()
        assert said.out == ""
        assert f"{address}: Milvus does not answer" in said.err
        assert said.err.count("\n") == 1


class _Refusing(milvus_pb2_grpc.MilvusServiceServicer):
    """A server that lets nobody in, and remembers who asked."""

    asked: list[str] = []

    def Connect(self, request: object, context: grpc.ServicerContext) -> None:  # noqa: N802
        self.asked.extend(value for key, value in context.invocation_metadata() if key == "authorization")
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure, please check username [root] and password")


def test_a_wrong_password_is_said_and_where_to_set_it(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILVUS_USER", "root")
    monkeypatch.setenv("MILVUS_PASSWORD", "geheim")
    monkeypatch.setattr(milvus_connection, "CONNECT_SECONDS", 5.0)
    server = grpc.server(futures.ThreadPoolExecutor(2))
    port = server.add_insecure_port("127.0.0.1:0")
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(_Refusing(), server)
    server.start()
    try:
        assert main(["ask", "谁负责?", "--index", f"milvus://127.0.0.1:{port}/notices"]) == 2
        # Read before the server ends: gRPC's own library writes a line of it where the client still holds a connection.
        said = capfd.readouterr().err
    finally:
        server.stop(None).wait()
    assert "Milvus refuses access" in said
    assert "MILVUS_PASSWORD" in said
    assert "geheim" not in said
    assert said.count("\n") == 1
    assert _Refusing.asked


def test_a_collection_of_something_else_is_refused_and_left_alone(port: int, tmp_path: Path) -> None:
    client = MilvusClient(uri=f"http://127.0.0.1:{port}")
    schema = MilvusClient.create_schema()
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=4)
    client.create_collection("faces", schema=schema)
    address = f"milvus://127.0.0.1:{port}/faces"
    for attempt in (
        lambda: open_index(address, ENCODER),
        lambda: build([write_corpus(tmp_path / "notices")], address, encoder=ENCODER),
    ):
        with pytest.raises(IndexMismatch, match="is not an index of this program") as caught:
            attempt()
        assert "\n" not in str(caught.value)
    assert client.has_collection("faces")
    assert len(client.describe_collection("faces")["fields"]) == 2
    client.close()


def test_an_index_of_another_version_is_refused_with_the_command_that_mends_it(
    built: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_snapshot, "LAYOUT", 99)
    with pytest.raises(IndexMismatch, match=r"this program reads 99.*python -m indexer build FOLDER"):
        open_index(built, ENCODER)


def test_missing_rows_and_collections_are_noticed_on_opening(tmp_path: Path) -> None:
    address = f"milvus-lite:{tmp_path / 'lite'}"
    folder = write_corpus(tmp_path / "notices")
    build([folder], address, encoder=ENCODER)
    milvus = Milvus(index_address(address))  # type: ignore[arg-type]
    collections = live_snapshot(milvus).collections
    clause_id = next(milvus.rows(collections.clauses, "born > 0", ["clause_id"]))["clause_id"]
    milvus.delete(collections.clauses, f'clause_id == "{clause_id}"')
    with pytest.raises(IndexDamaged, match="clauses instead of") as caught:
        open_index(address, ENCODER)
    assert "\n" not in str(caught.value)
    assert build([folder], address, encoder=ENCODER).encoded == 18  # from nothing, as where no index is
    open_index(address, ENCODER).close()
    milvus.drop(live_snapshot(milvus).collections.terms)
    with pytest.raises(IndexDamaged, match="_terms is gone"):
        open_index(address, ENCODER)
    build([folder], address, encoder=ENCODER)
    open_index(address, ENCODER).close()
    milvus.close()


# --- milvus-lite ---------------------------------------------------------------------------------


def _elsewhere(address: str) -> subprocess.CompletedProcess[str]:
    """Another process that searches."""
    return subprocess.run(
        [sys.executable, "-m", "indexer", "search", "养老", "--index", address],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_folder_of_milvus_lite_that_another_process_has_is_said_in_one_line(built: str) -> None:
    with open_index(built, ENCODER):
        done = _elsewhere(built)
    assert (done.returncode, done.stdout) == (2, "")
    assert "another process has this folder open" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_index_opened_twice_in_one_process_closes_with_the_last(built: str) -> None:
    one, other = open_index(built, ENCODER), open_index(built, ENCODER)
    one.close()
    assert other.lexical("养老", 3)
    other.close()
    assert "Traceback" not in _elsewhere(built).stderr


@pytest.mark.parametrize("command", ["search", "build"])
def test_a_file_where_milvus_lite_wants_a_folder_is_said_in_one_line(
    tmp_path: Path, command: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    given = str(write_corpus(tmp_path / "notices")) if command == "build" else "养老"
    assert main([command, given, "--index", f"milvus-lite:{tmp_path / 'file'}"]) == 2
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert "Traceback" not in said


def test_searching_makes_no_folder_of_milvus_lite(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        open_index(f"milvus-lite:{tmp_path / 'none'}", ENCODER)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("missing", ["pymilvus", "milvus_lite"])
def test_without_the_client_it_is_said_what_to_install(built: str, missing: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.modules[{missing!r}] = None\n"
         f"from indexer.__main__ import main; sys.exit(main(['search', '养老', '--index', {built!r}]))"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install -r requirements-cluster.txt" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_command_line_builds_and_searches_in_milvus_lite(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    address = f"milvus-lite:{tmp_path / 'lite'}"
    folder = write_corpus(tmp_path / "notices")
    assert main(["build", str(folder), "--index", address]) == 0
    assert f"3 notices, 18 clauses in {address}" in capfd.readouterr().err
    assert main(["search", "谁负责培训养老护理人员", "--index", address, "--json"]) == 0
    assert '"rank": 1' in capfd.readouterr().out
    assert main(["duties", "--unit", "市民政局", "--index", address]) == 0
    assert main(["corrections", "--index", address]) == 0


def test_the_server_that_fails_meanwhile_is_said_in_one_line(tmp_path: Path) -> None:
    with milvus_server(tmp_path / "server") as port:
        address = f"milvus://127.0.0.1:{port}/notices"
        build([write_corpus(tmp_path / "notices")], address, encoder=ENCODER)
        index = open_index(address, ENCODER)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(milvus_connection, "READ_SECONDS", 2.0)
            Milvus(index_address(address)).drop(index.snapshot.collections.clauses)  # type: ignore[arg-type, attr-defined]
            with pytest.raises(IndexUnreachable) as caught:
                index.lexical("养老", 3)
    assert "\n" not in str(caught.value)
    index.close()
