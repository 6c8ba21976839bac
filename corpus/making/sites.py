"""The invented sites that published the written notices: their names, menus and what stands at their foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Site", "site_named", "theme_of"]


@dataclass(frozen=True, slots=True)
class Site:
    """A site: how its pages look and what stands in their furniture."""

    name: str
    domain: str
    skin: Literal["portal", "columns", "tables"]
    menu: tuple[str, ...]
    trail: tuple[str, ...]  # the breadcrumb below the first page
    origin: str  # whom its pages name as source
    host: str  # 主办
    licence: str  # an ICP number that nobody has
    note: str = ""  # below the article


_GOVERNMENT = ("首页", "政务公开", "政务服务", "互动交流", "数据开放")
_JIANGLAN = Site(
    "江澜省人民政府", "www.jianglan.example", "portal", ("首页", "走进江澜", *_GOVERNMENT[1:]),
    ("政务公开", "法定主动公开内容", "政策文件"), "省政府办公厅", "江澜省人民政府办公厅", "江澜ICP备00000001号",
)  # fmt: skip
_YUNZE = Site(
    "云泽市人民政府门户网站", "www.yunze.example", "columns", ("首页", "走进云泽", *_GOVERNMENT[1:]),
    ("政务公开", "政策文件", "市政府文件"), "市政府办公室", "云泽市人民政府办公室", "江澜ICP备00000002号",
)  # fmt: skip
_WANGJIN = Site(
    "望津市人民政府", "www.wangjin.example", "portal", ("首页", "望津概览", "新闻中心", *_GOVERNMENT[1:]),
    ("政府信息公开", "政府文件", "市政府办公室文件"), "市政府办公室", "望津市人民政府办公室", "江澜ICP备00000003号",
)  # fmt: skip
_LANCHUAN = Site(
    "澜川市人民政府", "www.lanchuan.example", "tables", ("网站首页", "魅力澜川", "信息公开", "办事大厅", "公众参与"),
    ("信息公开", "市政府文件", "澜政办发"), "市府办", "澜川市人民政府办公室", "江澜ICP备00000004号",
)  # fmt: skip
_QINGYAN = Site(
    "青砚市人民政府", "www.qingyan.example", "tables", ("网站首页", "青砚概况", "信息公开", "在线服务", "政民互动"),
    ("信息公开", "政策文件", "市政府办公室文件"), "市政府办公室", "青砚市人民政府办公室", "江澜ICP备00000005号",
)  # fmt: skip
_ASSOCIATION = Site(
    "江澜省现代物流与供应链协会", "www.jlwl.example", "columns", ("首页", "协会概况", "行业动态", "会员之家", "政策法规"),
    ("政策法规", "地方政策"), "云泽市人民政府门户网站", "江澜省现代物流与供应链协会", "江澜ICP备00000006号",
    "声明：本站转载的文件仅供会员参考，以发文机关公布的文本为准。",
)  # fmt: skip
_SITES = (_JIANGLAN, _YUNZE, _WANGJIN, _LANCHUAN, _QINGYAN, _ASSOCIATION)

# 主题分类 in index tables and keywords, by the last word of a notice's name.
_THEMES = {
    "yanglao": ("民政、社会福利", "养老服务"),
    "fangdichan": ("城乡建设", "房地产"),
    "wuliu": ("商贸、流通", "物流"),
    "zhuanzai": ("商贸、流通", "物流"),
    "fuwuye": ("国民经济管理", "服务业"),
    "lvyou": ("文化、旅游", "全域旅游"),
    "yejian": ("商贸、流通", "夜间经济"),
    "rencai": ("人事、人才", "人才政策"),
    "shuzi": ("综合政务", "数字政府"),
    "jiuye": ("劳动就业", "稳就业"),
    "gengzheng": ("综合政务", "文件更正"),
}


def site_named(name: str) -> Site:
    """The site of that name; raises ValueError for a site that is not described here."""
    for site in _SITES:
        if name.startswith(site.name):
            return site
    raise ValueError(f"no site {name}; describe it in corpus/making/sites.py")


def theme_of(name: str) -> tuple[str, str]:
    """主题分类 and 主题词 of a notice by its file's name."""
    return _THEMES[name.split("_")[-1]]
