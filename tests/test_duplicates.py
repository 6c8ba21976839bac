"""The same notice on many pages is kept once; corrections, repeals and other years' plans are notices of their own."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.build import BuildReport, build
from indexer.duplicates import Grouping, Page, content_of, group, page_of
from indexer.duplicates.content import figures, is_foreign, lines
from indexer.duplicates.preference import preference
from indexer.duplicates.titles import core_of, number_key, numbers_in
from indexer.index import Index, open_index
from indexer.json_shapes import hit_object
from indexer.notices import parse
from indexer.records import Hit, Place
from indexer.sources import read
from tests.hash_encoder import HashEncoder
from tests.notice_writing import raw_notice

TITLE = "云泽市人民政府关于支持冷链物流发展的若干措施"
NUMBER = "云泽政发〔2021〕31号"
BODY = """各县（市、区）人民政府，市政府各部门：
为补齐我市冷链物流短板，降低生鲜产品流通损耗，现提出以下措施。
一、支持冷库建设。新建冷库容积达到3000立方米以上的，按设备投资额的12%给予补助，单个项目最高150万元。（责任单位：市商务局、市财政局）
二、支持冷藏运输。购置新能源冷藏车的，每辆补助2.5万元，每家企业每年不超过20辆。（责任单位：市交通运输局、市财政局）
三、培育骨干企业。对年营业收入首次突破2亿元的冷链企业，给予一次性奖励30万元。（责任单位：市发展改革委、市财政局）
四、推进标准应用。支持企业参与制定冷链作业规范，建立从产地到餐桌的温度记录，接受社会监督。（责任单位：市市场监管局）
五、加强要素保障。优先保障重点冷链项目用地，落实农产品冷链用电价格政策，简化通行证办理手续。（责任单位：市自然资源和规划局、市公安局）
六、强化组织实施。各地要明确工作专班，按季度通报进展情况，2023年底前建成覆盖全市的冷链骨干网络。（责任单位：市商务局）
"""
SIGNED = "云泽市人民政府\n2021年9月6日\n"


def text(title: str = TITLE, number: str = NUMBER, body: str = BODY, signed: str = SIGNED) -> str:
    return f"{title}\n{number}\n{body}{signed}" if number else f"{title}\n{body}{signed}"


ORIGINAL = text()
REPOSTS = {
    "another_site": "发布日期：2021-09-20　来源：云泽商务　浏览次数：208\n" + ORIGINAL + "【打印本页】【关闭窗口】\n",
    "title_cut": text(title="关于支持冷链物流发展的若干措施"),
    "other_date": text(signed="云泽市人民政府\n2021年9月15日\n"),
    "furniture_left": ORIGINAL.replace("三、培育", "扫一扫在手机打开当前页，已有1208人阅读全文。\n三、培育"),
    "remark_left": ORIGINAL.replace("五、加强", "本网转载此文仅为传递信息，不代表本网立场。\n五、加强"),
    "glued_footer": ORIGINAL.replace(
        "冷链骨干网络。（责任单位：市商务局）", "冷链骨干网络。（责任单位：市商务局）责任编辑：周某"
    ),
    "full_width": ORIGINAL.replace("12%", "１２％").replace("150万元", "１５０万元"),
    "other_marks": ORIGINAL.replace("，", ",").replace("：", ":").replace("（", "(").replace("）", ")"),
    "no_number": text(number=""),
    "no_signature": text(signed=""),
    "a_slip": ORIGINAL.replace("接受社会监督", "接授社会监督"),
    "breaks_off": ORIGINAL[: ORIGINAL.index("五、加强")],
}
OTHERS = {
    "next_year": ORIGINAL.replace("2023年底", "2024年底")
    .replace("〔2021〕31", "〔2022〕12")
    .replace("2021年9月", "2022年6月"),
    "district": text(
        "云泽市砚湖区人民政府关于支持冷链物流发展的若干措施",
        "砚湖政发〔2021〕9号",
        BODY.replace("我市", "我区").replace("全市", "全区").replace("：市", "：区").replace("、市", "、区"),
        "云泽市砚湖区人民政府\n2021年10月11日\n",
    ),
    "district_word_for_word": text(
        "云泽市砚湖区人民政府关于支持冷链物流发展的若干措施", "", BODY, "云泽市砚湖区人民政府\n2021年10月11日\n"
    ),
    "another_city": ORIGINAL.replace("云泽", "望津").replace("150万元", "180万元"),
}
VERSIONS = {
    "figure": ORIGINAL.replace("150万元", "120万元"),
    "percent": ORIGINAL.replace("12%", "15%"),
    "numeral": ORIGINAL.replace("一次性奖励30万元", "一次性奖励三十五万元"),
    "clause_added": ORIGINAL.replace("五、加强", "对首次获评5A级的企业再奖励40万元。\n五、加强"),
    "unit": ORIGINAL.replace("（责任单位：市市场监管局）", "（责任单位：市农业农村局）"),
    "figures_swapped": ORIGINAL.replace("2.5万元", "@").replace("150万元", "2.5万元").replace("@", "150万元"),
}


def page(written: str, path: str = "a.txt", **changed: object) -> tuple[Page, str]:
    """A page and its content, from text as it would stand in a file."""
    notice = parse(raw_notice(written, path))
    return replace(page_of(notice, {}), **changed), content_of(notice)  # type: ignore[arg-type]


def grouped(pages: Iterable[tuple[Page, str]]) -> Grouping:
    """The groups of the pages."""
    contents = {one.path: content for one, content in pages}
    return group([one for one, _ in pages], lambda one: contents[one.path])


def paths(found: Grouping) -> list[list[str]]:
    """The paths of every group, the kept one first."""
    return [[one.path for one in each.pages] for each in found.groups]


# --- which pages show one notice ---------------------------------------------------------------


@pytest.mark.parametrize("written", REPOSTS.values(), ids=REPOSTS)
def test_a_repost_is_the_same_notice(written: str) -> None:
    found = grouped([page(ORIGINAL, "a.txt"), page(written, "b.txt")])
    assert [sorted(each) for each in paths(found)] == [["a.txt", "b.txt"]]
    assert not found.versions


@pytest.mark.parametrize("written", OTHERS.values(), ids=OTHERS)
def test_another_years_or_places_notice_is_another(written: str) -> None:
    found = grouped([page(ORIGINAL, "a.txt"), page(written, "b.txt")])
    assert paths(found) == [["a.txt"], ["b.txt"]]
    assert not found.versions


@pytest.mark.parametrize("written", VERSIONS.values(), ids=VERSIONS)
def test_a_version_with_other_figures_or_units_is_linked_and_not_merged(written: str) -> None:
    found = grouped([page(ORIGINAL, "a.txt"), page(written, "b.txt")])
    assert paths(found) == [["a.txt"], ["b.txt"]]
    assert len(found.versions) == 1


def test_all_pages_together_give_the_same_groups_in_any_order() -> None:
    texts = {"original": ORIGINAL} | REPOSTS | OTHERS | VERSIONS
    pages = [page(written, f"{name}.txt") for name, written in texts.items()]
    expected = grouped(pages)
    [merged] = [each for each in paths(expected) if len(each) > 1]
    assert sorted(merged) == sorted(f"{name}.txt" for name in ["original", *REPOSTS])
    for seed in range(8):
        shuffled = random.Random(seed).sample(pages, len(pages))
        assert grouped(shuffled) == expected


def test_two_short_notices_of_one_template_are_two() -> None:
    template = "云泽市人民政府关于{0}任职的通知\n云泽政人〔2022〕{1}号\n各县（市、区）人民政府：\n经研究，任命{0}为市{2}副局长，试用期一年。\n云泽市人民政府\n2022年3月{1}日\n"
    one, other = template.format("杨某", 3, "民政局"), template.format("周某", 4, "商务局")
    assert len(grouped([page(one, "a.txt"), page(other, "b.txt")]).groups) == 2


def test_pages_with_hardly_a_text_are_not_taken_for_one_another() -> None:
    one, other = "云泽市商务局公告\n详见附件。\n", "云泽市商务局通知\n详见附件\n"
    assert len(grouped([page(one, "a.txt"), page(other, "b.txt")]).groups) == 2


# --- which page is kept ------------------------------------------------------------------------


def test_the_issuing_bodys_own_site_is_preferred_then_the_fuller_header_then_the_cleaner_text() -> None:
    own, _ = page(ORIGINAL, "z.html", url="https://www.yunze.gov.cn/zcwj/1.html")
    public, _ = page(ORIGINAL, "y.html", url="https://swt.jianglan.gov.cn/1.html")
    local, _ = page(ORIGINAL, "x.txt")
    foreign, _ = page(ORIGINAL, "a.html", url="https://www.logistics.example/1.html")
    assert sorted([foreign, local, public, own], key=preference) == [own, public, local, foreign]
    cut, _ = page(REPOSTS["title_cut"], "a.txt")
    assert sorted([cut, local], key=preference) == [local, cut]
    dirty, _ = page(REPOSTS["remark_left"], "a.txt")
    assert sorted([dirty, local], key=preference) == [local, dirty]
    named, _ = page(ORIGINAL, "b.html", site="云泽市人民政府门户网站", url="https://www.example.org/")
    assert sorted([public, named], key=preference) == [named, public]


def test_a_page_that_breaks_off_is_never_kept_before_a_whole_one() -> None:
    whole = page(ORIGINAL, "b.txt", url="https://www.logistics.example/1.html")
    short = page(REPOSTS["breaks_off"], "a.txt", url="https://www.yunze.gov.cn/1.html")
    assert paths(grouped([short, whole])) == [["b.txt", "a.txt"]]


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://www.yunze.gov.cn/a", True), ("http://zwgk.yunze.gov.cn/a", True), ("http://www.yz.gov.cn/", True),
        ("http://www.yz.com/", False), ("http://www.wangjin.gov.cn/", False), ("https://yunzewuliu.example/", False),
        ("not an address", False), (None, False),
    ],
)  # fmt: skip
def test_a_host_is_known_by_the_name_of_its_place(url: str | None, own: bool) -> None:
    found, _ = page(ORIGINAL, url=url, place=Place("江澜省", "云泽市"))
    assert (preference(found)[0] == 0) == own


# --- keys --------------------------------------------------------------------------------------


def test_titles_and_numbers_as_keys() -> None:
    assert core_of("云泽市人民政府关于印发云泽市物流规划的通知") == core_of("云泽市物流规划")
    assert number_key("云泽政发[2021] 18 号") == number_key("云泽政发〔2021〕18号")
    assert numbers_in("云泽市人民政府关于更正云泽政发〔2021〕18号文件有关内容的通知") == ["云泽政发202118号"]
    assert numbers_in("云泽市2023年服务业工作要点") == []


def test_figures_and_furniture_of_lines() -> None:
    assert figures("奖励20万元补贴三千人次打五折统一标准一定时间") == ["20", "三千", "五"]
    assert is_foreign("扫一扫在手机打开当前页")
    assert not is_foreign("加强政府网站建设开通微信公众号")
    assert lines("一、支持冷库。补助1.5万元；\n（二）1.5万元封顶") == ["支持冷库", "补助1.5万元", "1.5万元封顶"]


# --- in an archive -----------------------------------------------------------------------------

CORRECTION = """云泽市人民政府关于更正云泽政发〔2021〕31号文件有关内容的通知
云泽政发〔2021〕40号
各县（市、区）人民政府，市政府各部门：
《云泽市人民政府关于支持冷链物流发展的若干措施》（云泽政发〔2021〕31号）个别数额排印有误，现予更正。
一、第一条中“单个项目最高150万元”更正为“单个项目最高120万元”。（责任单位：市商务局）
云泽市人民政府
2021年11月2日
"""
SUCCESSOR = """云泽市人民政府关于促进冷链物流高质量发展的实施意见
云泽政发〔2024〕5号
各县（市、区）人民政府，市政府各部门：
为推动冷链物流提档升级，提出以下意见。
一、完善网络布局。建成区域冷链集配中心六个。（责任单位：市商务局）
二、本意见自2024年5月1日起施行。《云泽市人民政府关于支持冷链物流发展的若干措施》（云泽政发〔2021〕31号）同时废止。
云泽市人民政府
2024年4月2日
"""


def page_html(written: str, url: str) -> str:
    """A page of a site with the notice in it."""
    title, *rest = written.split("\n")
    body = "".join(f"<p>{line}</p>" for line in rest if line)
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title><link rel="canonical" href="{url}"></head>'
        f'<body><div class="nav"><a href="/">首页</a></div><h1>{title}</h1><div id="zoom">{body}</div></body></html>'
    )


OWN = page_html(ORIGINAL, "https://www.yunze.gov.cn/art/31.html")
FOREIGN = page_html(REPOSTS["title_cut"], "https://www.coldchain.example/news/7.html")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pages of one notice, its correction and its successor."""
    notices = tmp_path / "notices"
    notices.mkdir()
    for name, written in {
        "a_repost.html": FOREIGN, "b_own.html": OWN, "c_correction.txt": CORRECTION, "d_successor.txt": SUCCESSOR,
    }.items():  # fmt: skip
        (notices / name).write_text(written, encoding="utf-8")
    return notices


