"""Scores as bars beside their thresholds. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.comments import Reason, Ruling
from moderation.labels import Label
from moderation.workflow.explaining import Explanation


@dataclass(frozen=True, slots=True)
class Bar:
    """One label's score; positions are percent of the bar's width."""

    name: str
    score: float | None
    review: float | None
    block: float | None
    level: str
    """`block`, `review`, or empty under both."""
    encoder: float | None = None
    """What the encoder adds to the label's logit, where it answers."""

    @property
    def width(self) -> float:
        """Length of the bar in percent."""
        return round(100 * (self.score or 0.0), 1)

    @property
    def tick(self) -> float | None:
        """Where the review threshold stands, in percent."""
        return None if self.review is None else round(100 * self.review, 1)


def bars_of(ruling: Ruling | None, explanation: Explanation | None) -> tuple[Bar, ...]:
    """A bar for each label, the highest score first; none where there is no ruling."""
    if ruling is None:
        return ()
    flagged = {reason.label: reason for reason in ruling.reasons if reason.code == "label"}
    encoder = explanation.encoder.shares if explanation and explanation.encoder else {}
    bars = []
    for label in sorted(ruling.scores, key=lambda one: -(ruling.scores[one] or -1.0)):
        reason = flagged.get(label.value)
        review, block = _cutoffs(label, reason, explanation)
        level = (reason.level or "review") if reason else ""
        score, added = ruling.scores[label], encoder.get(label)
        bars.append(Bar(label.display_name, score, review, block, level, added))
    return tuple(bars)


def _cutoffs(
    label: Label, reason: Reason | None, explanation: Explanation | None
) -> tuple[float | None, float | None]:
    known = explanation.cutoffs.get(label) if explanation else None
    review, block = (known.review, known.block) if known else (None, None)
    if reason is not None and reason.threshold is not None:
        # The threshold that judged the comment, where it has been moved since.
        return (review, reason.threshold) if reason.level == "block" else (reason.threshold, block)
    return review, block
