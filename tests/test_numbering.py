"""Numbering labels: what opens a paragraph, and what only looks like it."""

from __future__ import annotations

import pytest

from indexer.notices.numbering import chinese_number, read_label


@pytest.mark.parametrize(
    ("text", "style", "value", "label"),
    [
        ("一、工作目标", "cn", 1, "一、"),
        ("十二、附则", "cn", 12, "十二、"),
        ("（三）强化保障。", "cn_paren", 3, "（三）"),
        ("(二十一)支持会展", "cn_paren", 21, "(二十一)"),
        ("1.加快建设。", "ar", 1, "1."),
        ("12、完善机制", "ar", 12, "12、"),
        ("3．推进试点", "ar", 3, "3．"),
        ("1.2023年重点任务清单", "ar", 1, "1."),
        ("（4）完成验收", "ar_paren", 4, "（4）"),
        ("②开展培训", "circled", 2, "②"),
        ("第三章 监督管理", "chapter", 3, "第三章"),
        ("第十二条　申请人应当", "article", 12, "第十二条"),
        ("专栏2　智慧养老工程", "box", 2, "专栏2　"),
    ],
)
def test_a_label_opens_a_paragraph(text: str, style: str, value: int, label: str) -> None:
    found = read_label(text)
    assert found is not None
    assert (found.style, found.value, found.text) == (style, value, label)


@pytest.mark.parametrize(
    "text",
    [
        "1.2个百分点以上",  # a decimal
        "9.5%的增速",
        "2023年底前完成",
        "第三条第（二）项规定的情形",  # cross-references
        "第五条规定的补助",
        "一、二产业融合发展",  # an enumeration
        "专栏中列出的项目",
        "按照第三条办理",
        "",
        "（2023年修订）",
    ],
)
def test_what_only_looks_like_a_label_is_none(text: str) -> None:
    assert read_label(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("三十五", 35), ("一百零三", 103), ("17", 17)],
)
def test_chinese_numerals_count(text: str, value: int) -> None:
    assert chinese_number(text) == value


def test_nonsense_is_no_number() -> None:
    with pytest.raises(ValueError, match="not a number"):
        chinese_number("甲")