def make(folder: Path, directory: Path) -> BuildReport:
    return build([folder], directory, encoder=HashEncoder())


def doc_id(index: Index, name: str) -> str:
    """The doc_id of the notice read from the file of this name."""
    [found] = [head.doc_id for head in index.notices() if Path(head.source.path).name == name]
    return found


def state(directory: Path) -> list[object]:
    """Everything the archive says, by notice."""
    with open_index(directory, HashEncoder()) as index:
        return [
            (index.notice(head.doc_id), index.sources(head.doc_id), index.links_of(head.doc_id))
            for head in index.notices()
        ]


def test_a_notice_is_read_from_its_own_site_and_linked_with_what_changes_it(folder: Path, tmp_path: Path) -> None:
    report = make(folder, tmp_path / "index")
    assert (report.n_notices, report.links, report.skipped) == (3, 2, ())
    own, repost = [(folder / name).as_posix() for name in ("b_own.html", "a_repost.html")]
    assert [(file.path, file.reason) for file in report.duplicates] == [(repost, f"same notice as {own}")]
    with open_index(tmp_path / "index", HashEncoder()) as index:
        kept = doc_id(index, "b_own.html")
        correction, successor = doc_id(index, "c_correction.txt"), doc_id(index, "d_successor.txt")
        assert [source.path for source in index.sources(kept)] == [own, repost]
        assert {(link.relation, link.other_doc_id) for link in index.links_of(kept)} == {
            ("corrected_by", correction), ("repealed_by", successor),
        }  # fmt: skip
        assert [(link.relation, link.other_doc_id) for link in index.links_of(correction)] == [("corrects", kept)]
        assert [(link.relation, link.other_doc_id) for link in index.links_of(successor)] == [("repeals", kept)]


