"""What one real public document becomes in a grown archive: a notice of another place, year, issuer and wording.

Varied, each rule by its name: `places` (every full name of the gazetteer becomes the notice's own of that level), `years`
(all moved by one number), `numbers` (figures before a unit of measure), `synonyms` (one choice of SYNONYMS a notice),
`sentences` (their order, in SHUFFLED of the paragraphs), `passages` (a run of the paragraphs, LEFT_OUT of them missing),
`names` (an invented road, project or company in NAMED of the paragraphs, so that the vocabulary grows with the archive).
Added: a header with title, number and addressees, the numbering of GB/T 9704 where the paragraphs have none, units behind
ASSIGNED of the paragraphs, a signature with a date. Everything else stands as it stood in the document.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import lru_cache

from indexer.notices.places.gazetteer import depth, gazetteer, stem_of
from indexer.records import Place

__all__ = ["Document", "varied"]

LEFT_OUT = 0.1
SHUFFLED = 0.3
NAMED = 0.1
ASSIGNED = 0.3
PARAGRAPHS = (8, 45)  # of a document, the least and the most that a notice takes
CHARACTERS = 600  # of a paragraph that a notice takes; a longer one is cut behind a sentence
YEARS = (2008, 2025)

SYNONYMS = (
    ("加强", "强化"), ("推进", "推动"), ("完善", "健全"), ("提高", "提升"), ("建立", "构建"), ("支持", "扶持"),
    ("鼓励", "引导"), ("严格", "从严"), ("确保", "保证"), ("落实", "执行"), ("开展", "组织"), ("促进", "推动"),
    ("企业", "市场主体"), ("群众", "居民"), ("补助", "补贴"), ("及时", "尽快"), ("监督", "监管"), ("规定", "要求"),
)  # fmt: skip
AGENCIES = (
    "发展改革委", "教育局", "科技局", "工业和信息化局", "民政局", "司法局", "财政局", "人力资源和社会保障局",
    "自然资源和规划局", "生态环境局", "住房和城乡建设局", "交通运输局", "水务局", "农业农村局", "商务局",
    "文化和旅游局", "卫生健康委", "退役军人事务局", "应急管理局", "审计局", "市场监管局", "统计局", "医疗保障局",
    "城市管理局", "数据局", "信访局", "地方金融管理局", "体育局", "林业局", "公安局",
)  # fmt: skip
LABELS = ("责任单位", "牵头单位", "责任部门")
NAMED_THINGS = ("路", "工程", "产业园", "公司", "水库", "社区", "大桥", "小区")
NUMERALS = "一二三四五六七八九十"
LEVELS = ("province", "city", "district")

# Characters that names are invented from; what is read as a numeral, a level or a sentence's end is not among them.
_SYLLABLES = [chr(code) for code in range(0x4E10, 0x9F00, 7)]
_TITLE_MARKS = re.compile(r"^[\s#《]+|[\s》]+$")
_PLACE_END = re.compile(r"[省市区县旗州]")
_YEAR = re.compile(r"(?<!\d)(?:19[89]|20[0-4])\d(?=年|〕)")
_FIGURE = re.compile(r"(?<![\d.〔第年月-])\d{2,5}(?=[个项家人万亿%名户套亩元米吨公])")
_SENTENCE = re.compile(r"(?<=[。；])")
_NUMBERED = re.compile(
    r"^\s*(?:#|[一二三四五六七八九十百]+、|[（(][一二三四五六七八九十]+[)）]|\d+[.．、]|第[一二三四五六七八九十百]+[条章节])"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A real document as the corpora have it."""

    corpus: str
    title: str
    paragraphs: tuple[str, ...]


@lru_cache(maxsize=1)
def _districts() -> tuple[Place, ...]:
    """Every district and county of the gazetteer that lies in a city, in its order."""
    found = (place for places in gazetteer().full.values() for place in places)
    return tuple(dict.fromkeys(place for place in found if place.city and place.district))


@lru_cache(maxsize=1)
def _levels() -> dict[str, str]:
    """The level of every full name of the gazetteer that is no common word."""
    return {name: LEVELS[depth(places[0]) - 1] for name, places in gazetteer().full.items() if len(name) >= 3}


