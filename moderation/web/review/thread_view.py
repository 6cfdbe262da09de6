"""The thread of an item as its page shows it: comments, and the article they stand under. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from moderation.comments import StoredArticle, StoredComment
from moderation.scoring.scorer import ContextFit
from moderation.web.review.marking import Piece, plain
from moderation.web.review.phrases import STATUS, ago

LONGEST_PASSAGE = 320
"""Code points of a passage that are shown beside the comment; the rest is in the article."""

OPENING_IN_VIEW = 120
"""Code points of an article's first paragraph that are sure to be seen on a narrow screen."""

_CLOSING = "\"')]\u201d\u2019\u00bb"
_SENTENCE_START = re.compile(rf"(?<=[.!?])[{re.escape(_CLOSING)}]*\s+(?=\S)|\n\s*(?=\S)")

_WORD = re.compile(r"[^\W\d_]{4,}")
"""Shorter words stand everywhere."""


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment of the thread, ready to be shown."""

    id: str
    name: str
    pieces: tuple[Piece, ...]
    at: datetime
    ago: str
    status: str
    erased: bool = False


@dataclass(frozen=True, slots=True)
class PassageView:
    """What of the article's text comes closest to the comment."""

    text: str
    starts_inside: bool
    """Whether something of the article stands before it; so for `ends_inside`."""
    ends_inside: bool


@dataclass(frozen=True, slots=True)
class ArticleView:
    """What the comment stands under: its beginning, the closest passage, and all of it."""

    title: str
    opening: str
    """The first paragraph; empty where the passage begins with it."""
    passage: PassageView | None
    """`None` where none is known, or it is the opening."""
    whole: tuple[str, str, str]
    """The text before the passage, the passage and the text after it; nothing where the
    opening is all of it."""
    url: str


def comment_view(
    comment: StoredComment, now: datetime, pieces: tuple[Piece, ...] | None = None
) -> CommentView:
    """A comment with its text as `pieces`, or else without marks."""
    return CommentView(
        id=comment.id,
        name=comment.author.name or comment.author.id or "Anonymous",
        pieces=tuple(plain(comment.text)) if pieces is None else pieces,
        at=comment.created_at,
        ago=ago(comment.created_at, now),
        status=STATUS[comment.status],
        erased=comment.erased_at is not None,
    )


def article_view(
    article: StoredArticle | None, fit: ContextFit | None, comment: str
) -> ArticleView | None:
    """The article with its passage as `fit` found it; `None` for one that says nothing.

    Of a long passage that part is shown which shares most words with the comment. An article of
    which only the address is known, as from Akismet and Coral, is that address.
    """
    if article is None:
        return None
    url = article.url if article.url.startswith(("https://", "http://")) else ""
    if article.as_context().is_blank and not url:
        return None
    text = article.text
    start, end = _bounds(text, fit)
    first = len(text) - len(text.lstrip())
    opening = text[first:].partition("\n")[0].rstrip()
    seen = first + min(len(opening), OPENING_IN_VIEW)
    shown = _telling_start(text, start, end, comment)
    passage = _passage(text, shown, end) if seen < end else None
    is_more = len(text.rstrip()) > seen
    return ArticleView(
        title=article.title.strip(),
        opening="" if passage and shown == first else opening,
        passage=passage,
        whole=(text[first:start], text[start:end], text[max(first, end) :].rstrip())
        if is_more
        else ("", "", ""),
        url=url,
    )


def fit_in_words(fit: ContextFit | None) -> tuple[str, ...]:
    """How well a comment fits each context it has, such as `does not fit the title (0.08)`."""
    if fit is None:
        return ()
    parts = (
        ("the title", fit.title),
        ("the closest passage" if fit.passage else "the text of the article", fit.text),
        ("the comment it answers", fit.parent),
    )
    return tuple(
        f"{_fits(share)} {name} ({share:.2f})" for name, share in parts if share is not None
    )


def _fits(share: float) -> str:
    """In words; a half says nothing either way."""
    steps = ((0.2, "does not fit"), (0.4, "hardly fits"), (0.6, "may or may not fit"))
    return next((words for limit, words in steps if share < limit), "fits")


def _bounds(text: str, fit: ContextFit | None) -> tuple[int, int]:
    """Where the passage stands, without the blanks around it; `(0, 0)` where none is known."""
    if fit is None or fit.passage is None:
        return 0, 0
    start, end = fit.passage
    # The model that says so may have read an article that is no longer this one.
    inside = text[start : min(end, len(text))]
    start += len(inside) - len(inside.lstrip())
    return (start, start + len(inside.strip())) if inside.strip() else (0, 0)


def _passage(text: str, start: int, end: int) -> PassageView:
    shown = text[start:end]
    if len(shown) > LONGEST_PASSAGE:
        shown = shown[:LONGEST_PASSAGE].rsplit(None, 1)[0]
    return PassageView(
        text=shown,
        starts_inside=bool(text[:start].strip()),
        ends_inside=bool(text[start + len(shown) :].strip()),
    )


def _telling_start(text: str, start: int, end: int, comment: str) -> int:
    """Where the sentence begins that shares most words with the comment.

    A passage is cut by number of words, so that it may begin within a sentence: another
    begins it wherever one can.
    """
    starts = [found.end() for found in _SENTENCE_START.finditer(text, start, end)]
    if not starts or _begins_sentence(text, start):
        starts.insert(0, start)
    said = _words(comment)
    shared = [len(said & _words(text[at:to])) for at, to in pairwise((*starts, end))]
    return starts[shared.index(max(shared))]


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 20) : at]
    said = before.rstrip()
    is_new_line = not said or "\n" in before[len(said) :]
    return is_new_line or said.rstrip(_CLOSING).endswith((".", "!", "?"))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))
