"""Modes are measured in one run on the same comments, and what the cascade keeps is told."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from moderation.comments import Comment
from moderation.errors import InvalidInput
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.scorer import AUTO, DEEP, FAST, Assessment, Cutoffs
from tests.training.test_evaluate import WordScorer, frame
from tests.training.two_models import BANDS, FOOL, HINT, RARE, TwoModels
from training import cascade_curve, cost, demo_site, development_mix, modes, plots
from training.card import card, summary
from training.cascade_curve import Scored, Traffic
from training.document import markdown
from training.evaluate import MOST_ROWS, MOST_ROWS_ASKED, evaluate, most_rows_of
from training.gates import gates
from training.modes import InMode

CUTOFFS = {mode: TwoModels.cutoffs for mode in (FAST, AUTO, DEEP)}


def data() -> pd.DataFrame:
    """The comments of the other tests, and some that only the encoder tells apart."""
    rows = frame()
    hidden = rows.head(4).assign(text=[f"how clever of you, number {i}" for i in range(4)])
    odd = rows.iloc[8:12].assign(text=[f"an odd thing, number {i}" for i in range(4)])
    more = pd.concat([hidden, odd]).assign(id=[f"more {i}" for i in range(8)])
    return pd.concat([rows, more], ignore_index=True)


@pytest.fixture(scope="module")
def evaluation() -> dict[str, Any]:
    return evaluate(data(), TwoModels())


def test_a_view_asks_in_its_own_mode_and_each_comment_once() -> None:
    scorer = TwoModels()
    view = InMode(scorer, DEEP)
    comments = [Comment("how clever"), Comment("plain"), Comment("how clever")]
    found = view.assess(comments)
    assert found == view.assess(comments)
    assert [one.scores[Label.INSULT] for one in found] == [0.9, RARE, 0.9]
    assert scorer.asked == [("how clever", DEEP), ("plain", DEEP)]
    assert (view.mode, view.version, view.cutoffs) == (DEEP, "two-1", scorer.cutoffs)


def test_the_same_text_under_another_article_is_another_comment() -> None:
    view = InMode(TwoModels(), AUTO)
    alone, answer = view.assess([Comment("plain"), Comment("plain", parent="Is it?")])
    assert alone.scores[Label.OFF_TOPIC] is None
    assert answer.scores[Label.OFF_TOPIC] == 0.1


def test_a_model_without_an_encoder_has_one_mode_and_takes_all_rows() -> None:
    assert modes.chosen(WordScorer()) == (FAST,)
    assert most_rows_of((FAST,)) == MOST_ROWS
    assert most_rows_of((FAST, AUTO)) == most_rows_of((DEEP,)) == MOST_ROWS_ASKED
    with pytest.raises(InvalidInput, match="mode"):
        modes.chosen(WordScorer(), [DEEP])


def test_every_mode_is_measured_and_the_default_one_is_judged(evaluation: dict[str, Any]) -> None:
    assert list(evaluation["modes"]) == [FAST, AUTO, DEEP]
    assert evaluation["mode"] == AUTO
    areas = [each["labels"]["insult"]["mean_auc"] for each in evaluation["modes"].values()]
    assert areas[0] < areas[1] == areas[2] == 1.0
    assert evaluation["labels"]["insult"]["overall"]["mean_auc"] == areas[1]
    recalls = [
        each["labels"]["insult"]["recall_at_review"] for each in evaluation["modes"].values()
    ]
    assert recalls == pytest.approx([8 / 12, 1, 1], abs=1e-4)


def test_a_text_is_scored_once_in_a_mode_but_for_what_is_timed() -> None:
    scorer = TwoModels()
    evaluate(data(), scorer)
    times = pd.Series(scorer.asked).value_counts()
    timed = {one.text for one in development_mix.sample(data(), cost.COMMENTS)}
    untimed = [pair for pair in times.index if pair[0] not in timed and pair[1] != FAST]
    assert {pair[1] for pair in untimed} == {AUTO, DEEP}
    # Alone, and with its own and another thread's article.
    assert max(times[pair] for pair in untimed) <= 3


def test_a_narrowed_run_judges_what_it_measured_and_promises_nothing_of_the_others() -> None:
    found = evaluate(data(), TwoModels(), wanted=[DEEP])
    assert (list(found["modes"]), found["mode"]) == ([DEEP], DEEP)
    assert "cascade" not in found
    named = {gate["name"]: gate["passed"] for gate in gates(found) if AUTO in gate["name"]}
    assert len(named) == 3
    assert set(named.values()) == {None}


def test_what_is_printed_and_the_card_set_the_modes_side_by_side(
    evaluation: dict[str, Any],
) -> None:
    manifest = {
        "version": "two-1",
        "cutoffs": {"insult": {"review": 0.5, "block": None}},
        "deep": {"cutoffs": {AUTO: {"insult": {"review": 0.4, "block": 0.9}}}},
    }
    text = markdown(card(manifest, evaluation))
    for part in (
        "## Modes side by side",
        "| figure ",
        "### What a comment costs",
        "### What the cascade keeps",
        "![Quality of each mode against its cost](modes.png)",
        "(cascade.png)",
        "auto review at",
        "in the mode `auto` where nothing else is said",
    ):
        assert part in text
    assert "Modes side by side" in summary(evaluation, gates(evaluation))
    assert "Modes side by side" not in summary(evaluate(frame(), WordScorer()), [])


def test_modes_and_cascade_have_their_pictures(evaluation: dict[str, Any], tmp_path: Path) -> None:
    names = {path.name for path in plots.draw(evaluation, tmp_path)}
    assert {"modes.png", "cascade.png"} < names
    assert (tmp_path / "modes.png").read_bytes().startswith(b"\x89PNG")
    # Without the curve and the suite there is still a picture of what was measured.
    narrowed = evaluate(data(), TwoModels(), wanted=[FAST, DEEP])
    again = {path.name for path in plots.draw(narrowed, tmp_path)}
    assert again == names - {"cascade.png"}


def test_times_are_taken_of_single_calls_in_turn() -> None:
    ticks = count()
    scorer = TwoModels()
    comments = [Comment("how clever"), *[Comment(f"plain {i}") for i in range(3)]]
    found = cost.measure(scorer, [FAST, AUTO, DEEP], comments, clock=lambda: next(ticks))
    assert {mode: one["median_ms"] for mode, one in found.items()} == dict.fromkeys(
        (FAST, AUTO, DEEP), 1_000.0
    )
    assert [one["asked"] for one in found.values()] == [0.0, 0.25, 1.0]
    assert [mode for _, mode in scorer.asked[-6:]] == [FAST, AUTO, DEEP] * 2
    assert cost.measure(scorer, [FAST], []) == {}


def test_the_mix_has_one_in_ten_that_ought_to_be_held_and_no_row_that_does_not_say() -> None:
    rows = pd.DataFrame(
        [{"toxicity": 1.0}] * 30 + [{"toxicity": 0.0}] * 300 + [{"insult": 0.0}] * 50
        + [{"toxicity": 0.0, "insult": 1.0}] * 10 + [{"toxicity": 0.0, "profanity": 1.0}] * 20
    ).reindex(columns=[label.value for label in TEXT_LABELS])  # fmt: skip
    rows = rows.assign(
        id=range(len(rows)), text=[f"row {i}" for i in range(len(rows))], source="forum"
    )
    known, held = development_mix.decided(rows)
    assert (known.sum(), held.sum()) == (340, 40)
    weight = development_mix.weights(rows[known], held[known])
    assert weight.sum() == pytest.approx(1.0)
    assert weight[held[known]].sum() == pytest.approx(0.1)
    places = [int(one.text.split()[1]) for one in development_mix.sample(rows, 100)]
    assert len(set(places)) == 100
    assert held[places].sum() == 10
    assert known[places].all()


def _columns(*values: float) -> np.ndarray:
    return np.repeat(np.array(values)[:, np.newaxis], len(TEXT_LABELS), axis=1)


def _scored(fast: np.ndarray, deep: np.ndarray, truth: np.ndarray) -> Scored:
    """One in ten of the weight is of what ought to be held."""
    weight = np.where(truth, 0.1 / truth.sum(), 0.9 / max((~truth).sum(), 1))
    return Scored(fast, deep, truth, weight)


def test_the_cascade_keeps_what_it_asks_about() -> None:
    # Held by both; found by the encoder within the band and under it; civil to both.
    fast, deep = _columns(FOOL, HINT, RARE, RARE), _columns(0.95, 0.9, 0.9, 0.1)
    truth = np.array([True, True, True, False])
    demo = Traffic(_columns(HINT, RARE, RARE, RARE), np.full(4, np.nan))
    bands = cascade_curve.bands_of({"deep": {"bands": BANDS}})
    found = cascade_curve.curve(_scored(fast, deep, truth), demo, bands, CUTOFFS)
    assert found["shipped"]["kept"] == 0.5
    assert found["shipped"]["demo_asked"] == 0.25
    assert found["decided_otherwise"] == 2
    # One positive of three, which together are a tenth of the mix.
    assert found["shipped"]["asked"] == pytest.approx(0.1 / 3, abs=1e-4)
    by_step = {point["step"]: point for point in found["points"]}
    assert by_step[-3.0]["kept"] == 1.0
    assert by_step[-3.0]["demo_asked"] == 1.0
    assert by_step[3.0]["kept"] == by_step[3.0]["asked"] == 0.0
    assert by_step[0.0] == found["shipped"] | {"step": 0.0}


def test_where_the_encoder_decides_no_better_nothing_is_kept_and_nothing_promised() -> None:
    scores = _columns(FOOL, RARE)
    demo = Traffic(_columns(RARE), np.full(1, np.nan))
    found = cascade_curve.curve(_scored(scores, scores, np.array([True, False])), demo, {}, CUTOFFS)
    assert found["shipped"]["kept"] is None
    assert (
        cascade_curve.curve(_scored(scores, scores, np.array([True, True])), demo, {}, CUTOFFS)
        == {}
    )


def test_a_doubt_about_the_topic_alone_asks_and_leaves_the_labels() -> None:
    bands = {Label.OFF_TOPIC: (0.2, 0.9)}
    every, labels = cascade_curve.asked(_columns(RARE, RARE), np.array([0.5, np.nan]), bands)
    assert every.tolist() == [True, False]
    assert not labels.any()


def test_the_curve_at_the_shipped_bands_is_what_the_model_does(evaluation: dict[str, Any]) -> None:
    shipped = evaluation["cascade"]["shipped"]
    assert shipped["kept"] == 1.0
    scorer = TwoModels()
    demo = scorer.assess(demo_site.comments(), mode=AUTO)
    assert shipped["demo_asked"] == cost.asked(demo)
    assert evaluation["cascade"]["demo_comments"] == len(demo)


def test_the_demo_sites_comments_stand_under_their_articles_and_parents() -> None:
    found = demo_site.comments()
    assert len(found) > 10
    assert all(one.article and one.article.text for one in found)
    assert sum(one.parent is not None for one in found) > 5


def test_a_cutoff_that_never_asks_for_review_holds_nothing() -> None:
    cutoffs = dict.fromkeys(Label, Cutoffs(None, None))
    assert not cascade_curve.held(_columns(FOOL), cutoffs).any()


def test_an_assessment_by_the_encoder_counts_as_asked() -> None:
    scores: dict[Label, float | None] = dict.fromkeys(Label, 0.1)
    found = [Assessment(scores, "en", False, mode) for mode in (DEEP, FAST, FAST, FAST)]
    assert cost.asked(found) == 0.25
    assert cost.asked([]) is None
