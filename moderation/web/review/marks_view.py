"""The words of a comment that raised its scores, marked, and what the legend says of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from moderation.comments import Ruling, StoredComment
from moderation.labels import Label
from moderation.review_queue import ReviewItem
from moderation.web.review.marking import Piece, mark, plain
from moderation.web.review.phrases import listed
from moderation.workflow.explaining import Explanation

_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class MarksView:
    """A comment's text in pieces, and what marks it."""

    pieces: tuple[Piece, ...]
    marked: str
    """Display names of the labels whose words are marked, as a list in a sentence."""
    estimated: str
    """The same of those whose words are underlined, for what the encoder adds."""
    words_wanted: bool
    """Whether the words behind the encoder's share are still to be looked for."""
    other_model: str | None
    """The model that marked the words, where it is not the one that scored."""


def marks_view(
    item: ReviewItem, comment: StoredComment, explanation: Explanation | None
) -> MarksView:
    """The comment of `item` with the marks that `explanation` gives; without one there are none."""
    ruling = comment.ruling
    chosen = _scores_to_mark(item, ruling)
    pieces = _marked(comment.text, explanation, chosen)
    encoder = explanation.encoder if explanation else None
    return MarksView(
        pieces=tuple(pieces),
        marked=_names(chosen, [piece.labels for piece in pieces]),
        estimated=_names(chosen, [piece.estimated for piece in pieces]),
        words_wanted=encoder is not None and encoder.spans is None,
        other_model=_other_model(ruling, explanation),
    )


def _other_model(ruling: Ruling | None, explanation: Explanation | None) -> str | None:
    if explanation is None or ruling is None or explanation.model == ruling.model:
        return None
    return explanation.model


def _scores_to_mark(item: ReviewItem, ruling: Ruling | None) -> dict[Label, float]:
    """Scores of the labels that queued it; without any, of those that the model thinks likely."""
    flagged = {reason.label for reason in item.reasons if reason.code == "label"}
    scores = ruling.scores if ruling else {}
    known = {label: score for label, score in scores.items() if score is not None}
    chosen = {label: score for label, score in known.items() if label.value in flagged}
    return chosen or {label: score for label, score in known.items() if score >= _LIKELY}


def _marked(
    text: str, explanation: Explanation | None, chosen: Mapping[Label, float]
) -> list[Piece]:
    if explanation is None:
        return plain(text)
    estimates = explanation.encoder.spans if explanation.encoder else None
    return mark(text, explanation.spans, chosen, estimates or ())


def _names(labels: Iterable[Label], used: Sequence[Sequence[Label]]) -> str:
    return listed(label.display_name for label in labels if any(label in some for some in used))
