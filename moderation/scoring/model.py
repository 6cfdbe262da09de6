"""A loaded model: classifier, calibration, relevance, language and encoder behind `Scorer`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.comments import Comment
from moderation.errors import InvalidInput, ModelInvalid
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring import language, relevance
from moderation.scoring.calibration import Calibration
from moderation.scoring.cascade import Cascade, Doubt
from moderation.scoring.classifier import LinearClassifier
from moderation.scoring.deep import DeepModel, Opinion, OutOfTime
from moderation.scoring.encoder_words import EncoderWords
from moderation.scoring.explain import spans
from moderation.scoring.relevance import Relevance
from moderation.scoring.scorer import (
    AUTO,
    DEEP,
    DEFAULT_EFFORT,
    FAST,
    MODES,
    Assessment,
    ContextFit,
    Cutoffs,
    Effort,
    EncoderShare,
    Span,
    cutoffs_from,
)
from moderation.scoring.stacking import LINEAR, logit

DECIMALS: Final = 6
"""Of a score: more would be noise."""

ENGLISH: Final = "en"

LONGEST_CALL: Final = 20.0
"""Seconds that a batch may spend on the encoder, however large it is."""

LONGEST_EXPLAINING: Final = 10.0
"""Seconds more that it may spend on finding the words, where its time is limited at all."""


class _Known(NamedTuple):
    """What the linear model knows of one comment."""

    logits: NDArray[np.float32]
    scores: list[float]
    """Of every head, rounded before any policy, so that what a reply shows is what was judged."""
    fit: ContextFit | None

    @property
    def off_topic(self) -> float | None:
        return None if self.fit is None else round(self.fit.off_topic, DECIMALS)

    @property
    def passage(self) -> tuple[int, int] | None:
        return None if self.fit is None else self.fit.passage


class _Scored(NamedTuple):
    """A comment's scores, of the heads and of off-topic, and who gave them."""

    scores: list[float]
    off_topic: float | None
    mode: str
    out_of_time: bool = False
    """Whether the encoder was to be asked and time had run out."""
    said: Opinion | None = None
    """What the encoder gave."""