def test_pages_that_come_and_go_leave_what_a_fresh_build_makes(folder: Path, tmp_path: Path) -> None:
    directory = tmp_path / "index"
    own, repost, corrected = folder / "b_own.html", folder / "a_repost.html", folder / "e_corrected.txt"
    stash = {path: path.read_bytes() for path in (own, repost)} | {corrected: VERSIONS["figure"].encode()}
    make(folder, directory)
    for step, path in enumerate([own, own, repost, corrected, repost, own, corrected, own]):
        if path.exists():
            path.unlink()
        else:
            path.write_bytes(stash[path])
        make(folder, directory)
        make(folder, tmp_path / f"fresh{step}")
        assert state(directory) == state(tmp_path / f"fresh{step}"), f"step {step}"
    assert make(folder, directory).unchanged


def test_a_kept_page_that_goes_leaves_the_notice_to_the_other_page(folder: Path, tmp_path: Path) -> None:
    directory = tmp_path / "index"
    make(folder, directory)
    (folder / "b_own.html").unlink()
    report = make(folder, directory)
    assert (report.n_notices, report.parsed, report.duplicates) == (3, 1, ())
    with open_index(directory, HashEncoder()) as index:
        head = index.notice(doc_id(index, "a_repost.html"))
        assert head.source.url == "https://www.coldchain.example/news/7.html"
        assert {link.relation for link in index.links_of(head.doc_id)} == {"corrected_by", "repealed_by"}


