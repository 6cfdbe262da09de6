"""Other products on what was written for the project, beside a model of ours.

A peer gives one score a text and knows no threshold of ours, so its yes is a score of 0.5 or
more, whatever the question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from moderation.comments import Comment
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.scorer import FAST, Assessment, Cutoffs
from training import fairness_sentences, suite
from training.peers import PeerScores
from training.suite import Case

Json = dict[str, Any]

YES: Final = 0.5


class PeerScorer:
    """A peer's recorded scores behind the seam that our own models are measured through."""

    manifest: Mapping[str, object] = {}
    mode = FAST
    modes = (FAST,)
    cutoffs: Mapping[Label, Cutoffs] = {
        label: Cutoffs(None if label is Label.OFF_TOPIC else YES, None) for label in Label
    }

    def __init__(self, version: str, scores: Mapping[str, float]) -> None:
        """Take the score of every text that will be asked for."""
        self.version = version
        self._scores = scores

    def cutoffs_in(self, mode: str | None = None) -> Mapping[Label, Cutoffs]:
        """The same in every mode: a peer has one."""
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
        """The peer's one score under every text label; `KeyError` for a text it was not given."""
        return [self._assessment(self._scores[comment.text]) for comment in comments]

    def _assessment(self, score: float) -> Assessment:
        scores: dict[Label, float | None] = dict.fromkeys(TEXT_LABELS, score)
        return Assessment({**scores, Label.OFF_TOPIC: None}, "en", foreign=False, mode=FAST)


def texts(folder: Path, cases: Sequence[Case]) -> list[str]:
    """Every text of the suites in `folder`, each once: what a peer is asked to score."""
    written = [case.comment.text for case in cases]
    return list(dict.fromkeys([*written, *fairness_sentences.texts(folder)]))


def measure(folder: Path, cases: Sequence[Case], peers: Sequence[PeerScores]) -> Json:
    """For each peer, the figures of `headline`; its scores are of `texts(folder, cases)`."""
    asked = texts(folder, cases)
    found = {}
    for peer in peers:
        scorer = PeerScorer(peer.version, dict(zip(asked, map(float, peer.scores), strict=True)))
        functional = suite.measure(cases, scorer)
        found[peer.name] = headline(functional, fairness_sentences.measure(folder, cases, scorer))
    return found


def headline(functional: Json, sentences: Json) -> Json:
    """The figures by which scorers are set side by side; all but the areas are shares."""
    hate, spelling = functional["hate"], functional["spelling"]
    templates = sentences["templates"]
    return {
        "hate against groups, AUC": hate["auc"] and hate["auc"]["value"],
        "hate against groups, balanced accuracy": hate["balanced"],
        "abuse in clean spelling flagged": spelling["clean"]["value"],
        "of that in disguise, mean": spelling["mean"],
        "of that in disguise, worst": spelling["worst"] and spelling["worst"]["value"],
        "sentences that name a group let through, mean": templates["mean"],
        "sentences that name a group let through, worst": templates["worst"]["value"],
        "names by origin, largest gap": sentences["names"]["gap"]["value"],
        "ordinary words and names let through": sentences["words"]["let_through"]["value"],
    }
