"""Values for tests, and a scorer that knows a handful of words.

The scorer stands in for a model where a use case is tested, not what a model says.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from moderation.accounts import Role, User
from moderation.comments import (
    Author,
    Comment,
    Decision,
    NewComment,
    Reason,
    Ruling,
    Site,
    Status,
    StoredComment,
)
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.scorer import (
    FAST,
    MODES,
    SEVERE_TOXICITY,
    Assessment,
    ContextFit,
    Cutoffs,
    EncoderShare,
    Span,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""When every test begins."""

MILD, HARSH = "silly", "idiot"
"""A word that the keyword scorer holds for review, and one that it blocks."""

_KEYS = itertools.count(1)


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **parts: float) -> datetime:
        """Move on by `timedelta(**parts)`; the new time."""
        self.time += timedelta(**parts)
        return self.time


@dataclass
class KeywordScorer:
    """Scores by looking for words: 0.6 where one asks for review, 0.99 where one blocks."""

    version: str = "keywords-1"
    cutoffs: Mapping[Label, Cutoffs] = field(
        default_factory=lambda: dict.fromkeys(Label, Cutoffs(review=0.5, block=0.9))
    )
    manifest: Mapping[str, object] = field(default_factory=dict)
    mode: str = FAST
    modes: tuple[str, ...] = MODES
    heard: list[Comment] = field(default_factory=list)
    """Every comment it was given so far, with its context."""
    is_slow: bool = False
    """Whether the words behind the encoder's share come to the patient alone."""
    encoder: EncoderShare | None = None
    """What an encoder adds, as an explanation says."""
    fit: ContextFit | None = None
    """How well whatever it is given fits its context."""
    meanwhile: Callable[[], object] | None = None
    """What happens, once, while it is scoring."""

    def cutoffs_in(self, mode: str | None = None) -> Mapping[Label, Cutoffs]:
        """The same in every mode."""
        return self.cutoffs

    @property
    def asked(self) -> int:
        """How many comments it was given so far."""
        return len(self.heard)

    def assess(
        self,
        comments: Sequence[Comment],
        *,
        site_language: str = "en",
        explain: bool = False,
        patient: bool = True,
        mode: str | None = None,
        cutoffs: Mapping[Label, Cutoffs] | None = None,
    ) -> list[Assessment]:
        """One assessment for each comment, in order."""
        self.heard += comments
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()
        return [self._assess(c, site_language, explain, patient, mode) for c in comments]

    def current(self) -> KeywordScorer:
        """Itself: the scorer is its own source."""
        return self

    def _share(self, patient: bool) -> EncoderShare | None:
        known = patient or not self.is_slow or self.encoder is None
        return self.encoder if known else replace(self.encoder, spans=None)

    def _assess(
        self, comment: Comment, site_language: str, explain: bool, patient: bool, mode: str | None
    ) -> Assessment:
        lowered = comment.text.lower()
        score = 0.99 if HARSH in lowered else 0.6 if MILD in lowered else 0.01
        scores: dict[Label, float | None] = dict.fromkeys(TEXT_LABELS, 0.01)
        scores[Label.TOXICITY] = scores[Label.INSULT] = score
        about = comment.article is not None and not comment.article.is_blank
        off = 0.8 if "bitcoin" in lowered else 0.1
        scores[Label.OFF_TOPIC] = off if about or comment.parent else None
        language = comment.language or site_language
        return Assessment(
            scores,
            language,
            language != "en",
            mode or self.mode,
            self._spans(lowered, explain),
            context_fit=self.fit,
            encoder=self._share(patient) if explain else None,
            beside={SEVERE_TOXICITY: 0.7 if HARSH in lowered else 0.005},
        )

    def _spans(self, lowered: str, explain: bool) -> tuple[Span, ...]:
        found = [word for word in (MILD, HARSH) if explain and word in lowered]
        return tuple(
            Span(lowered.index(word), lowered.index(word) + len(word), Label.INSULT, 1.0)
            for word in found
        )


def a_site(id: str = "daily", **fields: object) -> Site:
    """A publication."""
    return Site(id=id, name="The Daily", **fields)  # type: ignore[arg-type]


def a_password_hash(password: str) -> str:
    """A hash that the password fits; cheaply stretched, as tests sign in often."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def a_user(id: str = "mona", role: Role = Role.MODERATOR) -> User:
    """A person who may sign in; the password hash fits no password."""
    return User(id=id, login=f"{id}@example.org", name=id.title(), role=role, password_hash="!")


def a_new_comment(id: str = "c1", text: str = "Thank you.", **fields: object) -> NewComment:
    """A comment as a site hands it in."""
    return NewComment(id=id, text=text, **fields)  # type: ignore[arg-type]


def a_ruling(decision: Decision = Decision.REVIEW, **fields: object) -> Ruling:
    """A ruling with one reason unless it allows."""
    reasons = (Reason("label", "insult", 0.6, 0.5, "review"),)
    values: dict[str, object] = {
        "scores": dict.fromkeys(TEXT_LABELS, 0.25) | {Label.OFF_TOPIC: None},
        "decision": decision,
        "reasons": () if decision is Decision.ALLOW else reasons,
        "language": "en",
        "model": "keywords-1",
        "policy": "default-1",
        "mode": FAST,
    }
    return Ruling(**values | fields)  # type: ignore[arg-type]


def a_stored_comment(
    id: str | None = None, site_id: str = "daily", **fields: object
) -> StoredComment:
    """A comment as kept, with a key of its own."""
    number = next(_KEYS)
    values: dict[str, object] = {
        "key": f"{number:032x}",
        "site_id": site_id,
        "id": id or f"c{number}",
        "text": "You silly goose.",
        "article_id": None,
        "parent_id": None,
        "parent_key": None,
        "author": Author(id="u7", name="Goose Lover"),
        "kind": "comment",
        "status": Status.HELD,
        "source_status": None,
        "revision": 1,
        "ruling": a_ruling(),
        "created_at": NOON,
        "received_at": NOON,
    }
    return StoredComment(**values | fields)  # type: ignore[arg-type]