class ModelScorer:
    """Scores comments with one version's arrays. Safe across threads."""

    def __init__(
        self,
        arrays: Mapping[str, NDArray[Any]],
        manifest: Mapping[str, Any],
        deep: DeepModel | None = None,
        effort: Effort = DEFAULT_EFFORT,
    ) -> None:
        """Raises `ModelInvalid` where arrays or manifest lack what scoring needs."""
        self._manifest = manifest
        self._linear = LinearClassifier.from_arrays(arrays, manifest)
        self._calibration = Calibration.from_arrays(arrays)
        has_relevance = any(name.startswith(relevance.PREFIX) for name in arrays)
        self._relevance = Relevance.from_arrays(arrays, manifest) if has_relevance else None
        self._deep = deep
        self._words = EncoderWords(deep, self._rank) if deep else None
        self._effort = effort
        try:
            self._version = str(manifest["version"])
            self._languages = frozenset(manifest["languages"])
            heads = manifest.get("heads", ())
            self._heads_beside = tuple(map(str, heads))[len(TEXT_LABELS) :]
            self._cutoffs = cutoffs_from(manifest["cutoffs"])
        except (KeyError, TypeError, ValueError) as problem:
            raise ModelInvalid(f"manifest: {problem!r} is missing or odd") from problem

    @property
    def version(self) -> str:
        """Version of the model folder it was loaded from."""
        return self._version

    @property
    def mode(self) -> str:
        """The mode that a call without one gets."""
        return self._effort.mode if self._deep else FAST

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes in which this model answers differently: without an encoder there is one."""
        return MODES if self._deep else (FAST,)

    def cutoffs_in(self, mode: str | None = None) -> Mapping[Label, Cutoffs]:
        """Cut-offs solved on held-out data for a mode. Raises `InvalidInput` for another."""
        mode = self._checked(mode)
        return self._cutoffs if mode == FAST or not self._deep else self._deep.cutoffs[mode]

    @property
    def cutoffs(self) -> Mapping[Label, Cutoffs]:
        """Those of the mode that a call without one gets."""
        return self.cutoffs_in()

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
        patient: bool = True,
        mode: str | None = None,
        cutoffs: Mapping[Label, Cutoffs] | None = None,
    ) -> list[Assessment]:
        """Score comments in order; one assessment for each. Raises `InvalidInput` for a mode.

        In `auto` the encoder is asked around `cutoffs`, or else around the model's own.
        """
        mode = self._checked(mode)
        heard = self._linear.hear([comment.text for comment in comments])
        spoken = _spoken(comments, heard.is_english.tolist(), site_language)
        known = self._known(comments, heard.logits)
        deadline = self._deadline(len(comments))
        cascade = self._cascade(cutoffs) if mode == AUTO else None
        # All are scored before one is explained, which would take the time of those after it.
        scored = [
            self._scored(comment, one, mode, cascade, deadline)
            for comment, one in zip(comments, known, strict=True)
        ]
        if not patient:
            deadline = time.monotonic()
        elif deadline is not None:
            deadline = time.monotonic() + LONGEST_EXPLAINING
        reasons = [
            self._reasons(comment, one, result, deadline) if explain else ((), None)
            for comment, one, result in zip(comments, known, scored, strict=True)
        ]
        return [self._assessment(*one) for one in zip(known, scored, spoken, reasons, strict=True)]

    def head_probabilities(
        self, texts: Sequence[str], mode: str | None = FAST
    ) -> NDArray[np.float64]:
        """Calibrated probabilities of every trained head, served under a label or not.

        Shape (texts, heads), in the order of the manifest's `heads`: the text labels first.
        """
        mode = self._checked(mode)
        comments = [Comment(text) for text in texts]
        cascade = self._cascade(None) if mode == AUTO else None
        known = self._known(comments, self._linear.logits(list(texts)))
        found = [
            self._scored(comment, one, mode, cascade, None).scores
            for comment, one in zip(comments, known, strict=True)
        ]
        return np.array(found, dtype=np.float64).reshape(len(texts), -1)

    def _checked(self, mode: str | None) -> str:
        if mode is not None and mode not in MODES:
            raise InvalidInput("mode", f"must be one of {', '.join(MODES)}")
        return (mode or self._effort.mode) if self._deep else FAST

    def _deadline(self, comments: int) -> float | None:
        if self._effort.budget is None or self._deep is None:
            return None
        return time.monotonic() + min(self._effort.budget * comments, LONGEST_CALL)

    def _known(self, comments: Sequence[Comment], logits: NDArray[np.float32]) -> list[_Known]:
        scores = np.round(self._calibration.probabilities(logits), DECIMALS).tolist()
        fits = self._relevance.fits(comments) if self._relevance else [None] * len(comments)
        return [_Known(*one) for one in zip(logits, scores, fits, strict=True)]

    def _cascade(self, cutoffs: Mapping[Label, Cutoffs] | None) -> Cascade | None:
        if self._deep is None:
            return None
        if cutoffs is None:
            return self._deep.cascade
        return self._deep.cascade.for_cutoffs(self.cutoffs_in(AUTO), cutoffs)

    def _scored(
        self,
        comment: Comment,
        known: _Known,
        mode: str,
        cascade: Cascade | None,
        deadline: float | None,
    ) -> _Scored:
        linear = _Scored(known.scores, known.off_topic, FAST)
        if self._deep is None or mode == FAST:
            return linear
        doubt = Doubt(True, known.off_topic is not None)
        if cascade is not None:
            labels = known.scores[: len(TEXT_LABELS)]
            doubt = cascade.doubt(labels, known.off_topic)
            if not doubt:
                return linear
        try:
            said = self._deep.reader.read(comment, known.passage, doubt, self._rank, deadline)
        except OutOfTime:
            return linear._replace(out_of_time=True)
        if said.alone is None and said.off_topic is None:
            return linear
        scores, off_topic = known.scores, known.off_topic
        if said.alone is not None:
            found = self._deep.stacking.probabilities(
                known.logits, said.alone[:-1], None if said.under is None else said.under[:-1]
            )
            scores = np.round(found, DECIMALS).tolist()
        if said.off_topic is not None and known.fit is not None:
            of_linear = logit(known.fit.off_topic)
            off_topic = self._deep.stacking.off_topic(of_linear, said.off_topic)
            off_topic = round(off_topic, DECIMALS)
        return _Scored(scores, off_topic, DEEP, said=said)

    def _rank(self, parts: Sequence[str]) -> NDArray[np.float64]:
        """How much each part of a text is worth to be read: its highest linear score."""
        logits = self._linear.logits_of_normalised(parts)
        scores = self._calibration.probabilities(logits)
        return np.asarray(scores[:, : len(TEXT_LABELS)].max(axis=1))

    def _reasons(
        self, comment: Comment, known: _Known, scored: _Scored, deadline: float | None
    ) -> tuple[tuple[Span, ...], EncoderShare | None]:
        """Both models' parts in the logits that made the scores."""
        found = self._linear.contributions(comment.text)
        if scored.said is None or self._words is None or self._deep is None:
            return spans(found), None
        encoder = self._words.explain(comment, known.passage, scored.said, deadline)
        if encoder is not None:
            under_context = scored.said.under is not None
            weights = self._deep.stacking.weights(under_context=under_context)[:, LINEAR]
            found = [
                replace(one, values=(one.values * weights).astype(np.float32)) for one in found
            ]
        return spans(found), encoder

    def _assessment(
        self,
        known: _Known,
        scored: _Scored,
        spoken: str,
        reasons: tuple[tuple[Span, ...], EncoderShare | None],
    ) -> Assessment:
        scores: dict[Label, float | None] = dict(zip(TEXT_LABELS, scored.scores, strict=False))
        scores[Label.OFF_TOPIC] = scored.off_topic
        found, encoder = reasons
        return Assessment(
            scores,
            spoken,
            spoken not in self._languages,
            scored.mode,
            found,
            known.fit,
            scored.out_of_time,
            encoder,
            dict(zip(self._heads_beside, scored.scores[len(TEXT_LABELS) :], strict=False)),
        )


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
