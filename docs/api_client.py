"""A client of the API with types, of one file and the standard library alone: copy it where it is needed.

from api_client import Client, Problem

archive = Client("http://127.0.0.1:8600")
for hit in archive.search("养老护理员培训", place=["云泽"], k=3)["hits"]:
    print(hit["title"], hit["clause_id"], [unit["name"] for unit in hit["units"]])
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypedDict, Unpack
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

__all__ = [
    "Answer",
    "AnswerUnit",
    "Client",
    "Filters",
    "Hit",
    "NoticeHead",
    "Problem",
    "SavedQuestion",
    "SearchResult",
    "Statement",
    "Unit",
]

Role = Literal["lead", "responsible", "support"]
Mode = Literal["hybrid", "lexical", "dense"]


class Filters(TypedDict, total=False):
    """Which notices and clauses are wanted; values of one filter are alternatives."""

    place: list[str]
    year: str  # 2021, or 2013-2023
    level: list[str]
    unit: list[str]
    kind: list[str]


class DraftFilters(Filters, total=False):
    """Of a draft also the field of policy, and a clause that everything is compared with."""

    field: str
    baseline: str


class NoticeFilters(Filters, total=False):
    """Of a list of notices also words of their titles, and what the archive knows of their validity."""

    text: str
    validity: list[str]
    order: Literal["newest", "oldest", "place", "title", "clauses", "warnings"]


class DutyFilters(TypedDict, total=False):
    """Of a unit's tasks."""

    role: list[str]
    place: list[str]
    year: str
    level: list[str]


class Unit(TypedDict):
    """A unit made responsible for a clause; start and end are code points into the notice's body."""

    name: str
    surface: str
    role: Role
    inherited: bool
    start: int
    end: int
    rule: str
    members: list[str]
    open_ended: bool


class Link(TypedDict):
    """What a notice is to another: repealed_by, corrected_by …"""

    relation: str
    doc_id: str
    title: str


class Hit(TypedDict):
    """A clause that was found."""

    rank: int
    score: float
    lexical_rank: int | None
    dense_rank: int | None
    clause_id: str
    doc_id: str
    source_path: str
    title: str
    place: str
    year: int | None
    headings: list[str]
    text: str
    repeats: str | None
    units: list[Unit]
    links: list[Link]


class SearchResult(TypedDict):
    """The clauses that were found, best first."""

    query_id: str
    query: str
    hits: list[Hit]


class AnswerUnit(TypedDict):
    """A unit in an answer, with the clause that names it."""

    name: str
    surface: str
    role: Role
    inherited: bool
    clause_id: str


class Statement(TypedDict):
    """A located quotation."""

    text: str
    clause_id: str
    start: int
    end: int


class Answer(SearchResult):
    """The answer, or in `abstained` the reason for silence."""

    kind: str
    abstained: str | None
    units: list[AnswerUnit]
    statements: list[Statement]
    conflicts: list[dict[str, Any]]


class NoticeHead(TypedDict):
    """A notice in a list."""

    doc_id: str
    title: str
    doc_number: str | None
    issuers: list[str]
    issued_on: str | None
    year: int | None
    place: str
    level: str | None
    source: dict[str, str | None]
    kind: str | None
    validity: str
    n_clauses: int
    n_units: int


class SavedQuestion(TypedDict):
    """A question that is kept."""

    question_id: str
    text: str
    filters: dict[str, Any]
    without: list[str]
    owner: str
    created_at: str
    shared: bool
    changeable: bool


