"""A scorer with all three modes, in plain words: what an encoder would add is one more word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moderation.comments import Comment
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.cascade import Cascade
from moderation.scoring.scorer import AUTO, DEEP, FAST, MODES, Assessment, Cutoffs

BANDS = {label.value: [0.1, 0.8] for label in TEXT_LABELS}

FOOL, HINT, RARE = 0.9, 0.2, 0.05
"""What the linear model says of "fool", of "clever" or "odd", and of anything else; it holds from
0.5 on."""


class TwoModels:
    """Linear: finds "fool". Both: find "clever" too, which the linear model only suspects, as it
    does "odd", which is harmless."""

    version = "two-1"
    modes = MODES
    mode = AUTO
    cutoffs: Mapping[Label, Cutoffs] = {label: Cutoffs(0.5, None) for label in Label}

    def __init__(self) -> None:
        self.manifest: Mapping[str, object] = {
            "base_rates": {label.value: 0.05 for label in Label},
            "deep": {"bands": BANDS},
        }
        self.asked: list[tuple[str, str]] = []

    def cutoffs_in(self, mode: str | None = None) -> Mapping[Label, Cutoffs]:
        """The same in every mode."""
        return self.cutoffs

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
        """Notes every text and mode that it is asked for."""
        self.asked += [(one.text, mode or self.mode) for one in comments]
        return [self._assessment(one, mode or self.mode) for one in comments]

    def _assessment(self, comment: Comment, mode: str) -> Assessment:
        words = set(comment.text.lower().replace(",", " ").replace(".", " ").split())
        linear = FOOL if "fool" in words else HINT if words & {"clever", "odd"} else RARE
        cascade = Cascade({Label(name): (low, high) for name, (low, high) in BANDS.items()})
        doubt = bool(cascade.doubt([linear] * len(TEXT_LABELS), None))
        reads = mode == DEEP or (mode == AUTO and doubt)
        score = linear
        if reads:
            score = 0.9 if words & {"fool", "clever"} else RARE
        scores: dict[Label, float | None] = {**dict.fromkeys(TEXT_LABELS, score)}
        scores[Label.OFF_TOPIC] = 0.1 if comment.article or comment.parent else None
        return Assessment(scores, "en", False, DEEP if reads else FAST)
