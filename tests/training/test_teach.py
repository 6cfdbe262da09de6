"""Fine-tuning an encoder for real, on a few rows. Needs `requirements-train.txt`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moderation.errors import InvalidInput
from tests.training.small_model import HARSH, PLAIN
from training.pool import HEADS, WRITTEN
from training.weighting import Weights

pytest.importorskip("torch", reason="PyTorch is not installed: the encoder is NOT tested")
pytest.importorskip(
    "transformers", reason="transformers is not installed: the encoder is NOT tested"
)

from moderation.scoring.deep import GRAPH, TOKENIZER
from moderation.scoring.encoder import Encoder as Served
from moderation.scoring.word_pieces import WordPieces
from training import teach
from training.export import export
from training.lessons import ENCODER_HEADS, Lessons, lessons, made
from training.teaching import Teaching

TEACHING = Teaching(
    rows=96,
    mixed_from=0.5,
    written_share=0.4,
    context_share=0.2,
    longest=24,
    longest_context=12,
    batch=16,
    rate=2e-4,
)
WEIGHTS = Weights(cap=1000, sets={})
INSULT = ENCODER_HEADS.index("insult")


def pool() -> pd.DataFrame:
    texts = [*HARSH, *PLAIN]
    rows = pd.DataFrame({"text": texts, "asked": texts, "trust": 1.0})
    rows[list(HEADS)] = np.nan
    rows["insult"] = [1.0] * len(HARSH) + [0.0] * len(PLAIN)
    rows["source"] = rows["group"] = ["ours" if at % 2 else WRITTEN for at in range(len(rows))]
    return rows


def under_context() -> Lessons:
    targets = np.full((2, len(ENCODER_HEADS)), np.nan, dtype=np.float32)
    targets[:, -1] = (0.0, 1.0)
    said = ~np.isnan(targets)
    contexts = ["The bridge is closed", "A cake for the holidays"]
    groups = np.zeros(2, dtype=np.int64)
    return made(["the bridge opens in june"] * 2, targets, said, groups, np.ones(2), contexts)


def every_kind(rows: pd.DataFrame) -> tuple[Lessons, list[Lessons]]:
    labelled, written = lessons(rows, WEIGHTS)
    return labelled, [written, under_context()]


def test_the_plan_begins_with_the_sets_and_is_the_same_every_time() -> None:
    labelled, mixed_in = every_kind(pool())
    order = teach.plan(labelled, mixed_in, TEACHING, seed=3)
    assert order == teach.plan(labelled, mixed_in, TEACHING, seed=3)
    assert len(order) == TEACHING.rows
    written_end = len(labelled.texts) + len(mixed_in[0].texts)
    assert max(order[:48]) < len(labelled.texts)
    assert {place >= written_end for place in order[48:]} == {True, False}


def test_an_encoder_learns_and_a_finished_training_is_taken_up_as_it_is(tmp_path: Path) -> None:
    kinds = every_kind(pool())
    first = teach.teach(*kinds, TEACHING, 3, tmp_path, progress=False)
    again = teach.teach(*kinds, TEACHING, 3, tmp_path, progress=False)
    texts = ["you are an idiot", "the bridge is closed", ""]
    scores = teach.score(first, texts, TEACHING, progress=False)
    assert scores.shape == (3, len(ENCODER_HEADS))
    assert scores[0, INSULT] > scores[1, INSULT]
    assert np.array_equal(scores, teach.score(again, texts, TEACHING, progress=False))


def test_the_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    teach.teach(*every_kind(pool()), TEACHING, 3, tmp_path, progress=False)
    other = pool().assign(
        text=lambda rows: rows["text"] + "!", asked=lambda rows: rows["asked"] + "!"
    )
    with pytest.raises(InvalidInput, match="work"):
        teach.teach(*every_kind(other), TEACHING, 3, tmp_path, progress=False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_what_is_served_says_nearly_what_was_trained(tmp_path: Path) -> None:
    trained = teach.teach(*every_kind(pool()), TEACHING, 3, tmp_path, progress=False)
    export(trained, tmp_path)
    served = Served((tmp_path / GRAPH).read_bytes(), len(ENCODER_HEADS))
    pieces = WordPieces(
        (tmp_path / TOKENIZER).read_text(), TEACHING.longest, TEACHING.longest_context
    )
    texts = ["you are an idiot", "the bridge is closed"]
    found = np.stack([served.logits(row) for row in pieces.rows(texts, ["", ""])])
    assert np.abs(found - teach.score(trained, texts, TEACHING, progress=False)).max() < 0.5
