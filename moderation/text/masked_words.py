"""Words that people disguise, for undoing the disguise and for nothing else.

A disguised word is read as one of these only when it fits as a whole
("sh.it", "f**k", "a55hole"), so names and ordinary words that merely contain
one ("Scunthorpe", "class") are never touched. Being in this list says nothing
about a score: that is learnt.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

_STEMS: Final = """
arse arsehole ass asses asshole bastard bimbo bitch bollocks boob boobs bullshit clown cock
cocksucker coon crap cretin cunt damn dick dickhead die dumb dumbass dyke fag faggot fat fool
fuck fucker fucking goddamn gook hate hell hoe idiot imbecile jackass jerk jew kike kill kys
libtard loser moron motherfucker murder muslim nazi negro nigga nigger paki pedo pedophile penis
pig piss porn prick pussy queer racist rape rapist retard retarded scum sex shit shithead shitty
skank slut spastic spic stfu stupid suck sucker suicide terrorist tit tits tosser tranny trash
troll turd twat vagina wank wanker whore
""".split()  # noqa: SIM905 (a list to be read and kept in order)

_ENDINGS: Final = ("", "s", "ed", "er", "ers", "ing", "y")

WORDS: Final = frozenset(stem + ending for stem in _STEMS for ending in _ENDINGS)
"""Every word that a disguise may stand for."""

_SHORT_PLAIN: Final = frozenset({"die", "fat", "hell", "hoe", "jew", "pig", "sex", "tit", "tits"})


def _by_shape() -> dict[tuple[int, str], list[str]]:
    shapes: dict[tuple[int, str], list[str]] = defaultdict(list)
    for stem in _STEMS:
        if stem in _SHORT_PLAIN:
            continue
        for ending in _ENDINGS:
            word = stem + ending
            shapes[len(word), word[0]].append(word)
    return dict(shapes)


_BY_SHAPE: Final = _by_shape()


def fitting(masked: str, wild: str) -> str | None:
    """The first listed word that `masked` can stand for, or `None`.

    Characters of `wild` stand for any one letter, the others for themselves; the
    first must be a letter and at least two must be, so that "****" means nothing.
    """
    if len(masked) > 16 or sum(character not in wild for character in masked) < 2:
        return None
    for word in _BY_SHAPE.get((len(masked), masked[0]), ()):
        if all(a == b or a in wild for a, b in zip(masked, word, strict=True)):
            return word
    return None
