"""Which words a reading hangs on, estimated by leaving them out (Zeiler and Fergus 2014).

Every word of a short text is left out in turn. A long one is halved where a clause ends, and
always the piece is halved next that is missed most, until no readings are left: what remains
whole is what matters little. Pure: knows texts and a function that says what is missed.

An estimate: of two words that would each do by themselves neither is missed, and a reader that
knows grammar reads another sentence without one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Range = tuple[int, int]
"""Half-open, in code points."""

Missed = Callable[[int, int], NDArray[np.float64]]
"""What is missed of each label, shape (labels,), where a piece of the text is left out."""

EVERY_WORD: Final = 40
"""Words of a text that are left out one by one, as far as there are readings for it."""

LEAST: Final = 0.05
"""Of what is missed: a piece that is missed less is not looked into."""

_BREAK: Final = re.compile(r"[.!?\u2026;:,()\"\n\u2013\u2014]")


@dataclass(frozen=True, slots=True)
class Fall:
    """A piece of the text and what is missed without it, shape (labels,), negative where it
    held a label down."""

    start: int
    end: int
    missed: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that were left out together."""

    words: Sequence[Range]
    missed: NDArray[np.float64]

    @property
    def worth(self) -> float:
        """What looking into it may tell."""
        return float(self.missed.max()) if len(self.words) > 1 else 0.0


def falls(text: str, stretches: Sequence[Sequence[Range]], missed: Missed, most: int) -> list[Fall]:
    """What is missed without each word, or each piece of a long text, in the order of the text.

    `stretches` are words in order, cut where a piece may not go across. `missed` is asked at
    most `most` times; where there are more stretches than that, the last are not looked at.
    """
    words = [word for stretch in stretches for word in stretch]
    if len(words) <= min(EVERY_WORD, most):
        runs = [_left_out([word], missed) for word in words]
    else:
        runs = [_left_out(stretch, missed) for stretch in stretches[:most] if stretch]
        _close_in(text, runs, missed, most - len(runs))
    return [Fall(run.words[0][0], run.words[-1][1], run.missed) for run in runs]


def _left_out(words: Sequence[Range], missed: Missed) -> _Run:
    return _Run(words, missed(words[0][0], words[-1][1]))


def _close_in(text: str, runs: list[_Run], missed: Missed, most: int) -> None:
    """Halve in place whatever is missed most, as long as there is anything to be found."""
    for _ in range(most // 2):
        place = max(range(len(runs)), key=lambda at: runs[at].worth)
        if runs[place].worth < LEAST:
            return
        halves = _halves(text, runs[place].words)
        runs[place : place + 1] = [_left_out(half, missed) for half in halves]


def _halves(text: str, words: Sequence[Range]) -> tuple[Sequence[Range], Sequence[Range]]:
    """Two or more words cut near their middle, at the end of a clause where there is one."""
    size = len(words)
    cuts = [
        at
        for at in range(max(1, size // 4), size - size // 4)
        if _BREAK.search(text, words[at - 1][1], words[at][0])
    ]
    cut = min(cuts, key=lambda at: abs(2 * at - size), default=size // 2)
    return words[:cut], words[cut:]
