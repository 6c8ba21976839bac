"""Titles and 发文字号 as keys by which one notice finds another that it names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["core_of", "core_of_key", "named_in", "number_key", "numbers_in", "title_key", "years_in"]

_NOT_WORD = re.compile(r"[\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
# 云泽政发〔2021〕18号, whatever the brackets; the letters before stand without blanks or punctuation.
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{2,12}[\[\(\u3014\u3010\uff08\uff3b](?:19|20)\d\d[\]\)\u3015\u3011\uff09\uff3d]\s*(?:第\s*)?\d{1,4}\s*号"
)
# What stands before the letters of a number in a running title: 关于更正云泽政发〔2021〕18号.
_BEFORE_NUMBER = re.compile(r".*(?:关于|更正|修改|修订|废止|的|和|及|与|对|将)")
_QUOTED = re.compile(r"[《〈]([^《》]{4,})[》〉]")
# Rule `wrapped_title`: a notice that only passes a document on bears its title: 关于印发云泽市养老服务实施方案的通知.
# Not 关于印发前准备工作的通知 is lost: what is left is compared whole, on both sides alike.
_WRAPPED = re.compile(r"^(?:印发|转发|批转|发布|公布|下发)(.+?)(?:的(?:通知|公告|通告|函))?$")


def title_key(title: str) -> str:
    """The title's letters and figures."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", title))


def core_of(title: str) -> str:
    """What the title is about, as a key: without who issued it and without 关于印发 … 的通知 around it."""
    return core_of_key(title_key(title))


def core_of_key(key: str) -> str:
    """The core of the title that has this key."""
    about = key.partition("关于")[2] or key
    wrapped = _WRAPPED.match(about)
    return wrapped[1] if wrapped else about


@lru_cache(maxsize=65_536)  # a page is asked for its number whenever it is compared
def number_key(number: str) -> str:
    """A 发文字号 as a key: 云泽政发〔2021〕18号 and 云泽政发[2021] 18 号 are the same."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", number)).replace("第", "")


def numbers_in(title: str) -> list[str]:
    """The keys of every 发文字号 that stands in the title."""
    return [number_key(_BEFORE_NUMBER.sub("", found)) for found in _NUMBER.findall(title)]


def named_in(title: str) -> list[str]:
    """The titles that stand in the title between 《 and 》."""
    return _QUOTED.findall(title)


def years_in(title: str) -> frozenset[str]:
    """The years that the title names: 2023年工作要点 is not that of 2024."""
    return frozenset(_YEAR.findall(unicodedata.normalize("NFKC", title)))
