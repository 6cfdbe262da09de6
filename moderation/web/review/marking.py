"""A comment's text cut into pieces for the page: marked words and shown invisible characters.

Words whose share is exact are marked by its weight; of those that are only estimated to matter
the heaviest are underlined.

Pure: text and spans in, non-overlapping pieces out, in order, that join to the text.
Offsets are Unicode code points, as everywhere.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from moderation.labels import Label
from moderation.scoring.scorer import Span

WORTH_MARKING = 0.04
"""Smallest share of a label's logit that is marked; less is noise to a reader."""

MOST_EMPTY_LINES = 4
"""Empty lines that are shown as such; more would push words out of a reader's sight."""

MOST_BLANKS = 80
"""The same for blanks in a line."""

WORTH_UNDERLINING = 0.2
"""Smallest estimated share that is shown: an encoder's rounding alone moves a logit by less."""

_HEAVY = 0.35
"""Of the heaviest estimate of the text: what an estimate must weigh to be shown."""

_LEVELS = ((3, 0.6), (2, 0.35), (1, 0.2))
"""How dark a mark is, by its weight beside the heaviest of the text; under the last: none."""

_HIDDEN = {
    "\u00ad": "soft hyphen",
    "\u034f": "grapheme joiner",
    "\u061c": "Arabic letter mark",
    "\u115f": "Hangul filler",
    "\u1160": "Hangul filler",
    "\u180e": "vowel separator",
    "\u200b": "zero-width space",
    "\u200e": "left-to-right mark",
    "\u200f": "right-to-left mark",
    "\u202a": "left-to-right embedding",
    "\u202b": "right-to-left embedding",
    "\u202c": "end of direction",
    "\u202d": "left-to-right override",
    "\u202e": "right-to-left override",
    "\u2060": "word joiner",
    "\u2066": "left-to-right isolate",
    "\u2067": "right-to-left isolate",
    "\u2068": "first strong isolate",
    "\u2069": "end of isolate",
    "\u3164": "Hangul filler",
    "\ufeff": "byte order mark",
    "\uffa0": "Hangul filler",
}
_DROPPED = dict.fromkeys(map(ord, _HIDDEN))
# A run of lines begins at a break, not at blanks, so that no text is read twice for it.
_UNSEEN = re.compile(
    rf"(?P<hidden>[{''.join(_HIDDEN)}])(?P=hidden)*"
    rf"|(?P<lines>\r?\n(?:[^\S\n]*\n){{{MOST_EMPTY_LINES + 1},}})"
    rf"|(?P<blanks>[^\S\n]{{{MOST_BLANKS + 1},}})"
)
_LONGEST_CHARACTER = 32
"""Code points that are looked at for the border of a character (UAX 15 streams allow 30 marks)."""

