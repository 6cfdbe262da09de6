"""Texts to the encoder's token ids: WordPiece (Schuster and Nakajima 2012), BERT's layout.

`[CLS] comment [SEP]`, and with a context `[CLS] comment [SEP] context [SEP]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from tokenizers import Tokenizer

_AROUND: Final = 2
"""Tokens of a text that are marks: one before and one after it."""


class Pieces(NamedTuple):
    """Token ids with their marks; the first `own` of them are the comment's, the rest context."""

    ids: list[int]
    own: int


class WordPieces:
    """A tokenizer with the room that a comment and a context have. Safe across threads."""

    def __init__(self, tokenizer: str, longest: int, longest_context: int) -> None:
        """Take the tokenizer's JSON; lengths count tokens, marks included.

        Raises `ValueError` where the JSON is no tokenizer of BERT's kind.
        """
        self._tokenizer: Any = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._first, self._end = map(self._mark, ("[CLS]", "[SEP]"))
        self.longest = longest
        self._room = longest - _AROUND
        self._context_room = longest_context - 1

    def rows(self, texts: Sequence[str], contexts: Sequence[str]) -> list[Pieces]:
        """The first tokens of each text, and of its context where that is not empty."""
        own, under = self._plain(texts), self._plain(contexts)
        return [
            self.row(ids[: self._room], context[: self._context_room])
            for ids, context in zip(own, under, strict=True)
        ]

    def windows(self, text: str) -> list[tuple[int, int]]:
        """Where the parts of a text stand that the encoder reads at once, in code points."""
        found = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return [
            (part[0][0], part[-1][1])
            for part in (found[at : at + self._room] for at in range(0, len(found), self._room))
        ]

    def row(self, ids: list[int], context: list[int]) -> Pieces:
        """Plain token ids between their marks."""
        own = [self._first, *ids, self._end]
        return Pieces([*own, *context, self._end] if context else own, len(own))

    def _mark(self, name: str) -> int:
        found: int | None = self._tokenizer.token_to_id(name)
        if found is None:
            raise ValueError(f"the tokenizer has no {name}")
        return found

    def _plain(self, texts: Sequence[str]) -> list[list[int]]:
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [one.ids for one in found]
