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

ENGLISH: Final = "en"


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
        heard = self._linear.hear([comment.text for comment in comments])
        # Heads beyond the text labels are trained for adapters and not served here.
        scores = self._calibration.probabilities(heard.logits)[:, : len(TEXT_LABELS)]
        return [
            self._assessment(comment, row, fit, spoken, explain)
            for comment, row, fit, spoken in zip(
                comments,
                # Rounded here, before any policy, so that what a reply shows is what was judged.
                np.round(scores, DECIMALS).tolist(),
                self._fits(comments),
                _spoken(comments, heard.is_english.tolist(), site_language),
                strict=True,
            )
        ]

    def head_probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities of every trained head, served under a label or not.

        Shape (texts, heads), in the order of the manifest's `heads`: the text labels first.
        """
        return self._calibration.probabilities(self._linear.logits(list(texts)))

    def _fits(self, comments: Sequence[Comment]) -> Sequence[ContextFit | None]:
        if self._relevance is None:
            return [None] * len(comments)
        return self._relevance.fits(comments)

    def _assessment(
        self,
        comment: Comment,
        row: Sequence[float],
        fit: ContextFit | None,
        spoken: str,
        explain: bool,
    ) -> Assessment:
        scores: dict[Label, float | None] = dict(zip(TEXT_LABELS, row, strict=True))
        scores[Label.OFF_TOPIC] = None if fit is None else round(fit.off_topic, DECIMALS)
        return Assessment(
            scores,
            spoken,
            spoken not in self._languages,
            FAST,
            self._spans(comment.text) if explain else (),
            fit,
        )

    def _spans(self, text: str) -> tuple[Span, ...]:
        return spans(self._linear.contributions(text))


def _spoken(
    comments: Sequence[Comment], is_english: Sequence[bool], site_language: str
) -> list[str]:
    """The primary tag of each: a site in `en-GB` and a comment in `en` speak the same language."""
    # Elsewhere a short text is in the site's language, and English is to be told from that.
    is_english_site = _primary(site_language) == ENGLISH
    return [
        ENGLISH
        if is_certain and is_english_site and not comment.language
        else _primary(comment.language or language.identify(comment.text, site_language))
        for comment, is_certain in zip(comments, is_english, strict=True)
    ]


def _primary(tag: str) -> str:
    return tag.replace("_", "-").split("-")[0].lower()
