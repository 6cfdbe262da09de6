"""Where the sentences of a text stand, by the marks that end them.

A rule of thumb that needs no trained model: an abbreviation may part a sentence in two.
"""

from __future__ import annotations

import re
from typing import Final

from moderation.text.folding import is_blank

MOST: Final = 50
"""Sentences that are told apart; in a text of more, neighbours count as one."""

_END: Final = re.compile(r"""[.!?\u2026]+["'\u201d\u2019)\]]*(?=\s)|[\u3002\uff01\uff1f]+|\n+""")


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open ranges in code points, in order; none is blank, none begins or ends with a blank.

    At most `MOST`; none where nothing of the text shows.
    """
    ends = [found.end() for found in _END.finditer(text)]
    starts = [0, *ends]
    found = [_trimmed(text, *pair) for pair in zip(starts, [*ends, len(text)], strict=True)]
    seen = [(start, end) for start, end in found if not is_blank(text[start:end])]
    together = -(-len(seen) // MOST)
    groups = [seen[at : at + together] for at in range(0, len(seen), together or 1)]
    return [(group[0][0], group[-1][1]) for group in groups]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