def test_names_and_order_of_files_play_no_part(folder: Path, tmp_path: Path) -> None:
    expected = None
    for seed in range(3):
        elsewhere = tmp_path / f"files{seed}"
        elsewhere.mkdir()
        files = sorted(folder.iterdir())
        for number, file in enumerate(random.Random(seed).sample(files, len(files))):
            shutil.copy(file, elsewhere / f"{number}{file.suffix}")
        make(elsewhere, tmp_path / f"index{seed}")
        with open_index(tmp_path / f"index{seed}", HashEncoder()) as index:
            found = [(head.doc_id, head.source.url, index.links_of(head.doc_id)) for head in index.notices()]
        expected = expected or found
        assert found == expected


def test_a_version_is_linked_as_later_where_dates_say_so(tmp_path: Path) -> None:
    notices = tmp_path / "notices"
    notices.mkdir()
    (notices / "a.txt").write_text(ORIGINAL, encoding="utf-8")
    later = VERSIONS["figure"].replace("2021年9月6日", "2021年9月30日")
    (notices / "b.txt").write_text(later, encoding="utf-8")
    make(notices, tmp_path / "index")
    with open_index(tmp_path / "index", HashEncoder()) as index:
        assert [link.relation for link in index.links_of(doc_id(index, "a.txt"))] == ["corrected_by"]
        assert [link.relation for link in index.links_of(doc_id(index, "b.txt"))] == ["corrects"]


