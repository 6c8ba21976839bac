"""An index over a city and its neighbours, their province and the nation, for the tests of the planner."""

from __future__ import annotations

from pathlib import Path

from indexer.build import build
from indexer.index import Index, open_index
from tests.hash_encoder import HashEncoder
from tests.search_corpus import write_corpus

PROVINCE = """\
江澜省人民政府办公厅关于印发江澜省养老服务促进办法的通知
江澜政办发〔2022〕31号
各市、县人民政府,省政府各部门:
《江澜省养老服务促进办法》已经省政府同意,现印发给你们,请认真贯彻执行。
江澜省人民政府办公厅
2022年4月11日
江澜省养老服务促进办法
一、床位运营补助
对收住失能老人的机构,省财政按每人每月300元给予运营补助。
责任单位:省民政厅、省财政厅
二、护理人员入职奖励
护理专业毕业生入职养老机构满三年的,给予一次性入职奖励2万元。
责任单位:省人力资源社会保障厅
三、专项检查
每年对养老机构的消防和食品安全开展专项检查。
责任单位:省民政厅
"""

YUNZE_IN_PROVINCE = """\
江澜省云泽市人民政府办公室关于印发云泽市物流补贴实施细则的通知
云泽政办发〔2023〕9号
各县(市、区)人民政府,市政府各部门:
现将《云泽市物流补贴实施细则》印发给你们,请遵照执行。
江澜省云泽市人民政府办公室
2023年2月6日
云泽市物流补贴实施细则
一、冷库建设补贴
新建冷库按每立方米80元给予物流补贴,单个项目最高60万元。
责任单位:市商务局、市财政局
二、新能源货车补贴
新购新能源货车从事城市配送的,每辆给予物流补贴8000元。
责任单位:市交通运输局
三、专项资金
所需资金在现代服务业专项资金中列支。
责任单位:市财政局
"""

NATION = """\
国务院办公厅关于推进养老服务发展的意见
国办发〔2019〕5号
各省、自治区、直辖市人民政府,国务院各部委:
为推进养老服务发展,经国务院同意,现提出以下意见。
一、放宽市场准入
取消养老机构设立许可,实行备案管理。
责任单位:民政部
国务院办公厅
2019年3月29日
"""


def plan_index(folder: Path) -> Index:
    """The index of the three notices of `search_corpus` and of these three."""
    notices = write_corpus(folder / "notices")
    for name, text in (("江澜2022.txt", PROVINCE), ("云泽2023.txt", YUNZE_IN_PROVINCE), ("国办2019.txt", NATION)):
        (notices / name).write_text(text, encoding="utf-8")
    build([notices], folder / "index", encoder=HashEncoder(dim=256))
    return open_index(folder / "index", HashEncoder(dim=256))