class Problem(Exception):
    """What the server refuses or cannot do; `kind` is the last part of the problem's type, such as not-found or busy."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: int | None) -> None:
        super().__init__(problem.get("detail", f"HTTP {status}"))
        self.status = status
        self.kind = str(problem.get("type", "")).rpartition(":")[2]
        self.names: list[str] = problem.get("names", [])  # that may have been meant
        self.retry_after = retry_after  # seconds, where the server is busy


class Client:
    """The archive of one server."""

    def __init__(self, address: str, *, seconds: float = 60.0, headers: Mapping[str, str] | None = None) -> None:
        """`headers` go with every request, for a server that wants to know who asks."""
        self._address, self._seconds, self._headers = address.rstrip("/"), seconds, dict(headers or {})
        self._kept: dict[str, tuple[str, Any]] = {}  # by address the ETag and what came with it

    def search(
        self, q: str, *, k: int = 10, mode: Mode = "hybrid", as_is: bool = False, **filters: Unpack[Filters]
    ) -> SearchResult:
        """The clauses that fit best, best first."""
        found: SearchResult = self._post("/search", q=q, k=k, mode=mode, as_is=as_is, **filters)
        return found

    def ask(self, q: str, *, k: int = 10, llm: bool = False, **filters: Unpack[Filters]) -> Answer:
        """The answer; with `llm` its `written` is what the server's language model makes of it."""
        found: Answer = self._post("/ask", q=q, k=k, llm=llm, **filters)
        return found

    def events(self, q: str, **filters: Unpack[Filters]) -> Iterator[tuple[str, Any]]:
        """Names and objects of the events in which an answer is written: answer, sentence …, written, end."""
        request = self._request("/ask", {"q": q, "llm": True, **filters})
        request.add_header("accept", "text/event-stream")
        name = ""
        with self._open(request) as reply:
            for line in reply:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)

    def precedents(self, text: str, *, k: int = 10, **filters: Unpack[DraftFilters]) -> list[dict[str, Any]]:
        """Who wrote each clause of a draft before."""
        found: list[dict[str, Any]] = self._post("/precedents", text=text, k=k, **filters)
        return found

    def duties(
        self, *, unit: str | None = None, notice: str | None = None, **filters: Unpack[DutyFilters]
    ) -> dict[str, Any]:
        """All tasks of a unit, or of a notice, from as many pages as there are."""
        whole: dict[str, Any] = {}
        for page in self._pages("/duties", {"unit": unit, "notice": notice, **filters}):
            whole = page | {"tasks": [*whole.get("tasks", []), *page["tasks"]]}
        return whole

    def notices(self, **filters: Unpack[NoticeFilters]) -> Iterator[NoticeHead]:
        """Every notice that passes."""
        for page in self._pages("/notices", filters):
            yield from page["notices"]

    def notice(self, doc_id: str) -> dict[str, Any]:
        """A notice with its body and clauses."""
        found: dict[str, Any] = self._get(f"/notices/{quote(doc_id, safe='')}")
        return found

    def clause(self, clause_id: str) -> dict[str, Any]:
        """A clause and its notice's head."""
        found: dict[str, Any] = self._get(f"/clauses/{quote(clause_id, safe='')}")
        return found

    def saved(self) -> list[SavedQuestion]:
        """One's saved questions, and those that others share."""
        found: list[SavedQuestion] = self._get("/saved")["questions"]
        return found

    def save(
        self, q: str, *, shared: bool = False, owner: str | None = None, **filters: Unpack[Filters]
    ) -> SavedQuestion:
        """Save a question; `owner` where nobody has to show a key."""
        found: SavedQuestion = self._post("/saved", q=q, shared=shared, owner=owner, **filters)
        return found

    def remove(self, question_id: str) -> None:
        """Remove a saved question."""
        self._delete(f"/saved/{quote(question_id, safe='')}")

    def feeds(self) -> dict[str, str]:
        """Addresses of one's feeds, `rss` and `json_feed`, made now and shown once, with the `key_id` that revokes them."""
        found: dict[str, str] = self._post("/feeds")
        return found

    def revoke(self, key_id: str) -> None:
        """Let the addresses of feeds hold no more."""
        self._delete(f"/feeds/{quote(key_id, safe='')}")

    def health(self) -> dict[str, Any]:
        """What is live."""
        found: dict[str, Any] = self._get("/health")
        return found

    def _pages(self, path: str, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        offset, limit = 0, 500
        given = {name: value for name, value in parameters.items() if value is not None}
        while True:
            page = self._get(f"{path}?{urlencode({**given, 'offset': offset, 'limit': limit}, doseq=True)}")
            yield page
            offset += limit
            if offset >= page.get("n_notices", page.get("n_tasks")):
                return

    def _get(self, path: str) -> Any:  # noqa: ANN401 (any JSON)
        """What is there; what has not changed since is not sent again."""
        request = Request(self._address + path, headers=self._headers)
        tag, kept = self._kept.get(path, ("", None))
        if tag:
            request.add_header("if-none-match", tag)
        try:
            with self._open(request) as reply:
                found = json.load(reply)
                if reply.headers.get("etag"):
                    self._kept[path] = (reply.headers["etag"], found)
                return found
        except Problem as problem:
            if problem.status == 304:
                return kept
            raise

    def _delete(self, path: str) -> None:
        with self._open(Request(self._address + path, headers=self._headers, method="DELETE")):
            pass

    def _post(self, path: str, **body: Any) -> Any:  # noqa: ANN401
        with self._open(self._request(path, body)) as reply:
            return json.load(reply)

    def _request(self, path: str, body: Mapping[str, Any]) -> Request:
        headers = {"content-type": "application/json", **self._headers}
        return Request(self._address + path, json.dumps(body).encode(), headers, method="POST")

    def _open(self, request: Request) -> Any:  # noqa: ANN401 (a reply, which the library types so)
        try:
            return urlopen(request, timeout=self._seconds)
        except HTTPError as error:
            with error:
                body = error.read()
                of_problem = error.headers.get_content_type() == "application/problem+json"
                after = error.headers.get("retry-after", "")
                problem = json.loads(body) if of_problem else {}
            raise Problem(error.code, problem, int(after) if after.isdecimal() else None) from None
