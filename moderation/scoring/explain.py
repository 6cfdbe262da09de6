"""Which pieces of a text made its scores: the linear sum, unsummed."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.labels import TEXT_LABELS
from moderation.scoring.classifier import Contribution
from moderation.scoring.scorer import Span


def spans(contributions: Sequence[Contribution]) -> tuple[Span, ...]:
    """Every piece's share of every text label's logit, in the order of the text.

    A share is in units of the logit and may be negative. Those of the words of a text sum, for
    each label, to its logit less the intercept; those that are exactly zero are left out.
    """
    return tuple(
        Span(piece.start, piece.end, label, float(share))
        for piece in contributions
        for label, share in zip(TEXT_LABELS, piece.values, strict=False)
        if share
    )
