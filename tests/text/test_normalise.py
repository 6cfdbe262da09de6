"""Normalisation: what is undone, what is left alone, and the way back."""

# ruff: noqa: RUF001 (letters that look alike are the subject here)

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.folding import fold_character, is_blank
from moderation.text.normalise import MOST_CHARACTERS, normalise

UNDONE = [
    # compatibility forms, case, accents
    ("ＩＤＩＯＴ", "idiot"),
    ("𝕚𝕕𝕚𝕠𝕥", "idiot"),
    ("ⓘⓓⓘⓞⓣ", "idiot"),
    ("🅵🅾🅾🅻", "fool"),
    ("ïdíöt", "idiot"),
    ("i\u0336d\u0336i\u0336o\u0336t\u0336", "idiot"),
    # marks that do not show
    ("id\u200biot", "idiot"),
    ("id\u00adiot", "idiot"),
    ("\u202eidiot\u202c", "idiot"),
    # letters of other scripts
    ("іdіоt", "idiot"),
    ("ѕtuріd", "stupid"),
    # digits and signs
    ("1d10t", "idiot"),
    ("sh1t", "shit"),
    ("a55hole", "asshole"),
    ("@$$hole", "asshole"),
    ("$hit", "shit"),
    ("b!tch", "bitch"),
    ("1oser", "loser"),
    ("m0r0n", "moron"),
    # masks and separators
    ("sh*t", "shit"),
    ("f**k", "fuck"),
    ("b*tch", "bitch"),
    ("s.h.i.t", "shit"),
    ("i-d-i-o-t", "idiot"),
    ("sh.it", "shit"),
    ("i d i o t", "idiot"),
    # stretched
    ("idiiiiot", "idiot"),
    ("fuuuuuck", "fuck"),
    ("assssss", "ass"),
    # markup
    ("id<b></b>iot", "idiot"),
    ("idi&#111;t", "idiot"),
    ("**idiot**", "idiot"),
    ("[idiot](https://example.com/)", "idiot"),
]

KEPT = [
    "scunthorpe",
    "shital",
    "specialist",
    "class",
    "dick cheney",
    "assessment",
    "cockburn",
    "covid19",
    "mp3",
    "h1n1",
    "4th",
    "5g",
    "1990s",
    "b2b",
    "well-known",
    "e-mail",
    "don't",
    "he'll",
    "and/or",
    "3.5",
    "1,000",
    "a good book",
    "cool",
    "xxx",
    "www.example.com",
    "привет",
    "ελλάδα",
    "日本語",
    "हिन्दी",
]

SURROUNDINGS = ["{}", "{} and so on", "you said {}", "well, {} it is"]


@pytest.mark.parametrize("around", SURROUNDINGS)
@pytest.mark.parametrize(("disguised", "plain"), UNDONE)
def test_a_disguise_is_undone_wherever_it_stands(disguised: str, plain: str, around: str) -> None:
    assert normalise(around.format(disguised)).text.split() == around.format(plain).split()


@pytest.mark.parametrize("around", SURROUNDINGS)
@pytest.mark.parametrize("word", KEPT)
def test_an_ordinary_word_is_left_alone(word: str, around: str) -> None:
    assert normalise(around.format(word)).text == around.format(word)


@pytest.mark.parametrize(("disguised", "plain"), UNDONE)
def test_an_undisguised_word_knows_where_it_stood(disguised: str, plain: str) -> None:
    text = f"so {disguised} then"
    found = normalise(text)
    at = found.text.index(plain)
    start, end = found.original_span(at, at + len(plain))
    assert text[:start].startswith("so")
    assert text[end:].endswith("then")
    assert text[start:end].strip("\u202e\u202c*[] ") != ""
    assert start >= 2
    assert end <= len(text) - 4


def test_html_blocks_part_words_and_inline_tags_do_not() -> None:
    assert normalise("one<p>two</p>th<i>r</i>ee").text.split() == ["one", "two", "three"]


def test_a_decoded_reference_is_not_read_as_a_tag() -> None:
    assert normalise("&lt;script&gt;").text.split() == ["script"]


@given(st.text(max_size=200))
def test_any_text_has_a_place_for_every_character(text: str) -> None:
    found = normalise(text)
    assert len(found.text) == len(found.origin)
    assert all(0 <= start < end <= len(text) for start, end in found.origin)
    starts = [start for start, _ in found.origin]
    assert starts == sorted(starts)


@given(st.text(alphabet="ab1i0$@*._- <>&;/#x![](),'sшоé\u200b\n", max_size=60))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(st.text(alphabet=st.characters(), max_size=60))
def test_normalising_any_unicode_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


def test_lone_surrogates_and_nul_are_read_as_blanks() -> None:
    assert normalise("a\ud800b\0c").text == "a b c"


def test_every_character_folds_to_what_folds_to_itself() -> None:
    for code in range(0x20000):
        folded = fold_character(chr(code))
        if folded != chr(code):
            assert all(fold_character(part) == part for part in folded)


@pytest.mark.parametrize(
    "unit", ["a", "a.", "<", "&amp;", "a*", "a b ", "<a ", "![](", "1a", "я", "яa", "&#", "aaab"]
)
def test_a_hostile_text_of_full_length_comes_back(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    assert len(normalise(text).text) <= len(text)


@pytest.mark.parametrize("unit", ["\ufdfa", "&#65018;", "½", "㍿", "\ufdfa "])
def test_signs_that_stand_for_many_letters_are_read_up_to_a_bound(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    found = normalise(text)
    assert len(found.text) == len(found.origin) == MOST_CHARACTERS
    assert all(0 <= start < end <= len(text) for start, end in found.origin)
    assert normalise(found.text).text == found.text


def test_what_stands_before_the_bound_is_read_as_ever() -> None:
    first = "You idiot! " + "word " * 3_990
    whole, cut = normalise(first), normalise(first + "\ufdfa" * 20_000)
    assert len(first) < 20_000
    assert cut.text.startswith(whole.text)
    assert cut.origin[: len(whole.text)] == whole.origin


@pytest.mark.parametrize("letter", ["a", "я", "日", "é", "½", "①"])
def test_no_ordinary_text_of_full_length_is_cut(letter: str) -> None:
    text = f"{letter} " * 10_000
    assert normalise(text).original_span(-2, len(normalise(text).text))[1] == len(text)


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("", True),
        (" \n\t\u00a0\u3000", True),
        ("\u200b\u200d\ufeff", True),
        ("\u00ad \u2060", True),
        ("\u202e\u202c", True),
        ("\u3164\uffa0\u115f", True),
        ("\u2800", True),
        ("\ufe0f\u0301", True),
        ("\u200ba", False),
        ("?!", False),
        ("$$$", False),
        ("😀", False),
        ("\ufffd", False),
        ("<b></b>", False),
        ("हि", False),
    ],
)
def test_blank_is_what_shows_nothing(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


def test_a_normalised_text_pickles() -> None:
    found = normalise("Sh1t happens")
    assert pickle.loads(pickle.dumps(found)) == found
