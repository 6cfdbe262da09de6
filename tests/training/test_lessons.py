"""What an encoder is given to learn: rows, targets and weights, before any training."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from training.lessons import ENCODER_HEADS, FILLED_IN, UNJUDGED, Lessons, lessons, together
from training.pool import HEADS, WRITTEN
from training.weighting import Weights

WEIGHTS = Weights(cap=1000, sets={"doubted": 0.5})
INSULT, THREAT = HEADS.index("insult"), HEADS.index("threat")


def pool() -> pd.DataFrame:
    texts = ["you are a fool", "a fine day", "what a day", "we meet at noon"]
    rows = pd.DataFrame({"text": texts, "asked": texts, "trust": 1.0})
    rows[list(HEADS)] = np.nan
    rows["insult"] = [1.0, 0.0, np.nan, 0.0]
    rows["source"] = rows["group"] = ["trusted", "doubted", "unjudged", WRITTEN]
    return rows


def taught(rows: pd.DataFrame) -> np.ndarray:
    return np.full((len(rows), len(HEADS)), -2.0, dtype=np.float32)


def of(found: Lessons, text: str) -> int:
    return found.texts.index(text)


def test_without_a_teacher_only_what_people_judged_is_learnt() -> None:
    labelled, written = lessons(pool(), WEIGHTS)
    assert labelled.texts == ["you are a fool", "a fine day"]
    assert written.texts == ["we meet at noon"]
    assert (labelled.weights > 0).sum(axis=1).tolist() == [1, 1]


def test_a_disguised_row_is_left_out_without_a_teacher() -> None:
    rows = pool()
    rows.loc[0, "text"] = "you are a f00l"
    assert lessons(rows, WEIGHTS)[0].texts == ["a fine day"]


def test_a_disguise_that_normalisation_takes_off_is_no_second_row() -> None:
    rows = pool()
    rows.loc[0, "text"] = "YOU are a fool"
    assert "you are a fool" not in lessons(rows, WEIGHTS, taught(rows))[0].texts


def test_a_teacher_fills_in_what_nobody_judged_at_a_small_weight() -> None:
    rows = pool()
    labelled, _ = lessons(rows, WEIGHTS, taught(rows))
    judged = of(labelled, "you are a fool")
    assert labelled.targets[judged, INSULT] == 1.0
    assert labelled.weights[judged, THREAT] == FILLED_IN
    assert labelled.targets[judged, THREAT] == pytest.approx(1 / (1 + np.exp(2.0)))


def test_a_comment_that_only_the_teacher_judged_is_drawn_seldom() -> None:
    rows = pool()
    labelled, _ = lessons(rows, WEIGHTS, taught(rows))
    seldom, often = of(labelled, "what a day"), of(labelled, "you are a fool")
    assert labelled.chance[seldom] == UNJUDGED * labelled.chance[often]


def test_a_doubted_set_is_drawn_less_often_and_not_weighed_less_once_drawn() -> None:
    labelled, _ = lessons(pool(), WEIGHTS)
    assert labelled.chance.tolist() == [1.0, 0.5]
    assert labelled.weights[:, INSULT].tolist() == [1.0, 1.0]


def test_nobody_judges_off_topic_of_a_text_that_stands_alone() -> None:
    every = together(lessons(pool(), WEIGHTS))
    assert every.weights.shape == (3, len(ENCODER_HEADS))
    assert not every.weights[:, -1].any()
    assert every.contexts == ["", "", ""]
