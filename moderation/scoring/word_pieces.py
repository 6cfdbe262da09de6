"""Texts to the encoder's token ids: WordPiece (Schuster and Nakajima 2012), BERT's layout.

`[CLS] comment [SEP]`, and with a context `[CLS] comment [SEP] context [SEP]`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from tokenizers import Tokenizer

_HEAD: Final = 1_000
"""Characters in which a row's tokens are looked for first."""

_AROUND: Final = 2
"""Tokens of a text that are marks: one before and one after it."""

_HALVES: Final = re.compile("[\ud800-\udfff]")


class Pieces(NamedTuple):
    """Token ids with their marks; the first `own` of them are the comment's, the rest context."""

    ids: list[int]
    own: int


class WordPieces:
    """A tokenizer with the room that a comment and a context have. Safe across threads."""

    def __init__(self, tokenizer: str, longest: int, longest_context: int) -> None:
        """Take the tokenizer's JSON; lengths count tokens, marks included.

        Raises `ValueError` where the JSON is no tokenizer of BERT's kind or no text has room.
        """
        if longest <= _AROUND or longest_context <= 1:
            raise ValueError("the lengths leave no room for a text")
        self._tokenizer: Any = _read(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        # Whoever writes "[SEP]" has written five characters, and ends nothing.
        self._tokenizer.encode_special_tokens = True
        self._first, self._end = map(self._mark, ("[CLS]", "[SEP]"))
        self.longest = longest
        self._room = longest - _AROUND
        self._context_room = longest_context - 1

    def rows(self, texts: Sequence[str], contexts: Sequence[str]) -> list[Pieces]:
        """The first tokens of each text, and of its context where that is not empty."""
        return [
            self.row(self._first_ids(text, self._room), self._first_ids(under, self._context_room))
            for text, under in zip(texts, contexts, strict=True)
        ]

    def windows(self, text: str) -> list[tuple[int, int]]:
        """Where the parts of a text stand that the encoder reads at once, in code points.

        No word is cut, but for one that fills a part by itself.
        """
        found = self._plain(text)
        places, words = found.offsets, found.word_ids
        parts, start = [], 0
        while start < len(places):
            end = self._end_of_part(words, start)
            parts.append((places[start][0], places[end - 1][1]))
            start = end
        return parts

    def longest_row(self) -> Pieces:
        """A row as long as any can get, of the last token there is."""
        last = self._tokenizer.get_vocab_size() - 1
        return self.row([last] * self._room, [last] * self._context_room)

    def row(self, ids: list[int], context: list[int]) -> Pieces:
        """Plain token ids between their marks."""
        own = [self._first, *ids, self._end]
        return Pieces([*own, *context, self._end] if context else own, len(own))

    def _first_ids(self, text: str, room: int) -> list[int]:
        """The first tokens of a text, without reading all of a long one."""
        if len(text) > _HEAD:
            found = self._plain(text[:_HEAD])
            # The last word may have been cut in two; before it nothing can tell.
            whole = sum(word != found.word_ids[-1] for word in found.word_ids)
            if whole >= room:
                ids: list[int] = found.ids[:room]
                return ids
        ids = self._plain(text).ids[:room]
        return ids

    def _mark(self, name: str) -> int:
        found: int | None = self._tokenizer.token_to_id(name)
        if found is None:
            raise ValueError(f"the tokenizer has no {name}")
        return found

    def _end_of_part(self, words: Sequence[int | None], start: int) -> int:
        most = min(start + self._room, len(words))
        end = most
        while start < end < len(words) and words[end] == words[end - 1]:
            end -= 1
        return end if end > start else most

    def _plain(self, text: str) -> Any:  # noqa: ANN401 - tokenizers ships no types
        # Never many at once: that would start threads, which a fork would lose.
        return self._tokenizer.encode(encodable(text), add_special_tokens=False)


def encodable(text: str) -> str:
    """The text with a mark in place of each half of a surrogate pair, which no encoding knows."""
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)


def _read(tokenizer: str) -> Tokenizer:
    try:
        return Tokenizer.from_str(tokenizer)
    except Exception as problem:
        # Which is all that the library raises.
        raise ValueError("the tokenizer cannot be read") from problem
