"""Undoing what people do to words so that a filter misses them.

Digits and signs for letters, spaced-out and dotted letters, masked letters, stretched
letters. Each rule takes and gives folded text and leaves a word alone unless the
disguise is plain. Letters of other scripts are `lookalikes`; misspelt words `repair`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from moderation.text.masked_words import WORDS, fitting
from moderation.text.ordinary_words import COMMON
from moderation.text.tracing import Normalised

_SPELT: Final = re.compile(
    r"(?<![a-z0-9@$'])[a-z0-9@$]((?:[^\w\n@$']|_){1,3})(?:[a-z0-9@$]\1)+[a-z0-9@$](?![a-z0-9@$'])"
)
_ALONE: Final = re.compile(r"(?:[^\w\n@$']|_)[a-z0-9@$](?:[^\w\n@$']|_)")
_SIGN: Final = re.compile(r"[0-9@$!*|+#%^._~\-](?=\S)|(?<=[a-z])[013457$@*]")
_LONGEST_CHUNK: Final = 64
_AROUND: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789@$!*|+#%^._~-'")
_NOT_A_WORD: Final = re.compile(
    r"[a-z0-9._+\-]++@[a-z0-9\-]++\.[a-z]|www\.|[a-z0-9\-]\.(?:com|org|net)\b"  # an address
    r"|\$?[0-9]++(?:[.,][0-9]++)*+[a-z]{1,2}(?:$|[^a-z0-9@$!|+])"  # an amount: "600k"
)
_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{3}){1,2}\b")
_PAUSE: Final = re.compile(r"((?<=[a-z]{2})\.{2,}+(?=[a-z]{2}))")
_NUMBER: Final = re.compile("[0-9]{3}")
_ROMAN: Final = re.compile(r"w*+[ivxlcdm]++")
_STRETCHED_WORD: Final = re.compile(r"(?<![^\W\d_])(?=[^\W\d_]*?([^\W\d_])\1\1)[^\W\d_]++")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1\1++")
_REPEATED: Final = re.compile(r"([^\W\d_])\1+")

_LEET: Final = str.maketrans("013456789@$!|+", "oieasgtbgasiit")
_READINGS: Final = (
    _LEET,
    *(
        str.maketrans("013456789@$!|+", f"o{one}easgtbgas{mark}{bar}t")
        for one, mark, bar in ("lli", "iil", "lil", "ili", "lll")
    ),
)
"""Signs as letters; one, exclamation mark and bar stand for i or l."""

_LETTERLIKE: Final = re.compile(r"[0134-9@$!|+]")
_I_OR_L: Final = re.compile(r"[1!|]")
_SEPARATORS: Final = str.maketrans("", "", "*|+#%^._~-'")
_WILD: Final = "*#%^!@$-_."
_NEVER_DOUBLED: Final = frozenset("ahijkquvwxy")

_DRAWN: Final = {
    r"\/\/": "w",
    r"|\/|": "m",
    "/\\/\\": "m",
    r"|\|": "n",
    r"/\/": "n",
    r"|_|": "u",
    "(_)": "u",
    "|-|": "h",
    r"\/": "v",
    "/\\": "a",
    "()": "o",
    "[]": "o",
    "|)": "d",
    "|<": "k",
    "|{": "k",
    "|3": "b",
    "><": "x",
    "(": "c",
    "¢": "c",
    "€": "e",
    "£": "l",
    "¡": "i",
    "¥": "y",
    "§": "s",
    "vv": "w",
}
"""Letters drawn with other signs, the longer drawings first."""

_DRAWING: Final = re.compile("|".join(re.escape(drawing) for drawing in _DRAWN))
_DRAWN_CHUNK: Final = re.compile(r"[^\s,;:?\"]{3,40}+")
_HINT: Final = re.compile(r"[|\\¢€£¡¥§]|\((?:\)|_\)|(?<=[a-z]\()[a-z])|\[\]|vv")
_INNER_SIGN: Final = re.compile(r"[^\w\s\x00-\x7f](?=[a-z])")
_NO_LETTERS: Final = re.compile(r"[^a-z]++")
_PARTED_BY_SIGNS: Final = re.compile(
    r"(?<![a-z])[a-z]{1,16}+(?:[^\w\s\x00-\x7f]{1,3}+[a-z]{1,16}+)++"
)


def read_drawn(text: Normalised) -> Normalised:
    r"""Read letters drawn with signs where the whole reads as a listed word: "fu|<", "\/\/hore".

    A picture may also stand between or for letters of one.
    """
    if _HINT.search(text.text):
        text = text.replace(_DRAWN_CHUNK, _drawn)
    if not text.text.isascii() and _INNER_SIGN.search(text.text):
        text = text.replace(_PARTED_BY_SIGNS, _unparted)
    return text


def _drawn(match: re.Match[str]) -> str:
    chunk = match.group()
    core = chunk.rstrip("!.'-")
    read = _DRAWING.sub(lambda drawing: _DRAWN[drawing.group()], core)
    if read == core:
        return chunk
    for table in _READINGS:
        plain = read.translate(table)
        if plain in WORDS:
            return plain + chunk[len(core) :]
    return chunk


def _unparted(match: re.Match[str]) -> str:
    word = "".join(filter(str.isalpha, match.group()))
    if word in WORDS:
        return word
    return fitting(_NO_LETTERS.sub("*", match.group()), "*") or match.group()


def join_spelt(text: Normalised) -> Normalised:
    """Join letters set apart one by one: "i d i o t", "s.h.i.t"."""
    # The letters in the middle stand alone, which is quicker to see than the whole.
    if not _ALONE.search(text.text):
        return text
    return text.replace(_SPELT, _joined)


def _joined(match: re.Match[str]) -> str:
    spelt, separator = match.group(), match.group(1)
    if separator in _WILD and (masked := fitting(spelt, separator)):
        return masked
    word = spelt.replace(separator, "")
    letters = sum(character.isalpha() for character in word)
    # Four letters in a row set apart by spaces are no sentence; three may be ("a b c").
    needed = 3 if separator.strip(" ,/") == separator else 4
    if word[0] in "ai" and word[1:] in WORDS and word not in WORDS:
        return f"{word[0]} {word[1:]}"
    if letters >= needed or (letters > 1 and word.translate(_LEET) in WORDS) or word in COMMON:
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
        in_address = text[start - 1 : start] == "/" and "//" in text
        plain = chunk if in_address or end - start > _LONGEST_CHUNK else unmasked(chunk)
        if plain != chunk:
            yield start, end, plain
        done = end


@lru_cache(maxsize=1 << 12)
def unmasked(chunk: str) -> str:
    """What letters, digits and signs without a blank between them are read as."""
    if chunk[0] == "#" and _COLOUR.match(chunk):
        return chunk
    if ".." in chunk and _PAUSE.search(chunk):
        return "".join(map(_unmasked, _PAUSE.split(chunk)))
    return _unmasked(chunk)


def _unmasked(chunk: str) -> str:
    core = chunk.rstrip("!.'-+_")
    tail = chunk[len(core) :]
    head = core[: len(core) - len(core.lstrip(".'-+_*#"))]
    core = core[len(head) :]
    trimmed = core.rstrip("*")
    if not any("a" <= character <= "z" for character in core) or _NOT_A_WORD.match(core):
        return chunk
    listed = _listed(core) or _listed(trimmed)
    if listed is not None:
        return head + listed + tail
    return head + _letters_for_signs(core) + tail


def _listed(core: str) -> str | None:
    """The listed word that a chunk is a disguise of, if it is one as a whole."""
    if "*" in core.rstrip("*") and (masked := fitting(core, _WILD)):
        return masked
    bare = core.translate(_SEPARATORS)
    for candidate in (core, bare):
        for plain in _readings(candidate):
            if plain in WORDS and plain != core:
                return plain
    if bare != core and bare in WORDS:
        return bare
    return fitting(core, _WILD) if core and "a" <= core[0] <= "z" else None


def _readings(chunk: str) -> Iterator[str]:
    """A chunk with its digits and signs read as letters, in every way."""
    if _LETTERLIKE.search(chunk):
        tables = _READINGS if _I_OR_L.search(chunk) else _READINGS[:1]
        yield from (chunk.translate(table) for table in tables)


def _letters_for_signs(core: str) -> str:
    """Digits and signs between letters, read as letters; others as they are."""
    if len(core) > 3 and core.lstrip("1!|+") not in COMMON:
        for plain in _readings(core):
            if plain in COMMON:
                return plain
    core = core.replace("~~", "")
    inner = core.strip("0123456789@$!|+*")
    if "*" in inner and not any(character in ".-_" for character in inner):
        # Between whole words an asterisk parts them.
        if min(map(len, inner.split("*"))) > 2:
            return core
        core = inner = inner.replace("*", "")
    letters = sum("a" <= character <= "z" for character in inner)
    signs = sum(character in "0134567@$" for character in inner)
    if not 0 < signs <= letters or inner != core.strip("$!|+*"):
        return core
    if any(character in "*.-_'#%^+|!" for character in inner) or _NUMBER.search(inner):
        return core
    read = inner.translate(_LEET)
    # So short a reading must be a word: "y0u" is one, "mp3s" is not.
    if letters < 4 and read not in COMMON and (letters < 3 or "3" in inner):
        return core
    return core.replace(inner, read)


def shorten_stretched(text: Normalised) -> Normalised:
    """Cut runs of three or more of a letter: to two where English doubles it, else to one.

    A listed word that comes of it goes first ("loooser").
    """
    if not _STRETCHED.search(text.text):
        return text
    return text.replace(_STRETCHED_WORD, _shortened)


def _shortened(match: re.Match[str]) -> str:
    word = match.group()
    doubled = _STRETCHED.sub(r"\1\1", word)
    single = _STRETCHED.sub(r"\1", word)
    for known in (WORDS, COMMON):
        for short in (doubled, single, _REPEATED.sub(r"\1", word)):
            if short in known:
                return short
    # A run that is the whole word ("xxx", "www") and a Roman number mean themselves.
    if word == word[0] * len(word) or _ROMAN.fullmatch(word):
        return word
    return _STRETCHED.sub(_run, word)


def _run(match: re.Match[str]) -> str:
    letter = match.group(1)
    return letter if letter in _NEVER_DOUBLED else letter * 2
