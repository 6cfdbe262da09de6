"""Which texts are certainly English by their words alone, and above all which are not."""

from __future__ import annotations

import numpy as np
import pytest

from moderation.scoring import english
from moderation.scoring.language import identify
from moderation.text.normalise import normalised_words
from tests.scoring.test_language import ENGLISH, FOREIGN

# Foreign sentences that quote English, borrow from it, or share words with it.
MIXED = [
    ("de", "Das ist the best was ich je gesehen habe, really."),
    ("de", "Sorry, but ich finde das Interview mit dem Minister einfach peinlich."),
    ("de", "Wer das Game of the Year nicht gespielt hat, soll bitte still sein."),
    ("de", "Die Band spielt heute in der Halle, und the show must go on, wie man sagt."),
    ("de", "Wie man so schön sagt: you get what you pay for, das gilt auch für die Brücke."),
    ("de", "Das Team hat very well gespielt, aber der Trainer ist trotzdem weg."),
    ("de", "Man was will der Mann denn in so einem Land, die Leute sind nett und warm"),
    ("nl", "Wat een onzin, of je nu links of rechts bent, dit is niet normaal in ons land."),
    ("nl", "We are the champions, zongen ze, en toen ging het licht uit in de hal."),
    ("nl", "Hij had me even in de war, maar we gaan het gewoon doen en dan zien we wel."),
    ("fr", "On a tous le droit de dire non, mais la commune ne nous a pas consultés."),
    ("fr", "Le show must go on, comme on dit, mais les habitants sont fatigués du bruit."),
    ("fr", "Make our planet great again, disait le president, et on attend encore."),
    ("es", "No me digas que has visto el show de anoche, fue lo peor del año."),
    ("es", "Dijo sorry, not sorry y se fue tan tranquilo, asi son los politicos de aqui."),
    ("tr", "On dakika once geldim ama otobus yine yoktu, bu kadar da olmaz artik."),
    ("tr", "Bu film the best, ama son sahne cok uzun olmus bence, yine de izleyin."),
    ("it", "Come on ragazzi, la partita era very good ma il campo era un disastro."),
    ("pt", "Do you know o que isso significa para a gente que mora aqui no bairro?"),
    ("sv", "Man får vara glad att någon i alla fall säger som det är i den här staden."),
    ("da", "Han var her for en time siden, men nu er han over alle bjerge igen."),
    ("pl", "To jest the best film jaki widzialem, ale sala byla pusta i zimna."),
    ("id", "Saya tidak tahu apa yang terjadi, tapi this is not good untuk kita semua."),
    ("ta", "அண்ணா where are you now BJP ன் கை கூலியே என்று சொல்"),
]

CERTAIN = [
    "You are right about the bridge.",
    "Nobody wants to pay for this, and who could blame them?",
    "I CANT believe they would do that to our town",
    "you're such a clown, please get a life",
    "Jürgen Müller and José García played well, but the referee was awful",
]


def is_certain(text: str) -> bool:
    words = normalised_words(text)
    sums = np.array([sum(map(english.evidence, words))])
    return bool(english.is_certain(sums, np.array([len(words)]))[0])


@pytest.mark.parametrize("text", CERTAIN)
def test_most_english_comments_are_certain(text: str) -> None:
    assert is_certain(text)


@pytest.mark.parametrize("text", [*CERTAIN, *ENGLISH])
def test_on_an_english_site_both_ways_say_english(text: str) -> None:
    assert identify(text, "en") == "en"


@pytest.mark.parametrize("text", ["", "Thanks!", "lol", "Danke", "12345 67890", "idiot the town"])
def test_what_says_little_is_left_to_be_identified(text: str) -> None:
    assert not is_certain(text)


@pytest.mark.parametrize("text", [text for _, text in [*FOREIGN, *MIXED]])
def test_no_foreign_sentence_is_called_english(text: str) -> None:
    assert not is_certain(text)


def test_one_foreign_word_weighs_more_than_an_english_one() -> None:
    assert english.evidence("nicht") < -english.evidence("not") < 0 == english.evidence("bridge")


@pytest.mark.parametrize("word", ["мост", "日本語", "பாலம்"])
def test_a_word_in_another_script_is_evidence_against_english(word: str) -> None:
    assert english.evidence(word) < 0


@pytest.mark.parametrize("word", ["😀", "café", "2019", "naïve"])
def test_signs_numbers_and_accents_are_no_evidence(word: str) -> None:
    assert english.evidence(word) == 0


def test_no_word_is_listed_as_english_and_as_foreign() -> None:
    listed = set(english._ENGLISH_WORDS.split()) & set(english._FOREIGN_WORDS.split())
    assert listed == set()
