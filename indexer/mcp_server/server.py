"""The tools with their parameters, offered over stdin and stdout or over HTTP; a mistake is a tool error in one line."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field, StringConstraints, ValidationError

from indexer.audit import Deed
from indexer.errors import AuditFault, EncoderError, IndexFault, TiaowenError
from indexer.index import Index
from indexer.logs import in_one_line, told
from indexer.mcp_server import tools
from indexer.mcp_server.asked_index import Call, index_for
from indexer.mcp_server.results import Answered, ClauseRead, Duties, NoticeRead, Precedents, Searched
from indexer.named_filters import filters_named, roles_named
from indexer.records import Mode
from indexer.serving.admission import Admission
from indexer.serving.workers import Workers

__all__ = ["ArchiveServer", "server_over"]

_LOG = logging.getLogger(__name__)
T = TypeVar("T")

_INSTRUCTIONS = """An archive of Chinese government policy notices (通知, 意见, 方案 …), cut into clauses, each with the units
responsible for it. Every result carries a citation; quote its text. Ask in Chinese. A notice that is repealed or replaced
says so in its links. Where ask abstains, say that the archive has no answer; do not make one up."""
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

_Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"[^\s]")]
_Draft = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"[^\s]")]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"[^\s]")]
_Names: TypeAlias = Annotated[list[_Name], Field(max_length=20)]
_Place = Annotated[_Names, Field(description="only notices from there (any of these): 云泽, 浙江省")]
_Year = Annotated[str | None, Field(description="only notices of this year, or of these: 2021 or 2013-2023")]
_Level = Annotated[_Names, Field(description="only notices of these levels: 国家, 省级, 市级, 区县, 乡镇")]
_Unit = Annotated[_Names, Field(description="only clauses of these units, by any of their names: 市民政局")]
_Kind = Annotated[_Names, Field(description="only notices of these 文种: 通知, 意见, 方案")]
_Offset = Annotated[int, Field(ge=0, description="how many to leave out at the beginning")]


class ArchiveServer(MCPServer[Any]):
    """The server of one archive; its tools only read."""

    def __init__(self, admission: Admission, workers: Workers) -> None:
        """Without tools; `server_over` adds them."""
        super().__init__("tiaowen", title="条文", instructions=_INSTRUCTIONS, version="1.0.0", log_level="WARNING")
        self._admission = admission
        self._workers = workers

    async def answered(
        self, call: Call, work: Callable[[Index], T], *, deed: Deed = "asked", question: str | None = None
    ) -> T:
        """What the work makes of the index, done in the pool; written down first where that is set up."""

        def in_thread() -> T:
            with index_for(self._admission, call) as (index, reader):
                found = work(index)
                self._admission.note(index, reader, deed, question=question, shown=_plain(found))
                return found

        return await self._workers.run(in_thread)

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None) -> Any:  # noqa: ANN401 (as the library has it)
        """The tool's result; raises ToolError with one line. What was asked is not logged."""
        began, outcome = time.monotonic(), "failed"
        try:
            found = await super().call_tool(name, arguments, context)
            outcome = "done"
            return found
        except ToolError as error:
            raise ToolError(_one_line(error)) from None
        finally:
            ms = round((time.monotonic() - began) * 1000, 1)
            known = name if any(name == tool.name for tool in self._tool_manager.list_tools()) else "(none)"
            _LOG.info("%s %s %.0f ms", known, outcome, ms, extra=told(tool=known, outcome=outcome, ms=ms))


def _plain(found: object) -> object:
    return found.model_dump() if isinstance(found, BaseModel) else found


def _one_line(error: ToolError) -> str:
    """What was wrong, without the machine's paths."""
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        places = [(".".join(map(str, each["loc"])), each["msg"]) for each in cause.errors()]
        return in_one_line("; ".join(f"{where}: {message}" for where, message in places))
    if isinstance(cause, EncoderError | IndexFault | AuditFault):
        _LOG.error("%s", cause)
        return "the archive cannot be asked at the moment; whoever runs the server finds the reason in its log"
    if isinstance(cause, TiaowenError):
        return in_one_line(str(cause))
    if cause is not None:
        _LOG.error("a tool failed", exc_info=cause)
        return "the tool has a fault; whoever runs the server finds it in its log"
    return in_one_line(str(error))


def server_over(admission: Admission, *, workers: Workers) -> ArchiveServer:
    """The server with its six tools, which answer from the live index behind the door."""
    server = ArchiveServer(admission, workers)
    _add_questions(server)
    _add_readings(server)
    _add_lists(server)
    return server


