"""New words looked at together are told apart as they are one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.plain import is_sound
from moderation.text.soundness import unsound

LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=70)
PARTS = st.sampled_from(
    [
        "fuck",
        "you",
        "idiot",
        "idoit",
        "vv",
        "ooo",
        "the",
        "shi",
        "t",
        "class",
        "stup",
        "id",
        "goaway",
    ]
)
WORDS = st.lists(LETTERS | st.lists(PARTS, min_size=1, max_size=5).map("".join), unique=True)


@given(WORDS)
def test_many_words_are_told_apart_as_each_alone(words: list[str]) -> None:
    words = [word for word in words if len(word) > 1]
    assert unsound(words) == {word for word in words if not is_sound(word)}


@pytest.mark.parametrize("word", ["idoit", "looooser", "fuckyou", "vvhore", "cl" + "a" * 70])
def test_a_word_that_a_rule_may_change_is_found_among_others(word: str) -> None:
    assert unsound(["bridge", word, "council"]) == {word}
