"""Two notices for the tests of duties and exports: a plan with roles and a table, and an older one under former names."""

from __future__ import annotations

from pathlib import Path

from indexer.build import build
from indexer.index import Index, open_index
from tests.hash_encoder import HashEncoder
from tests.search_corpus import write_corpus

PLAN = """\
云泽市人民政府办公室关于印发云泽市数字文旅三年行动方案的通知
云泽政办发〔2022〕12号
各县(市、区)人民政府,市政府各部门、各直属单位:
《云泽市数字文旅三年行动方案》已经市政府同意,现印发给你们,请认真组织实施。
云泽市人民政府办公室
2022年4月6日
云泽市数字文旅三年行动方案
为促进文化和旅游数字化,制定本方案。
一、总体要求
坚持以用促建,惠及游客。
二、重点任务
(一)建设智慧景区。2023年6月底前建成智慧景区6个,接入视频监控400路。
牵头单位:市文化广电旅游局
配合单位:市公安局、市大数据局
(二)推广电子门票。2022年12月底前电子门票覆盖率达到90%以上。
牵头单位:市文化广电旅游局
配合单位:市市场监管局等有关部门
(三)做好资金保障。每年安排不少于500万元。
牵头单位:市财政局
(四)=SUM(1)开展宣传推介。制作短片3部。
牵头单位:市委宣传部
(五)加强数据归集。建立全市文旅数据目录,长期更新。
三、保障措施
市文化广电旅游局每半年通报一次进展。
附件:云泽市数字文旅项目表
附件
云泽市数字文旅项目表
序号 | 项目名称 | 建设内容 | 年度目标 | 完成时限 | 责任单位 | 责任人
1 | 旅游大数据中心 | 整合酒店、景区、交通数据。 | 归集数据2亿条 | 2022年10月底 | 市文化广电旅游局、市大数据局 | 李 明
2 | 数字博物馆 | 完成馆藏文物三维采集。 | 采集文物800件 | 2023年5月底 | 市文化广电旅游局 | 王小川
"""

FORMER = """\
云泽市人民政府关于加快旅游业发展的意见
云泽政发〔2014〕9号
各县(市、区)人民政府,市政府各部门:
为加快旅游业发展,提出如下意见。
一、建设精品线路。推出环湖线路5条,2015年底前完成标识改造。(责任单位:市旅游局、市交通运输局)
二、规范市场秩序。每季度开展一次联合检查。(责任单位:市旅游局、市工商局)
三、加大投入力度。设立专项资金1000万元。(责任单位:市财政局、市旅游局)
云泽市人民政府
2014年5月20日
"""


def duties_index(folder: Path) -> Index:
    """The index of these two and of the three notices of `search_corpus`, built below the folder."""
    notices = write_corpus(folder / "notices")
    (notices / "云泽2022.txt").write_text(PLAN, encoding="utf-8")
    (notices / "云泽2014.txt").write_text(FORMER, encoding="utf-8")
    build([notices], folder / "index", encoder=HashEncoder())
    return open_index(folder / "index", HashEncoder())
