"""What may be asked, each field with its bounds; the same fields in an address and in a posted body."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from indexer.api.limits import (
    DRAFT_CHARACTERS,
    LIST_LIMIT,
    MOST_CHARACTERS,
    MOST_CLAUSES,
    MOST_NAMES,
    MOST_ON_A_PAGE,
    NAME_CHARACTERS,
)
from indexer.catalogue import Order
from indexer.named_filters import LEVELS_BY_NAME, ROLES_BY_NAME, filters_named
from indexer.records import Filters, Mode, Query
from indexer.saved import LONGEST_QUESTION
from indexer.validity import Validity

__all__ = [
    "AskBody",
    "AskQuestion",
    "Draft",
    "DraftBody",
    "DutiesQuestion",
    "NoticesQuestion",
    "SavedBody",
    "SearchBody",
    "SearchQuestion",
]

_Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARACTERS, pattern=r"[^\s\x00]")]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=MOST_CHARACTERS, pattern=r"[^\s\x00]")]
_LevelName = Annotated[_Name, Field(json_schema_extra={"enum": list(LEVELS_BY_NAME)})]
_RoleName = Annotated[_Name, Field(json_schema_extra={"enum": list(ROLES_BY_NAME)})]
_Year = Annotated[str, StringConstraints(pattern="^[0-9]{4}(-[0-9]{4})?$")]


class _Asked(BaseModel):
    """A parameter that is not known is a mistake: what restricts nothing would go unseen."""

    model_config = ConfigDict(extra="forbid")


class _Where(_Asked):
    """From which notices."""

    place: list[_Name] = Field(
        [], max_length=MOST_NAMES, description="only notices from there (any of these)", examples=[["云泽"]]
    )
    year: _Year | None = Field(None, description="only notices of this year, or of these", examples=["2013-2023"])
    level: list[_LevelName] = Field(
        [], max_length=MOST_NAMES, description="only notices of these levels", examples=[["市级"]]
    )


class _Filtered(_Where):
    """From which notices, and clauses of whom."""

    unit: list[_Name] = Field(
        [], max_length=MOST_NAMES, description="only clauses of these units, by any of their names"
    )
    kind: list[_Name] = Field([], max_length=MOST_NAMES, description="only notices of these 文种", examples=[["意见"]])

    def filters(self) -> Filters:
        """The filters that are meant; raises UsageError for a year or level that does not exist."""
        return filters_named(places=self.place, year=self.year, levels=self.level, units=self.unit, kinds=self.kind)


class _Question(_Filtered):
    """A question with its filters."""

    q: _Text = Field(description="a question, key words or a drafted sentence", examples=["谁负责养老护理员培训？"])
    k: int = Field(10, ge=1, le=MOST_CLAUSES, description="clauses wanted")
    as_is: bool = Field(False, description="search for the text as it stands: read no place, year, unit … from it")

    def query(self) -> Query:
        """The question as the library takes it."""
        return Query(text=self.q, filters=self.filters(), as_is=self.as_is)


class SearchQuestion(_Question):
    """What `/search` takes."""

    mode: Mode = Field("hybrid", description="by words, by meaning, or by both")


class AskQuestion(_Question):
    """What `/ask` takes."""

    llm: bool = Field(False, description="have the server's language model say the answer in its words as well")


class Draft(_Filtered):
    """What `/precedents` takes."""

    text: _Text = Field(
        description="a sentence, or a draft of several clauses", examples=["养老机构用水、用电执行居民生活类价格。"]
    )
    k: int = Field(10, ge=1, le=MOST_CLAUSES, description="precedents wanted of each clause")
    field: _Name | None = Field(None, description="only notices whose titles name this field of policy: 养老, 物流 …")
    baseline: _Name | None = Field(None, description="clause_id: show what draft and precedents change of this clause")


class _Page(_Asked):
    """Which part of a list."""

    offset: int = Field(0, ge=0, le=10**9, description="how many to leave out at the beginning")
    limit: int = Field(LIST_LIMIT, ge=1, le=MOST_ON_A_PAGE, description="how many to list at most")


class DutiesQuestion(_Page, _Where):
    """What `/duties` takes."""

    unit: _Name | None = Field(
        None, description="the tasks of a unit, under every name it has had", examples=["市民政局"]
    )
    notice: _Name | None = Field(None, description="the tasks of a notice: doc_id, 文号 or title")
    role: list[_RoleName] = Field([], max_length=MOST_NAMES, description="only as 牵头, 责任 or 配合 (with unit)")


class NoticesQuestion(_Page, _Filtered):
    """What `/notices` takes."""

    text: _Name | None = Field(
        None, description="only notices whose title, 文号 or 索引号 has every one of these words"
    )
    validity: list[Validity] = Field(
        [], max_length=MOST_NAMES, description="only notices of which the archive knows this"
    )
    order: Order = Field("newest", description="what stands first")


class _Saved(_Filtered):
    """What is saved of a question."""

    q: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUESTION, pattern=r"[^\s\x00]")] = Field(
        description="a question, in one line", examples=["养老护理员培训由谁负责？"]
    )
    without: list[_Name] = Field([], max_length=MOST_NAMES, description="what is taken back of its plan")
    shared: bool = Field(False, description="for all readers to see")
    owner: _Name | None = Field(None, description="whose it is, where nobody has to show a key")


class _Posted(BaseModel):
    """A body has types of its own: a number in quotation marks is none."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @field_validator("k", mode="before", check_fields=False)
    @classmethod
    def whole(cls, value: object) -> object:
        """JSON has one type for numbers: 13.0 is 13."""
        return int(value) if isinstance(value, float) and value.is_integer() else value


class SearchBody(_Posted, SearchQuestion):
    """As the parameters of `/search`."""


class SavedBody(_Posted, _Saved):
    """A question to be saved."""


class AskBody(_Posted, AskQuestion):
    """As the parameters of `/ask`."""


class DraftBody(_Posted, Draft):
    """As the parameters of `/precedents`; the text may be a whole draft."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=DRAFT_CHARACTERS, pattern=r"[^\s\x00]")] = Field(
        description="a sentence, or a whole draft", examples=["养老机构用水、用电执行居民生活类价格。"]
    )
