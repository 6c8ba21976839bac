"""What the parser asks before a costly rule runs must never say no where the rule would say yes."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.generated import mutate, write_notice
from indexer.notices import _POINT, _WORD, brackets, units
from indexer.notices.agencies.register import _LONGEST_CORE, _cores_before, cores
from indexer.notices.blanks import without_blanks
from indexer.notices.header import remarks, repeals, titlelines
from indexer.notices.outline import damage, endings, titles
from indexer.notices.page import furniture, layout
from indexer.notices.places import _UNKNOWN, _near_an_end
from indexer.notices.quantities import phrases, targets, times
from indexer.notices.quantities.figures import fold_digits, needs_folding
from indexer.notices.units import labels, listed, persons, read_unit_list
from indexer.records import Role, UnitMention


def _lines() -> Iterator[str]:
    """Paragraphs and cells of generated notices, whole and damaged."""
    for seed in range(40):
        raw = write_notice(seed).raw
        for blocks in (raw.blocks, mutate(raw, random.Random(seed)).blocks):
            for block in blocks:
                if block.table is None:
                    yield from filter(None, block.text.split("\n"))
                else:
                    yield from (cell.text for row in block.table.rows for cell in row if cell.text)


LINES = list(dict.fromkeys(_lines()))


def test_blanks_are_what_a_pattern_takes_for_white_space() -> None:
    for code in range(sys.maxunicode + 1):
        text = f"市{chr(code)}局"
        assert without_blanks(text) == re.sub(r"\s+", "", text), hex(code)


@given(st.from_regex(units._HOW_TO_READ))
def test_a_hint_at_how_to_read_a_list_is_looked_for_wherever_one_stands(text: str) -> None:
    assert units._without_how(text) == units._HOW_TO_READ.sub("", text)


@pytest.mark.parametrize(
    "hint", ["排名第一的为牵头部门", "2024年底前完成", "9月底前见效", "持续推进", "长期坚持", "下同", "加粗"]
)
def test_a_hint_behind_names_is_taken_out(hint: str) -> None:
    assert units._without_how(f"市民政局、市财政局，{hint}") == units._HOW_TO_READ.sub(
        "", f"市民政局、市财政局，{hint}"
    )
    assert "市民政局" in units._without_how("市民政局、市财政局")


@given(st.from_regex(labels._HEAD) | st.from_regex(labels._BARE))
def test_no_label_is_without_a_sign_that_it_may_start(text: str) -> None:
    found = labels._HEAD.match(text) or labels._BARE.match(text)
    assert found is None or labels._MAY_START.search(text) is not None


@given(st.text("一二1（(第》>＞»【】 \u3000_|—-．.、章条附件①标题：关于通知方案工作", max_size=20))
def test_what_opens_with_a_number_is_no_title_after_cleaning(text: str) -> None:
    if text and titlelines._opens_numbered(text):
        assert len(titlelines.clean_title(text)) < 6 or not titlelines._is_title(text)


def test_numbers_are_told_from_titles_in_notices() -> None:
    numbered = [line for line in LINES if titlelines._opens_numbered(line)]
    assert len(numbered) > 300
    assert not any(titlelines._is_title(line) for line in numbered)
    assert not titlelines._opens_numbered(
        "首页 > 1.政策 > 云泽市养老服务工作方案"
    )  # residue of the page hides the title
    assert titlelines.is_title("首页 > 政策 > 云泽市养老服务工作方案")


def test_a_title_holds_the_last_character_of_a_kind() -> None:
    titles = [line for line in LINES if len(line) < 200 and titlelines._is_title(line)]
    assert len(titles) > 50
    assert all(titlelines._KIND_SIGN.search(title) for title in titles)


def test_a_piece_without_blanks_or_conjunctions_is_one_name() -> None:
    assert [x.surface for x in listed.read_piece("市民政局 市财政局").names] == ["市民政局", "市财政局"]
    assert [x.surface for x in listed.read_piece("市民政局和市财政局").names] == ["市民政局", "市财政局"]
    assert [x.surface for x in listed.read_piece("市民政局以及市财政局").names] == ["市民政局", "市财政局"]
    assert [x.surface for x in listed.read_piece("市自然资源和规划局").names] == ["市自然资源和规划局"]


@given(st.text("（(〔【[)）〕】]市局，。", max_size=40))
def test_a_bracket_left_open_is_found_by_any_opening_mark(text: str) -> None:
    depth = start = 0
    for at, mark in enumerate(text):
        if mark in "(（〔【[":
            start = start if depth else at
            depth += 1
        elif mark in ")）〕】]" and depth:
            depth -= 1
    assert layout._open_bracket(text) == (text[start:] if depth else "")


def test_every_name_of_the_register_is_found_by_its_length() -> None:
    for name, core in cores().items():
        if len(name) <= _LONGEST_CORE:
            tail = core.tails[0] if core.tails else ""
            assert (2, core) in list(_cores_before(f"本市{name}", len(name) + 2, tail=tail)), name


# --- signs of labels, targets, times and damage --------------------------------------------------


def _opening(pattern: re.Pattern[str]) -> st.SearchStrategy[str]:
    """Texts that open with what the pattern matches."""
    return st.from_regex(re.compile(r"\A(?:" + pattern.pattern + ")", pattern.flags))


@given(st.from_regex(labels._LEAD, fullmatch=True), _opening(labels._HEAD) | _opening(labels._BARE))
def test_a_label_is_looked_for_behind_every_number_and_bracket(lead: str, label: str) -> None:
    assert labels._word_behind_lead(lead + label)


def test_labels_are_found_behind_numbers_in_notices() -> None:
    held = [line for line in LINES if line[0] in labels._FIRST]
    assert [labels.starts_unit_line(line) for line in held] == [labels._starts(line[:60]) for line in held]
    assert labels.starts_unit_line("2.责任部门：市民政局")
    assert labels.starts_unit_line("(２)责任单位：市民政局")
    assert not labels.starts_unit_line("2.加强部门：协作")


def _split_unfiltered(text: str) -> list[str]:
    numbered = layout._NUMBER_AFTER_BRACKET.search(text) is not None
    if not layout._UNIT_WORD.search(text):
        return [text]
    found: list[str] = []
    for part in layout._split_before_units(text):
        found += layout._after_unit_line(part) if labels.starts_unit_line(part) else [part]
    return [q for part in found for q in layout._split_behind_brackets(part)] if numbered else found


@given(st.text("责任单位牵头：:。；（(）)【】市民政局一二、1. ", max_size=40))
def test_a_line_is_split_at_its_unit_labels_whatever_is_asked_before(text: str) -> None:
    assert layout._split_unit_line(text) == _split_unfiltered(text)


def test_lines_of_notices_are_split_as_without_a_filter() -> None:
    assert [layout._split_unit_line(line) for line in LINES] == [_split_unfiltered(line) for line in LINES]
    line = "（责任单位：市民政局）二、强化保障"
    assert layout._split_unit_line(line) == ["（责任单位：市民政局）", "二、强化保障"]


@given(st.text("不得应低于少至超过最长多缩短到日时以之内一两三个家所上成小", max_size=30))
def test_signs_of_targets_are_found_by_their_first_two_characters(text: str) -> None:
    assert targets._signs(text) == [m.start() for m in targets._SIGN.finditer(text)]


@given(st.from_regex(targets._TERMS))
def test_no_term_of_a_rule_is_without_its_sign(text: str) -> None:
    assert targets._MAY_BE_TERM.search(text)


@given(_opening(phrases._BULLET))
def test_every_bullet_begins_with_a_figure_or_a_bracket(text: str) -> None:
    assert text.lstrip()[0] in phrases._FIRST_OF_BULLET


@given(st.text("０２％．二〇一九三年月日份 12", max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_what_a_body_does_not_need_no_clause_of_it_needs(body: str, start: int, end: int) -> None:
    if not needs_folding(body):
        assert fold_digits(body[start:end]) == body[start:end]
    assert needs_folding(body) or fold_digits(body) == body


def test_figures_that_are_written_otherwise_need_folding() -> None:
    assert all(map(needs_folding, ("２０２２年", "二〇二二年", "三月底", "9．5％")))
    assert not needs_folding("2022年3月底前,增长9.5%")


@given(st.text("2013年月日季度半上下十四五期间末底至—今明当本每前", max_size=20))
def test_no_time_is_without_its_sign(text: str) -> None:
    if not any(sign in text for sign in "年月季五"):
        assert times._TIME.search(text) is None
        assert list(times.times(text)) == []


@given(_opening(furniture._META))
def test_a_field_of_the_page_begins_with_a_known_character(text: str) -> None:
    assert text[0] in furniture._META_FIRST or text[0] in "【["


@given(st.text("12３(（【本文页件虚构。-—页/第共 打印", min_size=1, max_size=16))
def test_furniture_is_known_by_its_head_whatever_is_asked_before(text: str) -> None:
    if furniture._AT_HEAD.match(text):
        assert furniture._may_begin_furniture(text, text[0])


@given(st.from_regex(remarks._INTERNAL, fullmatch=True))
def test_every_internal_mark_begins_with_a_known_character(text: str) -> None:
    fits = len(text.strip(remarks._AROUND_MARK)) <= remarks._LONGEST_MARK and remarks._HOUSE.search(text) is not None
    assert text[0] in remarks._MARK_FIRST
    assert remarks.is_internal_mark(f"【 {text}】") == fits


@given(st.text("《方案》废止停执行不再即予同时。", max_size=30))
def test_no_repeal_is_without_its_verb(text: str) -> None:
    assert endings.is_repeal(text) == (endings._REPEALS.match(text) is not None)


@pytest.mark.parametrize("verb", [*repeals._ENDING, *repeals._LEADING])
def test_every_verb_that_ends_a_document_has_a_sign(verb: str) -> None:
    assert repeals._ENDS_ANYTHING.search(f"《方案》{verb[:3]}")


@given(st.text("“”《》（）「」〔〕。文", max_size=20))
def test_the_first_stop_is_that_outside_quotations(text: str) -> None:
    depth, stop = 0, 0
    for at, mark in enumerate(text):
        depth = depth + 1 if mark in "“《（「〔" else max(0, depth - 1) if mark in "”》）」〕" else depth
        if mark == "。" and not depth:
            stop = at + 1
            break
    assert titles._first_stop(text) == stop


@given(st.text("2019年1月底到至，政[〔(（ ）)〕]08号责任牵头《》“”方案\ufffd", max_size=30))
def test_damage_begins_where_it_is_looked_for(body: str) -> None:
    begins = damage._begins(body)
    assert begins == sorted(set(begins))
    for rule in damage._DAMAGE:
        assert {m.start() for m in rule.pattern.finditer(body)} <= set(begins), rule.name


@given(st.from_regex(persons._LABEL))
def test_a_label_of_persons_ends_in_a_known_character(text: str) -> None:
    assert text.rstrip()[-1] in persons._LAST_OF_LABEL


@given(st.text("云泽一二省市县区局，的", max_size=16))
def test_a_name_nobody_knows_is_looked_for_before_its_end(text: str) -> None:
    near = _near_an_end(text)
    assert all(near[at] for at in range(len(text)) if _UNKNOWN.match(text, at))


@given(st.text("（(〔【[〈<>〉】〕)）]市局，", max_size=24))
def test_pairs_of_brackets_are_those_found_one_mark_at_a_time(text: str) -> None:
    found = brackets._paired(text, 0, len(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(brackets, "_PAIR_OR_MARK", re.compile(brackets._MARK))
        assert brackets._paired(text, 0, len(text)) == found


@given(st.text("12.．３，。 市a_\n", max_size=20))
def test_a_notice_is_known_by_its_words_and_the_points_between_figures(text: str) -> None:
    bare = ".".join("".join(_WORD.findall(part)) for part in _POINT.split(text))
    assert bare == "".join(re.findall(r"\w+|(?<=\d)\.(?=\d)", text))


# --- lists read once -----------------------------------------------------------------------------

RULES: tuple[tuple[str, Role], ...] = (("unit_line", "responsible"), ("plain_bracket", "lead"))


def _back(m: UnitMention, by: int) -> tuple[object, ...]:
    return (m.surface, m.name, m.role, m.inherited, m.start - by, m.end - by, m.rule, m.members, m.open_ended)


def test_a_remembered_list_reads_as_if_it_stood_where_it_stands() -> None:
    read = [line for line in LINES if len(line) <= units._LONGEST_KEPT][:1500]
    for rule, default in RULES:
        for text in read:
            fresh = units._read(text, rule, default)
            assert read_unit_list(text, 0, rule=rule, default=default) == fresh
            moved = read_unit_list(text, 1_000, rule=rule, default=default)
            assert [_back(m, 1_000) for m in moved.mentions] == [_back(m, 0) for m in fresh.mentions]
            assert [_back(m, 1_000) for m in moved.document_wide] == [_back(m, 0) for m in fresh.document_wide]
            assert (moved.end - 1_000, moved.aliases, moved.persons) == (fresh.end, fresh.aliases, fresh.persons)
            assert (moved.deadline is None) == (fresh.deadline is None)
            if moved.deadline and fresh.deadline:
                assert (moved.deadline.start, moved.deadline.text) == (
                    fresh.deadline.start + 1_000,
                    fresh.deadline.text,
                )


def test_a_list_too_long_to_be_remembered_is_located_all_the_same() -> None:
    text = "责任单位：" + "、".join(["市民政局", "市财政局"] + [f"云泽市第{n}实验小学" for n in range(40)])
    assert len(text) > units._LONGEST_KEPT
    for m in read_unit_list(text, 70, rule="unit_line").mentions:
        assert text[m.start - 70 : m.end - 70] == m.surface
