"""What is masked and blurred in a text, and that the text stays whole behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.labels import Label
from moderation.preferences import Care, Mask
from moderation.scoring.scorer import Span
from moderation.text.spared_words import spared_ranges
from moderation.web.review.marking import mark, plain
from moderation.web.review.veiling import Passage, mask_of, masked_text, veiled

SLURS, COARSE = Care(mask=Mask.SLURS), Care(mask=Mask.COARSE)
ALL = Care(mask=Mask.COARSE, blur=True)
BLUR = Care(mask=Mask.OFF, blur=True)

PARTS = st.sampled_from(
    ["retard", "r3t4rd", "re\u200btard", "r e t a r d", "shitty", "You ", ". ", "\n", "\u0301", "a"]
)
texts = st.lists(PARTS | st.text(max_size=6), max_size=12).map("".join)
spans = st.lists(
    st.builds(
        Span,
        start=st.integers(0, 40),
        end=st.integers(0, 60),
        label=st.sampled_from([Label.INSULT, Label.IDENTITY_ATTACK, Label.PROFANITY]),
        share=st.floats(0, 9),
    ),
    max_size=6,
)
cares = st.builds(Care, mask=st.sampled_from(Mask), blur=st.booleans())


def shown(passages: list[Passage]) -> str:
    """The text as it is seen, blurred passages between braces."""
    parts = []
    for passage in passages:
        seen = "".join(piece.mask or piece.text for piece in passage.pieces)
        parts.append(f"{{{seen}}}" if passage.blurred else seen)
    return "".join(parts)


@given(texts, spans, cares)
def test_the_pieces_join_to_the_text_whatever_is_veiled(
    text: str, given_spans: list[Span], care: Care
) -> None:
    passages = veiled(mark(text, given_spans, dict.fromkeys(Label, 0.9)), care)
    assert "".join(piece.text for passage in passages for piece in passage.pieces) == text
    assert all(passage.pieces for passage in passages)
    if care.mask is Mask.OFF:
        assert not any(piece.mask for passage in passages for piece in passage.pieces)
    if not care.blur:
        assert not any(passage.blurred for passage in passages)


@given(texts)
def test_no_listed_word_is_left_to_read_and_nothing_else_is_masked(text: str) -> None:
    pieces = [piece for passage in veiled(plain(text), COARSE) for piece in passage.pieces]
    at, masked = 0, []
    for piece in pieces:
        if piece.mask:
            masked.append((at, at + len(piece.text)))
        at += len(piece.text)
    for start, end in spared_ranges(text, obscene=True):
        assert any(first <= start and end <= last for first, last in masked)
    assert len(masked) <= len(spared_ranges(text, obscene=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What a retard.", "What a r•••••."),
        ("RETARDS, all of them", "R••••••, all of them"),
        ("a retard's idea", "a r••••••• idea"),
        # As people disguise them.
        ("you r3t4rd", "you r•••••"),
        ("you re\u200btard", "you r•••••"),
        ("you r e t a r d", "you r•••••"),
        ("you rétard", "you r•••••"),
        ("\U0001f642 a dyke", "\U0001f642 a d•••"),
        # Not words that merely begin or end like one, nor the names of people.
        ("A flame retardant, in Retford.", "A flame retardant, in Retford."),
        ("Black women and gay men", "Black women and gay men"),
        # Obscene words are another choice.
        ("this is shit", "this is shit"),
    ],
)
def test_slurs_are_masked(text: str, expected: str) -> None:
    assert shown(veiled(plain(text), SLURS)) == expected
    if "\u200b" not in text:
        assert masked_text(text, SLURS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("this is shit", "this is s•••"),
        ("fucking hell", "f•••••• hell"),
        ("Bushtits and mishits in Scunthorpe", "Bushtits and mishits in Scunthorpe"),
        ("a stupid idiot", "a stupid idiot"),
    ],
)
def test_obscene_words_are_masked_for_whoever_asks(text: str, expected: str) -> None:
    assert shown(veiled(plain(text), COARSE)) == expected


def test_without_masks_nothing_is_masked() -> None:
    off = Care(mask=Mask.OFF)
    assert shown(veiled(plain("What a retard."), off)) == "What a retard."
    assert masked_text("What a retard.", off) == "What a retard."
    assert veiled([], ALL) == []


@pytest.mark.parametrize(
    ("word", "label", "share", "care", "is_masked"),
    [
        # The model knows more words than any list.
        ("zorble", Label.IDENTITY_ATTACK, 2.5, SLURS, True),
        ("zorble", Label.IDENTITY_ATTACK, 1.5, SLURS, False),
        ("zorble", Label.INSULT, 2.5, SLURS, False),
        ("zorble", Label.PROFANITY, 2.5, SLURS, False),
        ("zorble", Label.PROFANITY, 2.5, COARSE, True),
        # Those who are attacked carry the weight of the attack: their name is no slur.
        ("Muslims", Label.IDENTITY_ATTACK, 2.5, SLURS, False),
        ("people", Label.IDENTITY_ATTACK, 2.5, SLURS, False),
    ],
)
def test_a_word_that_weighs_like_a_slur_is_masked_as_one(
    word: str, label: Label, share: float, care: Care, is_masked: bool
) -> None:
    pieces = mark(f"the {word} here", [Span(4, 4 + len(word), label, share)], {label: 0.9})
    (passage,) = veiled(pieces, care)
    masked = [piece.text for piece in passage.pieces if piece.mask]
    assert masked == ([word] if is_masked else [])


def test_a_masked_word_is_one_piece_that_keeps_its_mark_and_its_word() -> None:
    text = "a re\u200btard"
    pieces = mark(text, [Span(2, 9, Label.INSULT, 0.9)], {Label.INSULT: 0.9})
    (passage,) = veiled(pieces, SLURS)
    word = passage.pieces[-1]
    assert (word.text, word.mask, word.level) == ("re\u200btard", "r•••••", 3)
    assert word.labels == (Label.INSULT,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fine so far. You retard! And more.", "Fine so far. {You retard! }And more."),
        ("One\nretard\ntwo", "One\n{retard\n}two"),
        ("A retard. A retard. Fine.", "{A retard. A retard. }Fine."),
        ("All of it is fine.", "All of it is fine."),
    ],
)
def test_sentences_with_listed_words_are_blurred(text: str, expected: str) -> None:
    assert shown(veiled(plain(text), BLUR)) == expected


def test_a_sentence_whose_marks_weigh_much_together_is_blurred() -> None:
    text = "You vile liar. It was late."
    spans = [Span(4, 8, Label.INSULT, 2.0), Span(9, 13, Label.INSULT, 2.0)]
    pieces = mark(text, spans, {Label.INSULT: 0.9})
    assert shown(veiled(pieces, BLUR)) == "{You vile liar. }It was late."
    light = mark(text, spans[:1], {Label.INSULT: 0.9})
    assert shown(veiled(light, BLUR)) == text


def test_a_blurred_passage_says_how_long_it_is() -> None:
    blurred = veiled(plain("Well. You utter retard!"), ALL)[-1]
    assert blurred.blurred
    assert blurred.words == 3


def test_a_mask_does_not_tell_how_far_letters_were_spread() -> None:
    assert mask_of("r  e  t  a  r  d") == "r•••••"
    assert mask_of("x" * 200) == "x" + "•" * 10
    assert mask_of("fa") == "f••"
