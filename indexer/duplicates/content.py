"""The content of a notice as lines to compare, and what in it is furniture, a figure or a label."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["figures", "is_foreign", "lines"]

# Blanks and punctuation; the point of a decimal and a sign of percent are part of a figure.
_DROPPED = re.compile(r"[^\w\n.%‰℃]+|_+|(?<!\d)\.|\.(?!\d)")
_SENTENCE_END = re.compile("[。;!?]")
# Rule `label`: the number before a line, which one format writes and another generates: 一、 （二） 3. 第四条. The text is
# in NFKC, where brackets and points have one width. Not 1.5万元.
_LABEL = re.compile(
    r"^[^\S\n]*(?:第[一二三四五六七八九十百零\d]{1,5}[章节条款项]|\(?[一二三四五六七八九十\d]{1,3}(?:\)|[、.](?!\d)))",
    re.MULTILINE,
)
# Rule `figure`: digits, or Chinese numerals that count: 五折, 三千人次, 百分之十. Not 统一, 一是, 一定.
_FIGURE = re.compile(
    r"\d+(?:\.\d+)?[%‰]?|[〇零一二三四五六七八九十百千万亿两]{2,}|[一二两三四五六七八九十](?=[个名家项次年月日万亿成倍折岁张所处条件分])"
)
# Rule `foreign`: a sentence that a site says of itself or to its reader, not a notice to those whom it binds. It is
# read bare. 声明本网转载此文仅供参考, 扫一扫在手机打开当前页. Not 加强政府网站建设, nor 开通微信公众号: those are tasks.
_FOREIGN = re.compile(
    r"^(?:来源|作者|编辑|审核|校对|声明|主办单位|承办单位|字号|字体|首页)|扫一扫|扫描?.{0,6}二维码|本网|本站|本文(?:来源|转|摘|系|由|仅)|责任编辑|责编|"
    r"浏览(?:次数|量)|阅读(?:次数|量|全文|原文)|点击(?:数|量|下载|查看|关注|上方|这里|进入)|打印(?:本页|本稿|本文|此文)|关闭(?:窗口|本页)|分享(?:到|至)|"
    r"上一[篇条]|下一[篇条]|返回(?:顶部|首页|列表)|版权(?:所有|归)|转载(?:请|此|自|本|时|仅|目的)|免责声明|仅供参考|不代表|(?:文章|信息|稿件|内容)来源|"
    r"(?:发布|更新|发表)(?:时间|日期)|关注.{0,8}公众号|当前位置|您所在|相关(?:阅读|链接|推荐|新闻|文章)|ICP备|公网安备|网站(?:地图|标识码)|技术支持|"
    r"联系我们|虚构示例"
)


def lines(content: str) -> list[str]:
    """The sentences of the content, in order: letters and figures in one form (NFKC), without the labels before them.

    Blanks and punctuation play no part; what is empty then is left out.
    """
    text = unicodedata.normalize("NFKC", content).replace("○", "〇")
    text = _LABEL.sub("", _SENTENCE_END.sub("\n", text))
    return [line for line in _DROPPED.sub("", text).split("\n") if line]


def figures(text: str) -> list[str]:
    """The figures of a bare text, in order."""
    return _FIGURE.findall(text)


def is_foreign(text: str) -> bool:
    """Whether a bare sentence is furniture of some site (rule `foreign`)."""
    return bool(_FOREIGN.search(text))
