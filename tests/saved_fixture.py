"""An archive that grows: the three notices of `search_corpus`, and others that a test adds or changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.build import build
from indexer.index import Index, open_index
from indexer.records import Filters
from indexer.saved import NewClause, SavedQuestion, news, read_saved, save
from tests.app_fixture import SAMPLES
from tests.hash_encoder import HashEncoder
from tests.search_corpus import YUNZE, write_corpus

TRAINING = "养老护理员培训由谁负责？"
CITIES = Filters(levels=("city",))

# A notice that answers `TRAINING` among other things, of another place.
QINGYAN = """\
青砚市人民政府办公室关于印发青砚市养老服务人才培养方案的通知
青砚政办发〔2024〕5号
各县(市、区)人民政府,市政府各部门:
《青砚市养老服务人才培养方案》已经市政府同意,现印发给你们,请认真贯彻执行。
青砚市人民政府办公室
2024年2月6日
青砚市养老服务人才培养方案
一、重点任务
(一)开展养老护理员培训。每年培训养老护理员600人次,培训合格的发给证书。
责任单位:市民政局、市人力社保局
(二)整治占道停车。清理学校周边道路两侧违法停放的车辆。
责任单位:市公安局
"""
# The notice of 云泽 with an item put before the one on training, and with other words in that one.
RENUMBERED = (
    YUNZE.replace("(四)宣传", "(五)宣传")
    .replace("(三)支持", "(四)支持")
    .replace("(二)培训", "(二)开放培训教室。向养老护理员培训班开放社区教室。\n责任单位:市教育局\n(三)培训")
)
CHANGED = YUNZE.replace("全年培训养老护理员900人次", "全年培训养老护理员1500人次")


def samples_with_news(samples: Path, folder: Path) -> Path:
    """A copy of the samples' index below the folder with two saved questions, one of which has news since."""
    shutil.copytree(samples, folder / "index")
    with open_index(folder / "index") as index:
        save(index, TRAINING, owner="王芳", filters=CITIES)
        save(index, "云泽新开一条集装箱航线补贴多少？", owner="李明")
    (folder / "青砚2024.txt").write_text(QINGYAN, encoding="utf-8")
    build([SAMPLES, folder / "青砚2024.txt"], folder / "index")
    return folder / "index"


class Growing:
    """Notices in a folder, and an index of them that is built anew."""

    def __init__(self, folder: Path) -> None:
        """Build the index of the three notices below the folder."""
        self.notices, self.directory = write_corpus(folder / "notices"), folder / "index"
        self.build()

    def add(self, name: str, text: str) -> None:
        """Write a notice, or another text in its place, and build."""
        (self.notices / name).write_text(text, encoding="utf-8")
        self.build()

    def build(self) -> None:
        """Make a generation of the notices as they are."""
        build([self.notices], self.directory, encoder=HashEncoder(dim=256))

    @contextmanager
    def opened(self) -> Iterator[Index]:
        """The live index."""
        with open_index(self.directory, HashEncoder(dim=256)) as index:
            yield index

    def news(self, question: SavedQuestion) -> list[NewClause]:
        """What is news for the question in the live index."""
        with self.opened() as index:
            return news(index, question, read_saved(self.directory))
