"""Which words of a text count less because somebody else said them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.normalise import normalise, normalised_words
from moderation.text.quotes import quoted_spans
from moderation.text.reading import heard, quoted
from moderation.text.tokens import tokenise
from tests.text.test_plain import TEXTS

CASES = [
    (
        'He said "they are all thieves" and I told him to stop talking like that.',
        "they are all thieves",
    ),
    (
        "> they are all thieves\nI can only hope that nobody here agrees with this.",
        "they are all thieves",
    ),
    (
        "<blockquote>all thieves</blockquote> That is no way to speak of our neighbours.",
        "all thieves",
    ),
]
"""A text and words in it that count less."""

COUNTED_IN_FULL = [
    ("nothing is quoted", "The mayor isn't right about the bridge, 'tis true."),
    ("the writer turns to the reader", 'As my father said, "thieves and liars", and so are you.'),
    ("most of the text is quotation", '"they are all thieves and liars" indeed.'),
    ("all of the text is quotation", '"they are all thieves and liars"'),
    ("a mark is never closed", 'He said "they are all thieves and I told him to stop.'),
]


@pytest.mark.parametrize(("text", "quoted"), CASES)
def test_words_between_marks_count_less_than_the_writer_s_own(text: str, quoted: str) -> None:
    spelt, less = heard(text)
    assert less is not None
    assert [word for word, there in zip(spelt, less, strict=True) if there] == quoted.split()


@pytest.mark.parametrize(("why", "text"), COUNTED_IN_FULL)
def test_all_words_count_in_full_where(why: str, text: str) -> None:
    assert heard(text).quoted is None, why


@given(st.text(alphabet="ab c\"'>\n“”you<q>/", max_size=60))
def test_quotation_changes_no_word_and_speaks_of_every_word(text: str) -> None:
    spelt, less = heard(text)
    assert spelt == normalised_words(text)
    assert less is None or (len(less) == len(spelt) and any(less) and not all(less))


@given(TEXTS | st.text(alphabet="ab c\"'>\n“”you<q>/.*1", max_size=60))
def test_words_looked_up_are_quoted_where_those_read_by_all_rules_are(text: str) -> None:
    normalised = normalise(text)
    tokens = tokenise(normalised.text)
    assert heard(text).quoted == quoted(normalised, tokens, quoted_spans(text))
