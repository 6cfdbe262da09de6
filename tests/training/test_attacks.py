"""The attacks disguise what they should, and normalisation undoes what can be undone."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.masked_words import WORDS
from moderation.text.normalise import normalised_words
from training.attacks import ATTACKS, FUNCTION_WORDS, LEAST_LETTERS

LISTED = """
idiot idiots stupid moron retard retarded loser bastard bitch asshole shithead dickhead faggot
nigger whore fucking fucker motherfucker bullshit disgusting pathetic worthless scum vermin garbage
trash filthy coward traitor liar pervert terrorist muslims immigrants women jews hate kill rape
ugly dumb fuck shit cunt slut
""".split()  # noqa: SIM905 (a list to be read)

ORDINARY = """
council people school bridge government nothing money country science public children deserve
believe parents teacher market weather history
""".split()  # noqa: SIM905 (a list to be read)

SEEDS = range(20)

# Share of words that are read again as they were, at least: listed ones, and any others.
FLOORS: dict[str, tuple[float, float]] = {
    # The letters are all there, in other dress: undone whatever the word is.
    "spaces": (1.0, 1.0),
    "dots": (1.0, 1.0),
    "hyphens": (1.0, 1.0),
    "emoji": (1.0, 1.0),
    "cyrillic": (1.0, 1.0),
    "greek": (1.0, 1.0),
    "fancy": (1.0, 1.0),
    "zero_width": (1.0, 1.0),
    "soft_hyphen": (1.0, 1.0),
    "accents": (1.0, 1.0),
    "mixed_case": (1.0, 1.0),
    "html": (1.0, 1.0),
    "markdown": (0.99, 1.0),
    "leet": (1.0, 0.8),
    "leet_signs": (1.0, 0.75),
    "stretch": (1.0, 0.8),
    # Something is lost, and only the list says what: other words stay as they are.
    "swap": (0.94, 0.0),
    "double": (0.97, 0.0),
    "mask": (0.96, 0.0),
    "join": (0.85, 0.2),
    # Half of what is left is another word ("morn", "butch") or part of one: not to be undone.
    "split": (0.75, 0.0),
    "drop": (0.65, 0.0),
    "mistype": (0.62, 0.0),
}


def share_read_again(attack: str, plain: list[str]) -> float:
    read = [
        word in normalised_words(ATTACKS[attack](f"you are {word} then", Random(f"{word} {seed}")))
        for word in plain
        for seed in SEEDS
    ]
    return sum(read) / len(read)


def test_every_attack_has_a_floor() -> None:
    assert FLOORS.keys() == ATTACKS.keys()


def test_the_listed_words_are_listed_and_the_ordinary_are_not() -> None:
    assert set(LISTED) <= WORDS
    assert not set(ORDINARY) & WORDS


@pytest.mark.parametrize("attack", ATTACKS)
def test_disguised_words_are_read_again(attack: str) -> None:
    listed, ordinary = FLOORS[attack]
    assert share_read_again(attack, LISTED) >= listed
    assert share_read_again(attack, ORDINARY) >= ordinary


TEXT = "You are a pathetic loser, and nobody in this council believes those stupid stories!"


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_same_seed_gives_the_same_text_and_the_text_changes(attack: str) -> None:
    attacked = ATTACKS[attack](TEXT, Random(1))
    assert attacked == ATTACKS[attack](TEXT, Random(1))
    assert attacked != TEXT


@pytest.mark.parametrize("attack", sorted(ATTACKS.keys() - {"join"}))
def test_short_and_function_words_are_left_alone(attack: str) -> None:
    text = "And you are not with them or their own, but this is what we all have been."
    assert all(
        len(word) < LEAST_LETTERS or word in FUNCTION_WORDS for word in normalised_words(text)
    )
    assert ATTACKS[attack](text, Random(1)) == text


@pytest.mark.parametrize("attack", sorted(ATTACKS.keys() - {"join"}))
def test_links_addresses_and_markup_are_left_alone(attack: str) -> None:
    text = (
        "@somebody: https://example.com/somewhere www.example.org <b></b> &nbsp; #tagged"
    )
    assert ATTACKS[attack](text, Random(1)) == text


@given(st.sampled_from(sorted(ATTACKS)), st.text(st.characters(), max_size=60), st.integers(0, 99))
def test_any_text_can_be_attacked(attack: str, text: str, seed: int) -> None:
    assert isinstance(ATTACKS[attack](text, Random(seed)), str)
