"""Names of units in texts: whether a whole string is one, and where a sentence names some.

A unit is an agency of the register, a government, a committee of a zone, a company, an association, or a group of them
(各街镇, 工作专班成员单位).
"""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.notices.agencies.register import agency_name, cores, tails
from indexer.notices.blanks import without_blanks

__all__ = ["find_units", "is_unit_name"]

# --- whole strings -------------------------------------------------------------------------------

_OPENERS, _CLOSERS = "(（〔[〈<", ")）〕]〉>"
_ALL_CORE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9“”\"·—\-()（）〔〕〈〉<>\[\]、/]+")
# Endings that make a unit of nearly anything before them.
_STRONG = re.compile(
    r"(?:人民政府|政府|管委会|管理委员会|执委会|委员会|工委|党委|办公室|办公厅|办事处|厅|总局|总署|分署|分局|"
    r"支局|监管局|管理局|工作局|局|支行|分行|银行|分中心|营业部|营管部|公司|集团|"
    r"成员单位|单位|部门|主管部门|总工会|工会|协会|联合会|商会|学会|促进会|联盟|海关|商业银行|农商行|农信社|信用社|广播电视台|电视台|总站|派出所|司法所|供电所|管理所|监督所|海事处|供电公司|卫生院|农技站|林业站|气象站|税务所|财政所|农科院|法院|"
    r"检察院|总队|支队|大队|大学|学院|医院|学校|"
    r"党校|研究院|研究所|设计院|工商联|妇联|残联|团委|科协|文联|侨联|社联|社科联|红十字会|"
    r"贸促会|供销社|领导小组|指挥部|联席会议|工作专班|专班|工作组|专项小组|"
    r"街道|街镇|镇街|乡镇|镇乡|镇办|乡镇街道|镇街道|镇\(街道\)|机构|监管组|管理部|管理处|服务处|管理站)$"
)
# Endings that need a head that marks a unit: a level, a place, 各, 相关.
_WEAK = re.compile(
    r"(?:中心|分中心|办|委|部|院|馆|站|所|处|会|社|园区|开发区|高新区|经开区|新区|度假区|"
    r"示范区|管理区|保税区|港区|景区|试验区|企业|银行|高校|院校|学校|区|县|市|旗|镇|乡|州|队|"
    r"团|台|校|网|基地|平台|公积金|协调机制)$"
)
_HEAD = re.compile(
    r"^(?:各|相关|有关|其他|其它|属地|辖区|市(?!场|民|值|容|域)|区(?!域|间|块)|县(?!域)|"
    r"省(?!际)|州|地区|新区|市直|区直|县直|省直|驻|国网|国家|中国|中央|中共|团|国有|本|所在地)"
)
_PLACE_SHORT = re.compile(
    r"^[\u4e00-\u9fff]{1,6}(?:市|区|县|州|旗|镇|乡|街道|地区|新区|开发区|高新区|经开区|度假区|"
    r"景区|港区|管理区|示范区|园区|新城)$"
)
_SHORT_OFFICE = re.compile(r"^[\u4e00-\u9fff]{2,6}(?:办|委)$")
_NOT_OFFICE = re.compile(
    r"[承主举协督筹开兴交创帮代通合申补试新采查联经操包停待难易转自严网即核快速秒掌异就马好可能次]办$|[^党纪监工]常委$|推委$"
)
# Words that no name holds.
_IN_CLAUSE = re.compile(
    r"的|(?<!自)由|(?<![重主必需])要(?!素|地|闻)|将(?=[本其把各市])|应当|及时|近日|召开|出台|转发|查处|负责|牵头|会同|家庭在|个人在|"
    r"组织(?=[各市省区县相有])|联合(?=[省市区县各房])|为(?=[家单深市省区县本])|在(?=[市省区县各本中])|交于|交至|可通过|可以|位于|属于|至少|采用|购买|吸引|落户|补缴|担任|不得|单独|分别|(?<![高平中初特均优])等(?!级|学)|及其|或其"
)
# Verbs and the like in front of a unit's level: 根据省住建厅, 经市人社部门. Not: 经开区管委会, 如东县财政局, 对外贸易局.
_BEFORE_UNIT = re.compile(
    r"(?:[经在含向对至到交报请按从据依](?=[省市区县各本](?!域|场|政))|(?:根据|针对|邀请|建议|坚持|登录|简称|持有|扶持|降低|抓实|压实|认真|建立|"
    r"联系|执行|具体|率先|同步|划定|破坏|其中|此外|同时|实时|参照|委托|申请|咨询|告知|通知|授权|经过|特别|包括|包含|上报|报请|提请|商请|除|凭|即|如遇)(?!联系|委托)).{2,}"
)
# National bodies that the endings below do not tell.
_NATIONAL = re.compile(
    r"(?:中国|国务院)?(?:银保监|银监|证监|保监)[会局办组]|(?:[省市区县州]|[\u4e00-\u9fff]{2,6})?人行(?:[\u4e00-\u9fff]{2,8}[支分]行)?|外交部|国防部|国家安全部|中国?(?:科|社科|工程)院|"
    r"(?:中国)?(?:科学院|社会科学院|工程院)|(?:共青团|团|全国)(?:中央|[省市区县州]委)|国际发展合作署|国防科工局|全国人大常委会|全国政协"
)
_BRACKETED = re.compile(r"[(\uff08〔〈<\[][^()\uff08\uff09〔〕〈〉<>\[\]]{0,40}[)\uff09〕〉>\]]")
_LEVELS = re.compile(
    r"各?[省市州县区旗镇乡盟]{1,2}(?:、(?:自治)?(?:[市州县区旗镇乡盟]|街道|园区){1,2})+(?:党委|人民政府|政府|管委会|管理委员会|办事处)*"
)
_AND_OTHERS = re.compile(r"(?:等单位|等部门|等)$")
_ACTING = re.compile(
    r"^(?:加快|加强|加大|推进|推动|推行|建设|打造|完善|落实|制定|制订|出台|组织开展|组织实施|"
    r"组织召开|开展|实施|支持|鼓励|引导|培育|引进|设立|成立|组建|"
    r"建立|形成|深化|优化|提升|做好|负责|确保|创建|争创|新建|建成|启动|举办|召开|参加|参与|"
    r"配合|协调|协助|指导|督促|会同|报送|报(?!业|社|刊)|向|由|对(?!外|口)|为|把|将|与|和|并|及|在|从|按|"
    r"以|让|使|是|可|应|要|须|不|已|经(?!济|开|信|发|贸|合|委|管)|根据|按照|依据|通过|利用|"
    r"发挥|围绕|聚焦|强化|健全|构建|搭建|扩大|促进|提高|增强|规范|深入|积极|大力|全面|充分|"
    r"进一步|"
    r"新增|引入|吸引|招引|集聚|服务好|办好|当好|抓好|用好|管好|破解|解决|研究|探索|编制|修订|"
    r"修改|明确|选择|选派|认定|评选|发展壮大|力争|争取|完成|实现|达到|继续|定期|"
    r"及时|严格|切实|统筹|整合|依托|借助|发布|公布|印发|转发|关于|本着|凡|如|若|等)(?!改革|"
    r"和改革|促进中心|指导中心|监督局)"
)
_NO_UNIT = re.compile(
    r"[。;；:：!！?？=+%％]|(?:全|大|开创新|发展新|总体布|开|合|格|布|结|当|残|危|定|僵|败|胜|"
    r"时|变|骗|饭|赌|对|好)局$|(?:一|内|全|外|局|大|中|上|下|东|西|南|北)部$|"
    r"^(?:城市|超市|上市|都市|股市|夜市|地区|社区|城区|园区内|市区|郊区|景区内|片区|小区|区域|"
    r"全市|全区|全县|我市|我区|本市|本区|政策|序号|合计|重点|目标|任务|时间|备注|内容|无|"
    r"暂无)$|"
    r"^(?!各)[^各]{0,8}(?:责任|牵头|配合|协办|主办|承办|负责|参与|联系)(?:单位|部门|领导|人)$|"
    r"(?:集聚|聚集|功能|核心|先导|创新|居住|生活|商业|保护|社|小|片|校)区$|^(?:产业|工业|物流|"
    r"科技|文创|特色|重点|特色产业|服务业)园区$|^[一二三四五六七八九十\d]+[、.．)）]|大会|"
    r"峰会|博览会|洽谈会|推介会|座谈会|培训会|社会$|机会$|城市$|展会$|晚会$|音乐会|运动会|"
    r"亚运会|"
    r"示范单位|试点单位|事业单位在编|先进单位|用人单位$|施工单位$|建设单位$|缴存单位$|"
    r"强[省市县镇]$|^[一二三四五六七八九十两\d]+[省市区县城州][一二三四五六七八九十两\d]+[省市区县城州]$|[客大餐展舞]厅$|"
    r"(?:法治|数字|服务型|廉洁|阳光|责任|有为|透明|智慧|电子)政府$|(?:起步|启动|危险|防御|建成|规划|中心城|老城|主城|丘陵山)区$|"
    r"(?:跨|全|各类|什么|哪些)(?:部门|单位)$|计量单位|(?:上|下|股|超|夜|城|都)市$|等级$|条例|制度|政策$|措施$|比例"
)


