"""Words and clauses written for the benchmarks, and the several thousand forms made of them.

Nothing here comes from a data set. Says nothing of how often a word is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_NOUNS: Final = """
time year person way day thing man world life hand part child eye woman place work week case point
government company number group problem fact money question school state family student country
city town road bridge library harbour ferry island council mayor vote election party law judge
court police officer crime prison doctor nurse hospital patient medicine teacher lesson book page
paper story article comment reader writer editor headline source evidence reason argument opinion
truth lie joke answer idea plan rule right duty tax price cost budget bill wage job worker boss
union strike office meeting report letter phone computer screen video camera picture song music
film show player team match season coach goal game ball field crowd ticket seat train bus station
driver car engine wheel fuel oil gas wind river lake sea coast beach mountain forest tree leaf
flower garden farm farmer animal dog cat horse bird fish food bread meat fruit kitchen table chair
room door window wall roof house street corner neighbour village market shop customer product
brand bank loan debt interest profit market trade border war soldier army weapon peace treaty
minister senator leader citizen voter immigrant refugee church faith temple priest culture
language history memory dream fear anger hope trust shame pride mistake accident fire flood storm
snow rain summer winter spring morning evening night hour minute moment century climate energy
science research study result theory method machine robot network website account password message
""".split()  # noqa: SIM905 (lists to be read)

_VERBS: Final = """
ask answer believe call change check claim clean climb close complain count cover cross defend
demand destroy discover discuss doubt earn end enjoy enter explain fail fill finish follow force
form gain guess happen hate help hope ignore insist invent join jump kick kill know laugh lead
learn like listen live look love manage mention miss move need offer open order own pass pay plan
play point pour pretend protect prove pull punish push reach read refuse remain remember remove
repeat report respect rest return ruin save seem serve share shout show sign solve sound spend
start stay stop study suffer suggest support talk teach test thank threaten touch train treat trust
try turn visit vote wait walk want warn waste watch win wish wonder work worry write
""".split()  # noqa: SIM905

_ADJECTIVES: Final = """
able bad best big black blue brave bright broad cheap clean clear clever cold common cool corrupt
cruel dark dead deep dirty dry dull eager early easy empty equal exact fair false famous fast final
fine firm fit foreign free fresh full funny generous gentle glad good grand great green guilty
happy hard harsh healthy heavy honest huge human ill kind large late lazy legal light local lonely
long loud low lucky mad main modern moral narrow natural nervous new nice normal obvious odd old
open plain polite poor popular possible private proud public pure quick quiet rare raw ready real
recent red rich rough rude sad safe second serious sharp short sick silent silly simple slow small
smart soft sorry special strange strict strong sudden sure sweet tall thick thin tight tiny tired
true ugly usual vague warm weak weird whole wide wild wise wrong young
""".split()  # noqa: SIM905

ADVERBS: Final = """
again ago almost already also always away back certainly clearly completely daily definitely even
ever everywhere exactly finally hardly here honestly indeed instead just later maybe mostly never
now nowhere obviously often once only perhaps probably quite rarely rather really seldom simply
sometimes somewhere soon still surely there though today together tomorrow tonight too totally
twice usually very well yesterday yet
""".split()  # noqa: SIM905

HARSH: Final = """
idiot moron stupid pathetic clown liar fool loser trash scum disgusting damn crap hell jerk
""".split()  # noqa: SIM905
"""As mild as it can be and still be judged: a site's comments have some of it."""

HARSH_NAMES: Final = ("idiot", "moron", "clown", "liar", "fool", "loser", "scum", "jerk")
"""Those of them that one calls a person."""

