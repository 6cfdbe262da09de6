"""How a text is cut into marked pieces: whatever the spans, the text stays whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.labels import Label
from moderation.scoring.scorer import Span
from moderation.web.review.marking import Piece, mark, plain, without_hidden

INSULT, THREAT = Label.INSULT, Label.THREAT
BOTH = {INSULT: 0.9, THREAT: 0.9}

spans = st.lists(
    st.builds(
        Span,
        start=st.integers(0, 40),
        end=st.integers(0, 60),
        label=st.sampled_from([INSULT, THREAT]),
        share=st.floats(-1, 1),
    ),
    max_size=8,
)


def marked(pieces: list[Piece]) -> list[tuple[str, tuple[Label, ...], int]]:
    return [(piece.text, piece.labels, piece.level) for piece in pieces if piece.labels]


@given(st.text(max_size=40), spans)
def test_the_pieces_join_to_the_text(text: str, given_spans: list[Span]) -> None:
    pieces = mark(text, given_spans, BOTH)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    assert all(bool(piece.labels) == (piece.level > 0) for piece in pieces)


@pytest.mark.parametrize(
    ("text", "given_spans", "expected"),
    [
        # A word by itself, counted in code points even after an emoji.
        ("\U0001f642 you fool", [Span(6, 10, INSULT, 0.9)], [("fool", (INSULT,), 3)]),
        # Two labels over one word are one mark that names both, the heavier first.
        (
            "you fool",
            [Span(4, 8, INSULT, 0.3), Span(4, 8, THREAT, 0.5)],
            [("fool", (THREAT, INSULT), 3)],
        ),
        # Spans that overlap are cut where they do.
        (
            "abcdef",
            [Span(0, 4, INSULT, 0.5), Span(2, 6, THREAT, 0.5)],
            [("ab", (INSULT,), 3), ("cd", (INSULT, THREAT), 3), ("ef", (THREAT,), 3)],
        ),
        # What weighs less is fainter, and what weighs next to nothing is not marked.
        (
            "aa bb cc dd",
            [
                Span(0, 2, INSULT, 0.6),
                Span(3, 5, INSULT, 0.3),
                Span(6, 8, INSULT, 0.15),
                Span(9, 11, INSULT, 0.1),
            ],
            [("aa", (INSULT,), 3), ("bb", (INSULT,), 2), ("cc", (INSULT,), 1)],
        ),
        # Words that lower a score did not make it.
        ("thank you", [Span(0, 5, INSULT, -0.8)], []),
        # An accent stays with its letter.
        ("foo\u0301l", [Span(0, 3, INSULT, 0.9)], [("foo\u0301", (INSULT,), 3)]),
        # A span beyond the text marks nothing.
        ("short", [Span(9, 12, INSULT, 0.9)], []),
    ],
)
def test_spans_become_marks(
    text: str, given_spans: list[Span], expected: list[tuple[str, tuple[Label, ...], int]]
) -> None:
    assert marked(mark(text, given_spans, BOTH)) == expected


def test_an_estimate_is_underlined_beside_and_under_a_mark() -> None:
    exact, estimates = [Span(4, 8, INSULT, 0.9)], [Span(0, 8, INSULT, 1.5)]
    pieces = mark("you fool now", exact, BOTH, estimates)
    assert [(piece.text, piece.level, piece.estimated) for piece in pieces] == [
        ("you ", 0, (INSULT,)),
        ("fool", 3, (INSULT,)),
        (" now", 0, ()),
    ]
    assert pieces[0].title == "estimate: raises insult with the encoder"
    assert pieces[1].title.endswith("to the logit; estimate: raises insult with the encoder")


def test_only_what_weighs_beside_the_heaviest_estimate_is_underlined() -> None:
    estimates = [
        Span(0, 2, INSULT, 3.0),
        Span(3, 5, INSULT, 1.2),
        Span(6, 8, INSULT, 0.9),
        Span(9, 11, THREAT, 2.0),
        Span(9, 11, INSULT, -2.0),
    ]
    pieces = mark("aa bb cc dd", (), {INSULT: 0.9}, estimates)
    assert [piece.text for piece in pieces if piece.estimated] == ["aa", "bb"]
    assert not any(mark("aa bb", (), BOTH, [Span(0, 2, INSULT, 0.19)])[0].estimated)


@given(st.text(max_size=40), spans, spans)
def test_the_pieces_join_to_the_text_under_estimates_too(
    text: str, given_spans: list[Span], estimates: list[Span]
) -> None:
    pieces = mark(text, given_spans, BOTH, estimates)
    assert "".join(piece.text for piece in pieces) == text
    exact = marked(mark(text, given_spans, BOTH))
    assert "".join(part for part, *_ in exact) == "".join(part for part, *_ in marked(pieces))


def test_labels_that_were_not_asked_for_are_not_marked() -> None:
    assert marked(mark("you fool", [Span(4, 8, INSULT, 0.9)], {THREAT: 0.9})) == []


def test_a_label_that_is_hardly_likely_does_not_drown_the_one_that_is() -> None:
    given_spans = [Span(0, 3, THREAT, 0.9), Span(4, 8, INSULT, 0.5)]
    scores = {INSULT: 0.8, THREAT: 0.02}
    assert marked(mark("you fool", given_spans, scores)) == [("fool", (INSULT,), 3)]


def test_a_mark_says_what_it_means() -> None:
    piece = Piece("fool", (INSULT, Label.IDENTITY_ATTACK), 3, 0.624)
    assert piece.title == "insult: adds 0.62 to the logit; also raises slur / identity attack"


def test_invisible_characters_are_named_inside_a_mark_and_outside() -> None:
    pieces = mark("a\u200bb \u202ec", [Span(0, 3, INSULT, 0.9)], BOTH)
    assert [(piece.text, piece.hidden, piece.level) for piece in pieces] == [
        ("a", "", 3),
        ("\u200b", "zero-width space", 0),
        ("b", "", 3),
        (" ", "", 0),
        ("\u202e", "right-to-left override", 0),
        ("c", "", 0),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sil\u00adly", ["sil", "[soft hyphen]", "ly"]),
        ("a" + "\u200b" * 300 + "b", ["a", "[zero-width space, 300 times]", "b"]),
        ("a\u200b\u2060b", ["a", "[zero-width space]", "[word joiner]", "b"]),
        # Words that were pushed out of sight are brought back.
        ("hello\n" + " \n" * 300 + "fool", ["hello", "[300 empty lines]", "fool"]),
        ("\r\n" * 6 + "fool", ["[5 empty lines]", "fool"]),
        ("no" + "\u00a0" * 2000 + "fool", ["no", "[2000 blanks]", "fool"]),
        # What a poem needs stays.
        ("one\n\n\n\n\ntwo", ["one\n\n\n\n\ntwo"]),
        ("  indented by tabs\t\t", ["  indented by tabs\t\t"]),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, expected: list[str]) -> None:
    pieces = plain(text)
    assert [f"[{piece.hidden}]" if piece.hidden else piece.text for piece in pieces] == expected
    assert "".join(piece.text for piece in pieces) == text


def test_joined_emoji_are_left_whole() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert [piece.text for piece in plain(family)] == [family]


def test_an_excerpt_carries_nothing_invisible() -> None:
    assert without_hidden("a\u200bb\u202ec") == "abc"
