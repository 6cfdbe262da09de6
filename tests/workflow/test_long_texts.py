"""A text of any length is read to its end, or refused: nothing passes for standing far back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comments import Article, Comment, Decision
from moderation.errors import TooLarge
from moderation.labels import Label
from moderation.scoring.scorer import DEEP, FAST
from moderation.workflow.classify import classify
from moderation.workflow.long_texts import MOST_PARTS, PART, assess, parts_of
from tests.factories import HARSH, KeywordScorer

CIVIL = "The bridge is open again. "
LONG = CIVIL * (3 * PART // len(CIVIL))


@given(st.text(alphabet="ab \n", max_size=300), st.integers(0, 3))
def test_the_parts_are_the_text(piece: str, times: int) -> None:
    text = piece + "word " * (times * PART // 5) + piece
    places = list(parts_of(text))
    assert "".join(text[start:end] for start, end in places) == text
    assert all(end - start <= PART for start, end in places)


def test_no_word_is_parted_where_there_is_a_blank() -> None:
    assert all(
        LONG[end - 1].isspace() or LONG[end].isspace() for _, end in list(parts_of(LONG))[:-1]
    )


def test_a_harsh_word_is_found_wherever_it_stands() -> None:
    scorer = KeywordScorer()
    texts = [CIVIL, LONG, f"{HARSH} {LONG}", f"{LONG}{HARSH} {LONG}", f"{LONG}{HARSH}"]
    found = classify(scorer, None, [Comment(text) for text in texts])
    decisions = [one.ruling.decision for one in found]
    assert decisions == [Decision.ALLOW] * 2 + [Decision.BLOCK] * 3
    assert found[2].ruling.scores[Label.OFF_TOPIC] is None


def test_it_is_on_topic_if_any_part_of_it_is() -> None:
    about = Article("The bridge")
    (mixed,) = assess(KeywordScorer(), [Comment(f"bitcoin {LONG}", about)])
    blank = " " * PART
    (off,) = assess(KeywordScorer(), [Comment(f"{'bitcoin ' * PART}{blank}bitcoin{blank}", about)])
    assert (mixed.scores[Label.OFF_TOPIC], off.scores[Label.OFF_TOPIC]) == (0.1, 0.8)


def test_words_are_explained_where_they_stand() -> None:
    (found,) = assess(KeywordScorer(), [Comment(f"{LONG}{HARSH}")], explain=True)
    (span,) = found.spans
    assert f"{LONG}{HARSH}"[span.start : span.end] == HARSH


def test_the_encoder_has_answered_if_it_has_for_a_part() -> None:
    class _AskedOnce(KeywordScorer):
        def assess(self, comments, **asked):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN003, ANN202
            first, *rest = super().assess(comments, **asked)
            return [replace(first, mode=DEEP, out_of_time=True), *rest]

    (found,) = assess(_AskedOnce(), [Comment(LONG)])
    assert (found.mode, found.out_of_time) == (DEEP, True)
    assert assess(KeywordScorer(), [Comment(LONG)])[0].mode == FAST


def test_a_text_without_end_is_refused() -> None:
    assert assess(KeywordScorer(), [Comment("a" * (PART * MOST_PARTS))])
    with pytest.raises(TooLarge):
        assess(KeywordScorer(), [Comment("a" * (PART * MOST_PARTS + 1))])
