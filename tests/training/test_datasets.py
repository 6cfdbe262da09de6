"""Reading data sets: shapes, silence, and parts that never share a text or a thread."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moderation.errors import InvalidInput
from training import datasets
from training.datasets import CALIBRATE, DEVELOP, TRAIN
from training.pool import HEADS, WRITTEN, training_pool, without_spans
from training.sources import SOURCES


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns)


def some_sets(folder: Path) -> Path:
    """Sets of the known names in that folder, with rows written for the purpose."""
    number = 400
    frame(
        id=[f"k{n}" for n in range(number)],
        text=[
            f"This is comment number {n} and it says what number {n} says" for n in range(number)
        ],
        insult=[float(n % 2) for n in range(number)],
    ).to_parquet(folder / "kaggle_insults_impermium.parquet")
    frame(
        id=[f"n{n}" for n in range(number)],
        text=[
            f"An argument about parks, the {n}th of its kind in this debate" for n in range(number)
        ],
        off_topic=0.0,
        context_title="Parks",
        context_text="Should there be more of them?",
        thread_id=[str(n // 10) for n in range(number)],
    ).to_parquet(folder / "nyt_room_for_debate.parquet")
    frame(
        id=["o0", "o1"],
        text=["a tweet that two sets have in common", "and one of its own, by itself"],
        toxicity=[1.0, 0.0],
    ).to_parquet(folder / "olid_offenseval2019.parquet")
    frame(
        id=["s0", "s1"],
        text=["A tweet that two sets have in common!", "   "],
        toxicity=[1.0, 0.0],
        spans=["[[0, 7]]", "[]"],
    ).to_parquet(folder / "swad_swearing_tweets.parquet")
    frame(
        id=["r0", "r1", "r2"],
        text=["rated as high", "rated between", "rated as low"],
        toxicity=[0.8, 0.55, 0.2],
    ).to_parquet(folder / "ruddit.parquet")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sets in a folder of the test's own."""
    return some_sets(tmp_path)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The sets as they are read; not to be changed."""
    return datasets.load(some_sets(tmp_path_factory.mktemp("sets")))


@pytest.fixture(scope="module")
def pool(data: pd.DataFrame) -> pd.DataFrame:
    """What is trained on; not to be changed."""
    return training_pool(data, seed=1)


def test_silence_is_not_a_number(data: pd.DataFrame) -> None:
    rows = data[data["source"] == "kaggle_insults_impermium"]
    assert rows["insult"].notna().all()
    assert rows["toxicity"].isna().all()
    assert set(datasets.LABEL_COLUMNS) <= set(data.columns)


def test_missing_context_is_an_empty_string(data: pd.DataFrame) -> None:
    assert set(data.loc[data["source"] == "olid_offenseval2019", "title"]) == {""}
    assert set(data.loc[data["source"] == "nyt_room_for_debate", "title"]) == {"Parks"}


def test_blank_texts_are_left_out(data: pd.DataFrame) -> None:
    assert data["text"].str.strip().ne("").all()


def test_parts_have_about_their_shares_and_are_the_same_every_time(folder: Path) -> None:
    data = datasets.load(folder)
    rows = data[data["source"] == "kaggle_insults_impermium"]
    shares = rows["part"].value_counts(normalize=True)
    assert shares[TRAIN] == pytest.approx(0.70, abs=0.08)
    assert shares[CALIBRATE] == pytest.approx(0.15, abs=0.06)
    assert shares[DEVELOP] == pytest.approx(0.15, abs=0.06)
    pd.testing.assert_frame_equal(data, datasets.load(folder))


def test_parts_do_not_move_when_another_set_is_absent(folder: Path) -> None:
    before = datasets.load(folder)
    (folder / "ruddit.parquet").unlink()
    after = datasets.load(folder)
    kept = before[before["source"] != "ruddit"]
    assert list(after["part"]) == list(kept["part"])


def test_a_thread_is_in_one_part(data: pd.DataFrame) -> None:
    threads = data[data["thread"] != ""].groupby(["source", "thread"])["part"].nunique()
    assert len(threads) == 40
    assert (threads == 1).all()
    assert data.loc[data["thread"] != "", "part"].nunique() == 3


def test_a_text_that_may_only_be_evaluated_keeps_its_copies_out_of_training(
    data: pd.DataFrame,
) -> None:
    assert data.set_index("id").loc[["o0", "s0"], "part"].tolist() == [DEVELOP, DEVELOP]


def test_the_undecided_middle_of_a_scale_says_nothing(data: pd.DataFrame) -> None:
    scaled = data.set_index("id")["toxicity"]
    assert (scaled["r0"], scaled["r2"]) == (1.0, 0.0)
    assert np.isnan(scaled["r1"])


def test_a_folder_without_any_known_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        datasets.load(tmp_path)


def test_a_changed_file_is_told_from_the_known_one(folder: Path) -> None:
    listed = {found.source.name: found for found in datasets.survey(folder)}
    assert listed["ruddit"].present
    assert not listed["ruddit"].matches
    assert not listed["cad_reddit"].present
    assert len(listed) == len(SOURCES)


def test_only_training_rows_that_may_train_get_into_the_pool(
    data: pd.DataFrame, pool: pd.DataFrame
) -> None:
    allowed = data[(data["part"] == TRAIN) & (data["use"] == "train")]
    comments = pool[~pool["source"].isin(["lexicon_surge_profanity", WRITTEN])]
    assert set(comments["asked"]) <= set(allowed["text"])
    assert "swad_swearing_tweets" not in set(pool["source"])


def test_sentences_of_ours_and_disguised_rows_stand_beside_the_sets(pool: pd.DataFrame) -> None:
    disguised = pool[pool["text"] != pool["asked"]]
    assert (pool["source"] == WRITTEN).sum() > 10_000
    assert len(disguised) > 1_000
    assert set(disguised["asked"]) <= set(pool.loc[pool["text"] == pool["asked"], "text"])


def test_comments_that_nobody_judged_teach_no_head_by_themselves(
    data: pd.DataFrame, pool: pd.DataFrame
) -> None:
    unjudged = data[(data["part"] == TRAIN) & (data["use"] == "train")]
    unjudged = unjudged[unjudged[list(HEADS)].isna().all(axis=1) & (unjudged["title"] == "")]
    rows = pool[pool["text"].isin(set(unjudged["text"]))]
    assert rows[list(HEADS)].isna().all(axis=None)


def test_debate_comments_teach_that_they_are_civil(pool: pd.DataFrame) -> None:
    civil = pool[pool["source"] == "nyt_room_for_debate"]
    assert len(civil) > 0
    assert (civil[list(HEADS)] == 0.0).all().all()


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("you fool, you", "[[4, 8]]", "you , you"),
        ("you fool", "[]", "you fool"),
        ("you fool", "", "you fool"),
        ("abcdef", "[[2, 4], [1, 3]]", "aef"),
    ],
)
def test_marked_pieces_are_taken_out(text: str, spans: str, expected: str) -> None:
    assert without_spans(text, spans) == expected
