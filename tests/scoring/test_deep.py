"""The two models behind one seam, on numbers that can be reckoned by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from moderation.comments import Comment
from moderation.errors import InvalidInput
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring import registry
from moderation.scoring.model import ModelScorer
from moderation.scoring.scorer import Assessment, ContextFit, Cutoffs, Effort
from moderation.scoring.windows import MOST
from moderation.scoring.word_pieces import WordPieces
from tests.scoring.conftest import MakeFolder
from tests.scoring.tiny_encoder import LONGEST, section

PLAIN, HARSH, WEASEL = "the town hall", "you idiot", "you are a weasel"
"""Nothing to either model; certain to the linear one; known to the encoder alone."""

MakeScorer = Callable[..., ModelScorer]


@pytest.fixture
def load(make_deep_folder: MakeFolder) -> MakeScorer:
    """Loads the tiny model with an effort."""

    def make(mode: str = "auto", budget: float | None = None, **parts: object) -> ModelScorer:
        return registry.load(make_deep_folder(**parts), Effort(mode, budget))

    return make


def insult(found: Assessment) -> float:
    score = found.scores[Label.INSULT]
    assert score is not None
    return score


def bands(low: float, high: float) -> dict[str, object]:
    return section(bands={label.value: [low, high] for label in Label})


def test_deep_sums_what_both_models_say(load: MakeScorer) -> None:
    scorer = load("deep")
    [found] = scorer.assess([Comment(WEASEL)])
    # -1 from the linear model, which knows no such word, and 6 from the encoder.
    assert insult(found) == pytest.approx(1 / (1 + np.exp(-5.0)), abs=1e-6)
    assert found.mode == "deep"
    [linear] = scorer.assess([Comment(WEASEL)], mode="fast")
    assert insult(linear) == pytest.approx(1 / (1 + np.exp(2.0)), abs=1e-3)
    assert linear.mode == "fast"


@pytest.mark.parametrize(
    ("low", "high", "text", "mode"),
    [
        # Under the band the comment is civil to both.
        (0.2, 0.9, PLAIN, "fast"),
        # In it the encoder is asked.
        (0.1, 0.9, PLAIN, "deep"),
        (0.1, 0.9, WEASEL, "deep"),
        # Over it the comment is held in any case.
        (0.1, 0.9, HARSH, "fast"),
        (0.1, 1.0, HARSH, "deep"),
    ],
)
def test_auto_asks_the_encoder_in_the_band_and_says_so(
    load: MakeScorer, low: float, high: float, text: str, mode: str
) -> None:
    scorer = load("auto", deep=bands(low, high))
    [found] = scorer.assess([Comment(text)])
    assert found.mode == mode
    assert found == scorer.assess([Comment(text)], mode=mode)[0]


@dataclass(frozen=True)
class Fits:
    """Relevance that finds every reply off topic to the same degree."""

    off_topic: float

    def fits(self, comments: Sequence[Comment]) -> list[ContextFit | None]:
        return [
            ContextFit(self.off_topic, None, None, self.off_topic) if one.parent else None
            for one in comments
        ]


def replying(scorer: ModelScorer, monkeypatch: pytest.MonkeyPatch, off_topic: float) -> ModelScorer:
    monkeypatch.setattr(scorer, "_relevance", Fits(off_topic))
    return scorer


@pytest.mark.parametrize(
    ("text", "off_topic", "of_labels", "of_off_topic"),
    [
        # In doubt about labels alone: off-topic stays the linear model's.
        (PLAIN, 0.05, "deep", "fast"),
        # About off-topic alone: the labels do.
        (HARSH, 0.3, "fast", "deep"),
        (PLAIN, 0.3, "deep", "deep"),
        # About neither: nobody is asked.
        (HARSH, 0.05, "fast", "fast"),
    ],
)
def test_auto_takes_the_encoders_word_for_what_is_in_doubt_and_for_nothing_else(
    load: MakeScorer,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    off_topic: float,
    of_labels: str,
    of_off_topic: str,
) -> None:
    scorer = replying(load("auto"), monkeypatch, off_topic)
    comment = Comment(text, parent="the bridge")
    [found] = scorer.assess([comment])
    by = {mode: scorer.assess([comment], mode=mode)[0] for mode in ("fast", "deep")}
    assert insult(found) == insult(by[of_labels])
    assert found.scores[Label.OFF_TOPIC] == by[of_off_topic].scores[Label.OFF_TOPIC]
    assert found.mode == ("deep" if "deep" in (of_labels, of_off_topic) else "fast")
    assert by["fast"].scores != by["deep"].scores


def test_off_topic_is_weighed_of_both_models_logits(
    load: MakeScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = replying(load("deep"), monkeypatch, 0.3)
    [found] = scorer.assess([Comment(PLAIN, parent="the bridge")])
    # Half the linear logit, the encoder's 1 of whatever stands under a context, and -1.
    expected = 1 / (1 + np.exp(-np.log(0.3 / 0.7) / 2))
    assert found.scores[Label.OFF_TOPIC] == pytest.approx(expected, abs=1e-6)


def test_asked_about_off_topic_alone_the_encoder_has_no_share_in_the_labels(
    load: MakeScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = replying(load("auto"), monkeypatch, 0.3)
    comment = Comment(HARSH, parent="the bridge")
    [found] = scorer.assess([comment], explain=True)
    [linear] = scorer.assess([comment], explain=True, mode="fast")
    assert (found.mode, found.encoder) == ("deep", None)
    assert found.spans == linear.spans != ()


@pytest.mark.parametrize("mode", ["fast", "auto", "deep"])
def test_the_mode_of_a_call_wins_over_the_settings(load: MakeScorer, mode: str) -> None:
    scorer = load("fast")
    assert scorer.mode == "fast"
    assert scorer.assess([Comment(HARSH)])[0].mode == "fast"
    wanted = "deep" if mode == "deep" else "fast"
    assert scorer.assess([Comment(HARSH)], mode=mode)[0].mode == wanted


@pytest.mark.parametrize("mode", ["slow", "", "FAST", "deep "])
def test_a_foreign_mode_is_refused(load: MakeScorer, mode: str) -> None:
    scorer = load()
    for ask in (
        lambda: scorer.assess([Comment(PLAIN)], mode=mode),
        lambda: scorer.cutoffs_in(mode),
        lambda: scorer.head_probabilities([PLAIN], mode),
    ):
        with pytest.raises(InvalidInput) as refused:
            ask()
        assert refused.value.field == "mode"


def test_every_mode_has_its_own_cutoffs(load: MakeScorer) -> None:
    scorer = load("deep")
    assert scorer.modes == ("fast", "auto", "deep")
    assert scorer.cutoffs_in("fast")[Label.INSULT] == Cutoffs(0.5, None)
    assert scorer.cutoffs_in("auto")[Label.INSULT] == Cutoffs(0.6, None)
    assert scorer.cutoffs == scorer.cutoffs_in("deep") == scorer.cutoffs_in()


def test_without_an_encoder_every_mode_is_the_linear_models(make_folder: MakeFolder) -> None:
    scorer = registry.load(make_folder(), Effort("deep"))
    assert (scorer.mode, scorer.modes) == ("fast", ("fast",))
    assert scorer.cutoffs_in("deep") == scorer.cutoffs_in("fast")
    [found] = scorer.assess([Comment(WEASEL)])
    assert (found.mode, found.out_of_time) == ("fast", False)


def test_when_time_runs_out_the_linear_model_answers_and_says_so(load: MakeScorer) -> None:
    scorer = load("deep", budget=1e-9)
    comments = [Comment(WEASEL), Comment(PLAIN, parent="the bridge"), Comment("town " * 3000)]
    found = scorer.assess(comments)
    linear = scorer.assess(comments, mode="fast")
    assert [one.out_of_time for one in found] == [True] * 3
    assert [one.mode for one in found] == ["fast"] * 3
    assert [one.scores for one in found] == [one.scores for one in linear]
    assert not any(one.out_of_time for one in linear)


def test_a_comment_that_nobody_would_ask_about_is_never_out_of_time(load: MakeScorer) -> None:
    [found] = load("auto", budget=1e-9).assess([Comment(HARSH)])
    assert (found.mode, found.out_of_time) == ("fast", False)


def test_once_time_has_run_out_a_long_text_is_not_even_cut_into_windows(
    load: MakeScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = load("deep", budget=1e-9)

    def cut(pieces: WordPieces, text: str) -> list[tuple[int, int]]:
        raise AssertionError("was cut")

    monkeypatch.setattr(WordPieces, "windows", cut)
    [found] = scorer.assess([Comment("town " * 3000)])
    assert found.out_of_time


def test_with_time_enough_nothing_is_left_out(load: MakeScorer) -> None:
    comments = [Comment(WEASEL), Comment(PLAIN, parent="the bridge")]
    assert load("deep", budget=60.0).assess(comments) == load("deep", root="x").assess(comments)


def test_a_parent_counts_beside_the_text_alone(load: MakeScorer) -> None:
    scorer = load("deep")
    [alone] = scorer.assess([Comment(PLAIN)])
    [under] = scorer.assess([Comment(PLAIN, parent="the bridge")])
    # The linear model's -1 in both; under a context the tiny encoder says 1, by half.
    assert insult(alone) == pytest.approx(1 / (1 + np.exp(1.0)), abs=1e-6)
    assert insult(under) == pytest.approx(1 / (1 + np.exp(0.5)), abs=1e-6)


def test_of_a_long_text_the_worst_part_counts_wherever_it_stands(load: MakeScorer) -> None:
    scorer = load("deep")
    civil = "the town hall vote " * 3
    texts = [f"{WEASEL} {civil}", f"{civil} {WEASEL}", f"{civil} {WEASEL} {civil}"]
    assert min(insult(found) for found in scorer.assess([Comment(t) for t in texts])) > 0.9


def test_a_text_of_full_length_costs_a_few_readings(
    load: MakeScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = load("deep")
    assert scorer._deep is not None
    encoder = type(scorer._deep.reader.encoder)
    lengths: list[int] = []
    logits = encoder.logits
    monkeypatch.setattr(
        encoder, "logits", lambda self, row: lengths.append(row.own) or logits(self, row)
    )
    text = ("the town hall, " * 1400)[:20_000]
    [found] = scorer.assess([Comment(text, parent="the bridge")])
    assert found.mode == "deep"
    assert len(lengths) == MOST + 1, "the windows, and once under the parent"
    assert max(lengths) <= LONGEST


def test_a_text_of_signs_alone_is_read_too(load: MakeScorer) -> None:
    texts = ["?!", "\U0001f600", "\u200b.", "\ud800", "\x00", "[SEP]", "a" * 300, "한국어"]
    assessed = load("deep").assess([Comment(text) for text in texts])
    assert [found.mode for found in assessed] == ["deep"] * len(texts)
    for found in assessed:
        scores = [found.scores[label] for label in TEXT_LABELS]
        assert all(score is not None and 0 < score < 1 for score in scores)


def test_heads_are_given_in_every_mode_as_they_are_scored(load: MakeScorer) -> None:
    scorer = load("auto")
    texts = [PLAIN, HARSH, WEASEL]
    for mode in scorer.modes:
        found = scorer.assess([Comment(text) for text in texts], mode=mode)
        expected = [[one.scores[label] for label in TEXT_LABELS] for one in found]
        assert scorer.head_probabilities(texts, mode).tolist() == expected
