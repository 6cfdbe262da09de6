"""Telling the many comments that are certainly in English by the words they have.

Those words are looked up for the scores anyway, so that most comments of an English site need no
identification (see `scoring.language`), which takes longer than all the rest. Both say English of
the same comments; where this one is not certain, that one decides.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAST: Final = 2
"""Sum of the words' evidence in a text that is certainly English."""

LEAST_SHARE: Final = 0.15
"""Of that sum among all words; English comments have about two in five."""

_FOREIGN: Final = -3
"""Evidence of one foreign word: "the show must go on" is quoted in every language."""

_ENGLISH_WORDS: Final = """
the and you your you're yours that this these those it its it's not with for they they're their
them of to we are were been being had have haven't has hasn't having just who whose why what
what's which when where how she my would wouldn't should shouldn't could couldn't can can't cannot
about please really because do don't does doesn't did didn't isn't aren't wasn't weren't won't will
from there there's here then than but if or out up into over after before again any some more most
much many every each only even still never always people think know thing things make makes made
get gets got getting take say says said see look want need like good right wrong well way very too
also other another both such same through while until since own our us him his her i'm i've i'd
i'll he's she's that's we're we've let's nothing something anything everything everyone someone
anyone nobody going give gave keep let tell told talk stop maybe yes yet ever already off yesterday
today years agree where's point how's who's
"""
"""Frequent in English; "is", "was", "in", "so", "me", "on", "no", "as", "all", "die" and "a" say
nothing, as other languages have them, too."""

_FOREIGN_WORDS: Final = """
der das und ich ist nicht ein eine einen einem sie wir ihr mit auf für von zu dem den des auch
sich aber wie oder nur noch hat haben sind wird bei aus nach doch wenn dass mir mich dich kein
keine schon mal
le la les et de du je tu il elle nous vous ne pas que qui est sont une dans pour avec sur mais plus
tout cette ces mon ma sa ses au aux ce cest c'est n'est j'ai qu'il
el los las y en un por con para como pero su sus lo al se es esta este muy porque mi yo si ya
het een niet dat van ik je jij hij zij ze wij en maar voor met naar ook er zijn wordt nog wel geen
gli che non della di sono anche questo perche perché una più
os uma nao não em mais isso voce você foi eu ele seu
bir ve bu çok için ama değil ben sen gibi kadar daha ne mi var yok cok icin degil olmaz
och att det som inte är jag har till av om og ikke jeg på hvad når kan
nie się jest na że jak co ale tylko
yang dan tidak ini itu untuk saya ada ang ng sa mga ko na hai ka ki ke ho nahi kya ko se
"""
"""Frequent in other languages and no English words."""

_WORDS: Final = frozenset(_ENGLISH_WORDS.split())
_OTHERS: Final = frozenset(_FOREIGN_WORDS.split())


def evidence(word: str) -> int:
    """What a normalised word says for its text's being in English: below zero is against."""
    if word in _WORDS:
        return 1
    if word in _OTHERS:
        return _FOREIGN
    is_latin = word.isascii() or not any(sign >= "\u0250" and sign.isalpha() for sign in word)
    return 0 if is_latin else _FOREIGN


def is_certain(sums: NDArray[np.integer], words: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether texts with that sum of evidence among so many words are certainly English."""
    return (sums >= LEAST) & (sums >= LEAST_SHARE * words)
