"""What an explanation says of the encoder: its share, exact, and its words, estimated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from moderation.comments import Article, Comment
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring import encoder_words, model, registry
from moderation.scoring.cascade import Cascade
from moderation.scoring.deep import DeepModel, EncoderReader
from moderation.scoring.encoder_words import MOST_READINGS
from moderation.scoring.model import ModelScorer
from moderation.scoring.scorer import AUTO, DEEP, FAST, Assessment, Cutoffs, Effort
from moderation.scoring.stacking import LINEAR, OFFSET, Stacking, logit
from moderation.scoring.word_pieces import Pieces, WordPieces
from tests.scoring.conftest import INSULT, TINY_MANIFEST, tiny_arrays

MODELS = Path(__file__).resolve().parents[2] / "models"
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "brainless", "not", "calm"]
HEADS = len(TEXT_LABELS)
ARTICLE = Article("The bridge", "The old bridge is closed until May.")


class HandEncoder:
    """Hears one word, and whether it is denied; counts its readings."""

    def __init__(self) -> None:
        self.readings = 0

    def logits(self, row: Pieces) -> NDArray[np.float32]:
        self.readings += 1
        own = row.ids[: row.own]
        given = np.full(HEADS + 1, -2.0, dtype=np.float32)
        if VOCABULARY.index("brainless") in own:
            given[INSULT] = 0.5 if VOCABULARY.index("not") in own else 3.0
        return given


def word_pieces(longest: int = 16) -> WordPieces:
    known = {word: number for number, word in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(WordPiece(known, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return WordPieces(tokenizer.to_str(), longest, 12)


def weights() -> dict[str, NDArray[Any]]:
    labels = np.zeros((2, HEADS, 4))
    labels[0] = (0.5, 0.8, 0.0, -0.3)
    labels[1] = (0.5, 0.6, 0.2, -0.3)
    return {"stack.labels": labels, "stack.off_topic": np.array([1.0, 1.0, 0.0])}


class Explained:
    """A linear model of one word beside an encoder of another."""

    def __init__(self, effort: Effort = Effort(DEEP)) -> None:  # noqa: B008 - frozen
        self.encoder = HandEncoder()
        self.stacking = Stacking.from_arrays(weights())
        cutoffs = {mode: dict.fromkeys(Label, Cutoffs(0.5, None)) for mode in (AUTO, DEEP)}
        deep = DeepModel(
            EncoderReader(self.encoder, word_pieces()),  # type: ignore[arg-type]
            self.stacking,
            Cascade({Label.INSULT: (0.4, 1.0)}),
            cutoffs,
        )
        self.scorer = ModelScorer(tiny_arrays(), TINY_MANIFEST, deep, effort)

    def __call__(self, comment: Comment | str, mode: str | None = None) -> Assessment:
        sent = Comment(comment) if isinstance(comment, str) else comment
        return self.scorer.assess([sent], explain=True, mode=mode)[0]


@pytest.fixture
def explained() -> Explained:
    return Explained()


def of_insult(found: Assessment, text: str) -> dict[str, float]:
    assert found.encoder is not None
    assert found.encoder.spans is not None
    return {
        text[span.start : span.end]: round(span.share, 6)
        for span in found.encoder.spans
        if span.label is Label.INSULT
    }


def test_the_encoders_words_are_those_without_which_its_share_falls(explained: Explained) -> None:
    text = "You are brainless."
    found = explained(text)
    assert found.encoder is not None
    assert found.encoder.shares[Label.INSULT] == pytest.approx(0.8 * 3.0)
    assert of_insult(found, text) == {"brainless": 4.0}


def test_a_word_that_holds_a_label_down_has_a_share_below_zero(explained: Explained) -> None:
    text = "You are not brainless."
    assert of_insult(explained(text), text) == {"not": -2.0, "brainless": 2.0}


def test_words_are_marked_in_the_text_as_sent(explained: Explained) -> None:
    text = "\U0001f642 <b>Br\u200bainl3ss</b>!"
    assert of_insult(explained(text), text) == {"Br\u200bainl3ss": 4.0}


@pytest.mark.parametrize(
    "comment",
    [Comment("you idiot"), Comment("you idiot", ARTICLE), Comment("you idiot", None, "no")],
)
def test_all_shares_and_constants_sum_to_the_logit_of_the_score(
    explained: Explained, comment: Comment
) -> None:
    found = explained(comment)
    assert found.encoder is not None
    of_words = sum(span.share for span in found.spans if span.label is Label.INSULT)
    weight = explained.stacking.weights(under_context=comment.parent is not None)[INSULT]
    intercept = float(tiny_arrays()["linear.intercept"][INSULT])
    total = of_words + found.encoder.shares[Label.INSULT]
    total += weight[LINEAR] * intercept + weight[OFFSET]
    assert total == pytest.approx(logit(found.scores[Label.INSULT] or 0.0), abs=1e-3)


def test_what_the_linear_model_answers_is_explained_by_it_alone(explained: Explained) -> None:
    fast, deep = explained("you idiot", mode=FAST), explained("you idiot", mode=DEEP)
    assert fast.encoder is None
    shares = [[span.share for span in found.spans] for found in (fast, deep)]
    assert shares[1] == pytest.approx([0.5 * share for share in shares[0]])


def test_an_encoder_that_was_not_needed_has_no_share(explained: Explained) -> None:
    found = explained("good morning", mode=AUTO)
    assert (found.mode, found.encoder) == (FAST, None)
    assert explained.encoder.readings == 0
    assert explained("idiot", mode=AUTO).encoder is not None


def test_nothing_is_looked_for_unless_it_is_asked_for(explained: Explained) -> None:
    [found] = explained.scorer.assess([Comment("You are brainless.")])
    assert found.encoder is None
    assert explained.encoder.readings == 1


def test_an_explanation_does_not_change_the_scores(explained: Explained) -> None:
    [plain] = explained.scorer.assess([Comment("You idiot", ARTICLE)])
    assert explained(Comment("You idiot", ARTICLE)).scores == plain.scores


@pytest.mark.parametrize("article", [None, ARTICLE], ids=["alone", "under its context"])
@pytest.mark.parametrize("words", [1, 15, 40, 200, 5_000])
def test_the_encoder_is_read_a_bounded_number_of_times(
    explained: Explained, words: int, article: Article | None
) -> None:
    half = "calm " * (words // 2)
    text = f"{half}brainless idiot {half}"
    comment = Comment(text, article)
    explained.scorer.assess([comment])
    to_score = explained.encoder.readings
    found = explained(comment)
    assert explained.encoder.readings - 2 * to_score <= MOST_READINGS
    if words <= 200:
        assert of_insult(found, text)["brainless"] > 1


def test_a_second_look_costs_no_more_than_the_scoring(explained: Explained) -> None:
    first = explained("You are brainless.")
    before = explained.encoder.readings
    assert explained("You are brainless.") == first
    assert explained.encoder.readings == before + 1


def test_the_same_text_under_another_parent_is_looked_at_anew(explained: Explained) -> None:
    shares = [
        of_insult(explained(Comment("brainless", None, parent)), "brainless")
        for parent in (None, "the bridge")
    ]
    assert shares == [{"brainless": 4.0}, {"brainless": 4.0}]
    before = explained.encoder.readings
    explained(Comment("brainless", None, "another parent"))
    assert explained.encoder.readings > before + 2


def test_only_so_many_comments_are_kept(
    explained: Explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_words, "CACHED_COMMENTS", 2)
    for text in ("one", "two", "three"):
        explained(text)
    before = explained.encoder.readings
    explained("three")
    assert explained.encoder.readings == before + 1
    explained("one")
    assert explained.encoder.readings > before + 2


def test_where_time_runs_out_the_share_comes_without_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    explained = Explained(Effort(DEEP, budget=60.0))
    monkeypatch.setattr(model, "LONGEST_EXPLAINING", -1.0)
    found = explained("You are brainless.")
    assert found.mode == DEEP
    assert found.encoder is not None
    assert found.encoder.spans is None
    assert found.encoder.shares[Label.INSULT] == pytest.approx(2.4)
    monkeypatch.setattr(model, "LONGEST_EXPLAINING", 60.0)
    assert of_insult(explained("You are brainless."), "You are brainless.")


@given(st.text(max_size=200), st.sampled_from([None, ARTICLE]))
def test_the_words_of_any_text_are_in_order_and_within_it(
    text: str, article: Article | None
) -> None:
    _check_spans(Explained()(Comment(text, article)), text)


def _check_spans(found: Assessment, text: str) -> None:
    assert found.encoder is not None
    assert set(found.encoder.shares) == set(TEXT_LABELS)
    spans = found.encoder.spans
    assert spans is not None
    places = [(span.start, span.end) for span in spans]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


def _shipped_with_encoder() -> Sequence[Path]:
    manifests = sorted(MODELS.glob("*/manifest.json"))
    return [path.parent for path in manifests if "deep" in json.loads(path.read_text())]


@pytest.fixture(scope="module")
def shipped() -> ModelScorer:
    """The shipped model; skips as long as it has no encoder."""
    folders = _shipped_with_encoder()
    if not folders:
        pytest.skip("the shipped model has no encoder")
    return registry.load(folders[-1])


@pytest.mark.parametrize("comment", [
    Comment("What a brainless idiot you are."),
    Comment("Nobody wants people like you here.", ARTICLE, "I saw it from the bridge."),
    Comment("I read it twice. " * 8 + "You idiot! " + "So it goes, on and on. " * 9),
])  # fmt: skip
def test_the_shipped_models_explanation_adds_up_and_is_the_same_each_time(
    shipped: ModelScorer, comment: Comment
) -> None:
    [first] = shipped.assess([comment], explain=True, mode=DEEP)
    _check_spans(first, comment.text)
    [other] = registry.load(_shipped_with_encoder()[-1]).assess([comment], explain=True, mode=DEEP)
    assert other == first


def test_the_shipped_encoder_hears_an_insult_in_the_word_that_is_one(shipped: ModelScorer) -> None:
    text = "I have read what you wrote, and you are an idiot."
    [found] = shipped.assess([Comment(text)], explain=True, mode=DEEP)
    words = of_insult(found, text)
    assert max(words, key=lambda word: words[word]) == "idiot"
