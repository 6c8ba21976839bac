"""Which of several pages with the same notice it is read from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import urlsplit

from indexer.duplicates.pages import Page
from indexer.records import Place

__all__ = ["best", "preference"]

Preference: TypeAlias = tuple[int, int, int, str, str]

_OWN, _PUBLIC, _UNKNOWN, _FOREIGN = range(4)
_PLACE_SUFFIX = re.compile("(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治[区州县]|地区|[省市区县州盟旗])$")
# What a host's part has behind the place's name: yunzeshi, yunzegov, yanhuqu.
_HOST_SUFFIX = ("", "shi", "qu", "xian", "sheng", "gov", "zf", "szf", "qzf", "xzf")
# A page that leaves out more than this share of the longest page's content is not the one to read the notice from.
_LEAST_CONTENT = 0.9


def preference(page: Page) -> Preference:
    """A key that is least for the page to read the notice from, by what can be measured of the page itself.

    First the issuing body's own site, then other public bodies', then pages without an address, then other sites; then
    the header with the most elements; then the content with the fewest lines of furniture; then url and path.
    """
    return (_site_rank(page), -page.n_elements, page.n_foreign, page.url or "", page.path)


def best(pages: Sequence[Page]) -> Page:
    """The page to read the notice from, of those that have (nearly) all of it."""
    if len(pages) == 1:  # nearly all are
        return pages[0]
    enough = _LEAST_CONTENT * max(page.n_characters for page in pages)
    return min((page for page in pages if page.n_characters >= enough), key=preference)


def _site_rank(page: Page) -> int:
    """Whose site the page is of: by the name that it declares, or by the host of its address."""
    names = [*page.issuers, *filter(None, (_name(page.place),))]
    if page.site and any(name in page.site for name in names):
        return _OWN
    try:
        host = (urlsplit(page.url).hostname or "") if page.url else ""
    except ValueError:  # http://[ is no address
        host = ""
    if not host:
        return _UNKNOWN
    if _is_of(host, _name(page.place)):
        return _OWN
    return _PUBLIC if host.endswith(".gov.cn") else _FOREIGN


def _name(place: Place) -> str:
    """The narrowest name of the place without what kind of place it is: 云泽, 砚湖."""
    name = place.district or place.city or place.province or ""
    return _PLACE_SUFFIX.sub("", name) or name


@lru_cache(maxsize=4096)
def _is_of(host: str, name: str) -> bool:
    """Whether the host is named for the place, in full or by its initials: www.yunze.gov.cn, www.yz.gov.cn.

    Initials count only under gov.cn, for two letters are soon somebody's else.
    """
    from pypinyin import Style, lazy_pinyin  # large dictionaries, needed only for pages with an address

    if not name:
        return False
    whole = "".join(lazy_pinyin(name))
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    parts = host.lower().split(".")
    names = {whole + suffix for suffix in _HOST_SUFFIX}
    if host.endswith(".gov.cn") and len(initials) > 1:
        names |= {initials + suffix for suffix in _HOST_SUFFIX}
    return any(part in names for part in parts)
