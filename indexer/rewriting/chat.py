"""One request to a model over the OpenAI chat completions protocol, streamed, bounded in time, size and retries.

What leaves this machine is the body of the request and the few headers of `_HEADERS`; redirects are not followed, so
the key goes to the address that was named and to no other. What the endpoint says of an error is not repeated: it may
hold the key, or whatever else somebody wants to be read.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

import httpx2
import openai
from openai import Stream
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from indexer.errors import EndpointError
from indexer.records import WritingFailure
from indexer.rewriting.endpoint import KEY, MODEL, TIMEOUT, URL, Endpoint
from indexer.rewriting.prompt import Message

__all__ = ["chat"]

# A reply of this many bytes, with all that the protocol puts around each word, is no answer of a few sentences.
MOST_BYTES = 2_000_000
# Of text; an answer has a few hundred characters, and a model that reasons aloud some thousands.
MOST_CHARACTERS = 20_000
CONNECT_SECONDS = 10.0
# One more try after a failure that passes, if the endpoint does not ask for a longer wait.
RETRY_SECONDS, MOST_RETRY_SECONDS = 0.5, 5.0
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
# Asked without `temperature` where that is refused: some models know only their own.
_REFUSED = frozenset({400, 422})
_HEADERS = frozenset({"host", "accept", "content-type", "content-length", "connection", "user-agent"})
_STATUS: dict[int, tuple[WritingFailure, str]] = {
    401: ("key_refused", f"refuses the key (HTTP 401); see {KEY}"),
    403: ("key_refused", f"refuses the key (HTTP 403); see {KEY}"),
    404: ("not_found", f"does not know the address or the model (HTTP 404); see {URL} and {MODEL}"),
    429: ("busy", "takes no more requests now (HTTP 429); ask again later"),
    503: ("busy", "takes no requests now (HTTP 503); ask again later"),
}


def chat(endpoint: Endpoint, messages: Sequence[Message]) -> Iterator[str]:
    """The pieces of the model's reply as they come, until it says that it has ended.

    Raises EndpointError, also after some pieces. The clock runs here and a thread reads, so that no trick of the other
    side (a byte now and then, comments without end) makes the caller wait longer than the endpoint's time.
    """
    reading = _Reading(endpoint, ends=time.monotonic() + endpoint.seconds)
    threading.Thread(target=_read, args=(reading, messages), name="language model", daemon=True).start()
    characters = 0
    try:
        while True:
            try:
                piece = reading.pieces.get(timeout=max(0.0, reading.ends - time.monotonic()))
            except Empty:
                raise reading.error("timeout", _slow(endpoint)) from None
            if isinstance(piece, Exception):
                raise piece
            if piece is None:
                return
            characters += len(piece)
            if characters > MOST_CHARACTERS:
                raise reading.error("too_long", f"writes more than {MOST_CHARACTERS} characters; the rest is left")
            yield piece
    finally:
        reading.stopped.set()


@dataclass(slots=True)
class _Reading:
    """A reply that is being read by a thread: what has come, and when to stop."""

    endpoint: Endpoint
    ends: float  # monotonic
    pieces: SimpleQueue[str | Exception | None] = field(default_factory=SimpleQueue)  # None: it has ended
    stopped: threading.Event = field(default_factory=threading.Event)
    n_bytes: int = 0
    last: bytes = b""

    def error(self, failure: WritingFailure, what: str) -> EndpointError:
        """The error of this endpoint, in one line."""
        return EndpointError(failure, f"the language model at {self.endpoint.host} {what}")

    def count(self, data: bytes) -> None:
        """Take note of bytes that came; raises EndpointError where they are too many or too late."""
        self.n_bytes += len(data)
        self.last = (self.last + data)[-64:]
        if self.n_bytes > MOST_BYTES:
            raise self.error("too_long", f"sends more than {MOST_BYTES} bytes; the rest is left")
        if self.stopped.is_set() or time.monotonic() > self.ends:
            raise self.error("timeout", _slow(self.endpoint))

    def pause(self, seconds: float) -> bool:
        """Wait before another try; False where there is no time for it, or nobody waits any more."""
        return time.monotonic() + seconds < self.ends and not self.stopped.wait(seconds)


def _slow(endpoint: Endpoint) -> str:
    return f"did not finish within {endpoint.seconds:g} s; {TIMEOUT} sets the time"


class _Counted(httpx2.SyncByteStream):
    """The bytes of a response as they come, each chunk counted before anything reads it."""

    def __init__(self, stream: httpx2.SyncByteStream, reading: _Reading) -> None:
        self._stream, self._reading = stream, reading

    def __iter__(self) -> Iterator[bytes]:
        for data in self._stream:
            self._reading.count(data)
            yield data

    def close(self) -> None:
        self._stream.close()


# --- in the thread -------------------------------------------------------------------------------


def _read(reading: _Reading, messages: Sequence[Message]) -> None:
    """Put the pieces, then None or what went wrong."""
    try:
        with _client(reading) as client:
            for piece in _reply(reading, client, messages):
                reading.pieces.put(piece)
        reading.pieces.put(None)
    except Exception as error:  # raised in `chat`, where it is waited for
        reading.pieces.put(error)


def _client(reading: _Reading) -> openai.OpenAI:
    """A client that sends the key to the endpoint alone, follows nowhere and tries once."""
    endpoint = reading.endpoint

    def stripped(request: httpx2.Request) -> None:
        for name in [name for name in request.headers if name.lower() not in _HEADERS]:
            del request.headers[name]
        request.headers["user-agent"] = "tiaowen"
        request.headers["accept-encoding"] = "identity"  # what is unpacked could not be counted
        if endpoint.key:
            request.headers["authorization"] = f"Bearer {endpoint.key}"

    def counted(response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise reading.error("not_understood", "packs its reply, though it was asked not to")
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Counted(response.stream, reading)

    timeout = httpx2.Timeout(endpoint.seconds, connect=min(CONNECT_SECONDS, endpoint.seconds))
    return openai.OpenAI(
        base_url=endpoint.url,
        api_key=endpoint.key or "none",  # the library wants one; `stripped` decides what is sent
        max_retries=0,
        http_client=httpx2.Client(
            timeout=timeout, follow_redirects=False, event_hooks={"request": [stripped], "response": [counted]}
        ),
    )


def _reply(reading: _Reading, client: openai.OpenAI, messages: Sequence[Message]) -> Iterator[str]:
    """The pieces of the reply to at most three requests: a second try, and one without `temperature`."""
    tries, plain = 2, False
    while True:
        try:
            with _request(reading, client, messages, plain=plain) as stream:
                yield from _content(reading, stream)
            return
        except openai.APIStatusError as error:
            if error.status_code in _REFUSED and not plain:
                plain = True
                continue
            tries -= 1
            wait = _retry_after(error)
            if not (tries and error.status_code in _PASSING and wait <= MOST_RETRY_SECONDS and reading.pause(wait)):
                raise _status_error(reading, error.status_code) from None
        except openai.APITimeoutError:
            raise reading.error("timeout", _slow(reading.endpoint)) from None
        except openai.APIConnectionError:
            if reading.n_bytes:
                raise reading.error("cut_off", "broke off in the middle of its reply") from None
            tries -= 1
            if not (tries and reading.pause(RETRY_SECONDS)):
                raise reading.error("unreachable", f"cannot be reached; see {URL}") from None
        except openai.APIError:
            raise reading.error("http_error", "reports an error in its reply; see its log") from None
        except (ValueError, RecursionError, httpx2.HTTPError, openai.OpenAIError):  # no JSON, no UTF-8, no protocol
            raise _rubbish(reading) from None


def _request(
    reading: _Reading, client: openai.OpenAI, messages: Sequence[Message], *, plain: bool
) -> Stream[ChatCompletionChunk]:
    """The reply, of which only the head has been read."""
    reading.n_bytes = 0  # of an error that was sent before
    spoken: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": text} if role == "system" else {"role": "user", "content": text}
        for role, text in messages
    ]
    return client.chat.completions.create(
        model=reading.endpoint.model,
        messages=spoken,
        stream=True,
        temperature=openai.omit if plain else 0.0,
    )


def _content(reading: _Reading, stream: Stream[ChatCompletionChunk]) -> Iterator[str]:
    """The text of a streamed reply, or of a whole one from an endpoint that does not stream."""
    media_type = stream.response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        text, reason = _whole(reading, stream.response.read())
        yield text
        _check_reason(reading, reason)
        return
    if media_type != "text/event-stream":
        raise _rubbish(reading)
    ended, understood = False, False
    for chunk in stream:
        choices = getattr(chunk, "choices", None)
        if not isinstance(choices, list):
            raise _rubbish(reading)
        for choice in choices[:1]:
            understood = True
            piece = getattr(getattr(choice, "delta", None), "content", None)
            if isinstance(piece, str) and piece:
                yield piece
            reason = getattr(choice, "finish_reason", None)
            _check_reason(reading, reason)
            ended = ended or bool(reason)
    if not (ended or b"[DONE]" in reading.last):
        raise reading.error("cut_off", "broke off in the middle of its reply") if understood else _rubbish(reading)


def _whole(reading: _Reading, body: bytes) -> tuple[str, object]:
    """The text of a reply that came in one piece, and why it ended."""
    try:
        choice = json.loads(body)["choices"][0]
        text = choice["message"]["content"]
    except (KeyError, IndexError, TypeError, RecursionError):
        raise _rubbish(reading) from None
    if not isinstance(text, str):
        raise _rubbish(reading)
    return text, choice.get("finish_reason")


def _check_reason(reading: _Reading, reason: object) -> None:
    """Raise where the reply ended for another reason than that it was complete."""
    if reason == "length":
        raise reading.error("cut_off", "stopped at its own limit of length; give it a larger context")
    if reason == "content_filter":
        raise reading.error("declined", "withheld its reply (content filter)")


def _retry_after(error: openai.APIStatusError) -> float:
    """The seconds that the endpoint wants to be left alone; a date counts as too long."""
    text = error.response.headers.get("retry-after", "")
    try:
        return max(float(text), RETRY_SECONDS) if text else RETRY_SECONDS
    except ValueError:
        return MOST_RETRY_SECONDS + 1


def _status_error(reading: _Reading, status: int) -> EndpointError:
    if 300 <= status < 400:
        return reading.error("redirected", f"sends elsewhere (HTTP {status}); give the final address in {URL}")
    failure, what = _STATUS.get(status, ("http_error", f"fails with HTTP {status}; see its log"))
    return reading.error(failure, what)


def _rubbish(reading: _Reading) -> EndpointError:
    return reading.error("not_understood", f"does not speak the chat completions protocol; see {URL}")
