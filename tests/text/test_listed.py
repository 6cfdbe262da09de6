"""Words of a list are found however they are written, and never inside other words."""

# ruff: noqa: RUF001 (letters that look alike are the subject here)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.listed import WordIndex, pattern_of
from moderation.text.normalise import normalised_words
from tests.text.counting import lines_run


def index_of(*entries: str) -> WordIndex:
    return WordIndex(pattern_of(entry) for entry in entries)


# Each row: the rule in words, an entry, texts that it fits, texts that it does not.
CASES = [
    (
        "a word stands by itself, in any case, between any marks",
        "zonk",
        ["zonk", "ZONK!", "(Zonk)", "what a zonk.", "zonk-proof", "semi-zonk", "zonk/bonk"],
        ["zonks", "azonk", "zonking", "zon k", "", "..."],
    ),
    (
        "disguises are read as comments are read",
        "zonk",
        ["z.o.n.k", "z o n k", "z0nk", "zоnk", "ｚｏｎｋ", "zo\u200bnk", "zonḱ", "<b>zo</b>nk"],
        ["z onk", "bz0nk", "20nk"],
    ),
    (
        "letters drawn out are one letter, doubled ones are two",
        "zonk",
        ["zoooonk", "ZZZonk", "zonkkkk's"],
        ["zoonk"],
    ),
    ("what is drawn out elsewhere touches nothing", "god", ["gooood"], ["Sooooo good", "good"]),
    ("an owner's mark is not part of a word", "zonk", ["zonk's", "the zonk’s hat"], ["zonk'd"]),
    ("a name is not the start of a contraction", "don", ["Don", "don's"], ["don't", "dont"]),
    ("accents do not matter", "Łódź", ["łódź", "Lodz", "ŁÓDŹ"], ["Lod"]),
    ("nor does a sharp s", "straße", ["Strasse", "STRASSE"], ["stras"]),
    ("an entry may be a disguise itself", "k@sino", ["kasino", "k@sino", "ka5ino"], ["casino"]),
    ("other letters than Latin ones", "дурак", ["Дурак!", "ДУРАК"], ["дураки"]),
    ("digits are letters only among letters", "zonk4", ["zonk4"], ["zonk 4", "zonk"]),
    # Inside another word nothing is found: the town, the name, the trade, the building.
    ("the town", "cunt", ["cunt"], ["Scunthorpe", "scunt horpe"]),
    ("the name", "shit", ["shit"], ["Shital", "Nishit", "shitake"]),
    ("the trade", "cialis", ["cialis"], ["specialist", "socialist"]),
    ("the class", "ass", ["ass", "@ss"], ["class", "assassin", "pass", "embarrass"]),
    ("the author", "dick", ["dick"], ["Dickens", "dickensian"]),
    # A phrase.
    (
        "a phrase is its words in order, whatever stands between them",
        "cheap pills",
        ["cheap pills", "Cheap,\n PILLS!", "ch3ap *pills*", "[cheap](http://x.example) pills"],
        ["pills cheap", "cheap blue pills", "cheap", "pills", "cheap pillsbury", "cheappills"],
    ),
    (
        "a phrase begins anew",
        "a bad day",
        ["a a bad day", "a bad bad a bad day"],
        ["a bad bad day"],
    ),
    # A beginning.
    ("a star is any ending", "zonk*", ["zonk", "zonks", "zonkers", "z0nking"], ["azonk", "zon"]),
    ("of the last word", "buy zonk*", ["buy zonkers now"], ["buys zonk", "buy azonk"]),
    ("a star inside is a mask", "sh*t", ["shit", "sh*t", "sh1t"], ["shits", "shirt"]),
]


@pytest.mark.parametrize(("rule", "entry", "fits", "does_not"), CASES, ids=[c[0] for c in CASES])
def test_an_entry_fits(rule: str, entry: str, fits: list[str], does_not: list[str]) -> None:
    index = index_of(entry)
    assert [text for text in fits if not index.find(text)] == []
    assert [text for text in does_not if index.find(text)] == []


def test_an_entry_fits_wherever_it_stands_in_a_sentence() -> None:
    index = index_of("zonk", "cheap pills")
    for sentence in ("{} it was", "and {} it was", "it was {}", "“{}”", "<p>{}</p>"):
        assert index.find(sentence.format("zonk")) == [0]
        assert index.find(sentence.format("cheap pills")) == [1]


def test_all_entries_of_a_text_are_found_once_and_in_the_order_of_the_list() -> None:
    index = index_of("bonk", "zonk", "zonk*", "the zonk", "zonk the zonk", "nothing")
    assert index.find("The zonk, and then the ZONK and the bonk: zonkers") == [0, 1, 2, 3]
    assert index.find("bonk zonk the zonk") == [0, 1, 2, 3, 4]


def test_an_entry_without_a_letter_fits_nothing() -> None:
    assert pattern_of("***").words == ()
    assert index_of("***", "*", "?!").find("*** ?! * anything") == []


WORD = st.text("abcdexyz", min_size=3, max_size=7)
ENTRIES = st.lists(
    st.builds(
        lambda words, star: " ".join(words) + star,
        st.lists(WORD, min_size=1, max_size=3),
        st.sampled_from(["", "*"]),
    ),
    max_size=8,
)
TEXTS = st.lists(WORD | st.sampled_from(["-", "Z0NK", "zoook", "…"]), max_size=12).map(" ".join)


@given(ENTRIES, TEXTS)
def test_a_list_finds_what_its_entries_find_one_by_one(entries: list[str], text: str) -> None:
    alone = [number for number, entry in enumerate(entries) if index_of(entry).find(text)]
    assert index_of(*entries).find(text) == alone


@given(st.lists(WORD, min_size=1, max_size=3), st.text(max_size=30), st.text(max_size=30))
def test_a_phrase_is_found_where_its_words_are_read(
    words: list[str], before: str, after: str
) -> None:
    text = f"{before} {' '.join(words)} {after}"
    read, entry = normalised_words(text), normalised_words(" ".join(words))
    stands = any(read[at : at + len(entry)] == entry for at in range(len(read)))
    found = index_of(" ".join(words)).find(text)
    assert found == [0] or not stands


@given(st.text(max_size=60))
def test_any_text_can_be_looked_through(text: str) -> None:
    index_of("zonk", text or "x", f"{text}*", f"zonk {text}").find(text)


@pytest.mark.parametrize("unit", ["zonk ", "zonk bonk ", "zooonk ", "z0nk ", "a b ", "zz"])
def test_twice_the_text_is_twice_the_work(unit: str) -> None:
    index = index_of("zonk bonk tonk", "zonk", "zon*", "bonk zonk")
    once, twice = (unit * (length // len(unit)) for length in (2_000, 4_000))
    index.find(twice)
    assert lines_run(index.find, twice) <= 2.2 * lines_run(index.find, once) + 200


def test_a_long_list_costs_a_text_no_more_than_a_short_one() -> None:
    entries = [f"{word}{ending}" for word in _many("qkz") for ending in ("", "*", " again")]
    text = "The bridge will be closed again, and nobody could say why. " * 5
    short, long = index_of("zonk", "zonk*", "zonk again"), index_of(*entries)
    assert len(entries) > 2_000
    assert long.find(text) == short.find(text) == []
    assert lines_run(long.find, text) == lines_run(short.find, text)


def _many(letters: str) -> list[str]:
    return [f"{a}{b}{c}{d}{e}{f}" for a in letters for b in letters for c in letters
            for d in letters for e in letters for f in letters]  # fmt: skip
