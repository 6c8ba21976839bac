"""What holds for every notice, whatever its text: spans, coverage, ids; and the truth of generated notices."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.generated import mutate, write_notice
from indexer.errors import UnreadableNotice
from indexer.notices import dissect_raw, parse
from indexer.records import RawNotice
from indexer.sources import find_files, read
from tests.notice_writing import raw_notice
from tests.thoroughness import few_or_many

# Pieces that steer the parser: labels, unit labels, brackets, tables, furniture, digits.
PIECES = [
    "一、", "（一）", "(1)", "1.", "第三条", "附件1", "附件：", "责任单位：", "牵头单位:", "市民政局", "、", "，", "。", "；", "（", "）",
    " ", "\n", "\n\n", "|", "序号", "重点任务", "责任单位", "1.2个百分点", "2023年底前", "以下均需各区县政府落实，不再列出", "《", "》",
    "发布日期：2023-01-02", "云泽市人民政府", "二○一○年四月七日", "关于印发方案的通知", "各县（市、区）人民政府：", "加快发展养老服务", "\u3000",
]  # fmt: skip


def check(raw: RawNotice) -> None:
    """The invariants of the records, each with the place where it breaks."""
    cut = dissect_raw(raw)
    body = cut.body
    covered = [0] * len(body)
    for e in cut.elements:
        assert 0 <= e.start < e.end <= len(body)
        for i in range(e.start, e.end):
            covered[i] += 1
    for i, times in enumerate(covered):
        assert times == 1 or body[i].isspace(), f"{times} times: …{body[max(0, i - 20) : i + 20]!r}"
    ids = [c.clause_id for c in cut.clauses]
    assert len(set(ids)) == len(ids)
    assert [c.start for c in cut.clauses] == sorted(c.start for c in cut.clauses)
    spans = [(e.start, e.end) for e in cut.elements]
    for c in cut.clauses:
        assert body[c.start : c.end] == c.text
        assert c.text.strip()
        for span in (*c.targets, *([c.deadline] if c.deadline else [])):
            assert body[span.start : span.end] == span.text
        for u in c.units:
            assert re.sub(r"\s", "", body[u.start : u.end]) == u.surface
            assert any(a <= u.start and u.end <= b for a, b in spans)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=few_or_many(100, 300))
def test_invariants_hold_for_any_sequence_of_structural_pieces(text: str) -> None:
    check(raw_notice(text))


@given(st.text(max_size=300))
@settings(max_examples=few_or_many(60, 150))
def test_invariants_hold_for_any_text(text: str) -> None:
    check(raw_notice(text))


@given(st.integers(0, 100_000))
@settings(max_examples=few_or_many(30, 80))
def test_invariants_hold_for_written_notices(seed: int) -> None:
    check(write_notice(seed).raw)


@given(st.integers(0, 100_000), st.randoms(use_true_random=False))
@settings(max_examples=few_or_many(30, 80))
def test_invariants_hold_for_damaged_notices(seed: int, rng: random.Random) -> None:
    check(mutate(write_notice(seed).raw, rng))


def test_ids_depend_on_the_text_alone() -> None:
    text = "\n".join(block.text for block in write_notice(73).raw.blocks)
    spaced = text.replace("。", "。 ").replace("\n", "\n\n")
    first, second = parse(raw_notice(text, "a.txt")), parse(raw_notice(spaced, "b/c.txt"))
    assert len(first.clauses) > 5
    assert [c.clause_id for c in first.clauses] == [c.clause_id for c in second.clauses]


def test_real_notices_keep_the_invariants(shared: Path) -> None:
    files = find_files([shared / "seeds", shared / "notices" / "txt", shared / "notices" / "html"])
    assert len(files) > 90
    for path in files:
        check(read(path))


def test_sample_notices_keep_the_invariants(root: Path) -> None:
    for path in find_files([root / "corpus" / "samples"]):
        check(read(path))


def test_damaged_samples_keep_the_invariants(root: Path) -> None:
    """Deleted, doubled and widened characters, broken lines, furniture and lost rows never break a span."""
    rng = random.Random(0)
    for path in find_files([root / "corpus" / "samples"]):
        raw = read(path)
        for _ in range(3):
            check(mutate(raw, rng, times=30))


def _read_or_refused(path: Path) -> RawNotice | None:
    """What the reader gives, or None where it refuses the file with one line."""
    try:
        return read(path)
    except UnreadableNotice as refused:
        if "\n" in str(refused):
            raise
        return None


@given(st.binary(max_size=3_000), st.sampled_from([".txt", ".html"]))
@settings(max_examples=few_or_many(50, 120))
def test_any_bytes_are_read_or_refused_with_a_line(content: bytes, suffix: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "notice" + suffix)
        path.write_bytes(content)
        raw = _read_or_refused(path)
        if raw:
            check(raw)


@given(st.integers(0, 100_000), st.binary(max_size=40), st.randoms(use_true_random=False))
@settings(max_examples=few_or_many(30, 60))
def test_broken_bytes_inside_a_notice_never_break_a_span(seed: int, junk: bytes, rng: random.Random) -> None:
    content = "\n".join(b.text for b in write_notice(seed).raw.blocks if b.table is None).encode("gb18030")
    at = rng.randrange(len(content) + 1)
    with TemporaryDirectory() as folder:
        path = Path(folder, "notice.txt")
        path.write_bytes(content[:at] + junk + content[at + rng.randrange(9) :])
        raw = _read_or_refused(path)
        if raw:
            check(raw)


LONG_LINE = few_or_many(300_000, 1_000_000)  # characters


def _seconds(text: str) -> float:
    started = time.process_time()
    dissect_raw(raw_notice(text))
    return time.process_time() - started


@pytest.mark.parametrize(
    "piece",
    [
        "（一）加快发展。责任单位：市民政局 ",
        "(",
        "责任单位：",
        "1.",
        "市民政局、",
        "|",
        "2023年",
        "《〈",
        "一、目标（一）抓好。",
        "（市民政局牵头）",
        "以下均需各区县政府落实，",
    ],
)
def test_a_very_long_line_parses_in_linear_time(piece: str) -> None:
    """Four times the text takes about four times as long; where a step is quadratic it takes sixteen times."""
    text = (piece * (LONG_LINE // len(piece) + 1))[:LONG_LINE]
    quarter = min(_seconds(text[: LONG_LINE // 4]) for _ in range(2))
    whole = (_seconds(text) for _ in range(4))  # a busy machine may be slow once; a quadratic step is slow every time
    assert any(seconds < 8 * quarter + LONG_LINE / 1_000_000 for seconds in whole)


def test_a_classified_document_is_refused() -> None:
    with pytest.raises(UnreadableNotice, match="机密"):
        parse(raw_notice("机密★5年\n云泽市人民政府办公室关于印发方案的通知\n一、目标\n建成项目。"))
