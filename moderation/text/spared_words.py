"""Words that a reader can be spared: slurs, and obscene words, however they are disguised.

Only for what a page shows: being in this list says nothing about a score. English, and the worst
alone; a mild word ("idiot", "damn") is not worth a mask.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from moderation.text.normalise import normalise, normalised_words
from moderation.text.tokens import tokenise

# ruff: noqa: SIM905 (lists to be read and kept in order)

SLURS: Final = frozenset(
    """
abo beaner chinaman chink coon dago darkie dothead dyke fag faggot fagot fakeugee fenian gook gyp
gyppo gypo heeb honky jap jigaboo kaffir kike kunt lesbo libtard mong mongoloid mudslime muzrat
muzzie negro nigga nigger pajeet paki papist pikey polack polacca raghead redskin republitard
retard retarded sandnigger shemale spastic spaz spic tard towelhead tranny wetback wog wop
""".split()
)
"""Words against a group, in the singular."""

OBSCENE: Final = frozenset(
    """
arsehole asshole asslicker ballsack bastard bellend bitch bitchass bitching bitchy blowjob bollocks
bullshit bullshitter butthole clit cock cocksucker cocksucking cum cumslut cunt cunty dick dickface
dickhead dickish dickwad dildo dipshit douchebag douchenozzle dumbshit handjob horseshit jizz
knobhead landwhale minge motherfucker piss pissed pissing porn prick pussy shit shite shitbag
shithead shithole shitshow shitstain shitted shitter shittier shittiest shitting shitty skank
skanky slag slut slutty tit tosser twat twatty wank wanked wanker wanking whore whorish whoring
""".split()
)
"""Obscene words about anybody and anything."""

_ALWAYS_OBSCENE: Final = "fuck"
"""No ordinary word contains it."""

_EMPHASIS: Final = "*_~`"


def _with_endings(listed: frozenset[str]) -> frozenset[str]:
    """The words with their plurals and genitives."""
    plurals = {word + ending for word in listed for ending in ("s", "es")}
    plurals |= {word[:-1] + "ies" for word in listed if word.endswith("y")}
    every = listed | plurals
    return every | {word + ending for word in every for ending in ("'s", "'")}


_SLURS: Final = _with_endings(SLURS)
_ANY: Final = _with_endings(SLURS | OBSCENE)


def spared_ranges(text: str, *, obscene: bool) -> list[tuple[int, int]]:
    """Where slurs stand in `text`, and obscene words where asked for: `[start, end)` in order.

    Offsets are Unicode code points of the text as it was written.
    """
    # Nearly every text has none, and its words are found fifteen times as fast as their places.
    words = normalised_words(text)
    if (_ANY if obscene else _SLURS).isdisjoint(words) and not (
        obscene and any(_ALWAYS_OBSCENE in word for word in words)
    ):
        return []
    read = normalise(text)
    found = [
        _bare(text, *read.original_span(word.start, word.end))
        for word in tokenise(read.text)
        if is_spared(word.text, obscene=obscene)
    ]
    return list(_apart(found))


def is_spared(word: str, *, obscene: bool) -> bool:
    """Whether a normalised word is a slur, or an obscene word where those count."""
    if not obscene:
        return word in _SLURS
    return word in _ANY or _ALWAYS_OBSCENE in word


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without the marks of emphasis that stand around the word."""
    word = text[start:end]
    if not word.strip(_EMPHASIS):
        return start, end
    return end - len(word.lstrip(_EMPHASIS)), start + len(word.rstrip(_EMPHASIS))


def _apart(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The ranges without overlaps: words that share a disguise are one."""
    joined: tuple[int, int] | None = None
    for start, end in ranges:
        if joined is not None and start < joined[1]:
            joined = joined[0], max(joined[1], end)
            continue
        if joined is not None:
            yield joined
        joined = start, end
    if joined is not None:
        yield joined