@dataclass(frozen=True, slots=True)
class _Variation:
    """One notice's choices, made once, so that the whole text is of one place, time and wording."""

    place: Place
    years: int  # added to every year
    synonyms: tuple[tuple[str, str], ...]

    def applied(self, text: str, rng: random.Random) -> str:
        """The text under the rules `places`, `years`, `numbers` and `synonyms`."""
        text = self._places(text)
        text = _YEAR.sub(lambda found: str(min(int(found[0]) + self.years, YEARS[1] + 5)), text)
        text = _FIGURE.sub(lambda found: str(rng.randint(10 ** (len(found[0]) - 1), 10 ** len(found[0]) - 1)), text)
        for old, new in self.synonyms:
            text = text.replace(old, new)
        return text

    def _places(self, text: str) -> str:
        levels, pieces, done = _levels(), list[str](), 0
        for found in _PLACE_END.finditer(text):
            end = found.end()
            for length in (6, 5, 4, 3):
                level = levels.get(text[max(done, end - length) : end])
                if level is not None:
                    pieces += [text[done : max(done, end - length)], str(getattr(self.place, level))]
                    done = end
                    break
        return "".join(pieces) + text[done:]


def varied(document: Document, rng: random.Random, *, number: int) -> tuple[str, str]:
    """The title and the text of one notice made of the document; the same `rng` and `number` give the same."""
    place = rng.choice(_districts())
    year = rng.randint(*YEARS)
    pairs = [pair if rng.random() < 0.5 else pair[::-1] for pair in rng.sample(SYNONYMS, 8)]
    variation = _Variation(place, rng.randint(-3, 3), tuple(pairs))
    of_city = rng.random() < 0.6
    issuer = f"{place.city}人民政府办公室" if of_city else f"{place.city}{place.district}人民政府办公室"
    about = variation.applied(_TITLE_MARKS.sub("", document.title), rng)
    title = f"{issuer}关于印发《{about}》的通知" if not about.endswith("通知") else f"{issuer}{about}"
    letters = stem_of(str(place.city))[0] + ("" if of_city else stem_of(str(place.district))[0])
    body = [
        title,
        f"{letters}政办发〔{year}〕{number % 997 + 1}号",
        "各县(市、区)人民政府，市政府各部门，市直各单位:" if of_city else "各镇人民政府、街道办事处，区政府各部门:",
        *_paragraphs(document, variation, rng, of_city=of_city),
        issuer,
        f"{year}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日",
    ]
    return title, "\n".join(body) + "\n"


def _paragraphs(document: Document, variation: _Variation, rng: random.Random, *, of_city: bool) -> list[str]:
    """A run of the document's paragraphs, each under the rules, numbered as the document has them or from 一、 on."""
    wanted = rng.randint(*PARAGRAPHS)
    first = rng.randrange(max(1, len(document.paragraphs) - wanted + 1))
    found = []
    for paragraph in document.paragraphs[first : first + wanted]:
        if rng.random() < LEFT_OUT:
            continue
        text = variation.applied(_cut(paragraph), rng)
        text = _shuffled(text, rng) if rng.random() < SHUFFLED else text
        if rng.random() < NAMED:
            text += f"重点实施{rng.choice(_SYLLABLES)}{rng.choice(_SYLLABLES)}{rng.choice(NAMED_THINGS)}建设。"
        found.append(text)
    if not any(_NUMBERED.match(text) for text in found):
        found = [f"{_numeral(at)}、{text}" for at, text in enumerate(found, 1)]
    return [
        text + _units(variation.place, rng, of_city=of_city) if len(text) > 30 and rng.random() < ASSIGNED else text
        for text in found
    ]


def _cut(paragraph: str) -> str:
    if len(paragraph) <= CHARACTERS:
        return paragraph
    end = paragraph.rfind("。", 0, CHARACTERS)
    return paragraph[: end + 1] if end > 0 else paragraph[:CHARACTERS]


def _shuffled(text: str, rng: random.Random) -> str:
    """The sentences behind the first, which bears the number, in another order."""
    first, *others = _SENTENCE.split(text)
    others = [sentence for sentence in others if sentence]
    rng.shuffle(others)
    return first + "".join(others)


def _units(place: Place, rng: random.Random, *, of_city: bool) -> str:
    """One to three units in brackets, as notices assign a task."""
    if of_city:
        names = [f"市{name}" for name in rng.sample(AGENCIES, rng.randint(1, 3))]
    else:
        names = [f"{place.district}{name}" for name in rng.sample(AGENCIES, rng.randint(1, 2))]
    return f"({rng.choice(LABELS)}:{'、'.join(names)})"


def _numeral(number: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens - 1]}十") + (
        NUMERALS[ones - 1] if ones else ""
    )
