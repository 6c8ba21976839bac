"""Names of the bodies of the nation: the State Council, its ministries and the bodies directly below it.

Full and short names after the plans for the reform of institutions of 2003, 2008, 2013, 2018 and 2023; names that ended
with one of them are kept, because older notices use them.
"""

from __future__ import annotations

import re

__all__ = ["NATIONAL_HEAD", "is_national_body", "split_national"]

_MINISTRIES = (
    "外交|国防|教育|科技|科学技术|工业和信息化|信息产业|公安|国家安全|民政|司法|监察|财政|人事|劳动和社会保障|人力资源和?社会保障|"
    "自然资源|国土资源|生态环境|环境保护|住房和?城乡建设|住建|建设|交通运输|交通|铁道|水利|农业农村|农业|商务|"
    "文化和旅游|文化|卫生|退役军人事务|应急管理"
)
_BODIES = (
    rf"中共中央|国务院|中央军委|全国人大常委会|最高人民法院|最高人民检察院|(?:{_MINISTRIES})部|国家[\u4e00-\u9fff]{{2,10}}?(?:总局|委员会|改革委|健康委|民委|局)|"
    r"(?:海关|税务|市场监管|市场监督管理|广播电视|广电|体育|新闻出版|食品药品监管|食品药品监督管理|质检|工商|工商行政管理|环保)总[局署]|"
    r"审计署|发展改革委|中国人民银行|人民银行|中国银行保险监督管理委员会|中国银行业监督管理委员会|中国证券监督管理委员会|"
    r"(?:中国)?(?:银保监会|银监会|保监会|证监会)|金融监管总局"
)
_OFFICE = r"(?:办公厅|办公室)?"
_ONE = re.compile(rf"(?:{_BODIES}){_OFFICE}")
_SEVERAL = re.compile(rf"(?:(?:{_BODIES}){_OFFICE}){{2,}}")
# What the name of such a body begins with; a place after it makes it the local office (国家税务总局云泽市税务局).
NATIONAL_HEAD = re.compile(rf"中华人民共和国|中央|全国|国家|(?:{_BODIES})")


def is_national_body(name: str) -> bool:
    """Whether the name is that of a body of the nation, with its general office or without: 财政部, 民政部办公厅.

    Must not match: 云泽市财政局, 县委宣传部, 国家税务总局云泽市税务局.
    """
    return bool(_ONE.fullmatch(name))


def split_national(name: str) -> list[str]:
    """The bodies of the nation that a line writes without anything between them: 财政部税务总局住房城乡建设部.

    A name that is not made of them alone comes back as it is.
    """
    return [found[0] for found in _ONE.finditer(name)] if _SEVERAL.fullmatch(name) else [name]
