"""Characters that PDF files show as radicals or compatibility forms, as the characters that people type.

A font often draws a radical and the character it is with one glyph, and a PDF made with it says the radical: ⽼ for 老,
⻓ for 长. They look alike and match nothing.
"""

from __future__ import annotations

import unicodedata

__all__ = ["plain_characters"]

# The CJK Radicals Supplement, for most of which NFKC knows no character; after EquivalentUnifiedIdeograph.txt of the
# Unicode Character Database.
_SUPPLEMENT = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺"
    "⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳网⺴网⺵网⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀"
    "⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼"
    "⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_PLAIN: dict[int, str] = dict(zip(map(ord, _SUPPLEMENT[::2]), _SUPPLEMENT[1::2], strict=True))
# Kangxi radicals, compatibility ideographs and Latin ligatures, which NFKC does know. NFKC over the whole text would
# make ，（） half-width.
for _first, _last in ((0x2F00, 0x2FD5), (0xF900, 0xFAD9), (0xFB00, 0xFB06)):
    _PLAIN |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(_first, _last + 1)}


def plain_characters(text: str) -> str:
    """The text with radicals, compatibility ideographs and ligatures as ordinary characters; nothing else changes."""
    return text.translate(_PLAIN)
