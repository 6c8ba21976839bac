"""Texts of the frame around every page, and of what several pages show: clauses, notices, filters, the archive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # --- the frame
    "brand": ("条文", "Tiaowen"),
    "page_ask": ("问答", "Ask"),
    "page_precedents": ("先例", "Precedents"),
    "page_duties": ("责任", "Duties"),
    "page_archive": ("文件库", "Archive"),
    "page_evaluate": ("评测", "Evaluate"),
    "tagline_ask": (
        "问一句话，找到条文、责任单位和依据",
        "Ask in plain Chinese; get the clause, the units responsible and the source",
    ),
    "tagline_precedents": (
        "贴一段草稿，看谁先写过、怎么写的、从哪里来",
        "Paste a draft; see who wrote it before, how, and where it came from",
    ),
    "tagline_duties": (
        "一个单位或一份文件的任务、期限和分工",
        "The tasks of a unit or of a notice, with roles and deadlines",
    ),
    "tagline_archive": (
        "收录了哪些文件，读懂了什么，可以补充和更正",
        "Which notices are here and what was understood of them; add to them and correct",
    ),
    "tagline_evaluate": (
        "检索和回答有多准，两次运行差在哪里，逐条判定",
        "How good retrieval and answers are, where two runs differ, and judging hit by hit",
    ),
    "crash": ("这一页出错了", "This page failed"),
    "crash_hint": (
        "是程序的错误，不是您的操作问题。请再试一次；如果还是这样，把编号 {mark} 告诉管理员，日志里有同一编号的说明。",
        "The program is at fault, not you. Try again; if it fails again, tell your administrator the mark {mark}, "
        "under which the log says what happened.",
    ),
    "again": ("再试一次", "Try again"),
    # --- who asks
    "sign_in": ("请先登录", "Sign in first"),
    "sign_in_hint": (
        "这个文件库需要知道是谁在查询。请用单位账号登录，或填写管理员给您的密钥。",
        "This archive has to know who asks. Sign in with your organisation's account, or give the key that the "
        "administrator gave you.",
    ),
    "sign_in_hint_login": (
        "这个文件库需要知道是谁在查询。请用单位账号登录。",
        "This archive has to know who asks. Sign in with your organisation's account.",
    ),
    "sign_in_hint_key": (
        "这个文件库需要知道是谁在查询。请填写管理员给您的密钥。",
        "This archive has to know who asks. Give the key that the administrator gave you.",
    ),
    "sign_in_login": ("用单位账号登录", "Sign in with your organisation's account"),
    "sign_in_key": ("密钥", "Key"),
    "sign_in_with_key": ("用密钥登录", "Sign in with the key"),
    "sign_in_refused": (
        "这个密钥不存在、已撤销或已过期，请向管理员另要一个。",
        "This key is unknown, revoked or has expired; ask the administrator for another.",
    ),
    "sign_in_contact": ("没有账号或密钥？请联系：{contact}", "No account and no key? Ask: {contact}"),
    "sign_in_broken": (
        "单位账号登录没有配置好。请把编号 {mark} 告诉管理员，日志里有同一编号的说明。",
        "Signing in with the organisation's account is not set up as it should be. Tell your administrator the mark {mark}, "
        "under which the log says why.",
    ),
    "refused_no_role": ("账号已登录，但没有使用权限", "You are signed in, and may not use this archive yet"),
    "refused_no_name": ("账号已登录，但认不出是谁", "You are signed in, and the login does not say who you are"),
    "refused_unverified": ("账号的邮箱没有验证过", "The address of your account was never verified"),
    "refused_over": ("登录已过期，请重新登录", "Your sign-in is over; sign in again"),
    "refused_name": ("登录账号：{name}", "Account: {name}"),
    "refused_no_role_hint": (
        "这个文件库还没有给您的账号分配角色，所以什么都不显示。需要查询的话，请联系：{contact}。开通以后重新登录即可。",
        "Your account has no role in this archive, so nothing is shown. To be given one, ask: {contact}. Then sign in again.",
    ),
    "refused_no_name_hint": (
        "登录系统没有提供您的名字或邮箱。请联系：{contact}。",
        "The login gave neither your name nor your address. Ask: {contact}.",
    ),
    "refused_unverified_hint": (
        "请先在登录系统里验证邮箱，再重新登录；有问题请联系：{contact}。",
        "Have the address verified by the login first, then sign in again; in case of trouble ask: {contact}.",
    ),
    "refused_over_hint": (
        "为了让权限的变动及时生效，每次登录只在一段时间内有效。",
        "A sign-in counts for some hours only, so that changes of what you may do come into effect.",
    ),
    "not_your_page": (
        "您的角色（{roles}）没有这一页的权限。需要使用的话，请联系：{contact}。",
        "Your role ({roles}) does not include this page. To use it, ask: {contact}.",
    ),
    "refused_somebody": ("这个文件库的管理员", "the administrator of this archive"),
    "sign_out": ("退出登录", "Sign out"),
    "role_of_reader": ("读者", "reader"),
    "role_of_editor": ("编辑", "editor"),
    "role_of_evaluator": ("评测", "evaluator"),
    "role_of_admin": ("管理员", "administrator"),
    # --- the basket
    "basket": ("篮子里有 {n} 条", "{n} in the basket"),
    "basket_put_in": ("放入篮子", "Add to basket"),
    "basket_put_all": ("全部放入篮子", "Add all to basket"),
    "basket_take_out": ("移出篮子", "Take out"),
    "basket_out": ("移出", "Remove"),
    "basket_full": ("篮子最多放 {n} 条", "The basket holds at most {n}"),
    "basket_open": ("在先例页中使用", "Use on the precedents page"),
    "basket_empty": ("清空篮子", "Empty the basket"),
    "basket_word": ("Word（带脚注）", "Word with footnotes"),
    "basket_bibliography": ("引文列表", "Citations (BibTeX)"),
    "basket_title": ("条文摘录", "Clauses"),
    "open_whole": ("打开全文", "Open the whole notice"),
    "language": ("界面语言", "Language"),
    # --- clauses
    "hits_of_unit": ("逐条查看出处和原文，放入篮子", "See them one by one, with source, notice and basket"),
    "within": ("在范围内的 {n} 条条文中查找", "searched {n} clauses in scope"),
    "cited": ("答案引用", "cited"),
    "role_lead": ("牵头", "Lead"),
    "role_responsible": ("责任", "Responsible"),
    "role_support": ("配合", "Support"),
    "inherited": ("（承）", " (inh.)"),
    "inherited_meaning": (
        "（承）：由上级标题、表头或全文统一规定继承而来",
        "(inh.): inherited from a heading, a table head or a statement for the whole notice",
    ),
    "canonical": ("规范名称：{name}", "Canonical name: {name}"),
    "deadline": ("期限", "Deadline"),
    "target": ("指标", "Target"),
    "person": ("责任人", "Person"),
    "figure": ("数字", "Figure"),
    "why": ("找到的依据：", "Why found:"),
    "why_lexical": ("用词第 {n}", "words: no. {n}"),
    "why_dense": ("语义第 {n}", "meaning: no. {n}"),
    "why_unit": ("按单位列出", "listed by unit"),
    "copy_cited": ("复制引用", "Cite"),
    "see_source": ("在原文中查看", "See in the notice"),
    # --- the notice
    "source_title": ("原文", "The notice"),
    "whole_notice": ("显示全文", "Show the whole notice"),
    "issuers": ("发文机关", "Issued by"),
    "doc_number": ("发文字号", "Number"),
    "issued_on": ("成文日期", "Dated"),
    "published_on": ("发布日期", "Published"),
    "place": ("地区", "Place"),
    "level": ("层级", "Level"),
    "file": ("来源文件", "File"),
    "address": ("网址", "Address"),
    "warnings": ("读取提示", "Remarks on reading"),
    "choose_clause": ("选择 {number}：放入篮子、引文、更正", "Choose {number}: basket, citation, correction"),
    "omitted": ("……（略）", "… (omitted)"),
    # --- filters
    "filters": ("筛选", "Filters"),
    "filter_places": ("地区", "Place"),
    "filter_places_help": ("选一个市，也包括它的区县", "A city includes its districts"),
    "filter_years": ("年份", "Year"),
    "filter_levels": ("层级", "Level"),
    "filter_kinds": ("文种", "Kind of document"),
    "filter_units": ("单位", "Unit"),
    "filter_any": ("不限", "Any"),
    "filter_clear": ("清除筛选", "Clear filters"),
    "filter_nothing": (
        "这些筛选条件下没有条文。",
        "No clause passes these filters.",
    ),
    "filter_nothing_hint": (
        "放宽地区、年份、层级、文种或单位，再查一次。",
        "Widen place, year, level, kind or unit and ask again.",
    ),
    "level_nation": ("国家", "Nation"),
    "level_province": ("省级", "Province"),
    "level_city": ("市级", "City"),
    "level_district": ("区级", "District"),
    "level_county": ("县级", "County"),
    "level_town": ("乡镇", "Town"),
    # --- the archive
    "archive": ("收录", "Archive"),
    "archive_size": ("{notices} 份公文，{clauses} 条条文", "{notices} notices, {clauses} clauses"),
    "archive_years": ("{first}—{last} 年", "{first}–{last}"),
    "archive_built": ("建于 {date}", "built {date}"),
    "index_missing": ("还没有索引", "There is no index yet"),
    "index_missing_hint": (
        "收录自己的公文：在命令行运行下面的命令，再刷新本页。也可以先用随附的示例公文建一个。",
        "To index your own notices, run this on the command line and reload the page. "
        "Or begin with the sample notices that come with the program.",
    ),
    "index_broken": ("索引不能使用", "The index cannot be used"),
    "index_broken_hint": (
        "可以按上面的命令用自己的公文重建；也可以改用随附的示例公文重建，原有索引会被替换。",
        "Build it again over your own notices by the command above, or over the sample notices; "
        "either replaces the present index.",
    ),
    "build_samples": ("用示例公文建立索引", "Build over the sample notices"),
    "rebuild_samples": ("改用示例公文重建", "Build again over the sample notices"),
    "stage_read": ("读取公文", "Reading notices"),
    "stage_words": ("建立词语索引", "Indexing words"),
    "stage_vectors": ("计算语义向量", "Computing vectors"),
    "stage_publish": ("启用索引", "Making it live"),
    "trouble": ("没有完成，程序的说明是：", "This did not work; the program says:"),
}
