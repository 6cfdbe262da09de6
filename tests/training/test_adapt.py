"""A model learns from verdicts alone: what was judged moves, what was not stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from moderation.comments import Article
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.calibration import Calibration
from moderation.scoring.classifier import LinearClassifier
from moderation.scoring.relevance_stack import COMBINED
from tests.training.small_model import HARSH, MANIFEST, PLAIN
from training.adapt import NothingToLearn, adapt, comment_of
from training.feedback import FeedbackRow

UNRELATED = [
    "The new line will save us half an hour every day.",
    "Does the ticket cover the ferry as well?",
    "I disagree, but thank you for explaining it so patiently.",
    "Rents went up again and wages did not.",
    "You should read the second page of the report.",
    "That referee needs glasses.",
]


def scores(arrays: dict[str, NDArray[Any]], texts: list[str], label: Label) -> NDArray[np.float64]:
    """What the service would say, by its own classes."""
    column = TEXT_LABELS.index(label)
    linear = LinearClassifier.from_arrays(arrays, MANIFEST)
    logits = linear.logits(texts)
    found: NDArray[np.float64] = Calibration.from_arrays(arrays).probabilities(logits)[:, column]
    return found


def row(
    text: str, verdict: float, *labels: Label, weight: float = 1.0, **context: str
) -> FeedbackRow:
    said = {label.value: verdict for label in labels or (Label.INSULT,)}
    return FeedbackRow(
        "1", text, "reject" if verdict else "approve", said, weight=weight, **context
    )


def learnt(arrays: dict[str, NDArray[Any]], rows: list[FeedbackRow]) -> dict[str, NDArray[Any]]:
    return adapt(arrays, MANIFEST, rows, [None] * len(rows)).arrays


SLUR = "another bloody wobblechops comment"


def test_repeated_verdicts_move_a_kind_of_text_over_the_line(
    arrays: dict[str, NDArray[Any]],
) -> None:
    rows = [row(f"{SLUR} number {i}", 1.0) for i in range(30)]
    before = scores(arrays, [SLUR, "these wobblechops again"], Label.INSULT)
    after = scores(learnt(arrays, rows), [SLUR, "these wobblechops again"], Label.INSULT)
    assert before.max() < 0.5
    assert after[0] > 0.6
    assert after[1] > before[1] + 0.1


def test_repeated_approvals_clear_a_text_that_was_flagged(
    arrays: dict[str, NDArray[Any]],
) -> None:
    text = "shut up you awful clown"
    rows = [row(text, 0.0)] * 30
    before = scores(arrays, [text], Label.INSULT)[0]
    after = scores(learnt(arrays, rows), [text], Label.INSULT)[0]
    assert after < before - 0.2


def test_a_few_rows_leave_unrelated_texts_alone(arrays: dict[str, NDArray[Any]]) -> None:
    rows = [row(f"{SLUR} {i}", 1.0) for i in range(5)]
    texts = UNRELATED + PLAIN + HARSH
    moved = scores(learnt(arrays, rows), texts, Label.INSULT) - scores(arrays, texts, Label.INSULT)
    assert np.abs(moved).max() < 0.05


def test_even_senseless_verdicts_hold_no_unrelated_text(arrays: dict[str, NDArray[Any]]) -> None:
    rows = [row(text, 1.0) for text in PLAIN * 40]
    assert scores(learnt(arrays, rows), UNRELATED, Label.INSULT).max() < 0.5


def test_what_training_met_often_moves_less(arrays: dict[str, NDArray[Any]]) -> None:
    rows = [row("what an odd bridge", 1.0)] * 10
    known = dict(arrays, **{"linear.seen": np.full_like(arrays["linear.seen"], 100.0)})
    fresh = dict(arrays, **{"linear.seen": np.zeros_like(arrays["linear.seen"])})
    before = scores(arrays, ["what an odd bridge"], Label.INSULT)[0]
    held, moved = (
        scores(learnt(model, rows), ["what an odd bridge"], Label.INSULT)[0]
        for model in (known, fresh)
    )
    assert before < held < moved


def test_a_model_that_says_not_what_it_has_seen_is_adapted_with_care(
    arrays: dict[str, NDArray[Any]],
) -> None:
    older = {name: array for name, array in arrays.items() if name != "linear.seen"}
    rows = [row(f"{SLUR} {i}", 1.0) for i in range(20)]
    after = learnt(older, rows)
    assert scores(after, [SLUR], Label.INSULT) > scores(older, [SLUR], Label.INSULT) + 0.2
    moved = scores(after, UNRELATED, Label.INSULT) - scores(older, UNRELATED, Label.INSULT)
    assert np.abs(moved).max() < 0.05


def test_more_of_the_same_verdict_moves_a_text_further(arrays: dict[str, NDArray[Any]]) -> None:
    found = [
        scores(learnt(arrays, [row(SLUR, 1.0)] * count), [SLUR], Label.INSULT)[0]
        for count in (1, 4, 16, 64)
    ]
    assert found == sorted(found)
    assert found[0] > scores(arrays, [SLUR], Label.INSULT)[0]


def test_one_flood_of_a_word_does_not_keep_the_others_from_being_learnt(
    arrays: dict[str, NDArray[Any]],
) -> None:
    rows = [row(f"{SLUR} number {i}", 1.0) for i in range(30)]
    flood = row("harbour " * 2500, 1.0)
    before, alone, beside = (
        scores(model, [SLUR], Label.INSULT)[0]
        for model in (arrays, learnt(arrays, rows), learnt(arrays, [*rows, flood]))
    )
    assert beside - before > 0.8 * (alone - before)


def test_a_label_that_no_verdict_judged_stays_as_it_was(arrays: dict[str, NDArray[Any]]) -> None:
    rows = [row(SLUR, 1.0, Label.INSULT)] * 9
    threat = scores(learnt(arrays, rows), [SLUR], Label.THREAT)
    assert threat == scores(arrays, [SLUR], Label.THREAT)


def test_the_same_rows_give_the_same_bits(arrays: dict[str, NDArray[Any]]) -> None:
    rows = [row(SLUR, 1.0), row(PLAIN[0], 0.0)]
    once, again = learnt(arrays, rows), learnt(arrays, rows)
    assert all((once[name] == again[name]).all() for name in arrays)
    assert not (once["linear.weights"] == arrays["linear.weights"]).all()


def test_a_row_of_great_weight_does_not_outvote_the_others(
    arrays: dict[str, NDArray[Any]],
) -> None:
    rows = [row(SLUR, 1.0)] * 12
    against = [*rows, row(SLUR, 0.0, weight=1000.0)]
    assert scores(learnt(arrays, against), [SLUR], Label.INSULT)[0] > 0.4


def test_off_topic_moves_by_its_level_alone(arrays: dict[str, NDArray[Any]]) -> None:
    rows = [row("about trains", 0.0, Label.OFF_TOPIC, title="Trains")] * 40
    rows += [row("no context was kept", 0.0, Label.OFF_TOPIC)]
    found = adapt(arrays, MANIFEST, rows, [0.6] * 40 + [None])
    bias = COMBINED.index("bias")
    moved = found.arrays["off_topic.combined"]
    assert (moved[:, bias] < -0.1).all()
    assert (np.delete(moved, bias, axis=1) == 0).all()
    assert found.changes["off_topic"]["rows"] == 40
    assert (found.arrays["linear.weights"] == arrays["linear.weights"]).all()


def test_what_was_learnt_fits_the_rows_better(arrays: dict[str, NDArray[Any]]) -> None:
    found = adapt(arrays, MANIFEST, [row(SLUR, 1.0)] * 5, [None] * 5).changes["insult"]
    assert found["loss_after"] < found["loss_before"]


def test_nothing_is_learnt_from_nothing(arrays: dict[str, NDArray[Any]]) -> None:
    with pytest.raises(NothingToLearn, match="no rows to learn from"):
        adapt(arrays, MANIFEST, [], [])


def test_a_row_is_scored_in_its_context() -> None:
    assert comment_of(row("x", 1.0)).article is None
    full = comment_of(row("x", 1.0, title="A", body="B", parent="C"))
    assert (full.article, full.parent) == (Article("A", "B"), "C")
