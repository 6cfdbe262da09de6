"""The short cut for plain texts: it says what all the rules would say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.text import rules
from moderation.text.normalise import normalise, normalised_words
from moderation.text.plain import plain_words
from moderation.text.tokens import tokenise, words
from moderation.text.tracing import Normalised

PIECES = [
    *("fuck", "you", "idiot", "idoit", "stup", "id", "a", "s", "d", "i", "t", "u", "c", "k", "is"),
    *("ass", "hole", "shitt", "fuckyou", "youareanidiot", "the", "end", "1d10t", "sh1t", "f*ck"),
    *("loooser", "class", "hello", "b**ch", "|<", "\\/", "()", "5h1t", "iot", "mor", "on", "n"),
    *("10", "3.5", "$5", "5%", "it's", "don't", "'em", "dogs'", "...", "-", "..", ".", "!", "?"),
    *(",", "(", ")", '"', "'", ">", "/", "&", "*", ":", ";", "1st", "22", "2.5k", "B2B", "U.S."),
    *("well-known", "dumb-ass", "e-mail", "<b>", "</b>", "<!-- x -->", "&lt;", "&#111;", "~~"),
    *("**", "__", "`", "\u2019", "\u201c", "\u201d", "\u2013", "\u2014", "\u00e9", "\U0001f600"),
    *("[", "](", "[you](x)", '<a href="x y">', "&#93;", "&#8203;", "&amp;", "<", "@", "$", "u"),
    *("\n", "\t", "G&M", "--", "10:30", "24/7", "it.The", "...and", "=", "sh.it", "as.s", "-&"),
]

TEXTS = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(["", "", " ", " ", ".", "-"])), max_size=14
).map(lambda parts: "".join(piece + gap for piece, gap in parts))

PLAIN = [
    "I don't think the council knew what they were doing, so who can blame us?",
    "It cost 3.5 million (or $40 each) in 2019 - that's 5% more!",
    "She said \"no\", and/or 'maybe' ... twice; the well-known 1st edition: gone.",
    "That\u2019s what he \u201csaid\u201d \u2013 more or less.",
    "> quoted line\nand an answer",
    "",
]

DISGUISED = [
    "you 1diot",
    "you idoit",
    "you i d i o t",
    "you id iot",
    "youidiot",
    "you dumb-ass",
    "you f-ck",
    "looooser",
    "you id.iot",
    "a (b)[c](d)",
    "<b>you</b>",
    "y\u00f6u",
]


def by_all_rules(text: str) -> Normalised:
    """The normalised text with every short cut closed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "plain_words", lambda _: None)
        return rules.by_all_rules(text)


@pytest.mark.parametrize("text", PLAIN)
def test_prose_takes_the_short_cut(text: str) -> None:
    assert plain_words(text) == words(by_all_rules(text).text)


@pytest.mark.parametrize("text", DISGUISED)
def test_what_a_rule_may_change_does_not(text: str) -> None:
    assert plain_words(text) is None


@settings(deadline=None)
@given(TEXTS | st.text(st.characters(), max_size=60))
def test_the_short_cut_leads_where_all_rules_lead(text: str) -> None:
    slow, fast = by_all_rules(text), normalise(text)
    assert (fast.text, fast.origin) == (slow.text, slow.origin)


def test_plain_prose_is_read_up_to_the_same_bound_as_any_text() -> None:
    prose = "more and more words " * 3_000
    assert len(normalise(prose).text) == rules.MOST_CHARACTERS
    assert normalised_words(prose) == words(normalise(prose).text)


@settings(deadline=None)
@given(TEXTS | st.text(st.characters(), max_size=60))
def test_words_alone_are_those_of_the_normalised_text(text: str) -> None:
    assert normalised_words(text) == words(normalise(text).text)


@settings(deadline=None)
@given(TEXTS)
def test_normalising_disguises_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@settings(deadline=None)
@given(TEXTS | st.text(st.characters(), max_size=80))
def test_every_token_has_its_place_in_the_text_as_sent(text: str) -> None:
    found = normalise(text)
    at = 0
    for token in tokenise(found.text):
        start, end = found.original_span(token.start, token.end)
        assert at <= start < end <= len(text)
        assert normalised_words(text[start:end]) or not text[start:end].isascii()
        at = start
