"""The JSON of the comment analyzer's requests; whether its values fit, `requests` says."""

from __future__ import annotations

from typing import Final

import msgspec


class _Object(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """An object of the protocol; `null` stands for what is not set."""


class TextEntry(_Object):
    """`{"text", "type"?}`."""

    text: str | None = None
    type: str | None = None


class ArticleAndParent(_Object):
    """`{"article"?, "parentComment"?}`."""

    article: TextEntry | None = None
    parent_comment: TextEntry | None = None


class Context(_Object):
    """Either a thread, oldest first, or an article with the comment that is answered."""

    entries: list[TextEntry] | None = None
    article_and_parent_comment: ArticleAndParent | None = None


class Wanted(_Object):
    """How one attribute is wanted: `{"scoreType"?, "scoreThreshold"?}`."""

    score_type: str | None = None
    score_threshold: float | None = None


class Request(_Object):
    """What both requests have."""

    comment: TextEntry | None = None
    context: Context | None = None
    languages: list[str] | None = None
    do_not_store: bool | None = None
    client_token: str | None = None
    session_id: str | None = None
    community_id: str | None = None


class AnalyzeRequest(Request):
    """`POST /v1alpha1/comments:analyze`."""

    requested_attributes: dict[str, Wanted | None] | None = None
    span_annotations: bool | None = None
    drop_unsupported_attributes: bool | None = None


class Score(_Object):
    """`{"value", "type"?}`."""

    value: float | None = None
    type: str | None = None


class SpanScore(_Object):
    """`{"begin", "end", "score"}` in UTF-16 code units."""

    begin: int | None = None
    end: int | None = None
    score: Score | None = None


class Suggested(_Object):
    """What a moderator makes of one attribute: of the whole text, or of parts of it.

    The last two come from those who send back what they were answered, and say nothing.
    """

    summary_score: Score | None = None
    span_scores: list[SpanScore] | None = None
    approximate: bool | None = None
    derived_from: list[str] | None = None


class SuggestRequest(Request):
    """`POST /v1alpha1/comments:suggestscore`."""

    attribute_scores: dict[str, Suggested] | None = None


PROTO_NAMES: Final = {
    name: sent
    for kind in (
        *(AnalyzeRequest, SuggestRequest, Context, ArticleAndParent),
        *(Wanted, Suggested, SpanScore),
    )
    for name, sent in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)
    if name != sent
}
"""The names of fields with underscores, which Google's front end takes as well."""