def is_unit_name(text: str) -> bool:
    """Whether the whole string reads as the name of a unit or of a group of units.

    市商务局, 考核办, 云泽高新区管委会, 砚城集团, 各街镇, 各市、县人民政府, 工作专班成员单位, 人行云泽市中心支行, 相关审批职能部门 do.
    Must not match: 新格局, 承办, 全市, 加快建设区域性商贸中心, 责任单位, 人才培训, 确保责任到位, 邀请市住建局, 数字政府, 三省一市.
    """
    return len(text) <= 64 and _is_unit_name(text)


@lru_cache(maxsize=2**15)
def _is_unit_name(text: str) -> bool:
    bare = without_blanks(text).strip("、,，;；.")
    bare = _AND_OTHERS.sub("", bare) or bare
    if bare[-1:] in _CLOSERS and not any(opener in bare for opener in _OPENERS):
        bare = bare[:-1]  # the bracket of the list itself
    if not 2 <= len(bare) <= 56:
        return False
    outside = _outside_brackets(bare)
    if _LEVELS.fullmatch(outside):
        return True
    if not 2 <= len(outside) <= 48 or not _ALL_CORE.fullmatch(outside) or "、" in outside or _NO_UNIT.search(outside):
        return False
    if _is_clause(outside):
        return False
    if _NATIONAL.fullmatch(outside) or agency_name(outside) is not None:
        return True
    if _ACTING.match(outside):
        return False
    if _STRONG.search(outside):
        return len(outside) <= 32
    if _PLACE_SHORT.match(outside) or (_SHORT_OFFICE.match(outside) and not _NOT_OFFICE.search(outside)):
        return True
    return bool(_WEAK.search(outside) and _HEAD.match(outside)) and len(outside) <= 24


