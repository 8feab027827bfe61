"""Log lines: one record a line, nothing about anybody, nothing that a terminal obeys."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

NO_ADDRESS = "no such address"
MASK = {code: f"\\x{code:02x}" for code in [*range(32), 127, *range(128, 160)]} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
"""Line ends and terminal commands, which somebody else's text may bring along."""


class Plain(logging.Formatter):
    """For a person at a terminal; with the whole story of an exception, for it is their own machine."""

    def format(self, record: logging.LogRecord) -> str:
        """`time level logger: message`, then the traceback."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        line = f"{at} {record.levelname} {record.name}: {said(record)}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class Json(logging.Formatter):
    """For machines. Of an exception only its kind and the places it passed: its words may quote a row."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object: at, level, logger, message, and exception with its places."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": said(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["places"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line)


def said(record: logging.LogRecord) -> str:
    """What the record says: addresses by their name, exceptions by their kind, no control characters."""
    request = getattr(record, "request", None)
    if request is not None and hasattr(request, "resolver_match"):
        # an address may hold a sign-in link
        match = request.resolver_match
        status = getattr(record, "status_code", "")
        return f"{status} {request.method} {match.view_name if match else NO_ADDRESS}".strip()
    try:
        text = record.msg % _kinds(record.args) if record.args else str(record.msg)
    except (TypeError, ValueError, KeyError):
        text = str(record.msg)
    return text.translate(MASK)


def _kinds(args: Any) -> Any:
    """The arguments with each exception as its kind alone. Celery gives a mapping that quotes it as text."""
    if isinstance(args, dict):
        quoted = {"exc", "traceback", "args", "kwargs"} & args.keys()
        return {**args, **dict.fromkeys(quoted, "…")}
    return tuple(type(arg).__name__ if isinstance(arg, BaseException) else arg for arg in args)


def is_news(record: logging.LogRecord) -> bool:
    """Not that a monitor was told what is broken: it asks every few seconds, and the cause is logged."""
    return getattr(record, "status_code", None) != 503


def to_stderr(as_json: bool) -> dict[str, Any]:
    """The logging settings: everything from INFO to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Json if as_json else Plain}},
        "filters": {"news": {"()": "django.utils.log.CallbackFilter", "callback": is_news}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["news"]}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # one line per tick would bury what matters
            **{f"celery.{name}": {"level": "WARNING"} for name in ("app.trace", "worker.strategy", "beat")},
        },
    }
