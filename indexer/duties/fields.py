"""The policy field of a task, in the subject classes that government information is published under.

The classes are those of the State Council's catalogue of public information (主题分类, 22 of them); 国务院组织机构 does not
occur in local notices and is left out.

Rule `field_named`: the name of the task names a subject of one class (养老, 公积金, 旅游) and no other: that class.
Rule `field_of_first_unit`: else that of the function, in the agency register, of the first unit in the task's strongest
role (lead, then responsible, then support). A unit without a function (a government, a zone, a company) or with an
ambiguous one is passed over; a task without any other has the field of most tasks of its notice.

The unit alone errs where a task is led by who carries it out (养老用房 by 自然资源和规划, 旅游人才 by 人力资源); the subject
of the notice alone errs more, because a notice on one subject hands its tasks to many fields.

Figures: `python -m eval duties` scores both rules, each alone and together, on 110 tasks of the samples and 48 of the
second set, judged by their text without their units; they stand in eval/duties.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from indexer.duties.tasks import Task
from indexer.notices.agencies import functions_of, is_ambiguous
from indexer.records import ROLES

__all__ = [
    "FIELDS",
    "OTHER",
    "field_named",
    "field_of_first_unit",
    "field_of_function",
    "field_of_notice",
    "field_of_task",
]

OTHER = "其他"
# Rule `field_named`: words of a task's name that tell its class. 监管, 培训 and 资金 tell none: they are done in every field.
_SUBJECTS: dict[str, re.Pattern[str]] = {
    field: re.compile("|".join(words.split()))
    for field, words in {
        "综合政务": "政务 证照 一件事 数据共享 行政审批 办事",
        "财政、金融、审计": "税 融资 金融 信贷 贷款 保险(?!障) 审计",
        "国土资源、能源": "用地 土地 用电 供电 矿山 不动产",
        "农业、林业、水利": "农业 农田 农产品 茶叶 水库 河道 河湖 林业 林权 渔 灌溉 畜牧",
        "工业、交通": "物流 快递 货运 港口 交通 公路 航道 工业 制造业 数字化转型",
        "商贸、海关、旅游": "旅游 文旅 景区 商圈 商贸 首店 会展 外贸 招商 夜市 电子商务 农贸市场 家政",
        "市场监管、安全生产监管": "食品 市场秩序 企业开办 知识产权 应急 消防 安全生产 防汛 检验检测 检测认证",
        "城乡建设、环境保护": "住房 购房 公积金 小区 电梯 污水 污染 垃圾 棚户 架空线 噪声 油烟 房地产",
        "科技、教育": "学校 校园 教育(?!引导) 科技 研发 技术攻关 学生",
        "文化、广电、新闻出版": "文物 博物馆 图书馆 非遗 出版 广播电视",
        "卫生、体育": "医院 医疗 医养 疫苗 体育 健身",
        "人口与计划生育、妇女儿童工作": "托育 医育 儿童 妇女 生育 未成年",
        "劳动、人事、监察": "人才 就业 技能 社保 失业 引才",
        "公安、安全、司法": "治安 网络安全 法治 数据安全 反诈 普法",
        "民政、扶贫、救灾": "养老 老年 老人 老龄 殡葬 社会救助 慈善 残疾",
    }.items()
}
# Subject class → functions of the register (indexer/notices/agencies/agencies.toml).
FIELDS: dict[str, str] = {
    "综合政务": "数据 信息化 政务服务 政务热线 行政审批 营商环境 机关事务 政府办 新闻办 研究室 参事室 驻外办事处 接待 考核 督查 "
    "效能建设 职能转变 党委办 政研 改革办 财经办 直属机关工委 党群工作 巡察 保密机要 人大常委会 政协 党校 社会主义学院 档案 史志 "
    "社科院 统战 编办 两新工委 社会工作",
    "国民经济管理、国有资产监管": "发展改革 国资 区域协调发展 自贸试验区 重点项目 统计 调查队 信用 碳达峰碳中和 节能 经济发展 "
    "开发建设 对口支援 粮食物资 公共资源交易 政府采购",
    "财政、金融、审计": "财政 审计 税务 金融 国家金融监管 人民银行 证监 外汇 文资",
    "国土资源、能源": "自然资源 不动产登记 土地储备 地质 能源 煤炭 供电 海洋经济",
    "农业、林业、水利": "农业农村 畜牧兽医 农垦 农业技术推广 林业 海洋渔业 水利 水文 水利工程 水库移民 河长 防汛抗旱 供销社 农科院",
    "工业、交通": "经济和信息化 国防科工 民营经济 交通运输 公路 道路运输 治超 港航 铁路 轨道交通 民航 口岸物流 海事 邮政管理 "
    "通信管理 无线电管理 烟草 盐业",
    "商贸、海关、旅游": "商务 招商合作 贸促会 服务业发展 海关 海防打私 会展 风景名胜",
    "市场监管、安全生产监管": "市场监管 标准化 认证认可 知识产权 食安办 消保委 药品监管 应急管理 安委办 矿山安全监察 消防 防灾减灾",
    "城乡建设、环境保护": "住房城乡建设 房产管理 房屋交易 城市更新 物业管理 建筑业管理 工程建设管理 城市管理 市政 园林绿化 "
    "征收拆迁 住房公积金 生态环境 环保督察 污染防治 气象 地震 供水 燃气",
    "科技、教育": "科技 双创 教育 教育考试 语言文字 科协 科学院",
    "文化、广电、新闻出版": "文化广电旅游 广播电视 新闻出版 电影 文物 文化市场执法 文化产业 融媒体 报业 宣传 文明办 文联 社科联 "
    "新闻工作者协会 作家协会",
    "卫生、体育": "卫生健康 疾病预防控制 卫生监督 爱国卫生 中医药 红十字会 体育",
    "人口与计划生育、妇女儿童工作": "计生协 妇联 妇儿工委 未保 关工委",
    "劳动、人事、监察": "人力资源社会保障 人事考试 社会保险 医疗保险 就业 劳动监察 医保 组织 人才 老干部 纪委监委 总工会 团委",
    "公安、安全、司法": "公安 交警 移民管理 国家安全 司法 监狱 戒毒 禁毒 扫黑除恶 信访 法院 检察院 仲裁 网信 政法委 国安办 法学会 社会发展",
    "民政、扶贫、救灾": "民政 社会组织管理 老龄 残联 残工委 慈善 双拥 退役军人 退役军人服务",
    "民族、宗教": "民族宗教",
    "对外事务": "外事 外交 国际发展合作",
    "港澳台侨工作": "港澳 台办 侨务 侨联 台胞联谊会",
    "国防": "人防 人武部 军民融合",
}
# 工商联 speaks for companies of all fields; it stands with those who plan the economy.
FIELDS["国民经济管理、国有资产监管"] += " 工商联"


@lru_cache(maxsize=1)
def _by_function() -> dict[str, str]:
    return {function: field for field, functions in FIELDS.items() for function in functions.split()}


def field_of_function(function: str) -> str:
    """The field of a function of the register; 其他 for one that stands in no class."""
    return _by_function().get(function, OTHER)


@lru_cache(maxsize=2**14)
def _field_of_unit(name: str) -> str | None:
    """The field of a unit by its (first) function; None without one and for an ambiguous name."""
    functions = () if is_ambiguous(name) else functions_of(name)
    return field_of_function(functions[0]) if functions else None


def field_named(task: Task) -> str | None:
    """The one class that the task's name speaks of (rule `field_named`); None where it speaks of none or of several.

    Must not match: 科技保险 (two classes), 保障资金投入 (none), 加强监管.
    """
    named = [field for field, words in _SUBJECTS.items() if words.search(task.name)]
    return named[0] if len(named) == 1 else None


def field_of_first_unit(task: Task) -> str | None:
    """The field of the first unit in the strongest role that has one (rule `field_of_first_unit`); else None."""
    for role in ROLES:
        for unit in task.of_role(role):
            field = _field_of_unit(unit.name)
            if field is not None:
                return field
    return None


def field_of_task(task: Task, *, notice_field: str = OTHER) -> str:
    """The field of the task by its name, else by its first unit; `notice_field` where neither tells it."""
    return field_named(task) or field_of_first_unit(task) or notice_field


def field_of_notice(tasks: Iterable[Task]) -> str:
    """The field of most of the notice's tasks, the first in the order of the classes among equals; 其他 without any."""
    counts = Counter(field for task in tasks if (field := field_of_task(task, notice_field="")))
    return min(counts, key=lambda field: (-counts[field], _rank(field)), default=OTHER)


def _rank(field: str) -> int:
    names: Sequence[str] = [*FIELDS, OTHER]
    return names.index(field)
