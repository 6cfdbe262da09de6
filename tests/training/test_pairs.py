"""Pairs to learn off-topic from: the wrong context is another thread's, and nothing betrays it."""

import numpy as np
import pandas as pd
import pytest

from training.pairs import (
    HELD_OUT,
    answers,
    comments_in_context,
    mismatches,
    without_quotes,
)

BRIDGE = "The old bridge will stay closed until the spring, the council said on Monday."


def frame(rows: int, source: str = "reddit_technology_unlabelled") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source": source,
            "id": [str(n) for n in range(rows)],
            "text": [f"Comment number {n} has words of its own" for n in range(rows)],
            "parent": "",
            "title": [f"Story {n // 3}" for n in range(rows)],
            "body": "",
            "thread": [f"thread {n // 3}" for n in range(rows)],
            "part": ["train" if n // 3 % 2 else "develop" for n in range(rows)],
        }
    )


def vectors(rows: int) -> np.ndarray:
    points = np.random.default_rng(5).normal(size=(rows, 8)).astype(np.float32)
    return points / np.linalg.norm(points, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param(
            "The old bridge will stay closed until the spring, the council said on Monday. So?",
            "So?",
            id="a sentence copied word for word goes",
        ),
        pytest.param(
            "the OLD bridge will stay closed until the spring\nthat is a lie",
            "that is a lie",
            id="case, punctuation and where it ends do not matter",
        ),
        pytest.param("The old bridge is ugly.", "The old bridge is ugly.", id="own words stay"),
        pytest.param("On Monday.", "On Monday.", id="a few shared words are no quotation"),
        pytest.param("", "", id="nothing stays nothing"),
    ],
)
def test_quotations_of_the_context_are_cut(text: str, own: str) -> None:
    assert without_quotes(text, BRIDGE) == own


def test_a_wrong_context_is_never_of_the_same_thread() -> None:
    data = frame(90)
    for wrong in mismatches(data["source"].tolist(), data["thread"].tolist(), vectors(90), 1):
        assert (wrong >= 0).all()
        assert (data["thread"].to_numpy() != data["thread"].to_numpy()[wrong]).all()


def test_a_wrong_context_is_of_the_same_set() -> None:
    sources = ["one"] * 30 + ["two"] * 30
    threads = [str(n) for n in range(60)]
    for wrong in mismatches(sources, threads, vectors(60), 1):
        assert [sources[n] for n in wrong] == sources


def test_the_second_wrong_context_is_more_alike_than_the_first() -> None:
    points = vectors(300)
    chance, alike = mismatches(["one"] * 300, [str(n) for n in range(300)], points, 1)
    assert (points * points[alike]).sum(axis=1).mean() > (points * points[chance]).sum(
        axis=1
    ).mean() + 0.3


def test_a_set_of_one_thread_gives_no_wrong_context() -> None:
    chance, alike = mismatches(["one"] * 9, ["same"] * 9, vectors(9), 1)
    assert (chance == -1).all()
    assert (alike == -1).all()


def test_the_same_seed_gives_the_same_pairs() -> None:
    data = frame(60)
    one, two = (mismatches(["s"] * 60, data["thread"].tolist(), vectors(60), 7) for _ in "ab")
    assert all((a == b).all() for a, b in zip(one, two, strict=True))


def test_rows_without_context_or_words_are_left_out() -> None:
    data = frame(30)
    data.loc[0, "title"] = ""
    data.loc[1, "text"] = "!!!"
    kept = comments_in_context(data, 1)
    assert set(kept["id"]) == set(data["id"]) - {"0", "1"}


def test_sets_that_are_not_known_to_be_on_topic_make_no_pairs() -> None:
    assert comments_in_context(frame(30, "c3_constructive_comments"), 1).empty


def test_the_name_of_the_forum_is_no_part_of_a_title() -> None:
    data = frame(3, "iac_4forums_unlabelled")
    data["title"] = "4Forums.com Political Debates and Polls -  Should schools start later?"
    assert set(comments_in_context(data, 1)["title"]) == {"Should schools start later?"}


def test_word_vectors_and_features_learn_from_different_threads() -> None:
    data = frame(600, "iac_4forums_unlabelled").assign(part="train")
    learnt, weighed = answers(data), comments_in_context(data, 1)
    assert len(learnt) > len(weighed) > 50
    assert set(learnt["thread"]).isdisjoint(weighed["thread"])
    assert len(learnt) + len(weighed) == len(data)


@pytest.mark.parametrize("source", sorted(HELD_OUT | {"c3_constructive_comments"}))
def test_word_vectors_never_see_a_set_that_is_held_out(source: str) -> None:
    assert answers(frame(90, source).assign(part="train")).empty


def test_word_vectors_see_the_training_part_alone() -> None:
    data = frame(300, "iac_4forums_unlabelled")
    assert set(answers(data)["part"]) == {"train"}
