"""Groups that a notice defines: their members, and which names mean them."""

from __future__ import annotations

import time

import pytest

from indexer.notices.units import read_unit_list
from indexer.notices.units.groups import expand, find_groups

MEMBERS = ("市民政局", "市财政局", "各街镇")
LISTED = "附件2\n云泽市养老服务工作专班方案\n二、成员\n成员单位：市民政局、市财政局，各街镇。\n三、机制"


def members_of(name: str, body: str) -> tuple[str, ...]:
    mentions = read_unit_list(f"责任单位：{name}", 0, rule="unit_line").mentions
    (mention,) = expand(mentions, find_groups(body))
    assert mention.surface == name
    return mention.members


@pytest.mark.parametrize(
    "name",
    [
        "市养老服务工作专班成员单位",
        "工作专班成员单位",
        "专班成员单位",
        "市养老服务“银龄”工作专班成员单位",
        "各成员单位",
    ],
)
def test_a_list_in_an_attachment_holds_for_all_names_of_the_group(name: str) -> None:
    assert members_of(name, LISTED) == MEMBERS


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("市养老服务领导小组成员单位包括市民政局、市财政局、各街镇等。", "领导小组成员单位"),
        ("领导小组由市长任组长，成员由市民政局、市财政局、各街镇主要负责人组成。", "领导小组成员单位"),
        ("成立由市民政局、市财政局、各街镇组成的工作专班（以下简称专班成员单位）。", "专班成员单位"),
        ("市民政局、市财政局、各街镇（以下统称责任部门）按期报送。", "责任部门"),
    ],
)
def test_a_sentence_defines_a_group(body: str, name: str) -> None:
    assert members_of(name, body) == MEMBERS


def test_members_bear_their_canonical_names() -> None:
    assert find_groups("专班成员单位：市发改委、市住建局。") == {"专班成员单位": ("市发展改革委", "市住房城乡建设局")}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("各成员单位要加强协作。", "各成员单位"),
        ("云泽经开区管委会（以下简称管委会）负责。", "管委会"),
        ("成员单位：宋岩、韩越、许澜。", "成员单位"),
        ("以医院为成员单位的联盟，由社区参与。", "成员单位"),
        (LISTED, "领导小组成员单位"),
        (LISTED, "工作专班"),
        ("防汛指挥部成员单位：市水利局、市应急局。\n护林指挥部成员单位：市林业局、市公安局。", "指挥部成员单位"),
    ],
)
def test_what_names_no_group_or_several_stays_without_members(body: str, name: str) -> None:
    assert members_of(name, body) == ()


def test_without_groups_the_mentions_stay_as_they_are() -> None:
    mentions = read_unit_list("责任单位：各成员单位、市民政局", 0, rule="unit_line").mentions
    assert expand(mentions, {}) == mentions


@pytest.mark.parametrize(
    "piece", ["成员单位：", "由", "由市民政局、", "（以下统称责任部门）", "由市民政局组成的专班（以下简称专班）"]
)
def test_a_long_body_is_read_in_linear_time(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    begun = time.process_time()
    find_groups(text)
    assert time.process_time() - begun < 3
