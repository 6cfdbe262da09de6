"""A loaded model: classifier, calibration, relevance and language behind the `Scorer` seam."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.comments import Comment
from moderation.errors import InvalidInput, ModelInvalid
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring import language, relevance
from moderation.scoring.calibration import Calibration
from moderation.scoring.classifier import LinearClassifier
from moderation.scoring.explain import spans
from moderation.scoring.relevance import Relevance
from moderation.scoring.scorer import FAST, Assessment, ContextFit, Cutoffs, Span

MODES: Final = (FAST, "auto", "deep")
"""Modes a caller may ask for; without a deep model all are answered by the linear one."""

DECIMALS: Final = 6
"""Of a score: more would be noise."""


class ModelScorer:
    """Scores comments with one version's arrays. Safe across threads."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any]) -> None:
        """Raises `ModelInvalid` where arrays or manifest lack what scoring needs."""
        self._manifest = manifest
        self._linear = LinearClassifier.from_arrays(arrays, manifest)
        self._calibration = Calibration.from_arrays(arrays)
        has_relevance = any(name.startswith(relevance.PREFIX) for name in arrays)
        self._relevance = Relevance.from_arrays(arrays, manifest) if has_relevance else None
        try:
            self._version = str(manifest["version"])
            self._languages = frozenset(manifest["languages"])
            self._cutoffs = {
                Label(label): Cutoffs(pair["review"], pair["block"])
                for label, pair in manifest["cutoffs"].items()
            }
        except (KeyError, TypeError, ValueError) as problem:
            raise ModelInvalid(f"manifest: {problem!r} is missing or odd") from problem

    @property
    def version(self) -> str:
        """Version of the model folder it was loaded from."""
        return self._version

    @property
    def cutoffs(self) -> Mapping[Label, Cutoffs]:
        """Cut-offs solved on held-out data when the model was trained."""
        return self._cutoffs

    @property
    def manifest(self) -> Mapping[str, object]:
        """The model's manifest, JSON-ready."""
        return self._manifest

    def assess(
        self,
        comments: Sequence[Comment],
        *,
        site_language: str = "en",
        explain: bool = False,
        mode: str | None = None,
    ) -> list[Assessment]:
        """Score comments in order; one assessment for each. Raises `InvalidInput` for a mode."""
        if mode is not None and mode not in MODES:
            raise InvalidInput("mode", f"must be one of {', '.join(MODES)}")
        scores = self._calibration.probabilities(
            self._linear.logits([comment.text for comment in comments])
        )
        fits = self._fits(comments)
        return [
            self._assessment(comment, row, fit, site_language, explain)
            for comment, row, fit in zip(comments, scores, fits, strict=True)
        ]

    def _fits(self, comments: Sequence[Comment]) -> Sequence[ContextFit | None]:
        if self._relevance is None:
            return [None] * len(comments)
        return self._relevance.fits(comments)

    def _assessment(
        self,
        comment: Comment,
        row: NDArray[np.float64],
        fit: ContextFit | None,
        site_language: str,
        explain: bool,
    ) -> Assessment:
        # Heads beyond the text labels are trained for adapters and not served here.
        scores: dict[Label, float | None] = {
            label: _shown(value)
            for label, value in zip(TEXT_LABELS, row[: len(TEXT_LABELS)], strict=True)
        }
        scores[Label.OFF_TOPIC] = None if fit is None else _shown(fit.off_topic)
        spoken = _spoken(comment, site_language)
        return Assessment(
            scores=scores,
            language=spoken,
            foreign=spoken not in self._languages,
            mode=FAST,
            spans=self._spans(comment.text) if explain else (),
            context_fit=fit,
        )

    def _spans(self, text: str) -> tuple[Span, ...]:
        return spans(self._linear.contributions(text))


def _shown(probability: float) -> float:
    # Rounded here, before any policy, so that what a reply shows is what was judged.
    return round(float(probability), DECIMALS)


def _spoken(comment: Comment, site_language: str) -> str:
    """The primary tag: a site in `en-GB` and a comment in `en` speak the same language."""
    tag = comment.language or language.identify(comment.text, site_language)
    return tag.replace("_", "-").split("-")[0].lower()
