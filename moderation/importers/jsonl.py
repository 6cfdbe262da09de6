"""Our own JSON lines: what `export` writes, and an easy target for any other system.

    {"type": "article", "id": "7", "title": "...", "text": "...", "url": "..."}
    {"type": "comment", "id": "31", "text": "...", "article_id": "7", "parent_id": "30",
     "author": {"id": "u5", "name": "Ann"}, "created_at": "2026-11-18T08:12:11Z",
     "kind": "comment", "status": "published", "source_status": "approved"}

A line without `type` is a comment; only `id` and `text` are needed. A comment without
`status` gets the one that the policy gives it. `site`, `report`, `appeal`, `suggestion` and
`item` are read as `importers.native_lines` says, and an item that waits comes with its comment
(`importers.with_items`); what an export has beside these (earlier revisions, events) is passed
over and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader
from typing import Literal

import msgspec

from moderation.comments import Author, NewComment, Status
from moderation.errors import ImportRefused, InvalidInput
from moderation.importers.checks import checked, checked_article, in_words, moment
from moderation.importers.native_lines import LEFT_BEHIND, READERS
from moderation.importers.with_items import with_items
from moderation.records import CommentRecord, LeftBehindRecord, Record, UnreadableRecord

MAX_LINE = 5 * 1024 * 1024
"""Longest line that is read at all, in bytes: the longest text of an export with all around it."""


class _Author(msgspec.Struct, forbid_unknown_fields=True):
    id: str | None = None
    name: str | None = None
    email: str | None = None
    ip: str | None = None
    email_hash: str | None = None
    ip_hash: str | None = None


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    text: str = ""
    type: Literal["article", "comment"] = "comment"
    title: str = ""
    url: str = ""
    article_id: str | None = None
    parent_id: str | None = None
    author: _Author | None = None
    created_at: str | None = None
    kind: Literal["comment", "pingback", "trackback"] = "comment"
    status: Status | None = None
    source_status: str | None = None
    vouched_for: bool = False
    # What an export adds. Both are made anew, but for a ruling that is not there yet.
    revision: int | None = None
    ruling: msgspec.Raw = msgspec.Raw()

    def to_article(self, place: str) -> Record:
        """The article, or what is wrong with it."""
        return checked_article(place, self.id, self.title, self.text, self.url)

    def to_comment(self, place: str) -> Record:
        """The comment, or what is wrong with it."""
        author = self.author or _Author()
        found = checked(
            place,
            NewComment(
                id=self.id,
                text=self.text,
                article_id=self.article_id,
                parent_id=self.parent_id,
                author=Author(author.id, author.name, author.email_hash, author.ip_hash),
                created_at=moment(self.created_at) if self.created_at else None,
                kind=self.kind,
                status=self.status,
                source_status=self.source_status,
                is_vouched_for=self.vouched_for,
            ),
            email=author.email,
            ip=author.ip,
            is_ours=self.revision is not None,
        )
        if isinstance(found, CommentRecord) and bytes(self.ruling) == b"null":
            return replace(found, is_unscored=True)
        return found


class _Head(msgspec.Struct):
    type: str = "comment"


_heads = msgspec.json.Decoder(_Head)
_decoder = msgspec.json.Decoder(_Line)


def detect(head: bytes) -> bool:
    """Whether this is the beginning of JSON lines."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def read(stream: BufferedReader) -> Iterator[Record]:
    """A record for every line that is not empty, and none for an item that has joined another."""
    return with_items(_lines(stream))


def _lines(stream: BufferedReader) -> Iterator[Record]:
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        place = f"line {number}"
        if len(line) > MAX_LINE:
            yield UnreadableRecord(place, f"it is longer than {MAX_LINE} bytes")
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            continue
        line = line.removeprefix(b"\xef\xbb\xbf").strip()
        if line:
            yield _record(place, line)


def _record(place: str, line: bytes) -> Record:
    kind = ""
    try:
        kind = _heads.decode(line).type
        if kind in LEFT_BEHIND:
            return LeftBehindRecord(kind)
        if kind in READERS:
            return READERS[kind](place, line)
        found = _decoder.decode(line)
    except InvalidInput as error:
        return _unreadable(place, kind, in_words(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        return _unreadable(place, kind, f"it is not a record of ours ({_without_text(error)})")
    return found.to_article(place) if found.type == "article" else found.to_comment(place)


def _unreadable(place: str, kind: str, why: str) -> UnreadableRecord:
    if kind == "site":
        # What follows belongs to it, and must not come to whichever site stands before it.
        raise ImportRefused(f"{place}: this site cannot be read: {why}.")
    return UnreadableRecord(place, why)


def _without_text(error: Exception) -> str:
    """The parser's word on it; msgspec names fields and types, and never quotes a value."""
    return str(error) if isinstance(error, msgspec.ValidationError) else "not valid JSON"
