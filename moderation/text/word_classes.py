"""Closed classes of words that turn what is beside them: whom it is about, whether it is so.

"stupid" beside "you", beside "Muslims" and beside "not" are three things. The classifier learns a
weight for each pair of a class and a word near it; being in a list says nothing about a score.
Read by normalised words; a word is in one class at most.
"""

from __future__ import annotations

from typing import Final

NONE: Final = 0
"""Of every word that is in no class."""

ADDRESSED: Final = 1
"""Of the words for whom a comment is addressed to."""

_ADDRESSED: Final = "you your yours you're youre u ur ya yourself yourselves ye y'all yall thou"
_SELF: Final = "i me my mine myself i'm im i've i'd i'll we us our ours we're we've ourselves"
_NEGATION: Final = (
    "no not never none nobody nothing neither nor without hardly cannot isn't aren't wasn't "
    "weren't don't doesn't didn't won't wouldn't can't couldn't shouldn't ain't hasn't haven't "
    "hadn't dont doesnt didnt isnt arent wasnt wont wouldnt cant couldnt shouldnt aint"
)
_REPORT: Final = (
    "said say says saying told tell tells telling called call calls calling claim claims claimed "
    "claiming wrote write writes think thinks thought believe believes believed quote quoted word "
    "term heard hear shouted shouting yelled chanted chanting posted tweeted stereotype myth slur"
)
_THEM: Final = (
    "they them their theirs they're those these he him his he's she her hers she's people person "
    "guy guys everyone all every most"
)
_GROUP: Final = """
woman women man men girl girls boy boys female females male males lady ladies wife wives mother
mothers feminist feminists husband
gay gays lesbian lesbians homosexual homosexuals bisexual bisexuals bi queer queers lgbt lgbtq
trans transgender transgenders transsexual transsexuals nonbinary straight
muslim muslims moslem moslems islam islamic islamist islamists jew jews jewish judaism christian
christians christianity catholic catholics protestant protestants evangelical evangelicals mormon
mormons hindu hindus hinduism sikh sikhs buddhist buddhists atheist atheists religion religious
black blacks white whites brown negro negroes colored coloured caucasian caucasians african
africans asian asians oriental orientals chinese japanese korean koreans vietnamese filipino
filipinos indian indians pakistani pakistanis bangladeshi afghan afghans arab arabs arabic iranian
iranians iraqi iraqis syrian syrians turk turks turkish kurd kurds kurdish somali somalis nigerian
nigerians ethiopian ethiopians latino latinos latina latinas hispanic hispanics mexican mexicans
puerto cuban cubans brazilian brazilians native natives indigenous aboriginal aboriginals
aborigines maori inuit roma romani gypsy gypsies traveller travellers irish polish poles russian
russians ukrainian ukrainians romanian romanians bulgarian bulgarians albanian albanians german
germans french italian italians greek greeks spanish american americans british english european
europeans israeli israelis palestinian palestinians
immigrant immigrants migrant migrants refugee refugees foreigner foreigners alien aliens asylum
illegals illegal minorities minority race races
disabled disability disabilities handicapped cripple cripples autistic autism blind deaf wheelchair
amputee dwarf dwarfs down's downs mentally schizophrenic schizophrenics bipolar dyslexic
elderly pensioner pensioners old young teenager teenagers millennials boomer boomers poor homeless
fat obese welfare peasants
"""


def _classes() -> dict[str, int]:
    found: dict[str, int] = {}
    for number, listed in enumerate(
        (_ADDRESSED, _SELF, _NEGATION, _REPORT, _THEM, _GROUP), start=NONE + 1
    ):
        for word in listed.split():
            found.setdefault(word, number)
    return found


_CLASSES: Final = _classes()


def class_of(word: str) -> int:
    """The class of a normalised word, `NONE` for nearly all."""
    return _CLASSES.get(word, NONE)


ADDRESSING: Final = frozenset(word for word, number in _CLASSES.items() if number == ADDRESSED)
"""All words of that class."""
