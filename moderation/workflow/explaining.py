"""Use case: why a stored comment scores as it does, asked of the active model at view time.

Nothing is stored: spans belong to the model that answers now, which may be newer than
the one whose ruling is stored, so the answer names its model. What costs much of it, the
words behind the encoder's share, the scorer keeps for a while.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.comments import Comment, StoredArticle, StoredComment
from moderation.errors import ModerationError
from moderation.labels import Label
from moderation.policy import policy_for
from moderation.scoring.scorer import ContextFit, Cutoffs, EncoderShare, Span
from moderation.workflow.classify import classify
from moderation.workflow.services import Services


@dataclass(frozen=True, slots=True)
class Explanation:
    """The words that made the scores, and the cut-offs in force for the comment's site."""

    model: str
    spans: tuple[Span, ...]
    cutoffs: Mapping[Label, Cutoffs]
    encoder: EncoderShare | None = None
    """What the encoder adds, where it answers for this comment."""
    fit: ContextFit | None = None
    """How well it fits its context, and which passage of the article comes closest."""


def explain_comment(
    services: Services,
    comment: StoredComment,
    article: StoredArticle | None,
    parent: StoredComment | None,
    *,
    patient: bool,
) -> Explanation | None:
    """Spans of the comment's current text, in code points; `None` when no model can answer.

    Without patience the words behind the encoder's share may be missing: they take long to find.

    A page must open without a model, so a scorer that refuses is no error here.
    """
    with services.store.read() as work:
        site = work.sites.get(comment.site_id)
    context = Comment(
        comment.text,
        article.as_context() if article else None,
        parent.text if parent and parent.erased_at is None else None,
    )
    try:
        scorer = services.scorers.current()
        (classified,) = classify(scorer, site, [context], explain=True, patient=patient)
        cutoffs = policy_for(site, scorer.cutoffs).cutoffs
    except ModerationError:
        return None
    return Explanation(
        scorer.version, classified.spans, cutoffs, classified.encoder, classified.fit
    )