def _is_clause(name: str) -> bool:
    """Whether a string that ends like a unit is words of a sentence: 邀请市住建局, 各监管局要成立工作专班, 有条件的县.

    Not: 自由贸易试验区管委会, 市要素保障局, 经信局, 市委组织部.
    """
    return _IN_CLAUSE.search(name) is not None or _BEFORE_UNIT.match(name) is not None


def _outside_brackets(text: str) -> str:
    """`text` without its bracketed and quoted parts: 各县(市、区)政府 → 各县政府; unbalanced brackets are kept."""
    if text[-1:] not in _CLOSERS and not any(opener in text for opener in "(（〔[〈<"):
        return text
    for _ in range(2):
        text = _BRACKETED.sub("", text)
    return text


# --- in running text -----------------------------------------------------------------------------

_TAIL_ANY = re.compile("|".join(tails()))
# A unit's ending followed by these is part of another word: 局面, 委托, 办法, 部分, 厅堂.
_NOT_AFTER = {
    "局": "面部势限促外",
    "委": "托派任屈婉员会",
    "办": "法理事学好案会文结税展医园班厂证公成件得到完了",
    "部": "分署队级落位件门",
    "厅": "堂级",
    "署": "名",
    "馆": "藏",
}
_PREFIX_BACK = 20
_LONGEST_CORE = 16
_GENERIC = re.compile(
    r"各?(?:乡镇|县|市|区|街道|镇|园区|功能区|开发区|[\u4e00-\u9fff]{2,4}[市区县])(?:人民政府|"
    r"政府)(?!办|金融|国资|令|采购|债|投资|性|网|部门)"
    r"|各(?:区县|县区|县市区|市县|县\(市、区\)|县（市、区）|街镇|镇街|乡镇街道|乡镇|街道|园区)(?:人民政府|政府|管委会)?"
)
_NO_START = "的和与及、由是请让把对给向在为"
_WHOLE_BACK = re.compile(
    r"(?:管委会|管理委员会|集团公司|集团|有限公司|公司|指挥部|领导小组|工作专班|专班|联席会议|"
    r"办事处|联合会|协会|商会|总工会|度假区|海关|中心|办公室|成员单位|支行|分行|分局)"
)
_STOP_BEFORE = re.compile(
    r".*(?:[\s,，。;；:：、?？!！（(\"“《]|请问|什么是|哪些|哪个|什么|负责|牵头|由|和|与|及|"
    r"让|给|向|对|归|找|是|问|跟|同|把|将|为|以及|会同|配合|那么|关于|查一下|查询|帮我查|看看)"
)


