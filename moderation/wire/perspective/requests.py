"""What the comment analyzer takes: its two requests, read and checked.

Whatever does not fit is `Refused`, with the `errorType` and the words that clients look for.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from moderation.checks import checked_language
from moderation.comments import MAX_ARTICLE_TEXT, MAX_TEXT, Article, Comment
from moderation.errors import InvalidInput
from moderation.text import utf16
from moderation.text.folding import is_blank
from moderation.wire.mending import decode_mended
from moderation.wire.perspective.attributes import TABLE, Attribute, Origin
from moderation.wire.perspective.faults import ErrorType, Refused
from moderation.wire.perspective.loose_json import respelt
from moderation.wire.perspective.shapes import (
    PROTO_NAMES,
    AnalyzeRequest,
    Context,
    Request,
    Score,
    SpanScore,
    SuggestRequest,
    TextEntry,
)

MAX_BYTES: Final = 20_480
"""Of a comment's text in UTF-8."""

MAX_CONTEXT_BYTES: Final = 1 << 20
"""Of an entry of the context."""

MAX_TOLD: Final = 2_000
"""Code points that are kept of each opaque string."""

PROBABILITY: Final = "PROBABILITY"
_SCORE_TYPES: Final = ("SCORE_TYPE_UNSPECIFIED", PROBABILITY, "STD_DEV_SCORE", "PERCENTILE", "RAW")
_TEXT_TYPES: Final = ("TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class InContext:
    """A comment with what it stands under, and which parts of that were too long to be read."""

    comment: Comment
    shortened: tuple[str, ...] = ()


def analyze_request(raw: bytes) -> AnalyzeRequest:
    """The request in a body, whose comment may be scored. Raises `Refused`."""
    asked = _read(raw, AnalyzeRequest)
    checked_text(asked)
    return asked


def suggest_request(raw: bytes) -> SuggestRequest:
    """The request in a body, whose comment may be kept. Raises `Refused`."""
    asked = _read(raw, SuggestRequest)
    checked_text(asked)
    _check_one_form(asked.context)
    return asked


def checked_text(asked: Request) -> str:
    """The text of the comment. Raises `Refused` where it is empty, too long or no plain text."""
    text = asked.comment.text if asked.comment else None
    if text is None or is_blank(text):
        raise Refused("Comment must be non-empty.", ErrorType.COMMENT_EMPTY)
    size = len(text.encode())
    if size > MAX_BYTES:
        raise Refused(
            f"Comment text was too many bytes. Value ({size}) exceeded limit ({MAX_BYTES}).",
            ErrorType.COMMENT_TOO_LONG,
        )
    kind = asked.comment.type if asked.comment else None
    if kind == "HTML":
        raise Refused("Currently, only 'PLAIN_TEXT' comments are supported.")
    _check_text_type(kind)
    return text


def requested(asked: AnalyzeRequest, version: str) -> dict[str, Attribute]:
    """The attributes that are asked for, by the name that was sent.

    A name may be pinned to the model's `version`, as in `TOXICITY@2026.11.2`. Those that are never
    answered are here only where the request lets them be dropped. Raises `Refused`.
    """
    if not asked.requested_attributes:
        raise Refused("Missing requested_attributes", ErrorType.NO_REQUESTED_ATTRIBUTES)
    found = {}
    for name, params in asked.requested_attributes.items():
        plain, pinned, pin = name.partition("@")
        attribute = TABLE.get(plain)
        is_refused = attribute is not None and attribute.origin is Origin.REFUSED
        may_go = bool(asked.drop_unsupported_attributes)
        if attribute is None or (pinned and pin != version) or (is_refused and not may_go):
            raise Refused(f"Unknown requested attribute: {_shown(name)}")
        _check_score_type(name, params.score_type if params else None)
        if not math.isfinite(threshold(asked, name)):
            raise Refused(f"Score threshold of attribute {_shown(name)} must be a number.")
        found[name] = attribute
    return found


def threshold(asked: AnalyzeRequest, name: str) -> float:
    """The score under which an attribute is left out of the reply."""
    params = (asked.requested_attributes or {}).get(name)
    return (params.score_threshold if params else None) or 0.0


def languages(asked: Request) -> list[str]:
    """The languages of a request; none where they are to be detected. Raises `Refused`."""
    try:
        return [checked_language("languages", tag) or "" for tag in asked.languages or []]
    except InvalidInput as error:
        raise Refused(f"Invalid language. {error.message}") from None


def check_language_shows(text: str) -> None:
    """Raises `Refused` for marks alone, in which there is no language that could be detected."""
    if not any(unicodedata.category(mark)[0] in "LMNS" for mark in text):
        raise Refused("Unable to detect language.", ErrorType.LANGUAGE_DETECTION_FAILED)


def in_context(asked: Request, language: str | None) -> InContext:
    """The comment with its article and parent, or in its thread. Raises `Refused`.

    The last entry of a thread is what the comment answers; those before it are read as an article
    is, as something to be on topic of.
    """
    text = checked_text(asked)
    context = asked.context or Context()
    pair = context.article_and_parent_comment
    _check_one_form(context)
    shortened: list[str] = []
    if pair is not None:
        at = "context.articleAndParentComment"
        body = _entry(pair.article, f"{at}.article", MAX_ARTICLE_TEXT, shortened)
        parent = _entry(pair.parent_comment, f"{at}.parentComment", MAX_TEXT, shortened)
    else:
        body, parent = _thread(context.entries or [], "context.entries", shortened)
    article = None if is_blank(body) else Article(text=body)
    comment = Comment(text, article, None if is_blank(parent) else parent, language)
    return InContext(comment, tuple(dict.fromkeys(shortened)))


def suggested(asked: SuggestRequest) -> dict[str, float]:
    """What is suggested for each attribute, from 0 to 1, without its pin. Raises `Refused`.

    It is of a text and not of a model, so a pin to any version is taken.
    Where only parts of the text are judged, the highest of them stands for the whole.
    """
    if not asked.attribute_scores:
        raise Refused("Missing attribute_scores")
    units = utf16.length(checked_text(asked))
    values: dict[str, float] = {}
    for sent, told in asked.attribute_scores.items():
        name = sent.partition("@")[0]
        if name not in TABLE:
            raise Refused(f"Unknown suggested attribute: {_shown(sent)}")
        parts = [_of_span(name, span, units) for span in told.span_scores or []]
        if told.summary_score is not None:
            parts = [_value(name, told.summary_score)]
        if not parts:
            raise Refused(f"Suggested attribute {name} has neither summary_score nor span_scores.")
        values[name] = max(*parts, values.get(name, 0.0))
    return values


def _read(raw: bytes, kind: type[_T]) -> _T:
    try:
        return _decoded(raw if raw.strip() else b"{}", kind)
    except InvalidInput as error:
        problem = error.message.removeprefix(f"{error.field}: ")
        said = f"Invalid value at '{error.field}': {problem}."
        if problem == "is not a known field":
            path, _, name = error.field.rpartition(".")
            at = f" at '{path}'" if path else ""
            said = f'Unknown name "{name}"{at}: Cannot find field.'
        violation = {"field": error.field, "description": said}
        raise Refused(f"Invalid JSON payload received. {said}", violations=[violation]) from None


def _decoded(raw: bytes, kind: type[_T]) -> _T:
    """JSON as Google's front end takes it: callers rely on it. Raises `InvalidInput`."""
    try:
        return decode_mended(raw, kind, names=PROTO_NAMES, strict=False)
    except InvalidInput:
        spelt = respelt(raw)
        if spelt is None:
            raise
    return decode_mended(spelt, kind, names=PROTO_NAMES, strict=False)


def _check_one_form(context: Context | None) -> None:
    if context and context.entries and context.article_and_parent_comment is not None:
        raise Refused("Context can have entries or article_and_parent_comment, but not both.")


def _thread(entries: Sequence[TextEntry], at: str, shortened: list[str]) -> tuple[str, str]:
    """What stands above a comment, and what it answers."""
    if not entries:
        return "", ""
    above = [_entry(one, at, MAX_ARTICLE_TEXT, shortened) for one in entries[:-1]]
    body = "\n\n".join(text for text in above if not is_blank(text))
    parent = _entry(entries[-1], at, MAX_TEXT, shortened)
    return _cut(body, at, MAX_ARTICLE_TEXT, shortened), parent


def _entry(entry: TextEntry | None, at: str, limit: int, shortened: list[str]) -> str:
    text = (entry.text if entry else None) or ""
    _check_text_type(entry.type if entry else None)
    size = len(text.encode())
    if size > MAX_CONTEXT_BYTES:
        raise Refused(
            f"Context entry was too many bytes. Value ({size}) exceeded limit "
            f"({MAX_CONTEXT_BYTES})."
        )
    return _cut(text, at, limit, shortened)


def _cut(text: str, at: str, limit: int, shortened: list[str]) -> str:
    if len(text) > limit:
        shortened.append(at)
    return text[:limit]


def _of_span(name: str, span: SpanScore, units: int) -> float:
    if span.begin is None or span.end is None:
        raise Refused(f"Span scores of {name} need begin and end.")
    if not 0 <= span.begin < span.end <= units:
        raise Refused(f"A span of {name} does not lie in the text of {units} UTF-16 code units.")
    return _value(name, span.score)


def _value(name: str, score: Score | None) -> float:
    if score is None or score.value is None:
        raise Refused(f"Suggested score of {name} has no value.")
    _check_score_type(name, score.type)
    if not (math.isfinite(score.value) and 0.0 <= score.value <= 1.0):
        raise Refused(f"Suggested score of {name} must be from 0 to 1.")
    return score.value


def _check_score_type(name: str, kind: str | None) -> None:
    if kind is not None and kind not in _SCORE_TYPES[:2]:
        raise Refused(
            f"Requested score type {_shown(kind)} is not supported by attribute {_shown(name)}"
        )


def _check_text_type(kind: str | None) -> None:
    if kind is not None and kind not in _TEXT_TYPES:
        raise Refused(f"Unknown text type: {_shown(kind)}")


def _shown(name: str) -> str:
    return "".join(mark if mark.isprintable() else "?" for mark in name[:60])


def told(asked: SuggestRequest, values: Mapping[str, float]) -> dict[str, str]:
    """What came with a suggestion and what it said, to be kept with it.

    The article and the parent only where it is said whether the comment is off their topic. Never
    `sessionId`, in which some send the id of a user.
    """
    context = _opaque(asked.context)
    opaque: dict[str, str | None] = {
        "clientToken": asked.client_token,
        "communityId": asked.community_id,
        "languages": ",".join(asked.languages or []),
        "attributeScores": msgspec.json.encode(dict(values)).decode(),
        "context": context,
    }
    found = {name: value[:MAX_TOLD] for name, value in opaque.items() if value}
    if "OFF_TOPIC" in values and context is None:
        comment = in_context(asked, None).comment
        found["article"] = comment.article.text if comment.article else ""
        found["parent"] = comment.parent or ""
    return {name: storable(value) for name, value in found.items() if value}


def storable(text: str) -> str:
    """A text as every database takes it: PostgreSQL has none with a NUL in it."""
    return text.replace("\0", "\ufffd")


def _opaque(context: Context | None) -> str | None:
    """The first entry of a thread where that is a JSON object: ids and addresses, no text."""
    first = context.entries[0].text if context and context.entries else None
    try:
        return first if isinstance(msgspec.json.decode(first or ""), dict) else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