_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same labels; `level` 1 to 3 says how much it weighs.

    `hidden` names what cannot be seen, such as an invisible character or a long run of
    empty lines, and is shown in place of it.
    """

    text: str
    labels: tuple[Label, ...] = ()
    level: int = 0
    share: float = 0.0
    hidden: str = ""
    estimated: tuple[Label, ...] = ()
    """Labels that an estimate says it raises."""
    mask: str = ""
    """What stands in place of the text until it is asked for; see `veiling`."""

    @property
    def title(self) -> str:
        """What the mark means, for a tooltip."""
        said = []
        if self.labels:
            first, *others = (label.display_name for label in self.labels)
            also = f"; also raises {', '.join(others)}" if others else ""
            said.append(f"{first}: adds {self.share:.2f} to the logit{also}")
        if self.estimated:
            named = ", ".join(label.display_name for label in self.estimated)
            said.append(f"estimate: raises {named} with the encoder")
        return "; ".join(said)

    @property
    def word(self) -> str:
        """What a mask hides, as a reader is to see it."""
        return without_hidden(self.text)

    @property
    def tag(self) -> str:
        """The label that is written beside the mark."""
        return self.labels[0].display_name if self.labels else ""


def mark(
    text: str,
    spans: Sequence[Span],
    scores: Mapping[Label, float],
    estimates: Sequence[Span] = (),
) -> list[Piece]:
    """Cut `text` at the spans, exact and estimated, that raise one of the labels in `scores`.

    A span weighs its share times its label's score: of two labels over their
    thresholds, the one that is likely is the one to see.
    """
    exact = [span for span in spans if _counts(span, scores, WORTH_MARKING)]
    guessed = [span for span in estimates if _counts(span, scores, WORTH_UNDERLINING)]
    stretches = list(_stretches(text, exact, guessed))
    weights = [(_weighed(shares, scores), _weighed(of, scores)) for *_, shares, of in stretches]
    heaviest = max((max(weight.values(), default=0.0) for weight, _ in weights), default=0.0)
    highest = max((max(weight.values(), default=0.0) for _, weight in weights), default=0.0)
    pieces: list[Piece] = []
    for (start, end, shares, _), (weight, guess) in zip(stretches, weights, strict=True):
        piece = _piece(text[start:end], shares, weight, heaviest)
        pieces.extend(_shown(replace(piece, estimated=_worth(guess, _HEAVY * highest))))
    return pieces


def _counts(span: Span, scores: Mapping[Label, float], least: float) -> bool:
    return span.share >= least and span.start < span.end and scores.get(span.label, 0.0) > 0


def _weighed(shares: Mapping[Label, float], scores: Mapping[Label, float]) -> dict[Label, float]:
    return {label: share * scores[label] for label, share in shares.items()}


def _worth(weight: Mapping[Label, float], least: float) -> tuple[Label, ...]:
    """The labels that weigh enough, heaviest first."""
    enough = [label for label in weight if weight[label] >= least]
    return tuple(sorted(enough, key=lambda label: (-weight[label], label)))


def plain(text: str) -> list[Piece]:
    """`text` without marks, invisible characters shown."""
    return mark(text, (), {})


def _stretches(
    text: str, exact: Sequence[Span], guessed: Sequence[Span]
) -> Iterator[tuple[int, int, Mapping[Label, float], Mapping[Label, float]]]:
    """Stretches of text between borders of spans, each with what its labels add up to, by the
    exact spans and by those that were guessed."""
    opening: dict[int, list[tuple[bool, Span]]] = defaultdict(list)
    closing: dict[int, list[tuple[bool, Span]]] = defaultdict(list)
    for one in [*((False, span) for span in exact), *((True, span) for span in guessed)]:
        start, end = whole_characters(text, one[1].start, one[1].end)
        if start == end:
            continue
        opening[start].append(one)
        closing[end].append(one)
    borders = sorted({0, len(text), *opening, *closing})
    active: list[tuple[bool, Span]] = []
    for start, end in itertools.pairwise(borders):
        for one in closing[start]:
            active.remove(one)
        active.extend(opening[start])
        shares: dict[Label, float] = defaultdict(float)
        guesses: dict[Label, float] = defaultdict(float)
        for is_guess, span in active:
            (guesses if is_guess else shares)[span.label] += span.share
        yield start, end, shares, guesses


def _piece(
    text: str, shares: Mapping[Label, float], weight: Mapping[Label, float], heaviest: float
) -> Piece:
    ordered = _worth(weight, _LEVELS[-1][1] * heaviest)
    if not ordered:
        return Piece(text)
    level = next(level for level, least in _LEVELS if weight[ordered[0]] >= least * heaviest)
    return Piece(text, ordered, level, shares[ordered[0]])


def whole_characters(text: str, start: int, end: int) -> tuple[int, int]:
    """The borders moved outwards, so that no accent or emoji part is torn from its base."""
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    first, last = max(0, start - _LONGEST_CHARACTER), min(len(text), end + _LONGEST_CHARACTER)
    while first < start < len(text) and _continues(text[start]):
        start -= 1
    while end < last and _continues(text[end]):
        end += 1
    return start, max(start, end)


def _continues(character: str) -> bool:
    return character in _JOINERS or unicodedata.combining(character) != 0


def _shown(piece: Piece) -> Iterator[Piece]:
    """The piece cut at what cannot be seen, which becomes pieces that say what it is."""
    done = 0
    for unseen in _UNSEEN.finditer(piece.text):
        yield from _part(piece, done, unseen.start())
        yield Piece(unseen.group(), hidden=_name(unseen))
        done = unseen.end()
    yield from _part(piece, done, len(piece.text))


def _part(piece: Piece, start: int, end: int) -> Iterator[Piece]:
    if start < end:
        yield replace(piece, text=piece.text[start:end])


def _name(unseen: re.Match[str]) -> str:
    """What stands there, and how often where it is more than once."""
    run = unseen.group()
    if unseen["lines"]:
        breaks = run.count("\n")
        return f"{breaks - 1} empty lines"
    if unseen["blanks"]:
        return f"{len(run)} blanks"
    return _HIDDEN[run[0]] + (f", {len(run)} times" if len(run) > 1 else "")


def without_hidden(text: str) -> str:
    """`text` without its invisible characters, for lists where they only disturb."""
    return text.translate(_DROPPED)