def find_units(text: str) -> list[tuple[str, int, int]]:
    """The units named in a question or a sentence, as (name, start, end), left to right and without overlap.

    市民政局, 发改委, 区委组织部, 人社部门, 各区县政府, 砚湖高新区管委会. The longest reading wins.
    Must not match: 格局, 布局, 当局, 办法, 委托, 部分, 政策办理.
    """
    generic = [span for m in _GENERIC.finditer(text) if (span := _without_verb(text, *m.span()))]
    spans = [*_registered(text), *generic, *_unregistered(text)]
    spans.sort(key=lambda span: (-(span[1] - span[0]), span[0]))
    chosen: list[tuple[int, int]] = []
    taken = bytearray(len(text))
    for start, end in spans:
        if not any(taken[start:end]):
            chosen.append((start, end))
            taken[start:end] = b"\x01" * (end - start)
    return [(text[start:end], start, end) for start, end in sorted(chosen)]


def _without_verb(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without words of the sentence before a government's name: 会同南屏区人民政府 → 南屏区人民政府."""
    while end - start >= 4:
        name = text[start:end]
        found = _ACTING.match(name) or _IN_CLAUSE.search(name)
        if found is None and not _BEFORE_UNIT.match(name):
            return start, end
        start += max(1, found.end()) if found else 1
    return None


def _registered(text: str) -> list[tuple[int, int]]:
    """Spans of agencies the register knows: found at their ending, grown to the left as far as they are still a
    name."""
    spans: list[tuple[int, int]] = []
    ends = {m.end() for m in _TAIL_ANY.finditer(text) if _ends_here(text, m.end(), m[0]) and _has_core(text, m.start())}
    ends |= {m.end() for m in _whole_names().finditer(text) if _ends_here(text, m.end(), m[0])}
    for end in sorted(ends):
        lowest = max(0, end - _PREFIX_BACK - 12, spans[-1][1] if spans else 0)
        for start in range(lowest, end - 1):
            name = text[start:end]
            if text[start] not in _NO_START and agency_name(name) is not None and not _is_clause(name):
                spans.append((start, end))
                break
    return spans


def _ends_here(text: str, end: int, tail: str) -> bool:
    """Whether a name may end in `tail` at `end`: not in 局面, 委托, 办法, 部分."""
    following = text[end : end + 1]
    return not following or following not in _NOT_AFTER.get(tail[-1] if tail != "部门" else "", "")


def _has_core(text: str, stop: int) -> bool:
    """Whether some name of the register ends at `stop`, a filler such as 管理 or 工作 set aside."""
    known = cores()
    return any(
        text[end - length : end] in known
        for end in (stop, stop - 2, stop - 4)
        for length in range(1, min(_LONGEST_CORE, max(end, 0)) + 1)
    )


@lru_cache(maxsize=1)
def _whole_names() -> re.Pattern[str]:
    names = sorted((name for name, core in cores().items() if not core.tails), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


def _unregistered(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for found in _WHOLE_BACK.finditer(text):
        window_start = max(0, found.start() - 16)
        window = text[window_start : found.start()]
        stop = _STOP_BEFORE.match(window)
        start = window_start + (stop.end() if stop else 0)
        name = text[start : found.end()]
        if len(name) >= 4 and name != found[0] and is_unit_name(name):
            spans.append((start, found.end()))
    return spans
