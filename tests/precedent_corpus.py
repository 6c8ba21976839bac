"""Five short notices of places that do not exist, with wording handed down, taken over and shared by everyone."""

from __future__ import annotations

from pathlib import Path

from indexer.build import build
from indexer.index import Index, open_index
from tests.hash_encoder import HashEncoder

PROVINCE = """\
江澜省人民政府办公厅关于推进社区食堂建设的实施意见
江澜政办发〔2020〕8号
各市、县(市、区)人民政府:
经省政府同意,现就推进社区食堂建设提出如下意见。
一、布点建设。每个街道至少建设一处社区食堂,与便民服务中心统一规划、统一装修、统一管理。(责任单位:省民政厅)
二、用餐补助。对为70周岁以上老年人供餐的食堂,按每人每餐2元给予补助,资金由市县统筹安排。(责任单位:省财政厅)
三、食品安全。食堂后厨安装视频监控,食材进货台账保存不少于半年。(责任单位:省市场监管局)
本意见自2020年5月1日起施行,有效期3年。
江澜省人民政府办公厅
2020年4月2日
"""

CITY = """\
云泽市人民政府办公室关于推进社区食堂建设的实施意见
云泽政办发〔2021〕15号
各区、县人民政府:
根据《江澜省人民政府办公厅关于推进社区食堂建设的实施意见》(江澜政办发〔2020〕8号),结合我市实际,提出如下意见。
一、布点建设。每个街道至少建设一处社区食堂,与便民服务中心统一规划、统一装修、统一管理。(责任单位:市民政局)
二、用餐补助。对为65周岁以上老年人供餐的食堂,按每人每餐3元给予补助,资金由市、区统筹安排。(责任单位:市财政局)
三、志愿服务。组织低龄老年人为行动不便的邻居送餐上门。(责任单位:团市委)
本意见自2021年7月1日起施行,有效期3年。
云泽市人民政府办公室
2021年6月3日
"""

OTHER_CITY = """\
望津市人民政府办公室关于推进社区食堂建设的实施意见
望政办发〔2022〕9号
各区、县人民政府:
为解决老年人吃饭难题,提出如下意见。
一、志愿服务。组织低龄老年人为行动不便的邻居送餐上门。(责任单位:团市委)
二、场地保障。闲置校舍、仓库可以优先改作食堂,房租由所在街道承担。(责任单位:市国资委)
本意见自2022年3月1日起施行,有效期3年。
望津市人民政府办公室
2022年2月11日
"""

DRONES = """\
澜川市人民政府办公室关于促进低空物流试点的实施意见
澜政办发〔2023〕4号
各区、县人民政府:
为开展无人机配送,提出如下意见。
一、航线。开通山区到县城的无人机航线6条,单程不超过40分钟。(责任单位:市交通运输局)
二、起降场。每个山区乡镇设起降点1处,由乡镇统一看护。(责任单位:市交通运输局)
本意见自2023年4月1日起施行,有效期3年。
澜川市人民政府办公室
2023年3月8日
"""

NIGHT = """\
青砚市人民政府办公室关于繁荣夜市的实施意见
青政办发〔2024〕6号
各区、县人民政府:
为活跃夜间消费,提出如下意见。
一、夜市。在河滨路设夜市2处,摊位实行抽签。(责任单位:市商务局)
本意见自2024年6月1日起施行,有效期3年。
青砚市人民政府办公室
2024年5月6日
"""


def write_notices(folder: Path) -> Path:
    """The folder with the five notices as text files."""
    folder.mkdir(parents=True)
    texts = {"省": PROVINCE, "云泽": CITY, "望津": OTHER_CITY, "澜川": DRONES, "青砚": NIGHT}
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def precedent_index(folder: Path) -> Index:
    """The index of the five notices, built below the folder."""
    build([write_notices(folder / "notices")], folder / "index", encoder=HashEncoder(dim=256))
    return open_index(folder / "index", HashEncoder(dim=256))
