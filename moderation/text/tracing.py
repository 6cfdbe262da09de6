"""Text that remembers where each of its characters came from.

Every rule of normalisation is a step from one `Normalised` to the next, so a
word found at the end can be marked in the text as it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text and, for each of its characters, the half-open range it stands for.

    `starts[i]` and `ends[i]` count Unicode code points of the original text;
    both are as long as `text` and never decrease.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def untouched(cls, text: str) -> Normalised:
        """The original itself: every character stands for itself."""
        return cls(text, range(len(text)), range(1, len(text) + 1))

    @property
    def origin(self) -> list[tuple[int, int]]:
        """`[start, end)` in the original text for every character of `text`."""
        return list(zip(self.starts, self.ends, strict=True))

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the non-empty piece `text[start:end]` stands in the original text."""
        return self.starts[start], self.ends[end - 1]

    def with_text(self, text: str) -> Normalised:
        """The same places under another text of the same length."""
        if len(text) != len(self.starts):
            raise ValueError("a one-to-one step must keep the length")
        return Normalised(text, self.starts, self.ends)

    def head(self, most: int) -> Normalised:
        """The first `most` characters, each with its place; `self` where there are no more."""
        if len(self.text) <= most:
            return self
        return Normalised(self.text[:most], self.starts[:most], self.ends[:most])

    def fold(self, table: Mapping[str, str], most: int | None = None) -> Normalised:
        """Replace every character by what the table gives for it: none, one or several.

        Of the result no more than the first `most` characters are made.
        """
        pieces = [table[character] for character in self.text]
        text = "".join(pieces)[:most]
        if len(text) == len(self.text) and all(len(piece) == 1 for piece in pieces):
            return self.with_text(text)
        starts: list[int] = []
        ends: list[int] = []
        for piece, start, end in zip(pieces, self.starts, self.ends, strict=True):
            starts.extend([start] * len(piece))
            ends.extend([end] * len(piece))
            if len(starts) >= len(text):
                break
        return Normalised(text, starts[: len(text)], ends[: len(text)])

    def replace(self, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> Normalised:
        """Replace each match by what `by` returns; `self` when that changes nothing.

        A replacement as long as its match keeps the places one to one; any other
        stands, each of its characters, for the whole match.
        """
        return self.edited(
            (match.start(), match.end(), new)
            for match in pattern.finditer(self.text)
            if (new := by(match)) != match.group()
        )

    def edited(self, edits: Iterable[tuple[int, int, str]]) -> Normalised:
        """Put a new text for each `[start, end)`; edits come in order and do not overlap."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, new in edits:
            same = len(new) == end - start
            kept = end if same else start
            pieces.append(self.text[done:start])
            pieces.append(new)
            starts.extend(self.starts[done:kept])
            ends.extend(self.ends[done:kept])
            if not same:
                starts.extend([self.starts[start]] * len(new))
                ends.extend([self.ends[end - 1]] * len(new))
            done = end
        if not pieces:
            return self
        pieces.append(self.text[done:])
        starts.extend(self.starts[done:])
        ends.extend(self.ends[done:])
        return Normalised("".join(pieces), starts, ends)
