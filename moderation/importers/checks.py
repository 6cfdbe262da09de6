"""What every importer holds a comment to, so that all formats refuse the same things."""

from __future__ import annotations

from datetime import UTC, datetime

from moderation.comments import MAX_ID, MAX_TEXT, NewComment
from moderation.records import CommentRecord, UnreadableRecord
from moderation.text.folding import is_blank

_EARLIEST_YEAR = 1970


def checked(
    place: str, comment: NewComment, *, email: str | None = None, ip: str | None = None
) -> CommentRecord | UnreadableRecord:
    """The record, or what is wrong with it."""
    problem = _problem(comment)
    return UnreadableRecord(place, problem) if problem else CommentRecord(comment, email, ip)


def moment(written: str) -> datetime | None:
    """A date as exports write it, as an aware moment in UTC; `None` for one that is no date.

    WordPress writes `0000-00-00 00:00:00` for a draft's date. A time without an offset is UTC.
    """
    try:
        found = datetime.fromisoformat(written.strip())
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year >= _EARLIEST_YEAR else None


def _problem(comment: NewComment) -> str | None:
    author = comment.author
    if len(comment.text) > MAX_TEXT:
        return f"its text is longer than {MAX_TEXT} characters"
    if "\0" in comment.text or any("\ud800" <= char <= "\udfff" for char in comment.text):
        return "its text is not readable as text"
    if is_blank(comment.text):
        return "it has no text"
    if any("\0" in (word or "") for word in (author.id, author.name, comment.source_status)):
        return "its author or status holds a NUL, which no database keeps"
    for name, value in (
        ("id", comment.id),
        ("article", comment.article_id),
        ("parent", comment.parent_id),
    ):
        if value is not None and not (0 < len(value) <= MAX_ID and value.isprintable()):
            return f"its {name} id is empty, too long or not printable"
    return None
