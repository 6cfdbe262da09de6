"""A scorer held to one of its modes, so that scores and cut-offs are always that mode's.

Everything that is measured is handed such a view. It keeps what it was told: the encoder is slow,
and several measures ask about the same comments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moderation.comments import Comment
from moderation.errors import InvalidInput
from moderation.labels import Label
from moderation.scoring.scorer import FAST, Assessment, Cutoffs, Scorer
from training import heads
from training.metrics import Floats


def modes_of(scorer: Scorer) -> tuple[str, ...]:
    """The modes in which a scorer answers differently, cheapest first; most have one."""
    modes: tuple[str, ...] = getattr(scorer, "modes", (FAST,))
    return modes


def chosen(scorer: Scorer, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """The modes to measure: all that the scorer has, or of these the wanted ones.

    Raises `InvalidInput` for one that it has not.
    """
    known = modes_of(scorer)
    for mode in wanted:
        if mode not in known:
            raise InvalidInput("mode", f"this model has {', '.join(known)} alone")
    return tuple(mode for mode in known if not wanted or mode in wanted)


def judged(scorer: Scorer, modes: Sequence[str]) -> str:
    """The mode of these that promises are judged by: what a call without one gets, if it is one."""
    default = getattr(scorer, "mode", FAST)
    return default if default in modes else modes[0]


class InMode:
    """A view of a scorer that answers in one mode and scores each comment once."""

    def __init__(self, scorer: Scorer, mode: str) -> None:
        """Take the scorer and one of its modes."""
        self._scorer = scorer
        self._mode = mode
        self._known: dict[Comment, Assessment] = {}

    @property
    def version(self) -> str:
        """The scorer's."""
        return self._scorer.version

    @property
    def mode(self) -> str:
        """The one mode."""
        return self._mode

    @property
    def modes(self) -> tuple[str, ...]:
        """That one alone."""
        return (self._mode,)

    @property
    def cutoffs(self) -> Mapping[Label, Cutoffs]:
        """Those solved for this mode."""
        return self._scorer.cutoffs_in(self._mode)

    def cutoffs_in(self, mode: str | None = None) -> Mapping[Label, Cutoffs]:
        """Those of this mode unless another is named."""
        return self._scorer.cutoffs_in(mode or self._mode)

    @property
    def manifest(self) -> Mapping[str, object]:
        """The scorer's."""
        return self._scorer.manifest

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
        """One assessment a comment, in order; only comments that are new are scored.

        Another mode, a site's language or cut-offs, or an explanation is asked of the scorer each
        time.
        """
        if explain or cutoffs or site_language != "en" or mode not in (None, self._mode):
            return self._scorer.assess(
                comments,
                site_language=site_language,
                explain=explain,
                patient=patient,
                mode=mode or self._mode,
                cutoffs=cutoffs,
            )
        new = [one for one in dict.fromkeys(comments) if one not in self._known]
        if new:
            found = self._scorer.assess(new, mode=self._mode)
            self._known.update(zip(new, found, strict=True))
        return [self._known[one] for one in comments]

    def probabilities(self, texts: Sequence[str], *, progress: bool) -> dict[str, Floats]:
        """Of every head by name, those without a label among them; see `heads.scored`."""
        return heads.scored(self._scorer, texts, self._mode, progress=progress)
