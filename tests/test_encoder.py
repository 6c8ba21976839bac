"""The encoder: what it gives, that it needs no network, and what it says when a model is missing or broken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import EncoderError
from indexer.index.encoder import BUNDLED, Encoder, load_encoder
from indexer.index.encoder_settings import EncoderSettings
from indexer.index.transformer_encoder import load_from_folder

# Any connection attempt ends the program: loading from a folder must not try.
WITHOUT_NETWORK = """
import socket, sys
def refuse(*args, **kwargs):
    raise SystemExit("a connection was attempted")
socket.socket.connect = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
from indexer.index.encoder import load_encoder
for source in [[], *([each] for each in sys.argv[1:])]:
    encoder = load_encoder(*source)
    vectors = encoder.encode_queries(["谁负责托育机构备案？"])
    print(vectors.shape[1], encoder.sha256)
"""


@pytest.fixture(scope="module")
def bundled() -> Encoder:
    return load_encoder()


@pytest.fixture
def copy_of_bundled(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "model"))


def test_importing_loads_neither_torch_nor_sentence_transformers(root: Path) -> None:
    code = (
        "import sys, indexer.index.encoder; "
        "sys.stdout.write(str({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True, timeout=60
    )
    assert done.stdout == "set()"


def test_the_bundled_encoder_answers_without_loading_torch(root: Path) -> None:
    code = (
        "import sys; from indexer.index.encoder import load_encoder; encoder = load_encoder(); "
        "encoder.encode_queries(['谁负责']); encoder.encode_clauses(['市民政局负责。', '托育机构备案']); "
        "sys.stdout.write(str({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True, timeout=60
    )
    assert done.stdout == "set()"


@pytest.mark.parametrize("settings", [EncoderSettings(), EncoderSettings(query_prompt="问：", dim=64)])
def test_a_static_model_gives_what_sentence_transformers_gives(bundled: Encoder, settings: EncoderSettings) -> None:
    own = load_encoder(None, settings)
    given = {"name": "bundled", "sha256": own.sha256, "settings": settings, "followed": settings}
    library = load_from_folder(BUNDLED, **given)  # type: ignore[arg-type]
    texts = ["市住房城乡建设局负责老旧小区加装电梯。", "", "ＰＭ２．５", "a 9.5% ○", "、", "养老" * 3000]
    assert own.card == library.card
    np.testing.assert_allclose(own.encode_clauses(texts), library.encode_clauses(texts), atol=1e-6)
    np.testing.assert_allclose(own.encode_queries(texts), library.encode_queries(texts), atol=1e-6)
    assert own.encode_queries(texts).shape == (len(texts), settings.dim or bundled.dim)


def test_a_limit_of_tokens_has_a_static_model_read_a_long_text_in_parts(copy_of_bundled: Path) -> None:
    (copy_of_bundled / "encoder.toml").write_text("max_length = 20\n", encoding="utf-8")
    encoder = load_encoder(str(copy_of_bundled))
    encoder.encode_clauses(["托育机构备案", "市住房城乡建设局负责老旧小区加装电梯。" * 9])
    assert (encoder.card.max_length, encoder.split) == (20, 1)


def test_the_bundled_encoder_and_a_folder_load_with_the_network_refused(
    root: Path, copy_of_bundled: Path, bundled: Encoder
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK, str(copy_of_bundled)],
        capture_output=True, text=True, cwd=root, check=False, timeout=120,
        env={**os.environ, "HF_HUB_OFFLINE": "0", "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.splitlines() == 2 * [f"{bundled.dim} {bundled.sha256}"]


def test_vectors_are_float32_rows_of_length_one(bundled: Encoder) -> None:
    texts = ["市住房城乡建设局负责老旧小区加装电梯。", "托育机构备案", "a", "2031年"]
    for vectors in (bundled.encode_clauses(texts), bundled.encode_queries(texts)):
        assert vectors.shape == (len(texts), bundled.dim)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_no_texts_give_no_rows(bundled: Encoder) -> None:
    assert bundled.encode_clauses([]).shape == (0, bundled.dim)
    assert bundled.encode_queries([]).shape == (0, bundled.dim)


@pytest.mark.parametrize("text", ["", "   ", "、。（）", "\n"])
def test_a_text_without_words_gives_zeros_not_nan(bundled: Encoder, text: str) -> None:
    assert not bundled.encode_queries([text]).any()
    assert not bundled.encode_clauses([text, text]).any()


def test_a_text_has_the_same_vector_alone_and_in_a_batch(bundled: Encoder) -> None:
    texts = [f"{n}号码头改造工程由云泽市交通运输局牵头，今年年底前完工。" * (1 + n % 5) for n in range(2500)]
    together = bundled.encode_clauses(texts)
    for at in (0, 1234, 2499):
        np.testing.assert_array_equal(together[at], bundled.encode_clauses(texts[at : at + 1])[0])


def test_width_and_punctuation_do_not_change_a_vector(bundled: Encoder) -> None:
    half, full = bundled.encode_queries(["ＰＭ２．５ 治理，谁牵头？", "pm2.5治理谁牵头"])
    np.testing.assert_allclose(half, full, atol=1e-6)


@pytest.mark.parametrize(
    ("query", "right", "wrong"),
    [
        ("小饭馆油烟大找谁管", "餐饮服务单位应当安装油烟净化设施。", "鼓励农民专业合作社发展粮食种植。"),
        ("娃上幼儿园交多少钱", "学前教育保育费标准由县级人民政府制定。", "加快推进内河港口码头岸电建设。"),
        ("老小区装电梯给不给补贴", "对既有住宅加装电梯的，财政给予补助。", "船舶污染物应当交由接收单位处理。"),
    ],
)
def test_plain_words_find_official_ones(bundled: Encoder, query: str, right: str, wrong: str) -> None:
    asked = bundled.encode_queries([query])[0]
    near, far = bundled.encode_clauses([right, wrong])
    assert asked @ near > asked @ far + 0.1


def test_digest_changes_with_the_weights_and_not_with_the_readme(copy_of_bundled: Path, bundled: Encoder) -> None:
    (copy_of_bundled / "README.md").write_text("note", encoding="utf-8")
    assert load_encoder(str(copy_of_bundled)).sha256 == bundled.sha256
    settings = copy_of_bundled / "config_sentence_transformers.json"
    fields = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps({**fields, "prompts": {"query": "问：", "document": ""}}), encoding="utf-8")
    changed = load_encoder(str(copy_of_bundled))
    assert changed.sha256 != bundled.sha256
    text = ["谁负责湖岸保洁"]
    assert not np.allclose(changed.encode_queries(text), changed.encode_clauses(text))  # the model's own prompt is used


def one_line(error: pytest.ExceptionInfo[EncoderError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("name", ["./no-such-model", "/no/such/model", "a/b/c", "~/no-such-model", "models\\x"])
def test_a_missing_folder_is_said_in_one_line(name: str) -> None:
    with pytest.raises(EncoderError) as error:
        load_encoder(name)
    assert name in one_line(error)
    assert "folder" in one_line(error)


def test_a_folder_that_is_no_model_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EncoderError) as error:
        load_encoder(str(tmp_path))
    assert "modules.json" in one_line(error)


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "modules.json"])
@pytest.mark.parametrize("damage", ["cut", "emptied"])
def test_a_damaged_model_is_said_in_one_line(copy_of_bundled: Path, file: str, damage: str) -> None:
    path = copy_of_bundled / file
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] if damage == "cut" else b"")
    with pytest.raises(EncoderError) as error:
        load_encoder(str(copy_of_bundled))
    assert str(copy_of_bundled) in one_line(error)
    assert "restore" in one_line(error)


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
def test_a_model_without_one_of_its_files_is_said_in_one_line(copy_of_bundled: Path, file: str) -> None:
    (copy_of_bundled / file).unlink()
    with pytest.raises(EncoderError) as error:
        load_encoder(str(copy_of_bundled))
    assert "restore" in one_line(error)


def test_a_hub_name_without_a_network_or_a_copy_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("network is off")

    monkeypatch.setattr("socket.getaddrinfo", refuse)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EncoderError) as error:
        load_encoder("nobody/no-such-encoder")
    assert "nobody/no-such-encoder" in one_line(error)
    assert "cannot be reached" in one_line(error)


def test_the_bundled_folder_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in BUNDLED.rglob("*") if file.is_file()) <= 30_000_000
