"""What every importer holds its records to: the limits of the native protocol, for all formats."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from moderation.checks import (
    MAX_NAME,
    YEARS,
    checked_id,
    checked_line,
    checked_optional_id,
    checked_text,
    checked_url,
)
from moderation.comments import (
    MAX_ARTICLE_TEXT,
    MAX_ID,
    MAX_LONG_TEXT,
    MAX_TEXT,
    MAX_TITLE,
    Author,
    NewComment,
)
from moderation.errors import InvalidInput
from moderation.personal_data import is_address_hash
from moderation.records import ArticleRecord, CommentRecord, UnreadableRecord
from moderation.text.folding import is_blank


def checked(
    place: str,
    comment: NewComment,
    *,
    email: str | None = None,
    ip: str | None = None,
    is_ours: bool = False,
) -> CommentRecord | UnreadableRecord:
    """The record, or what is wrong with it.

    `is_ours` says that it comes from an export of ours: so may its text, which other protocols
    allow to be longer, and to hold any sign but NUL.
    """
    try:
        _check_text(comment.text, is_ours=is_ours)
        _check(comment)
    except InvalidInput as error:
        return UnreadableRecord(place, in_words(error))
    if is_blank(comment.text):
        return UnreadableRecord(place, "it has no text")
    return CommentRecord(comment, email, ip)


def checked_article(
    place: str, identity: str, title: str = "", text: str = "", url: str = ""
) -> ArticleRecord | UnreadableRecord:
    """The article, cut to what one may have, or what is wrong with it.

    An address that is none of a web page is left out: the article is worth having without it.
    """
    title, text = title[:MAX_TITLE], text[:MAX_ARTICLE_TEXT]
    try:
        checked_id("id", identity)
        checked_text("title", title, MAX_TITLE)
        checked_text("text", text, MAX_ARTICLE_TEXT)
    except InvalidInput as error:
        return UnreadableRecord(place, in_words(error))
    return ArticleRecord(identity, title, text, _address(url))


def name_in(written: str) -> str | None:
    """The name of an author as other systems have it, as one line of at most so many signs."""
    words = " ".join(written.split())
    shown = "".join(mark for mark in words if unicodedata.category(mark) != "Cc")
    return shown[:MAX_NAME].strip() or None


def moment(written: str) -> datetime | None:
    """A date as exports write it, as an aware moment in UTC; `None` for one that is no date.

    WordPress writes `0000-00-00 00:00:00` for a draft's date. A time without an offset is UTC.
    """
    try:
        found = datetime.fromisoformat(written.strip())
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year in YEARS else None


def in_words(error: InvalidInput) -> str:
    """What is wrong with a record, such as `its id must not be empty`."""
    return f"its {error.field} {error.message.removeprefix(f'{error.field}: ')}"


def _check_text(text: str, *, is_ours: bool) -> None:
    if not is_ours:
        checked_text("text", text, MAX_TEXT)
    elif "\0" in text:
        raise InvalidInput("text", "holds a NUL, which no database keeps")
    elif len(text) > MAX_LONG_TEXT:
        raise InvalidInput("text", f"must be at most {MAX_LONG_TEXT:,} code points long")


def _check(comment: NewComment) -> None:
    for field, value in (
        ("id", comment.id),
        ("article id", comment.article_id),
        ("parent id", comment.parent_id),
        ("author's id", comment.author.id),
    ):
        checked_optional_id(field, value)
    if comment.parent_id == comment.id:
        raise InvalidInput("parent id", "must not be the comment itself")
    checked_line("author's name", comment.author.name or "", MAX_NAME)
    checked_line("status", comment.source_status or "", MAX_ID)
    _check_hashes(comment.author)


def _check_hashes(author: Author) -> None:
    for field, value in (("email_hash", author.email_hash), ("ip_hash", author.ip_hash)):
        if value is not None and not is_address_hash(value):
            raise InvalidInput(f"author's {field}", "is no hash of ours")


def _address(url: str) -> str:
    try:
        return checked_url("url", url.strip())
    except InvalidInput:
        return ""
