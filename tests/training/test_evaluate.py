"""Measuring a model: the right rows, the right comparisons, promises that can be broken."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moderation.comments import Comment
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.scorer import FAST, Assessment, Cutoffs
from training.card import summary
from training.evaluate import evaluate, held_out
from training.gates import failed, gates
from training.peers import PeerFailed, PeerScores, measure
from training.slices import civil_slices, off_topic_slices

TOPICS = ("bridge closure", "school timetable", "football transfer", "library budget")


class WordScorer:
    """Calls what says "fool" bad, and what shares no word with its context off topic."""

    version = "words-1"
    mode = FAST
    manifest: Mapping[str, object]
    cutoffs: Mapping[Label, Cutoffs]

    def __init__(self, review: float = 0.5) -> None:
        self.manifest = {"base_rates": {label.value: 0.05 for label in Label}}
        self.cutoffs = {label: Cutoffs(review, None) for label in Label}

    def cutoffs_in(self, mode: str | None = None) -> Mapping[Label, Cutoffs]:
        return self.cutoffs

    def assess(
        self,
        comments: Sequence[Comment],
        *,
        site_language: str = "en",
        explain: bool = False,
        patient: bool = True,
        mode: str | None = None,
        cutoffs: Mapping[Label, Cutoffs] | None = None,
    ) -> list[Assessment]:
        return [Assessment(self._scores(one), "en", False, FAST) for one in comments]

    def _scores(self, comment: Comment) -> dict[Label, float | None]:
        words = set(comment.text.lower().split())
        scores: dict[Label, float | None] = dict.fromkeys(
            TEXT_LABELS, 0.9 if "fool" in words else 0.1
        )
        context = comment.parent or (comment.article and comment.article.title)
        known = bool(words & set((context or "").lower().split()))
        scores[Label.OFF_TOPIC] = None if not context else 0.1 if known else 0.9
        return scores


def frame() -> pd.DataFrame:
    rows = [
        {"source": "forum", "text": f"you are a fool {i}", "toxicity": 1.0, "insult": 1.0,
         "identity_attack": 1.0}
        for i in range(8)
    ] + [
        {"source": "forum", "text": f"thank you for number {i}", "toxicity": 0.0, "insult": 0.0,
         "identity_attack": 0.0}
        for i in range(30)
    ] + [
        {"source": "nyt_room_for_debate", "text": f"the {topic} matters, {i}", "title": topic,
         "thread": topic, "off_topic": 0.0}
        for topic in TOPICS for i in range(5)
    ] + [
        {"source": "forum", "text": "never shown to the model", "toxicity": 1.0, "part": "train"},
        {"source": "list", "text": "fool", "toxicity": 1.0, "use": "lexicon"},
    ]  # fmt: skip
    data = pd.DataFrame(rows)
    for column in (*(label.value for label in Label), "severe_toxicity"):
        data[column] = data.get(column, np.nan)
    for column, value in (("part", "develop"), ("use", "train"), ("title", ""), ("thread", "")):
        data[column] = data[column].fillna(value) if column in data else value
    return data.assign(id=[str(i) for i in range(len(data))], parent="", body="", target_group="")


def peer_at(score: float, rows: int) -> PeerScores:
    return PeerScores("plain", "1.0", np.full(rows, score))


def test_only_the_develop_part_is_measured_and_no_word_list() -> None:
    texts = set(held_out(frame())["text"])
    assert "never shown to the model" not in texts
    assert "fool" not in texts
    assert len(texts) == 38


def test_fewer_rows_are_the_same_rows_in_any_order() -> None:
    data = frame()
    once = set(held_out(data, 10)["id"])
    assert len(once) == 10
    assert set(held_out(data.iloc[::-1], 10)["id"]) == once


def test_a_model_that_tells_the_rows_apart_keeps_every_promise() -> None:
    data = frame()
    result = evaluate(data, WordScorer(), [peer_at(0.5, 38)])
    insult = result["labels"]["insult"]
    assert insult["sets"]["forum"]["auc"]["value"] == 1.0
    assert insult["sets"]["forum"]["recall_at_review"]["value"] == 1.0
    assert insult["overall"]["at_review"]["flagged"] == pytest.approx(0.05)
    assert insult["overall"]["peers"]["plain"]["mean_auc"] == 0.5
    assert result["labels"]["threat"]["overall"]["rows"] == 0
    assert result["off_topic"][0]["auc"]["value"] == 1.0
    judged = [gate for gate in gates(result) if gate["passed"] is not None]
    passed = {gate["name"]: gate["passed"] for gate in judged}
    assert passed["insult: AUC above plain's"] is True
    assert len(passed) == 5


def test_a_model_that_is_no_better_than_its_peer_fails() -> None:
    data = frame()
    rows = held_out(data)
    same = PeerScores("plain", "1.0", rows["text"].str.contains("fool").to_numpy(dtype=float))
    names = [gate["name"] for gate in failed(gates(evaluate(data, WordScorer(), [same])))]
    assert "toxicity: AUC above plain's" in names


def test_a_model_that_holds_civil_comments_fails() -> None:
    result = evaluate(frame(), WordScorer(review=0.05))
    assert result["civil"][0]["not_allowed"]["value"] == 1.0
    assert any("civil" in gate["name"] for gate in failed(gates(result)))


def test_a_peer_that_was_not_measured_is_said_so_and_fails_nothing() -> None:
    result = evaluate(frame(), WordScorer(), missing={"plain": "no environment was given"})
    found = gates(result)
    assert [gate["passed"] for gate in found if "plain" in gate["name"]] == [None] * 3
    assert not [gate for gate in failed(found) if "plain" in gate["name"]]
    assert "not measured (no environment was given)" in summary(result, found)


def test_every_mismatched_pair_has_another_threads_context() -> None:
    (part,) = off_topic_slices(frame())
    half = len(part.comments) // 2
    assert half > 1
    assert part.off.tolist() == [False] * half + [True] * half
    for own, other in zip(part.comments[:half], part.comments[half:], strict=True):
        assert own.text == other.text
        assert own.article != other.article


def test_one_thread_alone_cannot_be_mismatched() -> None:
    data = frame()
    assert off_topic_slices(data[data["thread"].isin((TOPICS[0], ""))]) == []


def test_a_thread_with_most_of_the_rows_is_mismatched_all_the_same() -> None:
    data = frame()
    data.loc[data["thread"] == TOPICS[1], ["thread", "title"]] = TOPICS[0]
    data.loc[data["thread"] == TOPICS[2], ["thread", "title"]] = TOPICS[0]
    (part,) = off_topic_slices(data)
    half = len(part.comments) // 2
    assert half > 1
    pairs = zip(part.comments[:half], part.comments[half:], strict=True)
    assert all(own.article != other.article for own, other in pairs)


def test_civil_comments_keep_their_article() -> None:
    (part,) = civil_slices(frame())
    assert {c.article.title for c in part.comments if c.article} == set(TOPICS)


PEER = """
import json, sys
lines = [json.loads(line) for line in sys.stdin]
print(json.dumps({"name": "shouting", "version": "2"}))
for line in lines[: {kept}]:
    print(json.dumps({"score": sum(map(str.isupper, line["text"])) / len(line["text"])}))
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    (tmp_path / "shouting.py").write_text(PEER.replace("{kept}", "None"))
    (tmp_path / "lazy.py").write_text(PEER.replace("{kept}", "1"))
    (tmp_path / "broken.py").write_text("raise SystemExit(3)")
    return tmp_path


def test_a_peer_answers_every_text_whatever_is_in_it(scripts: Path) -> None:
    texts = ["ABC", "line\nbreak\u2028", "lone \ud800 half"]
    found = measure("shouting", sys.executable, texts, scripts)
    assert (found.version, found.scores.tolist()) == ("2", [1.0, 0.0, 0.0])


@pytest.mark.parametrize("name", ["lazy", "broken", "absent", "../shouting"])
def test_a_peer_that_does_not_answer_is_an_error(name: str, scripts: Path) -> None:
    with pytest.raises(PeerFailed):
        measure(name, sys.executable, ["one", "two"], scripts)


def test_a_peer_without_its_environment_is_an_error(scripts: Path) -> None:
    with pytest.raises(PeerFailed, match="FileNotFoundError"):
        measure("shouting", str(scripts / "no-python"), ["one"], scripts)
