"""What the program says while it works: lines for a person, or one JSON object a line for a log collector."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Literal, TextIO, TypeAlias, get_args
from unicodedata import category

from indexer.errors import UsageError

__all__ = ["LOG_FORMS", "LogForm", "fault_line", "form_of", "in_one_line", "logged", "marked", "told"]

LogForm: TypeAlias = Literal["text", "json"]

LOG_FORMS: tuple[LogForm, ...] = get_args(LogForm)
# The libraries' own remarks stay where Python puts them; these are ours.
_OURS = ("indexer", "app", "eval")


# Control, direction, halves of surrogate pairs, ends of lines.
_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def in_one_line(text: str) -> str:
    """The text with all that steers a terminal escaped; names of files stand in it, which may hold anything."""
    return "".join(
        character.encode("unicode_escape").decode() if category(character) in _STEERING else character
        for character in text
    )


class _Lines(logging.Formatter):
    """One line a record, for a person; the traceback of a fault of the program below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the library's name)
        """The message alone."""
        return in_one_line(record.message)


class _JsonLines(logging.Formatter):
    """One object a line: time (ISO 8601, UTC), level, logger, message; what was given as `told` beside them."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        values: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": in_one_line(record.getMessage()),
        }
        values |= getattr(record, "told", {})
        if record.exc_info:
            values["traceback"] = self.formatException(record.exc_info)
        return json.dumps(values, ensure_ascii=False)


def told(**values: object) -> dict[str, dict[str, object]]:
    """What a log call takes as `extra` for its values to stand in a JSON line: `log.info("…", extra=told(stage="read"))`."""
    return {"told": values}


def marked(logger: logging.Logger, message: str, *values: object) -> str:
    """Log the exception being handled with its traceback; gives the mark by which whoever was told of it finds it there."""
    mark = secrets.token_hex(4)
    logger.exception(f"{message}, mark %s", *values, mark)
    return mark


def fault_line(logger: logging.Logger, message: str, *values: object) -> str:
    """Log the exception being handled, a mistake of the program; gives the line that says so, with its mark."""
    return f"the program is at fault; the log says more under the mark {marked(logger, message, *values)}"


def form_of(name: str) -> LogForm:
    """The form of the name; raises UsageError for one that there is not."""
    for form in LOG_FORMS:
        if form == name:
            return form
    raise UsageError(f"there is no form of logs named {name!r}; give one of {', '.join(LOG_FORMS)}")


@contextmanager
def logged(stream: TextIO, form: LogForm) -> Iterator[None]:
    """While the block runs, what our parts log goes to the stream in this form; progress (`debug`) in JSON only."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_JsonLines() if form == "json" else _Lines())
    loggers = [logging.getLogger(name) for name in _OURS]
    before = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG if form == "json" else logging.INFO)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, (level, propagate) in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate
