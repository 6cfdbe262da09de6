"""Fine-tuning the teacher for real, on a few rows. Needs `requirements-train.txt`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moderation.errors import InvalidInput
from tests.training.small_model import HARSH, PLAIN
from training.pool import HEADS, WRITTEN
from training.weighting import Weights

pytest.importorskip("torch", reason="PyTorch is not installed: the teacher is NOT tested")
pytest.importorskip(
    "transformers", reason="transformers is not installed: the teacher is NOT tested"
)

from training import teach
from training.teaching import Teaching

TEACHING = Teaching(
    rows=96,
    mixed_from=0.5,
    written_share=0.5,
    context_share=0.0,
    longest=24,
    longest_context=8,
    batch=16,
    rate=2e-4,
)
WEIGHTS = Weights(cap=1000, sets={})


def pool() -> pd.DataFrame:
    texts = [*HARSH, *PLAIN]
    rows = pd.DataFrame({"text": texts, "asked": texts, "trust": 1.0})
    rows[list(HEADS)] = np.nan
    rows["insult"] = [1.0] * len(HARSH) + [0.0] * len(PLAIN)
    rows["source"] = rows["group"] = ["ours" if at % 2 else WRITTEN for at in range(len(rows))]
    return rows


def test_the_plan_begins_with_the_sets_and_is_the_same_every_time() -> None:
    labelled, written = teach.lessons(pool(), WEIGHTS)
    order = teach.plan(labelled, written, TEACHING, seed=3)
    assert order == teach.plan(labelled, written, TEACHING, seed=3)
    assert len(order) == TEACHING.rows
    assert max(order[:48]) < len(labelled.texts) <= max(order)


def test_a_disguised_row_teaches_the_teacher_nothing() -> None:
    rows = pool()
    rows.loc[0, "text"] = "you are an 1d10t"
    before, after = (
        sum(len(one.texts) for one in teach.lessons(p, WEIGHTS)) for p in (pool(), rows)
    )
    assert after == before - 1


def test_a_teacher_learns_and_a_finished_training_is_taken_up_as_it_is(tmp_path: Path) -> None:
    lessons = teach.lessons(pool(), WEIGHTS)
    first = teach.teach(*lessons, TEACHING, 3, tmp_path, progress=False)
    again = teach.teach(*lessons, TEACHING, 3, tmp_path, progress=False)
    texts = ["you are an idiot", "the bridge is closed", ""]
    scores = teach.score(first, texts, TEACHING.longest, progress=False)
    assert scores.shape == (3, len(HEADS))
    assert scores[0, HEADS.index("insult")] > scores[1, HEADS.index("insult")]
    assert np.array_equal(scores, teach.score(again, texts, TEACHING.longest, progress=False))


def test_the_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    teach.teach(*teach.lessons(pool(), WEIGHTS), TEACHING, 3, tmp_path, progress=False)
    other = pool().assign(
        text=lambda rows: rows["text"] + "!", asked=lambda rows: rows["asked"] + "!"
    )
    with pytest.raises(InvalidInput, match="work"):
        teach.teach(*teach.lessons(other, WEIGHTS), TEACHING, 3, tmp_path, progress=False)
