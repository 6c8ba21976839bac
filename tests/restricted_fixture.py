"""Notices that not everybody may see, and what of an index is to be seen without them.

They are made to leak: each changes something that an archive without them says of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from indexer.access import Visible, restricted
from indexer.build import build
from indexer.index import Index
from tests.search_corpus import write_corpus

# Tells that 云泽市 lies in 江澜省; repeals a notice that all may see; has its units, its words and a group of its own.
ALLOTMENT = """\
江澜省云泽市人民政府办公室关于印发夜间经济专项资金内部分配方案的通知
云泽政办函〔2024〕3号
市财政局,市商务局:
为做好夜间经济专项资金分配,制定本方案。
一、灯笼街改造
1.补贴社区食堂。从灯笼街专项中列支380万元,社区食堂每家补贴9.5万元,2024年底前兑现。
责任单位:市财政局、市灯笼街指挥部
2.养老护理员培训。夜间照护护理员培训260人次。
责任单位:资金专班成员单位
二、资金专班
资金专班成员单位：市审计局、市灯笼街指挥部。
三、附则
各地要把养老服务纳入年度考核,定期通报进展情况。
《砚湖区夜间经济发展行动方案》(砚湖政办发〔2023〕7号)同时废止。
江澜省云泽市人民政府办公室
2024年2月8日
公开方式:不予公开
"""

# Bears the title of a notice that all may see, under another number: the title alone no longer tells which is meant.
NAMESAKE = """\
云泽市人民政府办公室关于印发云泽市绿化管理办法的通知
云泽政办发〔2014〕61号
各县(市、区)人民政府:
一、苗圃安置
1.安置苗圃职工。鹤岭苗圃职工112人由市园林局接收。
责任单位:市园林局
云泽市人民政府办公室
2014年9月9日
"""

# From a place of its own, of a kind, a year and a level of its own; by the same bodies as another notice.
DECISION = """\
鹤岭县人民政府关于关闭鹤岭苗圃的决定
鹤政发〔2009〕4号
各乡镇人民政府:
一、关闭苗圃
1.关闭鹤岭苗圃。2009年底前关闭鹤岭苗圃,设计公司退出。
责任单位:县林业局
鹤岭县人民政府
2009年5月4日
"""

# What all may see, beside the notices of `search_corpus`: the first is repealed by the second, which names it by its title.
GREENING = """\
云泽市人民政府办公室关于印发云泽市绿化管理办法的通知
各县(市、区)人民政府:
一、绿化责任
1.管护行道树。行道树枯死的在30天内补种。
责任单位:市城管局
云泽市人民政府办公室
2012年6月8日
"""
GREENING_ANEW = """\
云泽市人民政府办公室关于加强城市绿化工作的意见
云泽政办发〔2019〕12号
各县(市、区)人民政府:
一、加强管护
1.补种行道树。行道树枯死的在15天内补种。
责任单位:市城管局
二、附则
《云泽市绿化管理办法》同时废止。
云泽市人民政府办公室
2019年4月2日
"""

HIDDEN = {"分配.txt": ALLOTMENT, "绿化另.txt": NAMESAKE, "苗圃.txt": DECISION}
# Words that stand in hidden notices alone, in whatever part of them.
TELLTALE = ("灯笼街", "鹤岭", "苗圃", "专项资金", "审计局", "园林局", "林业局", "380万元", "112人", "夜间经济专项")


def write_hidden(folder: Path) -> Path:
    """The folder with the notices that not everybody may see, and a file among them that holds none."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in HIDDEN.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "灯笼街名单.txt").write_bytes(b"")
    return folder


def write_more(folder: Path) -> Path:
    """The folder with two more notices that everybody may see."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "绿化.txt").write_text(GREENING, encoding="utf-8")
    (folder / "绿化新.txt").write_text(GREENING_ANEW, encoding="utf-8")
    return folder


def seen(index: Index, may_be_seen: Callable[[str], bool]) -> Visible:
    """What of the index stands in files whose paths may be seen."""
    files = [(source.path, doc_id) for source, doc_id, _ in index.files() if may_be_seen(source.path)]
    return Visible(
        doc_ids=frozenset(doc_id for _, doc_id in files),
        paths=frozenset(path for path, _ in files),
        skipped=frozenset(file.path for file in index.skipped() if may_be_seen(file.path)),
    )


def without_hidden(index: Index, hidden: Path) -> Index:
    """The index as whoever may not see the folder sees it."""
    return restricted(index, seen(index, lambda path: not Path(path).is_relative_to(hidden)))


def build_guarded(folder: Path) -> Path:
    """The folder of an index, with the bundled encoder, of which the notices of one folder are for few."""
    write_more(write_corpus(folder / "notices"))
    write_hidden(folder / "notices" / "内部")
    (folder / "index").mkdir()
    (folder / "index" / "access.toml").write_text(
        "[[collection]]\nname = 'inner'\nfolders = ['内部']\n", encoding="utf-8"
    )
    build([folder / "notices"], folder / "index")
    return folder / "index"
