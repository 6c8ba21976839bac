"""Any other sentence-transformers model: what is taken from its configuration, what settings change, what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from eval.__main__ import run
from eval.encoders import checks, needs
from indexer.__main__ import main
from indexer.build import build
from indexer.errors import EncoderError, IndexMismatch, UsageError
from indexer.index import load_encoder, open_index
from indexer.index.encoder_settings import EncoderSettings
from indexer.index.long_texts import in_parts
from indexer.threads import VARIABLE, chosen_threads, limit_threads
from tests.hash_encoder import HashEncoder
from tests.judged_fixture import write_judged_set
from tests.search_corpus import write_corpus
from tests.small_models import DIM, LENGTH, save_bert

TEXT = "养老服务由民政局负责。"
LONG = "养老服务由市民政局负责，每台给予补贴。餐饮油烟由区人民政府负责。" * 6


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_bert(tmp_path_factory.mktemp("models") / "bert")


@pytest.fixture
def copy(bert: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bert, tmp_path / "copy"))


def declare(folder: Path, **settings: object) -> str:
    file = folder / "config_sentence_transformers.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **settings}), encoding="utf-8")
    return str(folder)


# --- taken from the configuration --------------------------------------------------------------


@pytest.mark.parametrize("pooling", ["cls", "lasttoken"])
def test_pooling_is_the_models_own(tmp_path: Path, bert: Path, pooling: str) -> None:
    encoder = load_encoder(str(save_bert(tmp_path / "model", pooling=pooling)))
    assert encoder.card.pooling == pooling
    assert not np.allclose(encoder.encode_clauses([TEXT]), load_encoder(str(bert)).encode_clauses([TEXT]))


def test_a_folder_without_modules_says_that_its_pooling_is_a_guess(bert: Path) -> None:
    assert not load_encoder(str(bert.with_name("bert-plain"))).card.pooling_declared
    assert load_encoder(str(bert)).card.pooling_declared


def test_length_and_dimensions_are_those_of_the_model(bert: Path) -> None:
    card = load_encoder(str(bert)).card
    assert (card.max_length, card.own_dim, card.kind) == (LENGTH, DIM, "BertModel")


@pytest.mark.parametrize("document", ["document", "passage", "corpus"])
def test_prompts_are_found_under_the_names_that_models_give_them(copy: Path, bert: Path, document: str) -> None:
    encoder = load_encoder(declare(copy, prompts={"query": "query: ", document: "passage: ", "STS": "民政："}))
    assert (encoder.card.query_prompt, encoder.card.document_prompt) == ("query: ", "passage: ")
    assert encoder.card.unused_prompts == ("STS",)
    plain = load_encoder(str(bert))
    np.testing.assert_allclose(encoder.encode_clauses([TEXT]), plain.encode_clauses(["passage: " + TEXT]), atol=1e-5)
    np.testing.assert_allclose(encoder.encode_queries([TEXT]), plain.encode_clauses(["query: " + TEXT]), atol=1e-5)


def test_a_models_own_cut_of_its_vectors_is_kept(copy: Path) -> None:
    encoder = load_encoder(declare(copy, truncate_dim=8))
    assert (encoder.dim, encoder.card.own_dim) == (8, DIM)
    assert np.linalg.norm(encoder.encode_clauses([TEXT]), axis=1) == pytest.approx(1.0, abs=1e-5)


# --- settings ----------------------------------------------------------------------------------


def test_an_option_stands_before_the_file_and_the_file_before_the_model(copy: Path) -> None:
    declare(copy, prompts={"query": "民", "document": "政"})
    (copy / "encoder.toml").write_text('query_prompt = "query: "\nmax_length = 20\n', encoding="utf-8")
    card = load_encoder(str(copy), EncoderSettings(max_length=30)).card
    assert (card.query_prompt, card.document_prompt, card.max_length) == ("query: ", "政", 30)


@pytest.mark.parametrize(
    "text", ["query_prompt = 3", "prompt = 'a'", "dim = 0", "dim = true", "max_length = '9'", "dim ="]
)
def test_a_mistake_in_encoder_toml_is_said_in_one_line(copy: Path, text: str) -> None:
    (copy / "encoder.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EncoderError) as error:
        load_encoder(str(copy))
    assert "encoder.toml" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("settings", [EncoderSettings(dim=DIM + 1), EncoderSettings(max_length=LENGTH + 1)])
def test_more_than_the_model_has_is_refused(bert: Path, settings: EncoderSettings) -> None:
    with pytest.raises(EncoderError, match="give a smaller"):
        load_encoder(str(bert), settings)


def test_settings_are_part_of_a_models_identity(bert: Path) -> None:
    plain = load_encoder(str(bert))
    assert load_encoder(str(bert), EncoderSettings(dim=8)).sha256 != plain.sha256
    assert load_encoder(str(bert), EncoderSettings()).sha256 == plain.sha256


def test_an_index_asks_as_it_was_built(tmp_path: Path) -> None:
    write_corpus(tmp_path / "notices")
    options = ["build", str(tmp_path / "notices"), "--index", str(tmp_path / "index")]
    assert main([*options, "--dim", "64", "--query-prompt", "问："]) == 0
    with open_index(tmp_path / "index") as index:
        assert index.manifest.dim == 64
        assert index.dense("养老", 3)
    settings = EncoderSettings(dim=64, query_prompt="问：")
    assert build([tmp_path / "notices"], tmp_path / "index", settings=settings).unchanged
    again = build([tmp_path / "notices"], tmp_path / "index")
    assert (again.unchanged, again.reused) == (False, 0)
    with open_index(tmp_path / "index") as index:
        assert index.manifest.dim == load_encoder().dim


def test_an_encoder_of_other_dimensions_than_the_index_is_refused_with_both_names(tmp_path: Path, bert: Path) -> None:
    write_corpus(tmp_path / "notices")
    build([tmp_path / "notices"], tmp_path / "index", encoder=HashEncoder(dim=64))
    with pytest.raises(IndexMismatch, match=r"hash \(64 dimensions\), not .*bert"):
        open_index(tmp_path / "index", load_encoder(str(bert)))


# --- long texts --------------------------------------------------------------------------------


def test_parts_fit_and_are_the_text() -> None:
    parts = in_parts(LONG, lambda part: len(part) <= 40)
    assert "".join(parts) == LONG
    assert max(map(len, parts)) <= 40
    assert sum(part[-1] in "。，" for part in parts) == len(parts)
    assert in_parts("", lambda part: False) == [""]
    assert in_parts("甲", lambda part: False) == ["甲"]


def test_the_end_of_a_text_longer_than_the_model_takes_still_counts(bert: Path) -> None:
    encoder = load_encoder(str(bert))
    one, other = encoder.encode_clauses([LONG + "茶园采摘茶园采摘", LONG + "码头岸电码头岸电"])
    assert encoder.split == 2
    assert not np.allclose(one, other)
    assert np.linalg.norm(one) == pytest.approx(1.0, abs=1e-5)
    encoder.encode_clauses([TEXT])
    assert encoder.split == 2


def test_a_build_reports_texts_that_were_encoded_in_parts(
    tmp_path: Path, bert: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_corpus(tmp_path / "notices")
    assert main(["build", str(tmp_path / "notices"), "--index", str(tmp_path / "i"), "--encoder", str(bert)]) == 0
    assert "longer than the encoder takes at once" in capsys.readouterr().err
    assert build([tmp_path / "notices"], tmp_path / "i", encoder=HashEncoder()).split == 0


# --- incomplete, untrusted ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "said"),
    [("model.safetensors", "no weights"), ("1_Pooling", "1_Pooling that modules.json names is missing")],
)
def test_what_is_missing_of_a_model_is_named(copy: Path, part: str, said: str) -> None:
    path = copy / part
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(EncoderError, match=said):
        load_encoder(str(copy))


def test_a_pointer_in_the_place_of_the_weights_is_recognised(copy: Path) -> None:
    (copy / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    with pytest.raises(EncoderError, match="git lfs pull"):
        load_encoder(str(copy))


def test_a_models_own_code_runs_only_when_the_user_says_so(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proof = copy.parent / "ran"
    (copy / "own_code.py").write_text(f"open({str(proof)!r}, 'w').close()\n", encoding="utf-8")
    modules = json.loads((copy / "modules.json").read_text(encoding="utf-8"))
    modules[0]["type"] = "own_code.Model"
    (copy / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    with pytest.raises(EncoderError, match="TIAOWEN_TRUST_MODEL_CODE=1"):
        load_encoder(str(copy))
    assert not proof.exists()


# --- the check ---------------------------------------------------------------------------------


def test_the_check_passes_for_a_working_model_and_shows_both_encoders(
    bert: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold, corpus = write_judged_set(tmp_path)
    status = run(["encoder", str(bert), "--gold", str(gold), "--corpus", str(corpus)])
    shown = capsys.readouterr().out
    assert status in (0, 1)  # random weights may fail the paraphrases, and nothing else
    assert shown.count("FAILED") == status
    assert all(part in shown for part in ("BertModel", "tokens at once", "texts a second", "paired 95 % interval"))


def test_a_broken_encoder_fails_the_check() -> None:
    class Drifting(HashEncoder):
        def encode_clauses(self, texts: object) -> np.ndarray:  # type: ignore[override]
            found = super().encode_clauses(texts)  # type: ignore[arg-type]
            return np.roll(found, self.calls, axis=1)

    failed = [check.what for check in checks(Drifting()) if not check.passed]
    assert "the same text twice" in failed
    assert "in a batch as alone" in failed


def test_prompts_that_a_model_of_this_name_needs_are_advised(copy: Path) -> None:
    named = copy.rename(copy.with_name("multilingual-e5-small"))
    assert "--query-prompt 'query: '" in (needs(load_encoder(str(named))) or "")
    declare(named, prompts={"query": "query: ", "passage": "passage: "})
    assert needs(load_encoder(str(named))) is None


@pytest.mark.parametrize("arguments", [["encoder"], ["structure", "bert"]])
def test_a_check_of_nothing_and_a_model_for_another_score_are_mistakes(arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        run(arguments)


# --- threads -----------------------------------------------------------------------------------


def test_threads_are_one_number_for_all_libraries(monkeypatch: pytest.MonkeyPatch, bert: Path) -> None:
    import os

    import torch

    for name in (VARIABLE, "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
        monkeypatch.setenv(name, "")
    before = torch.get_num_threads()
    limit_threads(before + 1)
    assert os.environ["OMP_NUM_THREADS"] == os.environ[VARIABLE] == str(before + 1)
    load_encoder(str(bert))
    assert torch.get_num_threads() == before + 1
    torch.set_num_threads(before)


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5"])
def test_a_number_of_threads_that_is_none_is_a_mistake(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(UsageError, match=VARIABLE):
        chosen_threads()
