"""What the native protocol takes: the shape of each request, and its limits.

Every value here is checked once and turned into the words of the domain. Whatever
does not fit is an `InvalidInput` that names its field by path (`comments[3].text`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec

from moderation.checks import (
    MAX_NAME,
    checked_id,
    checked_language,
    checked_line,
    checked_moment,
    checked_optional_id,
    checked_text,
    checked_url,
)
from moderation.comments import (
    MAX_ARTICLE_TEXT,
    MAX_TEXT,
    MAX_TITLE,
    REASON_CODES,
    Article,
    Author,
    Comment,
    NewComment,
    StoredArticle,
)
from moderation.errors import InvalidInput, TooLarge
from moderation.labels import Label
from moderation.review_queue import Verdict
from moderation.scoring.scorer import MODES
from moderation.stored import Objection, QueueFilter
from moderation.text.folding import is_blank
from moderation.wire.decoding import decode, without_halves
from moderation.wire.fields import (
    MAX_BATCH,
    REPEAT_KEY,
    ArticleText,
    ContextText,
    Id,
    LabelName,
    Language,
    Mode,
    Moment,
    Name,
    ReasonCode,
    Text,
    Title,
    Url,
    Version,
)
from moderation.wire.fields import Sequence as EventSequence


class _Request(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An object of the protocol: a field that it does not know is refused."""


class ArticleFields(_Request):
    """`{"title"?, "text"?}` or `{"id"}`."""

    id: Id | None = None
    title: Title | None = None
    text: ArticleText | None = None


class ParentFields(_Request):
    """`{"text"}`."""

    text: ContextText


class ClassifyRequest(_Request):
    """`POST /v1/classify`: one comment, or `comments` with such objects in it.

    `{"text", "article"?, "parent"?: {"text"}, "language"?, "explain"?, "mode"?}` or
    `{"comments": [...], "explain"?, "mode"?}`.
    """

    text: Text | None = None
    article: ArticleFields | None = None
    parent: ParentFields | None = None
    language: Language | None = None
    explain: bool | None = None
    mode: Mode | None = None
    comments: list[msgspec.Raw] | None = None


class ArticleRequest(_Request):
    """`PUT /v1/articles/{id}`: `{"title", "text", "url"?}`."""

    title: Title
    text: ArticleText
    url: Url | None = None

    def to_article(self, site_id: str, article_id: str) -> StoredArticle:
        """The article under its site's id."""
        return StoredArticle(
            site_id=site_id,
            id=checked_id("id", article_id),
            title=checked_text("title", self.title, MAX_TITLE),
            text=checked_text("text", self.text, MAX_ARTICLE_TEXT),
            url=checked_url("url", self.url),
        )


class AuthorFields(_Request):
    """`{"id", "name"?}`."""

    id: Id
    name: Name | None = None


class CommentRequest(_Request):
    """`POST /v1/comments`.

    `{"id", "text", "article_id"?, "parent_id"?, "author"?: {"id", "name"?}, "created_at"?}`.
    """

    id: Id
    text: Text
    article_id: Id | None = None
    parent_id: Annotated[Id | None, msgspec.Meta(examples=["c-9"])] = None
    author: AuthorFields | None = None
    created_at: Moment | None = None

    def to_comment(self) -> NewComment:
        """The comment as it is to be submitted."""
        if self.parent_id is not None and self.parent_id == self.id:
            raise InvalidInput("parent_id", "must not be the comment itself")
        author = self.author
        return NewComment(
            id=checked_id("id", self.id),
            text=_required_text("text", self.text),
            article_id=checked_optional_id("article_id", self.article_id),
            parent_id=checked_optional_id("parent_id", self.parent_id),
            author=Author(
                id=checked_id("author.id", author.id), name=_name("author.name", author.name)
            )
            if author
            else Author(),
            created_at=_time("created_at", self.created_at),
        )


