"""Letters that were run together fall into the words they were, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.normalise import normalised_words
from moderation.text.segment import spelt_words, written_words

SPELT = [
    ("p a c k y o u r t h i n g s", "pack your things"),
    ("g o h o m e", "go home"),
    ("g.o.a.w.a.y", "go away"),
    ("n o b o d y l i k e s t h e m", "nobody likes them"),
]

WRITTEN = [
    ("youarenotwelcomehere", "you are not welcome here"),
    ("shutyourmouthandgohome", "shut your mouth and go home"),
    ("nobodywantsthemhere", "nobody wants them here"),
]

WHOLE = [
    *("notwithstanding", "straightforward", "recommendation", "transportation", "classification"),
    *("assassinations", "experimentation", "transformative", "misunderstanding", "impressionable"),
    *("internationalisation", "llanfairpwllgwyngyll", "hahahahahahahahaha", "counterproductive"),
    *("environmentalists", "disproportionately", "thessaloniki", "wolverhampton", "neanderthals"),
]

PLACES = ["{}", "Look, {}", "{} is what they said.", "They said {}, and left."]


@pytest.mark.parametrize(("spelt", "words"), SPELT)
@pytest.mark.parametrize("place", PLACES)
def test_spaced_out_letters_of_several_words_are_read_as_these(
    spelt: str, words: str, place: str
) -> None:
    assert words in " ".join(normalised_words(place.format(spelt)))


@pytest.mark.parametrize(("written", "words"), WRITTEN)
@pytest.mark.parametrize("place", PLACES)
def test_three_words_or_more_written_as_one_are_read_as_these(
    written: str, words: str, place: str
) -> None:
    assert words in " ".join(normalised_words(place.format(written)))


@pytest.mark.parametrize("word", WHOLE)
@pytest.mark.parametrize("place", PLACES)
def test_long_words_and_names_stay_whole(word: str, place: str) -> None:
    assert word in normalised_words(place.format(word))


@given(st.text(alphabet="abeghilnorstuy", max_size=30))
def test_what_is_cut_is_all_there_and_is_not_cut_again(letters: str) -> None:
    for cut in (spelt_words, written_words):
        parts = cut(letters)
        assert "".join(parts) in ("", letters)
        assert not any(written_words(part) for part in parts)
