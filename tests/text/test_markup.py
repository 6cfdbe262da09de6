"""What stands in tags is read where somebody may read it, and markup is no word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.chunks import normalised_words
from moderation.text.markup import strip_markup
from moderation.text.normalise import normalise
from moderation.text.rules import by_all_rules
from moderation.text.tokens import words
from moderation.text.tracing import Normalised

READ = [
    ("<you stupid goose>", "you stupid goose"),
    ("</you goose>", "you goose"),
    ("Nice. <!-- you stupid goose -->", "nice you stupid goose"),
    ("<b you stupid goose>", "you stupid goose"),
    ("<b title='you goose'>hello</b> world", "you goose hello world"),
    ("<img alt=goose>", "goose"),
    ("<i data-x='you stupid goose'>", "you stupid goose"),
    ("&lt;you goose&gt;", "you goose"),
    ("you g&#111ose, a g&#x6f;&#x6fse", "you goose a goose"),
    ("x <q cite='You, goose!'>y</q>", "x you goose y"),
]
"""Words that are no markup, or that are in markup that not every site takes for such."""

UNREAD = [
    ("you<br/>goose", "you goose"),
    ('<p class="wp-block has-text">You</p><p>goose</p>', "you goose"),
    ('<a href="https://a.example/x" rel="nofollow ugc" target=_blank>goose</a>', "goose"),
    ("<span style='color: red'>goose</span>", "goose"),
    ("<details open><input disabled>goose", "goose"),
]
"""What only browsers read."""

WHOLE = [
    ("go<b></b>ose", "goose"),
    ("go<x>ose", "goose"),
    ("go<!-- x -->ose", "goose"),
    ('go<b title="a pond">o</b>se there', "goose pond there"),
    ("go<!-- the pond -->ose<i></i>", "goose the pond"),
]
"""Words that a browser shows as one."""


@pytest.mark.parametrize(("text", "wanted"), READ + UNREAD + WHOLE)
def test_what_a_reader_may_see_is_read_and_nothing_else(text: str, wanted: str) -> None:
    assert words(normalise(text).text) == wanted.split()
    assert normalised_words(text) == wanted.split()


def test_words_in_a_tag_are_marked_where_they_stand() -> None:
    text = "Hello <you goose>, <b title='silly'>dear</b> x"
    read = normalise(text)
    for word, place in (("goose", "goose"), ("silly", "<b title='silly'>"), ("dear", "dear")):
        at = read.text.index(word)
        start, end = read.original_span(at, at + len(word))
        assert text[start:end] == place


PIECES = st.sampled_from(
    ["<", ">", "</", "<!--", "-->", "b", "x", "you", "goose", " ", " title=", '"', "'", "=", "/"]
)


@given(st.lists(PIECES, max_size=24).map("".join))
def test_any_markup_is_read_alike_whole_and_in_chunks(text: str) -> None:
    assert normalised_words(text) == words(by_all_rules(text).text)


@given(st.lists(PIECES, max_size=24).map("".join))
def test_no_goose_is_lost_and_places_never_go_back(text: str) -> None:
    read = strip_markup(Normalised.untouched(text))
    assert ("goose" in text) <= ("goose" in read.text)
    assert list(read.starts) == sorted(read.starts)
    assert list(read.ends) == sorted(read.ends)
    assert len(read.text) == len(read.starts) == len(read.ends)
