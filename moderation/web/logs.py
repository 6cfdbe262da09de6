"""Logging as one JSON object a line on standard error."""

from __future__ import annotations

import json
import logging
import logging.config
from datetime import UTC, datetime

from flask import has_request_context

from moderation.web.current import request_id

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName"}


class JsonFormatter(logging.Formatter):
    """A record as JSON: time, level, logger, event, the request's id and what was added.

    An exception is named by its class alone: its message may quote what somebody wrote.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line without a line break in it."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        if has_request_context():
            entry["request_id"] = request_id()
        if record.exc_info and record.exc_info[0]:
            entry["error"] = record.exc_info[0].__name__
        added = vars(record).items()
        entry.update((name, value) for name, value in added if name not in _ORDINARY)
        return json.dumps(entry, default=str)


def configure_logs(level: str) -> None:
    """Send every logger of the process through `JsonFormatter` from this level up."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonFormatter}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"level": level.upper(), "handlers": ["stderr"]},
        }
    )
