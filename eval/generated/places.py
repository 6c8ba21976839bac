"""Who writes a generated notice, and the bodies it may make responsible: invented places, general functions.

A government has a level, a full name, the prefix its offices carry (市民政局, 区教育局) and the bodies below it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from indexer.records import Level

__all__ = ["GOVERNMENTS", "Government", "unit_names"]

_FUNCTIONS = (
    "发展改革 教育 科技 工业和信息化 公安 民政 司法 财政 人力资源社会保障 自然资源和规划 生态环境 住房城乡建设 交通运输 "
    "水利 农业农村 商务 文化广电旅游 卫生健康 应急管理 市场监管 医保 数据 统计 林业 城市管理 退役军人 粮食和物资储备"
).split()
_COMMISSIONS = {"发展改革", "卫生健康"}  # 委, not 局, above the district
_PROVINCIAL_BUREAUS = {"医保", "统计", "林业", "数据", "市场监管", "粮食和物资储备", "城市管理"}
_PARTY = "总工会 妇联 残联 科协 红十字会 工商联 供销社 疾控中心 住房公积金中心 大数据中心 委宣传部 委组织部 委金融办 委网信办".split()


@dataclass(frozen=True, slots=True)
class Government:
    """A government that issues notices: 云泽市, its province, and the parts it assigns tasks to."""

    level: Level
    name: str  # full, as the title has it: 云泽市砚湖区
    region: str  # what a judge writes
    short: str  # of the document number: 云泽政办发
    prefix: str  # 省, 市, 区, 县
    seat: str  # 云泽, in names of branches and companies
    parts: tuple[str, ...]  # governments below, as unit lists name them
    parks: tuple[str, ...]
    branches: tuple[str, ...]
    addressees: tuple[str, ...]


GOVERNMENTS: tuple[Government, ...] = (
    Government(
        "province", "江澜省", "江澜省", "江澜", "省", "江澜",
        ("各设区市人民政府", "各市、县（市、区）人民政府", "云泽市人民政府", "望津市人民政府", "各市人民政府"),
        ("江澜自由贸易试验区管委会", "江澜临湖新区管委会"),
        ("江澜海事局", "人民银行江澜省分行", "江澜证监局", "国家税务总局江澜省税务局", "省通信管理局", "民航江澜监管局", "国网江澜省电力公司"),
        ("各设区市人民政府", "各县（市、区）人民政府", "省政府各部门"),
    ),
    Government(
        "city", "云泽市", "云泽市", "云泽", "市", "云泽",
        ("各区县政府", "砚湖区政府", "南屏区人民政府", "枫林县人民政府", "各县（市、区）人民政府"),
        ("云泽经济技术开发区（临港新城）管委会", "芦花渡旅游度假区管委会", "云泽高新区管委会"),
        ("市生态环境局砚湖分局", "市公安局南屏分局", "人民银行云泽市分行", "云泽海关", "国家税务总局云泽市税务局", "云泽金融监管分局", "国网云泽供电公司", "云泽水务集团", "中国电信云泽分公司"),
        ("各县（市、区）人民政府", "市政府各部门", "市直有关单位"),
    ),
    Government(
        "city", "澜川市", "澜川市", "澜川", "市", "澜川",
        ("各区（县）人民政府", "汀兰区政府", "各区政府", "鹭洲区人民政府"),
        ("澜川湾新区管委会", "澜川高新技术产业开发区管委会"),
        ("市自然资源和规划局汀兰分局", "人行澜川市中心支行", "澜川海事处", "国家税务总局澜川市税务局", "市公交集团", "中国移动澜川分公司"),
        ("各区（县）人民政府", "市高新区管委会", "市政府各部门、各直属单位"),
    ),
    Government(
        "city", "望津市", "望津市", "望津", "市", "望津",
        ("各县区政府", "各县（区）人民政府", "鹭洲区政府"),
        ("望津港（空港）经济区管委会", "望津经济开发区管委会"),
        ("市公安局交警支队", "人民银行望津市分行", "望津银保监分局", "望津供电公司", "市城投集团", "市港务局"),
        ("各县（区）人民政府", "望津经济开发区管委会", "市有关部门和单位"),
    ),
    Government(
        "district", "云泽市砚湖区", "云泽市砚湖区", "砚湖", "区", "砚湖",
        ("各镇人民政府", "各街道办事处", "各镇（街道）", "各镇街"),
        ("砚湖科技城管委会", "芦花渡度假区管委会"),
        ("市公安局砚湖分局", "市生态环境局砚湖分局", "区税务局", "区水务公司", "中国联通砚湖分公司", "砚湖供电所"),
        ("各镇人民政府、街道办事处", "区政府各部门", "各直属单位"),
    ),
    Government(
        "district", "澜川市汀兰区", "澜川市汀兰区", "汀兰", "区", "汀兰",
        ("各街道办事处", "各镇（街道）", "各街道"),
        ("汀兰经济开发区管委会",),
        ("市自然资源和规划局汀兰分局", "市公安局汀兰分局", "汀兰税务局", "区城建集团", "人民银行汀兰支行"),
        ("各街道办事处", "区级有关部门"),
    ),
    Government(
        "county", "枫林县", "枫林县", "枫林", "县", "枫林",
        ("各乡镇人民政府", "各乡镇（街道）", "城关镇人民政府"),
        ("枫林工业园区管委会", "枫林竹海（生态）旅游区管委会"),
        ("农发行枫林县支行", "县供电公司", "县消防救援大队", "枫林农商银行", "县气象局"),
        ("各乡镇人民政府", "县政府各部门", "县直有关单位"),
    ),
)  # fmt: skip


def unit_names(rng: random.Random, government: Government) -> list[str]:
    """Names of units under this government in random order, no name part of another, commas free of 、."""
    prefix = government.prefix
    names = [prefix + _agency(rng, function, government) for function in _FUNCTIONS]
    for body in _PARTY:
        if not (prefix in ("区", "县") and body == "委金融办"):
            names.append(prefix + body)
    names.append("团" + prefix + "委")
    if prefix == "市":
        names.append(
            rng.choice(
                ["市城管局", "市行政审批服务局", "市机关事务管理局", "市人大常委会办公室", "市政务服务管理办公室"]
            )
        )
    names += [part for part in government.parts if "、" not in part]
    names += [*government.parks, *government.branches]
    rng.shuffle(names)
    chosen: list[str] = []
    for name in names:
        if not any(name in other or other in name for other in chosen):
            chosen.append(name)
    return chosen


def _agency(rng: random.Random, function: str, government: Government) -> str:
    """The office of a function at a level: 省民政厅, 市发展改革委, 区人社局."""
    if government.level == "province":
        ending = "委" if function in _COMMISSIONS else "局" if function in _PROVINCIAL_BUREAUS else "厅"
        return function.removesuffix("和规划") + ending
    if function in _COMMISSIONS and government.level == "city":
        return function + rng.choice(["委", "委", "委员会"])
    short = {"人力资源社会保障": "人力社保", "住房城乡建设": "住建", "工业和信息化": "经信", "文化广电旅游": "文旅"}
    if rng.random() < 0.4:
        function = short.get(function, function)
    return function + "局"
