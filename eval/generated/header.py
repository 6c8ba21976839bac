"""What stands around the text of a notice: title, number, addressees, letter, signature, attachments' list, the page."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from eval.generated.numbering import chinese
from eval.generated.places import GOVERNMENTS, Government
from eval.generated.truth import Line
from eval.generated.wording import Vocabulary

__all__ = ["Header", "Page", "choose_header", "dress"]

_KINDS = "实施方案 行动方案 三年行动计划 工作要点 若干措施 提升行动方案 工作方案 重点任务清单".split()
_THEMES = "高质量发展 服务质量提升 能力建设 改革创新 攻坚突破".split()
_OFFICES = "民政局 教育局 商务局 卫生健康委员会 农业农村局 科学技术局 应急管理局 交通运输局".split()
_WRITTEN = str.maketrans("0123456789", "〇一二三四五六七八九")


@dataclass(slots=True)
class Header:
    """The header of one notice in parts, and its elements as a judge would write them."""

    government: Government
    year: int
    issuers: tuple[str, ...]
    subject: str  # the plan that is issued, without 《》
    title: str
    number: str | None
    addressees: tuple[str, ...]
    written_date: str
    date_words: str
    cites: list[str] = field(default_factory=list)
    published: str | None = None
    index_number: str | None = None
    furniture: list[str] = field(default_factory=list)


def choose_header(rng: random.Random, kind: str) -> Header:
    """Who writes what to whom and when; `kind` is the kind of document."""
    government = rng.choice(GOVERNMENTS)
    year = rng.randint(2012, 2025)
    issuers = _issuers(rng, government, kind)
    subject = _subject(rng, government, year, kind)
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    return Header(
        government=government,
        year=year,
        issuers=issuers,
        subject=subject,
        title=_title(rng, issuers, subject, kind),
        number=_number(rng, government, year) if rng.random() < 0.6 else None,
        addressees=government.addressees[: rng.randint(1, len(government.addressees))],
        written_date=f"{year}-{month:02d}-{day:02d}",
        date_words=_date(rng, year, month, day),
    )


def _issuers(rng: random.Random, government: Government, kind: str) -> tuple[str, ...]:
    if kind == "joint":
        return tuple(government.name + office for office in rng.sample(_OFFICES, rng.randint(2, 3)))
    if kind in ("opinions", "rules", "outline") or rng.random() < 0.3:
        return (f"{government.name}人民政府",)
    return (f"{government.name}人民政府办公{'厅' if government.level == 'province' else '室'}",)


def _subject(rng: random.Random, government: Government, year: int, kind: str) -> str:
    from eval.generated.policies import POLICIES

    policy = rng.choice(POLICIES)
    topic = rng.choice([policy.name, *policy.topics])
    if kind == "rules":
        return f"{government.name}{topic}管理{rng.choice(['办法', '实施细则', '暂行办法'])}"
    if kind == "outline":
        return f"{government.name}“十四五”{topic}发展规划"
    if kind == "opinions":
        return f"加快推进{topic}{rng.choice(_THEMES)}"
    if kind == "letter":
        return f"做好{year}年{topic}有关工作"
    if kind == "points":
        return f"{year}年{government.name}{topic}工作要点"
    if kind == "division":
        return f"{year}年{government.name}{topic}重点任务{rng.choice(['分工方案', '分解表', '清单'])}"
    ending = "若干措施" if kind == "measures" else rng.choice([k for k in _KINDS if k != "重点任务清单"])
    years = f"（{year}—{year + 2}年）" if ending == "三年行动计划" else ""
    return f"{government.name}{topic}{rng.choice(_THEMES)}{ending}{years}"


def _title(rng: random.Random, issuers: tuple[str, ...], subject: str, kind: str) -> str:
    signed = " ".join(issuers)
    if kind == "opinions":
        return f"{signed}关于{subject}的{rng.choice(['意见', '实施意见', '指导意见'])}"
    if kind == "letter":
        return f"{signed}关于{subject}的通知"
    if kind == "measures" or kind == "bare":
        return subject
    named = f"《{subject}》" if rng.random() < 0.4 else subject
    return f"{signed}{rng.choice(['关于印发', '关于印发', '印发'])}{named}的通知"


def _number(rng: random.Random, government: Government, year: int) -> str:
    return f"{government.short}{rng.choice(['政办发', '政发', '政办'])}〔{year}〕{rng.randint(1, 98)}号"


def _date(rng: random.Random, year: int, month: int, day: int) -> str:
    if rng.random() < 0.2:
        return f"{str(year).translate(_WRITTEN)}年{chinese(month)}月{chinese(day)}日"
    return f"{year}年{month}月{day}日"


def letter_words(rng: random.Random, header: Header) -> str:
    """The sentence that issues the plan."""
    issued = rng.choice(
        [
            f"《{header.subject}》已经{header.government.prefix}政府同意，现印发给你们，请认真组织实施。",
            f"经{header.government.prefix}政府同意，现将《{header.subject}》印发给你们，请结合实际抓好落实。",
            f"现将《{header.subject}》印发给你们，请遵照执行。",
            f"《{header.subject}》已经{header.government.prefix}政府常务会议审议通过，现予印发，请认真贯彻执行。",
        ]
    )
    return issued + rng.choice(["", "", "执行中遇到的问题，请及时反馈。"])


def preamble_words(rng: random.Random, header: Header, words: Vocabulary) -> str:
    """The paragraph a plan opens with; what it cites is noted in the header."""
    kind = "意见" if "意见" in header.title[-4:] else header.subject.split("（")[0][-2:]
    cites = ""
    if rng.random() < 0.6:
        law = f"江澜省{words.topic()}条例"
        header.cites.append(law)
        cites = f"根据《{law}》"
        if rng.random() < 0.5:
            plan = f"{header.government.name}{words.policy.name}发展“十四五”规划"
            header.cites.append(plan)
            number = (
                f"（{header.government.short}政发〔{header.year - 1}〕{rng.randint(1, 60)}号）"
                if rng.random() < 0.5
                else ""
            )
            cites += f"和《{plan}》{number}"
        cites += rng.choice(["精神，", "要求，", "，"])
    purpose = f"为{rng.choice(['加快补齐', '切实提升', '统筹推进'])}{words.topic()}{rng.choice(['领域短板', '工作水平', '各项工作'])}，"
    end = rng.choice(
        [f"制定本{kind}。", f"特制定本{kind}。", f"现制定如下{kind}：" if kind != "规划" else "编制本规划。"]
    )
    return f"{purpose}{cites}{rng.choice(['结合实际，', '结合' + header.government.seat + '实际，', ''])}{end}"


def addressee_line(header: Header) -> Line:
    """主送机关 with their colon."""
    return Line("meta", "，".join(header.addressees) + "：")


def signature(rng: random.Random, header: Header, *, one_line: bool) -> list[Line]:
    """Issuers and date under a letter or at the end of a text."""
    names = [Line("signature", name) for name in header.issuers]
    if len(header.issuers) > 1 and rng.random() < 0.5:
        names = [Line("signature", rng.choice(["　", " "]).join(header.issuers))]
    lines = [*names, Line("signature", header.date_words)]
    if not one_line and rng.random() < 0.25:
        lines.append(Line("furniture", rng.choice(["（此件公开发布）", "（此件主动公开）"])))
    return lines


def title_lines(rng: random.Random, title: str, *, one_line: bool) -> list[Line]:
    """The title on one line, or broken where a typesetter would break it."""
    if one_line or rng.random() < 0.75 or len(title) < 24:
        return [Line("title", title)]
    for mark in ("关于", "印发"):
        at = title.find(mark)
        if 6 < at < len(title) - 8:
            cut = at + len(mark) if rng.random() < 0.3 and mark == "印发" else at
            return [Line("title", title[:cut].strip()), Line("title", title[cut:])]
    return [Line("title", title)]


@dataclass(frozen=True, slots=True)
class Page:
    """What a site puts around a notice."""

    top: tuple[Line, ...]
    bottom: tuple[Line, ...]


def dress(rng: random.Random, header: Header) -> Page:
    """Breadcrumbs, dates, counters and buttons; what is a header element is noted in the header."""
    top: list[str] = []
    bottom: list[str] = []
    if rng.random() < 0.2:
        top.append(
            rng.choice(
                [
                    "首页 > 政务公开 > 政策文件 > 正文",
                    "当前位置：首页 >> 信息公开 >> 文件 >> 正文",
                    "您的位置：网站首页/政策法规",
                ]
            )
        )
    if rng.random() < 0.15:
        header.index_number = f"{rng.randint(10**8, 10**9)}/{header.year}-{rng.randint(10000, 99999)}"
        top.append(f"索引号：{header.index_number}")
    if rng.random() < 0.12 and len(header.title) > 30:
        top.append(header.title[: rng.randint(22, 26)] + "...")
        header.furniture.append(top[-1])
    if rng.random() < 0.35:
        header.published = _later(header.written_date)
        source = f"{header.government.prefix}政府办公室"
        top.append(
            rng.choice(
                [
                    f"发布日期：{header.published} 来源：{source} 浏览次数：{rng.randint(20, 900)}",
                    f"发布时间：{header.published} 09:{rng.randint(10, 59)} 信息来源：{source} 字号：[ 大 中 小 ]",
                    f"发布日期：{header.published}",
                    f"时间：{header.published} 阅读量：{rng.randint(20, 900)}",
                ]
            )
        )
        header.furniture.append(top[-1])
    if rng.random() < 0.08:
        prefix = header.government.prefix
        bottom.append(f"抄送：{prefix}委办公室，{prefix}人大常委会办公室，{prefix}政协办公室。")
    if rng.random() < 0.12:
        bottom.append(f"{header.issuers[0]} {header.date_words}印发")
    if rng.random() < 0.25:
        bottom.append(
            rng.choice(
                [
                    "【打印本页】 【关闭窗口】",
                    "【返回顶部】【打印】【关闭】",
                    "打印 关闭",
                    "声明：转载请注明来源。",
                    "上一篇：没有了 下一篇：政策解读",
                ]
            )
        )
        header.furniture.append(bottom[-1])
    if rng.random() < 0.12:
        bottom.append(f"版权所有：{header.government.name}人民政府办公室 江澜ICP备{rng.randint(10**7, 10**8 - 1)}号")
        header.furniture.append(bottom[-1])
    return Page(tuple(Line("furniture", t) for t in top), tuple(Line("furniture", t) for t in bottom))


def _later(day: str) -> str:
    return f"{day[:8]}28" if int(day[8:]) < 20 else day