CLAUSES: Final = tuple(
    clause.strip()
    for clause in """
I think the N is A
I do not think that the N was ever A
they Vs the N every N and nobody Vs
why would anyone V a A N
you are right about the N
it was not the N that Vd us
if the N Vs the Ns we will all V R
there is no N in this N
the A N of the N R Vs
what about the Ns who Vd for it
we Vd this N years R
my N Vs at the N in X
X has Vd more Ns than X
the N and the N are not the same N
he Vs like a A N
she Vd it R and it is still A
this is what happens when you V the N
that is a A thing to V
people like you V the N
I have been Ving this N for M years
it costs M Ns to V one N
not one of the Ns in the N has Vd
a N is a N
at the end of the N it is about Ns
you can not V a N with a N
maybe they should V the N first
so much for the A N
I would R V my N to the N
how many Ns do we have to V
as a N I can tell you that it is A
the N says that the Ns will V in M
don't V me what I V about Ns
it's the A Ns that V, not the Ns
we're Ving Ns for Ns we don't V
who Vs when the N is A
no N, no N, no N
thank you for Ving this
you should be A of your N
because of that N my N had to V the N
in my N the Ns of X are R A
they're all A anyway
I agree with X on the N
X is wrong and the N Vs it
nobody is Ving that
let them V their own Ns
could someone V the N to me
that N is just another A N
the N Vd R after the N in X
it doesn't V which N you V
have you ever Vd with a N
some Ns V, some Ns don't
everything in this N is about the N
I'm R A that the N Vd
""".strip().splitlines()
)
"""Capitals stand for a noun, verb, adjective, adverb, harsh word, name or number."""

SHORT: Final = ("Thanks!", "Agreed.", "So true.", "Well said", "Oh please.", "No.", "Really?")

EMOJI: Final = (
    "\U0001f602",
    "\U0001f621",
    "\U0001f44d",
    "\u2764\ufe0f",
    "\U0001f644",
    "\U0001f914",
)

_ONSETS: Final = "b br c ch d dr f g gr h j k kl l m n p r s sh st t th tr v w y z".split()  # noqa: SIM905
_VOWELS: Final = "a e i o u ai ea ou ie oo".split()  # noqa: SIM905
_CODAS: Final = ("", "", "", "n", "r", "s", "l", "m", "t", "ck", "nd", "ng")


def syllables() -> list[str]:
    """Syllables to make names of that no list has."""
    return [
        onset + vowel + coda for onset in _ONSETS for vowel in _VOWELS for coda in sorted({*_CODAS})
    ]


def plural(noun: str) -> str:
    """The noun's regular plural."""
    if noun in ("man", "woman"):
        return noun[:-2] + "en"
    return _with_s(noun)


def present(verb: str) -> str:
    """The third person singular."""
    return _with_s(verb)


def past(verb: str) -> str:
    """A regular past tense, as people who guess it would write it."""
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if _ends_in_y(verb) else f"{verb}ed"


def gerund(verb: str) -> str:
    """The form in -ing."""
    return f"{verb[:-1]}ing" if verb.endswith("e") and not verb.endswith("ee") else f"{verb}ing"


def _with_s(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word[:-1]}ies" if _ends_in_y(word) else f"{word}s"


def _ends_in_y(word: str) -> bool:
    return word.endswith("y") and word[-2] not in "aeiou"


def nouns() -> list[str]:
    """Plain nouns first, then what can be made of them, rarer and rarer."""
    plain = list(dict.fromkeys(_NOUNS))
    agents = [f"{verb.removesuffix('e')}er" for verb in _VERBS]
    qualities = [f"{adjective.removesuffix('y')}ness" for adjective in _ADJECTIVES]
    return [*plain, *agents, *qualities, *_compounds(plain)]


def _compounds(plain: list[str]) -> Iterator[str]:
    """Each noun with some others: "bridgehead" is a word, and so may "votefield" be."""
    for step in (7, 31, 53, 101):
        for place, noun in enumerate(plain):
            yield noun + plain[(place + step) % len(plain)]


def verbs() -> list[str]:
    """Base forms."""
    return [*_VERBS, *(f"re{verb}" for verb in _VERBS), *(f"over{verb}" for verb in _VERBS)]


def adjectives() -> list[str]:
    """Base forms and their opposites, and what is made of nouns."""
    made = [f"{noun}{ending}" for ending in ("less", "like") for noun in dict.fromkeys(_NOUNS)]
    return [*_ADJECTIVES, *(f"un{adjective}" for adjective in _ADJECTIVES), *made]
