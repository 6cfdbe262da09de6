"""Off-topic: how likely a comment speaks of neither its article nor the comment it answers.

Three logistic heads (title, body, parent) each judge one context from the features of
`relevance_features`; a fourth logistic regression, one for every set of contexts that is present,
makes one calibrated probability of them. Everything is a function of one comment alone, so a score
does not depend on its batch. Knows nothing of how it was trained, nor of thresholds.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from threading import Lock
from typing import Any

from numpy.typing import NDArray

from moderation.comments import Article, Comment
from moderation.errors import ModelInvalid
from moderation.scoring.relevance_features import NAMES
from moderation.scoring.relevance_reading import Reader, Reading
from moderation.scoring.relevance_stack import CONTEXTS, Stack
from moderation.scoring.scorer import ContextFit

PREFIX = "off_topic."
"""What the names of all arrays of this part begin with."""

CACHED_READINGS = 64
"""Contexts kept read, at most about a quarter of a megabyte each."""

_BODY = CONTEXTS.index("body")
_MOST_LOGIT = 30.0
"""Bound of a logit before its exponential is taken."""


class Relevance:
    """Scores comments against their context. Safe across threads."""

    def __init__(self, reader: Reader, stack: Stack) -> None:
        self._reader = reader
        self._stack = stack
        self._contexts: OrderedDict[bytes, Reading] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, NDArray[Any]], manifest: Mapping[str, object]
    ) -> Relevance:
        """Build it from a model's arrays; all it needs is in those whose names begin with `PREFIX`.

        Raises `ModelInvalid` when one is missing or was made for other features.
        """
        try:
            made_for = arrays[f"{PREFIX}features"].tobytes().decode()
            if made_for != ",".join(NAMES):
                raise ModelInvalid("the off-topic model was made for other features")
            return cls(Reader.from_arrays(arrays, PREFIX), Stack.from_arrays(arrays, PREFIX))
        except KeyError as missing:
            raise ModelInvalid(f"the model has no array {missing}") from missing

    @property
    def reader(self) -> Reader:
        """What reads its texts."""
        return self._reader

    def scores(self, comments: Sequence[Comment]) -> list[float | None]:
        """Probability that each comment is off topic, at the base rate of
        one in ten; `None` without context."""
        return [fit.off_topic if fit else None for fit in self.fits(comments)]

    def fits(self, comments: Sequence[Comment]) -> list[ContextFit | None]:
        """The same with how well each comment fits each part of its context."""
        return [
            self._fit(comment) if comment.article or comment.parent else None
            for comment in comments
        ]

    def _fit(self, comment: Comment) -> ContextFit | None:
        article = comment.article or Article()
        texts = context_texts(article.title, article.text, comment.parent or "")
        if not any(text.strip() for text in texts):
            return None
        own = self._reader.read(comment.text)
        contexts = [self._context(text) if text.strip() else None for text in texts]
        logits = self._stack.logits(own, contexts)
        title, body, from_parent = (None if at is None else _share(at) for at in logits)
        return ContextFit(
            off_topic=self._stack.probability(own, logits),
            title=title,
            text=body,
            parent=from_parent,
            passage=_closest(own, contexts[_BODY], len(texts[_BODY]) - len(article.text)),
        )

    def _context(self, text: str) -> Reading:
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        with self._lock:
            found = self._contexts.get(key)
            if found is not None:
                self._contexts.move_to_end(key)
                return found
        reading = self._reader.read(text)
        with self._lock:
            self._contexts[key] = reading
            if len(self._contexts) > CACHED_READINGS:
                self._contexts.popitem(last=False)
        return reading


def _share(off: float) -> float:
    """How likely it fits that context, on-topic and off-topic being as frequent."""
    return 1 / (1 + math.exp(max(min(off, _MOST_LOGIT), -_MOST_LOGIT)))


def _closest(comment: Reading, body: Reading | None, before: int) -> tuple[int, int] | None:
    """Where the passage stands that is most like the comment; `before` it stands what is no body"""
    if body is None or not body.words or not comment.words:
        return None
    start, end = body.passages[int((body.fits @ comment.fit).argmax())]
    return (max(start - before, 0), end - before) if end > before else None


def context_texts(title: str, body: str, parent: str) -> tuple[str, ...]:
    """What is read for each of `CONTEXTS`, empty where there is none.

    A body is read under its title, as people do: the two together say best what it is about.
    """
    found = (title, f"{title}\n{body}" if title.strip() and body.strip() else body, parent)
    assert len(found) == len(CONTEXTS)
    return found
