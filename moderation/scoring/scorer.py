"""The seam between a trained model and the rest: texts with context in, scores and spans out.

Whatever scores (linear, deep, a cascade of both) stands behind `Scorer`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from moderation.comments import Comment
from moderation.labels import Label, Scores

SEVERE_TOXICITY = "severe_toxicity"
"""The head that other protocols ask for and ours does not."""

FAST, AUTO, DEEP = MODES = ("fast", "auto", "deep")
"""Modes that a caller may ask for: the linear model only, the encoder where it may change the
decision, the encoder always. Without an encoder all are answered by the linear model."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What a scorer does for a call that names no mode, and how long it may take over it."""

    mode: str = AUTO
    budget: float | None = None
    """Seconds that a call may spend on the encoder for each of its comments; `None` for any."""


DEFAULT_EFFORT = Effort()


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the text as sent and its share of one label's logit.

    `start` and `end` count Unicode code points of the original text, `end` exclusive.
    """

    start: int
    end: int
    label: Label
    share: float


@dataclass(frozen=True, slots=True)
class EncoderShare:
    """What the encoder adds where it answered, in units of the logit that made the score.

    That logit is, for each label, `w * linear + share + constant`: the linear model's uncalibrated
    logit at the weight that the stack gives it, and the encoder's logits (of the text alone, and
    under its parent where it answers one) at theirs.
    """

    shares: Mapping[Label, float]
    """Exact, for every text label."""
    spans: tuple[Span, ...] | None
    """An estimate of where the shares come from: by how much each falls without a word, or without
    a piece of a long text. They need not sum to it. `None` where there was no time to look."""


@dataclass(frozen=True, slots=True)
class ContextFit:
    """Off-topic with its parts: how likely a comment fits each context, `None` where it is absent.

    The parts are read as if half of all comments were off topic, so that 0.5 says nothing.
    """

    off_topic: float
    title: float | None
    text: float | None
    parent: float | None
    passage: tuple[int, int] | None = None
    """Where the passage of the article's text stands that comes closest, in code points."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a model says of one comment; no opinion on what to do about it."""

    scores: Scores
    language: str
    """BCP 47 primary tag; the site's language where the text is too short to tell."""
    foreign: bool
    """Whether `language` is one that the model was not trained on."""
    mode: str
    """What answered: `fast` for the linear model alone, `deep` where the encoder was asked."""
    spans: tuple[Span, ...] = ()
    """Where they were asked for, the linear model's share of every word: of its own uncalibrated
    logit, and where `encoder` is given of the stacked one, that is times the stack's weight."""
    context_fit: ContextFit | None = None
    """What `off_topic` is made of; `None` where there is nothing to be off of."""
    out_of_time: bool = False
    """Whether the encoder was to be asked and the call's time had run out."""
    encoder: EncoderShare | None = None
    """Where spans were asked for and the encoder answered for the text labels."""
    beside: Mapping[str, float] = field(default_factory=dict)
    """Calibrated probability of each trained head that is no label of ours, by its name."""


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Scores at or over which a label asks for review or for a block; `None` = never."""

    review: float | None
    block: float | None


def cutoffs_from(found: Mapping[str, Any]) -> dict[Label, Cutoffs]:
    """Cut-offs as a manifest has them. Raises `KeyError`, `ValueError` or the like for others."""
    return {Label(label): Cutoffs(pair["review"], pair["block"]) for label, pair in found.items()}


class Scorer(Protocol):
    """A verified model, ready to score. One text has one answer: alone, batched, on any worker."""

    @property
    def version(self) -> str:
        """Version of the model folder it was loaded from."""

    @property
    def mode(self) -> str:
        """The mode that a call without one gets."""

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes in which it answers differently, some of `MODES`."""

    @property
    def cutoffs(self) -> Mapping[Label, Cutoffs]:
        """Cut-offs of that mode, solved on held-out data when the model was trained."""

    def cutoffs_in(self, mode: str | None = None) -> Mapping[Label, Cutoffs]:
        """Cut-offs solved for a mode. Raises `InvalidInput` for an unknown one."""

    @property
    def manifest(self) -> Mapping[str, object]:
        """The model's manifest, JSON-ready."""

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
        """Score comments in order; one assessment for each.

        `cutoffs` are those that the scores will be judged by, where they are not the model's own.
        To find the words behind an encoder's share takes as long as many readings: without patience
        an explanation has them only where they are known already.
        Raises `InvalidInput` for an unknown mode, `NotScored` when it cannot answer now.
        """


class ScorerSource(Protocol):
    """Gives the scorer in force now, so that an activation needs no restart."""

    def current(self) -> Scorer:
        """The active model's scorer. Raises `NotScored` where no valid model can be loaded."""
