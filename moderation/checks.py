"""Checks of the single values that people and programs hand in: ids, lines, tags, addresses.

Each gives back what it takes, or raises an `InvalidInput` that names the field.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from urllib.parse import urlsplit

from moderation.comments import MAX_ID
from moderation.errors import InvalidInput, TooLarge

MAX_URL = 2_000
MAX_NAME = 200

YEARS = range(1970, 2101)
"""Years that a comment's time may lie in."""

LANGUAGE = "[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}"
"""A BCP 47 tag, as far as it matters here."""

_LANGUAGE = re.compile(LANGUAGE)

# Tab, line feed, vertical tab, form feed and carriage return are what people's texts hold.
BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")


def checked_id(field: str, value: str) -> str:
    """An id of the site: 1 to 200 code points, none of them a control character."""
    if not value.strip():
        raise InvalidInput(field, "must not be empty")
    return checked_line(field, value, MAX_ID)


def checked_optional_id(field: str, value: str | None) -> str | None:
    """An id as `checked_id` has it, or `None` where there is none."""
    return None if value is None else checked_id(field, value)


def checked_language(field: str, value: str | None) -> str | None:
    """A BCP 47 tag as sent, or `None` where there is none."""
    if value is not None and not _LANGUAGE.fullmatch(value):
        raise InvalidInput(field, "must be a BCP 47 tag, such as `en` or `pt-BR`")
    return value


def checked_line(field: str, value: str, limit: int) -> str:
    """A text of at most so many code points, none of them a control character."""
    if len(value) > limit:
        raise TooLarge(field, f"must be at most {limit:,} code points long")
    if any(unicodedata.category(mark) == "Cc" for mark in value):
        raise InvalidInput(field, "holds control characters")
    return value


def checked_text(field: str, value: str, limit: int) -> str:
    """A text of at most so many code points, which may be empty and has nothing binary in it."""
    if len(value) > limit:
        raise TooLarge(field, f"must be at most {limit:,} code points long")
    if BINARY.search(value):
        raise InvalidInput(field, "holds binary control characters")
    return value


def checked_moment(field: str, value: datetime) -> datetime:
    """An aware moment in UTC, which lies in one of `YEARS` there."""
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise InvalidInput(field, f"must lie between {YEARS[0]} and {YEARS[-1]} (UTC)")
    return moment


def checked_url(field: str, value: str | None) -> str:
    """An http or https address; empty where there is none."""
    if not value:
        return ""
    checked_line(field, value, MAX_URL)
    try:
        parts = urlsplit(value)
    except ValueError:
        raise InvalidInput(field, "is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InvalidInput(field, "must be an http or https URL")
    return value