def _add_questions(server: ArchiveServer) -> None:
    @server.tool(title="Find clauses", annotations=_READS)
    async def search_clauses(
        call: Context[Any, Any],
        query: Annotated[_Text, Field(description="key words or a question, in Chinese")],
        k: Annotated[int, Field(ge=1, le=20, description="clauses wanted")] = 5,
        place: _Place = [],  # noqa: B006 (copied by the library)
        year: _Year = None,
        level: _Level = [],  # noqa: B006
        unit: _Unit = [],  # noqa: B006
        kind: _Kind = [],  # noqa: B006
        mode: Mode = "hybrid",
    ) -> Searched:
        """Find clauses of policy notices by meaning and words, best first."""
        filters = filters_named(places=place, year=year, levels=level, units=unit, kinds=kind)
        return await server.answered(
            call, lambda index: tools.searched(index, query, k=k, filters=filters, mode=mode), question=query
        )

    @server.tool(title="Ask the archive", annotations=_READS)
    async def ask(
        call: Context[Any, Any],
        question: Annotated[_Text, Field(description="谁负责…？ …负责什么？ 补贴多少？ 各地怎么规定？")],
        place: _Place = [],  # noqa: B006
        year: _Year = None,
        level: _Level = [],  # noqa: B006
        kind: _Kind = [],  # noqa: B006
    ) -> Answered:
        """Answer a question with responsible units and quotations, or say why the archive has no answer."""
        filters = filters_named(places=place, year=year, levels=level, kinds=kind)
        return await server.answered(
            call, lambda index: tools.answer(index, question, filters=filters), question=question
        )


def _add_readings(server: ArchiveServer) -> None:
    @server.tool(title="Read a clause", annotations=_READS)
    async def get_clause(
        call: Context[Any, Any], clause_id: Annotated[_Name, Field(description="of a citation")]
    ) -> ClauseRead:
        """Read a whole clause: text, units, persons, deadline, targets, and what became of its notice."""
        return await server.answered(call, lambda index: tools.clause(index, clause_id), deed="read")

    @server.tool(title="Read a notice", annotations=_READS)
    async def get_notice(
        call: Context[Any, Any],
        notice: Annotated[_Name, Field(description="doc_id, 发文字号 or title")],
        offset: _Offset = 0,
        limit: Annotated[int, Field(ge=1, le=200, description="clauses listed")] = 50,
    ) -> NoticeRead:
        """Read what a notice is, and how each of its clauses begins."""
        return await server.answered(
            call, lambda index: tools.notice(index, notice, offset=offset, limit=limit), deed="read"
        )


def _add_lists(server: ArchiveServer) -> None:
    @server.tool(title="List a unit's duties", annotations=_READS)
    async def list_duties(
        call: Context[Any, Any],
        unit: Annotated[_Name, Field(description="a unit by any name it has had: 市民政局")],
        role: Annotated[_Names, Field(description="only as 牵头, 责任 or 配合")] = [],  # noqa: B006
        place: _Place = [],  # noqa: B006
        year: _Year = None,
        level: _Level = [],  # noqa: B006
        offset: _Offset = 0,
        limit: Annotated[int, Field(ge=1, le=100, description="tasks listed")] = 20,
    ) -> Duties:
        """List the tasks of a unit over all notices, under every name it has had, oldest notice first."""
        filters, roles = filters_named(places=place, year=year, levels=level), roles_named(role)
        return await server.answered(
            call,
            lambda index: tools.duties(index, unit, filters=filters, roles=roles, offset=offset, limit=limit),
            question=unit,
        )

    @server.tool(title="Find precedents", annotations=_READS)
    async def find_precedents(
        call: Context[Any, Any],
        text: Annotated[_Draft, Field(description="a drafted sentence, or a few clauses")],
        k: Annotated[int, Field(ge=1, le=10, description="precedents wanted of each clause")] = 3,
        place: _Place = [],  # noqa: B006
        year: _Year = None,
        level: _Level = [],  # noqa: B006
        kind: _Kind = [],  # noqa: B006
    ) -> Precedents:
        """Find who wrote a drafted wording before: copied (verbatim), adapted or only similar, and the earliest source."""
        filters = filters_named(places=place, year=year, levels=level, kinds=kind)
        return await server.answered(
            call, lambda index: tools.precedents(index, text, k=k, filters=filters), question=text
        )