class ObjectionRequest(_Request):
    """`POST /v1/comments/{id}/reports` and `/appeals`: `{"reason"?, "text"?, "by"?}`."""

    reason: Name | None = None
    text: ContextText | None = None
    by: Id | None = None

    def to_objection(self, kind: str, at: datetime, sent_as: str | None = None) -> Objection:
        """A `report` or an `appeal` made at that time; `sent_as` as `repeat_key` gives it."""
        return Objection(
            kind=kind,
            at=at,
            text=checked_text("text", self.text or "", MAX_TEXT),
            reason=_name("reason", self.reason) or "",
            by=checked_optional_id("by", self.by),
            sent_as=sent_as,
        )


class ClaimRequest(_Request):
    """`POST /v1/queue/claim`: `{"site"?, "reason"?, "label"?, "language"?, "escalated"?}`."""

    site: Id | None = None
    reason: ReasonCode | None = None
    label: LabelName | None = None
    language: Language | None = None
    escalated: bool | None = None

    def to_filter(self) -> QueueFilter:
        """Which items are wanted."""
        return QueueFilter(
            site_id=checked_optional_id("site", self.site),
            reason=_one_of("reason", self.reason, REASON_CODES),
            label=_one_of("label", self.label, [label.value for label in Label]),
            language=checked_language("language", self.language),
            escalated=self.escalated,
        )


class ClaimItemRequest(_Request):
    """`POST /v1/queue/{id}/claim`: `{"take_over"?}`."""

    take_over: bool = False


class VerdictRequest(_Request):
    """`POST /v1/queue/{id}/verdict`: `{"verdict", "version", "labels"?}`."""

    verdict: Verdict
    version: Version
    labels: list[LabelName] = []


class UndoRequest(_Request):
    """`POST /v1/queue/{id}/undo`: `{"sequence"?}`, which is that of the verdict."""

    sequence: EventSequence | None = None


class NoFields(_Request):
    """A request that says all by its address: `{}`, or no body."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One comment to be classified; `article_id` still has to be looked up."""

    text: str
    article: Article | None
    article_id: str | None
    parent: str | None
    language: str | None
    explain: bool
    mode: str | None

    def to_comment(self, stored: StoredArticle | None) -> Comment:
        """The comment in its context."""
        article = stored.as_context() if stored else self.article
        return Comment(self.text, article, self.parent, self.language)


def classify_request(raw: bytes) -> ClassifyRequest:
    """The body of `POST /v1/classify`. Raises `InvalidInput`.

    Half of a surrogate pair makes a whole body unreadable for the parser; in a batch it is the
    fault of the one comment that has it.
    """
    try:
        return decode(raw, ClassifyRequest)
    except InvalidInput as error:
        readable = without_halves(raw)
        if readable == raw:
            raise
        try:
            asked = decode(readable, ClassifyRequest)
        except InvalidInput:
            raise error from None
        if asked.comments is None:
            raise
    return msgspec.structs.replace(asked, comments=_as_sent(asked.comments, readable, raw))


def _as_sent(items: Sequence[msgspec.Raw], readable: bytes, raw: bytes) -> list[msgspec.Raw]:
    """The items as they stand in `raw`, which has every byte where `readable` has it."""
    sent, end = [], 0
    for item in items:
        begin = readable.index(bytes(item), end)
        end = begin + len(bytes(item))
        sent.append(msgspec.Raw(raw[begin:end]))
    return sent


def draft(asked: ClassifyRequest, at: str = "") -> Draft:
    """The one comment of a request. `at` is its path, such as `comments[3].`."""
    if asked.text is None:
        raise InvalidInput(f"{at}text", "is required")
    fields = asked.article or ArticleFields()
    if fields.id is not None and (fields.title is not None or fields.text is not None):
        raise InvalidInput(f"{at}article", "has either an id, or a title and text")
    article = Article(
        checked_text(f"{at}article.title", fields.title or "", MAX_TITLE),
        checked_text(f"{at}article.text", fields.text or "", MAX_ARTICLE_TEXT),
    )
    parent = checked_text(f"{at}parent.text", asked.parent.text if asked.parent else "", MAX_TEXT)
    return Draft(
        text=_required_text(f"{at}text", asked.text),
        article=None if article.is_blank else article,
        article_id=checked_optional_id(f"{at}article.id", fields.id),
        parent=None if is_blank(parent) else parent,
        language=checked_language(f"{at}language", asked.language),
        explain=bool(asked.explain),
        mode=_mode(f"{at}mode", asked.mode),
    )


