"""A loaded model behind the scoring seam."""

from __future__ import annotations

import numpy as np
import pytest

from moderation.comments import Comment
from moderation.errors import InvalidInput, ModelInvalid
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring import language, registry
from moderation.scoring.calibration import Calibration
from moderation.scoring.scorer import SEVERE_TOXICITY, Scorer
from tests.scoring.conftest import MakeFolder, tiny_arrays
from tests.scoring.golden import shipped


@pytest.fixture
def scorer(make_folder: MakeFolder) -> Scorer:
    return registry.load(make_folder())


def test_every_text_label_has_a_probability(scorer: Scorer) -> None:
    [found] = scorer.assess([Comment("you idiot")])
    scores = [found.scores[label] for label in TEXT_LABELS]
    assert all(score is not None and 0 < score < 1 for score in scores)
    assert found.scores[Label.INSULT] == pytest.approx(0.993, abs=1e-3)


def test_heads_that_are_no_label_come_by_their_names() -> None:
    scorer = shipped()
    texts = ["Good morning to all of you.", "I will find you and kill you, you filthy animal."]
    every = scorer.head_probabilities(texts, scorer.mode)
    found = [assessment.beside for assessment in scorer.assess([Comment(text) for text in texts])]
    assert [dict(one) for one in found] == [{SEVERE_TOXICITY: row[-1]} for row in every.tolist()]
    assert found[0][SEVERE_TOXICITY] < found[1][SEVERE_TOXICITY]


def test_off_topic_is_unknown_without_context(scorer: Scorer) -> None:
    assert scorer.assess([Comment("you idiot")])[0].scores[Label.OFF_TOPIC] is None


def test_spans_are_given_when_asked_for_and_sum_to_the_logit(scorer: Scorer) -> None:
    text = "You idiot"
    [plain] = scorer.assess([Comment(text)])
    [explained] = scorer.assess([Comment(text)], explain=True)
    assert plain.spans == ()
    assert plain.scores == explained.scores
    shares = [span.share for span in explained.spans if span.label is Label.INSULT]
    probability = 1 / (1 + np.exp(-2.0 * (sum(shares) - 1.0)))
    assert explained.scores[Label.INSULT] == pytest.approx(probability, rel=1e-3)


@pytest.mark.parametrize("mode", [None, "fast", "auto", "deep"])
def test_every_mode_is_answered_by_the_linear_model(scorer: Scorer, mode: str | None) -> None:
    assert scorer.assess([Comment("hello")], mode=mode)[0].mode == "fast"


def test_an_unknown_mode_is_refused_by_name(scorer: Scorer) -> None:
    with pytest.raises(InvalidInput) as refused:
        scorer.assess([Comment("hello")], mode="slow")
    assert refused.value.field == "mode"


def test_a_claimed_language_is_believed_and_cut_to_its_primary_tag(scorer: Scorer) -> None:
    [found] = scorer.assess([Comment("hello there", language="DE_at")])
    assert (found.language, found.foreign) == ("de", True)


def test_a_short_text_is_in_the_language_of_the_site(scorer: Scorer) -> None:
    [found] = scorer.assess([Comment("ok")], site_language="en")
    assert (found.language, found.foreign) == ("en", False)


def test_a_site_with_a_region_in_its_tag_finds_its_own_language_not_foreign(scorer: Scorer) -> None:
    [found] = scorer.assess([Comment("ok")], site_language="en-GB")
    assert (found.language, found.foreign) == ("en", False)


def test_plain_english_is_told_on_an_english_site_without_asking_for_its_language(
    scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def identify(text: str, default: str) -> str:
        asked.append(text)
        return "fr"

    monkeypatch.setattr(language, "identify", identify)
    plain, short = Comment("You are right about the bridge."), Comment("Merci!")
    found = scorer.assess([plain, short], site_language="en-GB")
    assert [one.language for one in found] == ["en", "fr"]
    assert asked == ["Merci!"]
    # What is English and what is too short to tell are two things on a site in another language.
    assert [one.language for one in scorer.assess([plain], site_language="de")] == ["fr"]
    assert [one.language for one in scorer.assess([Comment(plain.text, language="nl")])] == ["nl"]


def test_calibration_keeps_the_order_and_never_reaches_the_ends() -> None:
    calibration = Calibration.from_arrays(tiny_arrays())
    logits = np.linspace(-1e4, 1e4, 101, dtype=np.float32)[:, None].repeat(6, axis=1)
    probabilities = calibration.probabilities(logits)
    assert (np.diff(probabilities, axis=0) >= 0).all()
    assert 0 < probabilities.min() < probabilities.max() < 1 + 1e-12


def test_a_falling_calibration_is_refused() -> None:
    with pytest.raises(ModelInvalid):
        Calibration(np.array([-1.0]), np.array([0.0]))


def test_a_manifest_without_cutoffs_is_refused(make_folder: MakeFolder) -> None:
    with pytest.raises(ModelInvalid, match="review"):
        registry.load(make_folder(cutoffs={"toxicity": {}}))
