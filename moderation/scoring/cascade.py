"""Which comments the encoder is asked about: those where it may change the decision.

A band of linear scores for each label (Viola and Jones 2001 call such a chain a cascade). Under
its band a comment is civil to both models, over it both would hold it. The bands are learnt in
training for a stated share of the changed decisions that may be lost; see `training.bands`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from moderation.errors import ModelInvalid
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.calibration import sigmoid
from moderation.scoring.scorer import Cutoffs
from moderation.scoring.stacking import logit

NOWHERE: Final = (2.0, 2.0)
"""The band of a label about which the encoder is never asked: no score gets there."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the encoder is to be asked about a comment."""

    labels: bool
    off_topic: bool

    def __bool__(self) -> bool:
        return self.labels or self.off_topic


class Cascade:
    """A band of linear scores for each label, both ends inside."""

    def __init__(self, bands: Mapping[Label, tuple[float, float]]) -> None:
        """Take probabilities; a label without a band is never in doubt."""
        self._bands = dict(bands)
        self._labels = [bands.get(label, NOWHERE) for label in TEXT_LABELS]
        self._off_topic = bands.get(Label.OFF_TOPIC, NOWHERE)

    @classmethod
    def from_manifest(cls, deep: Mapping[str, Any]) -> Cascade:
        """Read `bands` of a manifest's `deep`. Raises `ModelInvalid` where that does not fit."""
        try:
            found = deep["bands"].items()
            bands = {Label(name): (float(low), float(high)) for name, (low, high) in found}
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise ModelInvalid(f"manifest: deep.bands: {problem!r}") from problem
        for label, (low, high) in bands.items():
            if not low <= high:
                raise ModelInvalid(f"manifest: deep.bands: {label.value} ends before it begins")
        return cls(bands)

    def for_cutoffs(self, own: Mapping[Label, Cutoffs], wanted: Mapping[Label, Cutoffs]) -> Cascade:
        """The same bands around a site's cut-offs in place of the model's own.

        Each is moved as far as its review cut-off, in log-odds, and reaches over a block cut-off
        as far as over that for review. A label that the site never acts on is never in doubt.
        """
        return Cascade(
            {
                label: _around(band, own[label], wanted[label])
                for label, band in self._bands.items()
                if label in own and label in wanted
            }
        )

    def doubt(self, scores: Sequence[float], off_topic: float | None) -> Doubt:
        """Whether the linear scores, text labels in order, leave the decision open."""
        bands = list(zip(scores, self._labels, strict=True))
        # What is over one label's band is held whatever the encoder says of another.
        certain = any(score > high for score, (_, high) in bands)
        low, high = self._off_topic
        return Doubt(
            not certain and any(score >= low for score, (low, _) in bands),
            off_topic is not None and low <= off_topic <= high,
        )


def _around(band: tuple[float, float], own: Cutoffs, wanted: Cutoffs) -> tuple[float, float]:
    least = wanted.review if wanted.review is not None else wanted.block
    if least is None:
        return NOWHERE
    if own.review is None or band == NOWHERE:
        return band
    low, high = map(logit, band)
    moved = logit(least) - logit(own.review)
    top = max(least, wanted.block or 0.0)
    up = max(high - logit(own.review), 0.0)
    return _share(low + moved), _share(logit(top) + up)


def _share(odds: float) -> float:
    return float(sigmoid(np.array(odds)))