# --- the project's own notices -----------------------------------------------------------------


def test_the_written_notices_are_linked_as_they_were_written(root: Path) -> None:
    samples = root / "corpus" / "samples"
    names = ["s06", "s15", "s16", "s17", "s24", "s28", "s31", "s42", "s48", "s49"]
    files = [next(samples.glob(f"{name}_*")) for name in names]
    from indexer.duplicates import links_between

    pages = []
    for file in filter(None, files):
        raw = read(file)
        notice = parse(raw)
        pages.append((page_of(notice, dict(raw.metadata)), content_of(notice)))
    found = grouped(pages)
    short = {one.text_id: Path(one.path).name[:3] for one, _ in pages}
    assert [[short[one.text_id] for one in each.pages] for each in found.groups if len(each.pages) > 1] == [
        ["s06", "s28"]
    ]
    links = links_between([each.kept for each in found.groups], found.versions)
    told = {(short[link.doc_id], link.relation, short[link.other_doc_id]) for link in links}
    said = {
        ("s16", "repeals", "s17"), ("s48", "corrects", "s06"), ("s49", "repeals", "s15"), ("s49", "repeals", "s24"),
        ("s49", "repeals", "s31"), ("s49", "repeals", "s42"),
    }  # fmt: skip
    assert {link for link in told if not link[1].endswith("_by")} == said
    assert len(told) == 2 * len(said)


def test_hits_name_what_a_notice_is_to_others(folder: Path, tmp_path: Path) -> None:
    make(folder, tmp_path / "index")
    with open_index(tmp_path / "index", HashEncoder()) as index:
        kept = doc_id(index, "b_own.html")
        clause = index.notice(kept).clauses[1]
        links = [(link, index.notice(link.other_doc_id).title) for link in index.links_of(kept)]
        shown = hit_object(Hit("q", clause.clause_id, 1, 1.0, 1, 1), clause, index.notice(kept), links)
        assert shown["links"] == [
            {
                "relation": "corrected_by",
                "doc_id": doc_id(index, "c_correction.txt"),
                "title": CORRECTION.split("\n")[0],
            },
            {"relation": "repealed_by", "doc_id": doc_id(index, "d_successor.txt"), "title": SUCCESSOR.split("\n")[0]},
        ]
