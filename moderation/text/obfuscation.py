"""Undoing what people do to words so that a filter misses them.

Look-alike letters of other scripts, digits and signs for letters, spaced-out and
dotted letters, masked letters, stretched letters. Each rule takes and gives folded
text and leaves a word alone unless the disguise is plain.
"""

# ruff: noqa: RUF001 (letters that look alike are the subject here)

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase
from typing import Final

from moderation.text.masked_words import WORDS, fitting
from moderation.text.tracing import Normalised

_LOOKALIKES: Final = str.maketrans(
    # Cyrillic, then Greek, then Armenian; in folded (lower-case) form.
    "авсԁеһіјкӏмнорԛѕтуѵԝхг" + "αβεηικνορτυχωγ" + "օսոհցք",
    "abcdehijklmhopqstyvwxr" + "abenikvoptuxwy" + "ounhgp",
)
_MIXED_WORD: Final = re.compile(r"(?<![^\W\d_])(?=[^\W\d_a-z]*+[a-z])[^\W\d_]++")

_SPELT: Final = re.compile(
    r"(?<![a-z0-9@$])[a-z0-9@$]([ .\-_*,/|~+])(?:[a-z0-9@$]\1)+[a-z0-9@$](?![a-z0-9@$])"
)
_SIGN: Final = re.compile(r"[0-9@$!*|+#%^._\-](?=\S)")
_AROUND: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789@$!*|+#%^._-'")
_ADDRESS: Final = re.compile(
    r"[a-z0-9._+\-]++@[a-z0-9\-]++\.[a-z]|www\.|[a-z0-9\-]\.(?:com|org|net)\b"
)
_STRETCHED: Final = re.compile(r"([^\W\d_])\1\1+")

_LEET: Final = str.maketrans("013456789@$!|+", "oieasgtbgasiit")
_LEET_L: Final = str.maketrans("013456789@$!|+", "oleasgtbgaslit")
_SEPARATORS: Final = str.maketrans("", "", "*|+#%^._-'")
_WILD: Final = "*#%^!@$-_."
_RUNS: Final = tuple(3 * letter for letter in ascii_lowercase)
_NEVER_DOUBLED: Final = frozenset("ahijkquvwxy")


def replace_lookalikes(text: Normalised) -> Normalised:
    """Read look-alike letters as Latin in words that also have Latin letters.

    A word wholly in another script is that script's word and stays.
    """
    if text.text.isascii():
        return text
    return text.replace(_MIXED_WORD, lambda match: match.group().translate(_LOOKALIKES))


def join_spelt(text: Normalised) -> Normalised:
    """Join letters set apart one by one: "i d i o t", "s.h.i.t"."""
    return text.replace(_SPELT, _joined)


def _joined(match: re.Match[str]) -> str:
    spelt, separator = match.group(), match.group(1)
    word = spelt.replace(separator, "")
    letters = sum(character.isalpha() for character in word)
    # Four letters in a row set apart by spaces are no sentence; three may be ("a b c").
    needed = 4 if separator in " ,/" else 3
    if letters >= needed or word.translate(_LEET) in WORDS:
        return word
    return spelt


def unmask(text: Normalised) -> Normalised:
    """Read signs and digits inside words as the letters they stand for."""
    return text.edited(_unmaskings(text.text))


def _unmaskings(text: str) -> Iterator[tuple[int, int, str]]:
    done = 0
    # Few words have a sign in them: looking for signs first is ten times as fast as for words.
    for sign in _SIGN.finditer(text):
        if sign.start() < done:
            continue
        start = end = sign.start()
        while start > done and text[start - 1] in _AROUND:
            start -= 1
        while end < len(text) and text[end] in _AROUND:
            end += 1
        chunk = text[start:end]
        plain = _unmasked(chunk)
        if plain != chunk:
            yield start, end, plain
        done = end


def _unmasked(chunk: str) -> str:
    core = chunk.rstrip("!.'-+_")
    tail = chunk[len(core) :]
    head = core[: len(core) - len(core.lstrip(".'-+_*#"))]
    core = core[len(head) :]
    trimmed = core.rstrip("*")
    if not any("a" <= character <= "z" for character in core) or _ADDRESS.match(core):
        return chunk
    listed = _listed(core) or _listed(trimmed)
    if listed is not None:
        return head + listed + tail
    return head + _letters_for_signs(core) + tail


def _listed(core: str) -> str | None:
    """The listed word that a chunk is a disguise of, if it is one as a whole."""
    if not core:
        return None
    for candidate in (core, core.translate(_SEPARATORS)):
        for table in (_LEET, _LEET_L):
            plain = candidate.translate(table)
            if plain in WORDS and plain != core:
                return plain
    return fitting(core, _WILD) if "a" <= core[0] <= "z" else None


def _letters_for_signs(core: str) -> str:
    """Digits and signs between letters, read as letters; others as they are."""
    inner = core.strip("0123456789@$!|+*")
    letters = sum("a" <= character <= "z" for character in inner)
    signs = sum(character in "0134567@$!" for character in inner)
    if "*" in inner and not any(character in ".-_" for character in inner):
        core = core.replace("*", "")
    if signs == 0 or letters < 2 or signs > letters or inner != core.strip("$!|+*"):
        return core
    if any(character in ".-_'#%^+|" for character in inner):
        return core
    return core.replace(inner, inner.translate(_LEET)) if "*" not in inner else core


def shorten_stretched(text: Normalised) -> Normalised:
    """Cut runs of three or more of a letter: to two where English doubles it, else to one."""
    # Three of a letter are rare, and looking for each is faster than one back-reference.
    if text.text.isascii() and not any(run in text.text for run in _RUNS):
        return text
    return text.replace(_STRETCHED, _shortened)


def _shortened(match: re.Match[str]) -> str:
    whole, letter = match.string, match.group(1)
    before = whole[match.start() - 1 : match.start()] if match.start() else ""
    after = whole[match.end() : match.end() + 1]
    # A run that is the whole word ("xxx", "www", "iii") means itself.
    if not (before.isalpha() or after.isalpha()):
        return match.group()
    return letter if letter in _NEVER_DOUBLED else letter * 2