def drafts(asked: ClassifyRequest) -> list[Draft | InvalidInput]:
    """The comments of a batch in order, each good one as a draft, each bad one as its error.

    Raises `InvalidInput` where the batch as such is no good.
    """
    sent = asked.comments or []
    beside = (asked.text, asked.article, asked.parent, asked.language)
    if any(one is not None for one in beside):
        raise InvalidInput("comments", "stands in the place of text, article, parent and language")
    if not sent:
        raise InvalidInput("comments", "must not be empty")
    if len(sent) > MAX_BATCH:
        raise TooLarge("comments", f"must hold at most {MAX_BATCH:,} comments")
    _mode("mode", asked.mode)
    return [_batched(raw, f"comments[{index}]", asked) for index, raw in enumerate(sent)]


def one_or_many(schemas: dict[str, Any]) -> None:
    """Say in the document what no type can: a comment, or else a list of them, and nothing beside.

    A list may hold anything at all: what is no comment is answered in its place.
    """
    asked, article = schemas["ClassifyRequest"], schemas["ArticleFields"]
    nothing = {"type": "null"}
    many = {"type": "array", "items": {}, "minItems": 1, "maxItems": MAX_BATCH}
    asked["properties"]["comments"] = {
        "description": f"Up to {MAX_BATCH:,} objects with the other fields of this one.",
        "anyOf": [many, nothing],
    }
    # Not as alternatives of the whole: who makes a client from those loses the fields, or fails.
    asked["if"] = {
        "required": ["comments"],
        "properties": {"comments": {"type": "array", "items": {}}},
    }
    context = ("text", "article", "parent", "language")
    asked["then"] = {"properties": dict.fromkeys(context, nothing)}
    asked["else"] = {"required": ["text"], "properties": {"text": {"type": "string"}}}
    article["if"] = {"required": ["id"], "properties": {"id": {"type": "string"}}}
    article["then"] = {"properties": {"title": nothing, "text": nothing}}


def repeat_key(sent: str | None) -> str | None:
    """The digest of an `Idempotency-Key`, with or without quotation marks around it."""
    if sent is None:
        return None
    value = sent[1:-1] if len(sent) >= 2 and sent[0] == sent[-1] == '"' else sent
    if not re.fullmatch(REPEAT_KEY, value):
        raise InvalidInput("Idempotency-Key", "must be 1 to 255 visible ASCII characters")
    return hashlib.sha256(value.encode("ascii")).hexdigest()


def _batched(raw: msgspec.Raw, at: str, batch: ClassifyRequest) -> Draft | InvalidInput:
    try:
        asked = decode(raw, ClassifyRequest, at)
        if asked.comments is not None:
            raise InvalidInput(f"{at}.comments", "is not a known field")
        explain = batch.explain if asked.explain is None else asked.explain
        mode = asked.mode or batch.mode
        return draft(msgspec.structs.replace(asked, explain=explain, mode=mode), f"{at}.")
    except InvalidInput as error:
        return error


def _required_text(field: str, value: str) -> str:
    # Binary and over-long texts are named as such first, and the rest is short enough to read.
    checked = checked_text(field, value, MAX_TEXT)
    if is_blank(checked):
        raise InvalidInput(field, "must not be empty")
    return checked


def _name(field: str, value: str | None) -> str | None:
    return None if value is None else checked_line(field, value, MAX_NAME)


def _time(field: str, value: datetime | None) -> datetime | None:
    return None if value is None else checked_moment(field, value)


def _mode(field: str, value: str | None) -> str | None:
    return _one_of(field, value, MODES)


def _one_of(field: str, value: str | None, known: Sequence[str]) -> str | None:
    if value is not None and value not in known:
        raise InvalidInput(field, f"must be one of {', '.join(known)}")
    return value
