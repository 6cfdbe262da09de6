"""Names and ordinary words that fool word filters: read as they are written."""

from __future__ import annotations

import pytest

from moderation.text.masked_words import WORDS
from moderation.text.misspelt import pieces, spellings
from moderation.text.normalise import normalise
from moderation.text.ordinary_words import COMMON, ORDINARY

NAMES = """
Scunthorpe Penistone Clitheroe Lightwater Essex Sussex Middlesex Arsenal Cockburn Cockermouth
Hitchcock Hancock Babcock Dickinson Dickson Dickens Cheney Shital Nishit Harshit Rakshit Mohit
Hassan Assad Assange Weiner Wang Dong Kuntz Fuchs Koch Fukuda Fukushima Phuket Phuc Suk Bich Kok
Cummings Cumberland Titmuss Fagin Gaylord Butts Hooker Hoare Slutsky Slough Twatt Wankel Dyke
Dykstra Cox Coon Niger Nigeria Nigel Montenegro Pakistan Islamabad Isam Nazia Nazim Asiana Cnoc
""".split()  # noqa: SIM905 (a list to be read)

ORDINARY_WORDS = """
class classic assess assassin assume bass grass embassy passion specialist socialist therapist
analysis analyst canal peacock cocktail shuttlecock cockpit grape drape scrape skyscraper sextant
hello shell scrap crapshoot circumstance document cucumber accumulate titan constitution button
butter rebuttal swank pussycat bigot-free snigger niggle niggardly raccoon tycoon cocoon spice
conspicuous suspicious despicable homogeneous homonym homework retardant flame-retardant basement
hoe hoes shoes whose hooker-free matches watches pitch witch batch botch butch stitch shift shirt
""".split()  # noqa: SIM905 (a list to be read)


@pytest.mark.parametrize("around", ["{}", "{} was right", "I met {}", "So {} it is!"])
@pytest.mark.parametrize("word", NAMES + ORDINARY_WORDS)
def test_a_name_is_read_as_it_is_written(word: str, around: str) -> None:
    text = around.format(word)
    assert normalise(text).text == text.lower()


def test_no_misspelling_is_a_listed_an_ordinary_or_a_common_word() -> None:
    assert not spellings().keys() & (WORDS | ORDINARY | COMMON)


def test_every_misspelling_stands_for_a_listed_word() -> None:
    assert set(spellings().values()) <= WORDS


def test_no_piece_of_a_word_is_a_word() -> None:
    assert not pieces() & (WORDS | ORDINARY)
