"""Training the bundled encoder: repeatable, keeps measured texts out, and says in one line what is wrong."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.evaluate import BM25, beir_task, distractors, evaluate, measure, written_task
from embeddings.pairs import (
    Document,
    clause_key,
    leave_out_copies,
    measured_texts,
    passages,
    read_corpora,
    read_own_queries,
    read_queries,
)
from embeddings.plain import in_plain_words, read_plain_words
from embeddings.vocabulary import build_tokenizer, contained_tokens, count_tokens, tokenizer_words
from indexer.errors import UsageError
from indexer.index.encoder import load_encoder
from tests.hash_encoder import HashEncoder

TOPICS = {
    "湖岸绿道": ("修建环湖步道和自行车道", "沿湖每五百米设一处休息亭", "环湖哪里能骑车"),
    "养老助餐": ("在社区开办老年食堂", "为高龄老人送餐上门并给予补贴", "老人吃饭有没有补贴"),
    "码头岸电": ("推进货运码头岸电设施改造", "靠港船舶优先使用岸电", "船靠岸能不能接电"),
    "茶园采摘": ("扶持枫林茶园开展采摘体验", "评选星级茶庄并挂牌宣传", "去哪里采茶叶"),
}


def write_corpus(folder: Path) -> None:
    """Sixty small notices of fictional places on four topics."""
    with gzip.open(folder / "notices.jsonl.gz", "wt", encoding="utf-8") as stream:
        for n in range(60):
            topic = list(TOPICS)[n % 4]
            first, second, _ = TOPICS[topic]
            text = (
                f"一、工作目标\n到年底，云泽市砚湖区{topic}工作取得进展，{first}，群众满意。{second}，做到有人管。\n"
                f"二、主要任务\n（一）{first}，由区级部门组织实施，按季度通报进度。{second}，资金由财政安排，专款专用。\n"
            )
            title = f"砚湖区{topic}第{n}号通知"
            stream.write(json.dumps({"id": f"n{n}", "title": title, "text": text}, ensure_ascii=False) + "\n")


def write_queries(file: Path) -> None:
    """Four clauses with three queries each."""
    lines = [
        {"cid": f"c{n}", "title": topic, "text": f"{a}，{b}。", "staff": q, "short": topic, "draft": f"{b}，{a}"}
        for n, (topic, (a, b, q)) in enumerate(TOPICS.items())
    ]
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    write_corpus(folder)
    write_queries(folder / "queries.jsonl")
    (folder / "own").mkdir()
    first = next(passages(read_corpora(folder)[0]))
    key = clause_key("".join(first.sentences))
    (folder / "own" / "notices.tsv").write_text(
        f"clause\tstaff\tshort\tdraft\n{key}\t步道谁来修\t骑车道\t建设滨湖慢行系统\n000000000000\t甲\t乙\t丙\n",
        encoding="utf-8",
    )
    return folder


def train_small(inputs: Path, out: Path, *, seed: int = 0) -> dict[str, object]:
    from embeddings.learning import DEFAULTS
    from embeddings.train import build

    parameters = replace(
        DEFAULTS, seed=seed, dim=16, vocabulary=6000, batch=16, structure_steps=30, query_steps=50, pool=40
    )
    return build(inputs, [inputs / "queries.jsonl"], out, leave_out=[], parameters=parameters, own=inputs / "own")


def test_the_same_seed_gives_the_same_model_and_another_seed_another(inputs: Path, tmp_path: Path) -> None:
    for name, seed in (("first", 0), ("second", 0), ("third", 1)):
        train_small(inputs, tmp_path / name, seed=seed)
    first, second, third = (load_encoder(str(tmp_path / name)).sha256 for name in ("first", "second", "third"))
    assert first == second
    assert first != third


def test_a_small_model_learns_its_topics(inputs: Path, tmp_path: Path) -> None:
    record = train_small(inputs, tmp_path / "model")
    assert record["documents"] == 60
    assert (record["queries"], record["own_queries"], record["own_clauses_not_in_the_corpora"]) == (15, 3, 1)
    encoder = load_encoder(str(tmp_path / "model"))
    assert encoder.dim == 16
    asked = encoder.encode_queries([query for _, _, query in TOPICS.values()])
    found = encoder.encode_clauses([f"{topic} {a}，{b}。" for topic, (a, b, _) in TOPICS.items()])
    assert (asked @ found.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_a_finished_training_replaces_the_old_model_whole(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    train_small(inputs, out)
    (out / "left-over.txt").write_text("old", encoding="utf-8")
    train_small(inputs, out, seed=1)
    assert not (out / "left-over.txt").exists()
    assert not (tmp_path / "model.new").exists()
    assert json.loads((out / "training.json").read_text(encoding="utf-8"))["parameters"]["seed"] == 1


def test_training_goes_on_from_its_checkpoint_to_the_same_model(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from embeddings import learning

    train_small(inputs, tmp_path / "whole")
    steps: list[int] = []
    loss = learning.Trainer._query_loss

    def interrupted(self: learning.Trainer, *arguments: object) -> object:
        steps.append(1)
        if len(steps) == 45:
            raise KeyboardInterrupt
        return loss(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(learning.Trainer, "_query_loss", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train_small(inputs, tmp_path / "part")
    assert not (tmp_path / "part").exists()
    train_small(inputs, tmp_path / "part")
    assert len(steps) == 45 + 50 - learning.CHECKPOINT_STEPS
    assert load_encoder(str(tmp_path / "part")).sha256 == load_encoder(str(tmp_path / "whole")).sha256
    assert not (tmp_path / "part.training").exists()


def test_a_folder_that_is_no_model_is_never_replaced(inputs: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("keep", encoding="utf-8")
    with pytest.raises(UsageError, match="is no model"):
        train_small(inputs, precious)
    assert (precious / "file").read_text(encoding="utf-8") == "keep"


# --- what is learned from --------------------------------------------------------------------------


def test_documents_with_a_near_copy_of_a_measured_text_are_left_out() -> None:
    measured = "区文化旅游局会同区城市管理局在五月底前完成环湖夜游线路灯光改造，并向游客开放试乘。"
    copied = measured.replace("五", "六").replace("，", ", ")  # other punctuation, one character changed at its end
    other = "区文化旅游局会同区城市管理局负责日常巡查，发现问题的，当日交由有关单位处理，并记录在案备查。"
    documents = [Document("copy", "甲", f"前文。\n{copied}\n后文。"), Document("other", "乙", other)]
    kept, left_out = leave_out_copies(documents, [measured], run=12)
    assert [d.doc_id for d in kept] == ["other"]
    assert [d.doc_id for d in left_out] == ["copy"]


def test_measured_texts_are_read_from_text_and_jsonl(tmp_path: Path) -> None:
    line = "各镇人民政府应当在每年三月前公布当年的河道清淤计划，并在村务公开栏张贴。"
    (tmp_path / "a.txt").write_text(f"标题\n{line}\n", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": "甲乙"}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert measured_texts([tmp_path]) == sorted([line, "甲乙"])


def test_passages_carry_the_heading_above_them() -> None:
    text = "## 第二章 湖岸管理\n\n第五条 湖岸一百米内不得新建餐饮、住宿经营场所，已有的由区人民政府限期迁出。\n打印\n"
    found = list(passages(Document("d", "砚湖保护办法", text)))
    assert [(p.title, p.heading) for p in found] == [("砚湖保护办法", "湖岸管理")]
    assert found[0].sentences[0].startswith("湖岸一百米内")


def test_long_paragraphs_become_several_passages_and_nothing_is_lost() -> None:
    sentences = [f"第{n}处渡口由所在街道安排专人值守，雨雪天气停止摆渡并提前公告。" for n in range(40)]
    found = list(passages(Document("d", "渡口管理", "".join(sentences))))
    assert len(found) > 2
    assert "".join(s for p in found for s in p.sentences).endswith("".join(sentences)[-300:])


# --- words -----------------------------------------------------------------------------------------


def test_the_tokenizer_cuts_words_and_falls_back_to_characters() -> None:
    words, characters = count_tokens(["养老服务中心提供助餐服务，养老服务补贴。"] * 20)
    tokenizer = build_tokenizer(words, characters, size=200)
    assert tokenizer.encode("养老服务，补贴").tokens == ["养老", "服务", "补贴"]
    assert tokenizer.encode("养餐").tokens == ["养", "餐"]
    assert tokenizer.encode("、。（ ）").tokens == []


def test_a_word_is_composed_of_itself_and_the_tokens_it_contains() -> None:
    words, characters = count_tokens(["养老服务中心提供助餐服务，养老服务补贴。"] * 20)
    tokens = tokenizer_words(build_tokenizer(words, characters, size=200))
    rows, columns, weights = contained_tokens(tokens, share=1.0)
    own = rows == tokens.index("养老")
    parts = {tokens[c]: w for c, w in zip(columns[own], weights[own], strict=True)}
    assert parts == {"养老": 1.0, "养": 0.5, "老": 0.5}


def test_a_vocabulary_too_small_for_the_characters_is_refused() -> None:
    words, characters = count_tokens(["养老服务中心"] * 5)
    with pytest.raises(UsageError, match="--vocabulary"):
        build_tokenizer(words, characters, size=3)


def test_official_words_are_replaced_longest_first_and_the_rest_is_kept() -> None:
    plain_words = {1: [((1, 2), [np.array([90, 91])]), ((1,), [np.array([80])])]}
    rng = np.random.default_rng(0)
    assert in_plain_words(np.array([5, 1, 2, 6, 1]), plain_words, rng, share=1.0).tolist() == [5, 90, 91, 6, 80]
    assert in_plain_words(np.array([5, 1, 2]), plain_words, rng, share=0.0).tolist() == [5, 1, 2]


def test_the_lexicon_of_plain_words_is_well_formed() -> None:
    rows = read_plain_words()
    officials = [row.official for row in rows]
    assert len(officials) == len(set(officials))
    assert all(len(set(row.plain)) == len(row.plain) for row in rows)


# --- measuring -------------------------------------------------------------------------------------


def test_measures_are_those_of_a_hand_count(inputs: Path) -> None:
    task = written_task(inputs / "queries.jsonl")
    right_first = np.eye(4, dtype=np.float32)
    assert measure(task, "short", right_first) == {"nDCG@10": [1.0] * 4, "R@10": [1.0] * 4}
    right_second = np.eye(4, dtype=np.float32) + 2 * np.eye(4, k=1, dtype=np.float32)  # the last row keeps its first
    found = measure(task, "short", right_second)
    assert found["nDCG@10"] == pytest.approx([1 / np.log2(3)] * 3 + [1])


def test_a_query_without_a_result_counts_nothing(inputs: Path) -> None:
    task = written_task(inputs / "queries.jsonl")
    scores = np.diag([1.0, 1.0, 0.0, 0.0]).astype(np.float32)
    assert measure(task, "short", scores)["R@10"] == [1, 1, 0, 0]


def test_bm25_prefers_the_text_with_the_rare_word() -> None:
    scores = BM25(["码头岸电改造方案", "码头环境整治方案", "茶园采摘方案"]).scores(["岸电方案", "不相干"])
    assert scores.shape == (2, 3)
    assert scores[0].argmax() == 0
    assert not scores[1].any()


def test_every_leg_is_measured_for_every_kind(inputs: Path) -> None:
    (inputs / "others.jsonl").write_text((inputs / "queries.jsonl").read_text(encoding="utf-8"), encoding="utf-8")
    others = distractors([inputs / "others.jsonl"], inputs, asked=inputs / "queries.jsonl", n=10)
    assert len(others) == 14  # the four clauses, and ten passages of the corpora
    task = written_task(inputs / "queries.jsonl", others)
    assert len(task.ids) == 18
    found = evaluate(task, HashEncoder())
    assert {leg: set(kinds) for leg, kinds in found.items()} == dict.fromkeys(
        ("bm25", "dense", "mix"), {"staff", "short", "draft"}
    )
    values = [value for kinds in found.values() for by in kinds.values() for each in by.values() for value in each]
    assert len(values) == 3 * 3 * 2 * 4
    assert all(0 <= value <= 1 for value in values)


def test_no_passage_of_a_document_that_is_asked_for_is_a_distractor(inputs: Path, tmp_path: Path) -> None:
    title = read_corpora(inputs)[0].title
    line = {"cid": "c", "title": title, "text": "甲", "staff": "乙", "short": "丙", "draft": "丁"}
    (tmp_path / "q.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    others = distractors([], inputs, asked=tmp_path / "q.jsonl", n=1000)
    assert others
    assert title not in {of for of, _ in others.values()}


def test_a_benchmark_folder_is_read(tmp_path: Path) -> None:
    for name, lines in (
        ("corpus", [{"_id": "a", "title": "渡口办法", "text": "渡口应当设置警示标志。"}]),
        ("queries", [{"_id": "q", "text": "渡口要不要立牌子"}]),
    ):
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as stream:
            stream.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n", encoding="utf-8")
    task = beir_task(tmp_path)
    assert task.texts == (("渡口办法", "渡口应当设置警示标志。"),)
    assert task.qrels == {"q": {"a": 1}}
    with pytest.raises(UsageError, match="BEIR"):
        beir_task(tmp_path / "none")


# --- mistakes of the user --------------------------------------------------------------------------


def run_training(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "embeddings.train", *arguments],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
        timeout=120,
    )


def test_the_command_says_a_mistake_in_one_line_with_status_2(root: Path, tmp_path: Path) -> None:
    missing = str(tmp_path / "none.jsonl")
    done = run_training(root, "--corpora", str(tmp_path), "--queries", missing, "--out", str(tmp_path / "m"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip().count("\n") == 0
    assert missing in done.stderr


def test_measuring_nothing_is_a_mistake(root: Path) -> None:
    command = [sys.executable, "-m", "embeddings.evaluate"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stderr == "nothing to measure; give --queries FILE or --benchmark FOLDER\n"


def test_an_empty_corpora_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no \*\.jsonl\.gz"):
        read_corpora(tmp_path)


@pytest.mark.parametrize("line", ["no json", "[]", '{"id": 1}'])
def test_a_malformed_corpus_line_is_named(tmp_path: Path, line: str) -> None:
    with gzip.open(tmp_path / "x.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write('{"id": 1, "title": "甲", "text": "乙"}\n' + line + "\n")
    with pytest.raises(UsageError, match=r"x\.jsonl\.gz:2"):
        read_corpora(tmp_path)


def test_a_truncated_corpus_file_is_named(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    file = tmp_path / "notices.jsonl.gz"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(UsageError, match=r"notices\.jsonl\.gz"):
        read_corpora(tmp_path)


@pytest.mark.parametrize("line", ["a\tb\tc", "a\t\tb\tc"])
def test_a_malformed_line_of_our_own_queries_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "own.tsv").write_text(f"clause\tstaff\tshort\tdraft\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"own\.tsv:2"):
        read_own_queries([], tmp_path)


def test_our_own_queries_are_well_formed() -> None:
    queries, absent = read_own_queries([])
    assert not queries
    assert absent > 2000


@pytest.mark.parametrize("line", ["no json", "[]", '{"cid": 1, "text": "甲"}'])
def test_a_malformed_query_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"q\.jsonl:1"):
        read_queries(file)


def test_turning_a_table_changes_no_angle_and_puts_the_most_telling_numbers_first(inputs: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    from embeddings.saving import principal_axes_first

    words, characters = count_tokens(d.text for d in read_corpora(inputs))
    tokenizer: Tokenizer = build_tokenizer(words, characters, size=400)
    size = tokenizer.get_vocab_size()
    rng = np.random.default_rng(0)
    table = (rng.normal(size=(size, 12)) @ rng.normal(size=(12, 12))).astype(np.float16)
    turned = principal_axes_first(table, tokenizer).astype(np.float32)
    np.testing.assert_allclose(turned @ turned.T, table.astype(np.float32) @ table.astype(np.float32).T, atol=0.5)
    lengths = (turned**2).mean(axis=0)
    assert lengths[:6].sum() > 2 * lengths[6:].sum()
