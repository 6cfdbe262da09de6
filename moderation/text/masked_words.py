"""Words that people disguise, for undoing the disguise and for nothing else.

A disguised word is read as one of these only when it fits as a whole
("sh.it", "f**k", "a55hole"), so names and ordinary words that merely contain
one ("Scunthorpe", "class") are never touched. Being in this list says nothing
about a score: that is learnt. Spellings of them are in `misspelt`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

# ruff: noqa: SIM905 (lists to be read and kept in order)

_ABUSIVE_VERBS: Final = "fuck motherfuck mindfuck piss wank jerk damn goddamn"
"""With -s, -ed, -er, -ers, -ing and -in."""

_ABUSIVE_NOUNS: Final = """
arse arsehole ass asshole asshat asswipe bastard bellend bimbo bint bitch bollocks bonehead boob
bootlicker brainlet buffoon bugger bullshit bullshitter butthole butthead chink cock cocksucker
coon crap creep cretin cuck cum cumslut cunt degenerate dick dickface dickhead dickwad dimwit
dipshit dirtbag dolt douche douchebag douchenozzle dullard dumbass dumbfuck dumbo dumbshit dunce
dyke fag faggot fatass fatso fool freak fucker fuckface fuckhead fuckhole fucktard fuckup fuckwit
gook gypo halfwit hoe hooker horseshit ignoramus idiot imbecile jackass jackoff jerkoff jew kike
kunt lardass libtard libturd loser lowlife lunatic maggot moron motherfucker muppet nazi negro
nigga nigger nitwit numbnuts nutcase nutjob numbskull paki parasite pedo pedophile paedophile
penis pervert pig pillock plonker porn prick pussy queer racist raghead rapist redneck republitard
repugnican retard sandnigger scumbag shemale shit shitbag shithead shithole shitshow shitstain
shitter simp simpleton skank slag slut sleazebag slimeball spastic spaz spic sucker swine tard
terrorist thug tit tosser towelhead tranny troll turd twat twit vagina wackjob wanker wetback
whore wimp weirdo wog asslicker
""".split()
"""With -s (-es)."""

_ABUSIVE_WHOLE: Final = """
asses arses bitches bitched bitchy bitching bitchass cocksucking cocky crappy crapped crapping
cretinous cunty deranged dickish douchey dumb dumber dumbest fugly gtfo hell idiocy idiotic
imbecilic jews kill killed killing kys moronic murder murdered nazism pathetic pedophilia
perverted perverts pussies queers racism rape raped raping retarded retardation scum scummy sex
sexist shitty shitting shitted bullshitting shittier shittiest pissy suckin killin freakin shite
skanky slutty stfu stupid stupider stupidest stupidity stupidly subhuman suck sucked sucking sucks
suicide trash twatty fat faggy faggoty fagging vermin whoring whorish brainless braindead
""".split()

HARSH: Final = """
abomination animals annihilate arrogant awful barbaric barbarian barbarians beat beaten bigot
bigoted bigotry bigots bloody brainwashed burn burned burning butcher cancer cancerous clown
clowns clueless cockroach cockroaches commie commies communist communists contemptible corrupt
coward cowardly cowards crazy creepy criminal criminals cripple cripples crippled crook crooked
crooks dead death deceitful delusional demented deplorable deport deported deranged despicable
despise destroy destroyed dictator die died dies dirty disease diseased disgrace disgraceful
disgusted disgusting disgust dishonest evil execute executed exterminate exterminated extremist
extremists failure fascism fascist fascists filth filthy foolish foreigners fraud fraudulent
freaks garbage genocide ghetto gross hang hanged harass hate hated hateful hater haters hates
hating hatred hideous hypocrisy hypocrite hypocrites hypocritical ignorance ignorant illegals
illiterate immoral incompetent inferior infested insane invaders irritating jealous jerks junkie
laughable lazy liar liars lies loathe loathsome losers ludicrous lying lynch mad maniac maniacs
mental miserable monkey monkeys monster monsters mongrel nasty nauseating nonsense obese obnoxious
obscene pathological pedos perverse plague poison predator predators primitive propaganda
prostitute prostitutes psycho psychopath psychopaths psychotic puke punch punched rabid rat rats
repugnant repulsive revolting ridiculous rotten rubbish savage savages scam scammer senile
shameful shameless shoot shooting shot sick sickening sicko sissy slaughter slave slaves slime
slimy smelly snowflake snowflakes sociopath sociopaths spineless stab stabbed stink stinking
stinks strangle sucker suckers tasteless terrible terrorism terrorists threat thugs torture toxic
traitor traitors treason trashy tyrant ugly uglier ugliest uneducated uncivilized alien aliens
illegal illegally invasion inbred traitorous treasonous parasitic depraved useless egotistical
childish pretentious greedy phony pompous hysterical inept obtuse vindictive stooge stooges dummy
chump schmuck hillbilly pansy nerd nerds lame apes hags zionist zionists marxist marxists leftist
leftists globalist globalists crybaby deadbeat smartass anus dildo rectum thot thots foid foids
femoid femoids negroes vile violent vomit vulgar whine whiner whining wicked witch wretched
worthless worst dense
""".split()
"""Ordinary words that attacks are made of."""

_GROUPS: Final = """
african africans arab arabs asian asians autistic black blacks blonde catholic catholics chinese
christian christians disabled feminist feminists feminazi foreigner gay gays girls handicapped
hindu hindus homo homos homosexual homosexuals immigrant immigrants islam islamic indian indians
jewish lesbian lesbians mexican mexicans migrant migrants muslim muslims women woman refugee
refugees trans transgender vegan vegans immigration liberal liberals conservative conservatives
republican republicans democrat democrats politician politicians white whites
""".split()
"""Names of groups, which are masked where they are attacked."""


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "sh", "ch", "x", "z")) else "s")


def _verb_forms(verb: str) -> list[str]:
    return [verb + ending for ending in ("", "s", "ed", "er", "ers", "ing", "in")]


ABUSIVE: Final = tuple(
    dict.fromkeys(
        [form for verb in _ABUSIVE_VERBS.split() for form in _verb_forms(verb)]
        + [form for noun in _ABUSIVE_NOUNS for form in (noun, _plural(noun))]
        + _ABUSIVE_WHOLE
    )
)
"""Insults, slurs and obscenities: what a mask of any weight may stand for, likeliest first."""

LISTED: Final = tuple(dict.fromkeys((*ABUSIVE, *HARSH, *_GROUPS)))
"""Every word that a disguise may stand for, likeliest first."""

WORDS: Final = frozenset(LISTED)

_SHORT_PLAIN: Final = frozenset(
    "die dies died fat hell hoe hoes jew jews pig pigs sex tit tits simp simps wog bint slag "
    "rat rats gay gays mad beat dead evil hang lies shot sick stab burn vile apes hags lame "
    "nerd thot foid anus girls white black twit spic cums cum homo islam".split()
)
"""Too short or too like others to be read from a mask."""

_EUPHEMISMS: Final = {
    "a**": "ass",
    "a******": "asshole",
    "a*******": "assholes",
    "b****": "bitch",
    "b******": "bitches",
    "b*******": "bullshit",
    "c***": "cunt",
    "d***": "dick",
    "f***": "fuck",
    "f****": "fucks",
    "f*****": "fucked",
    "f******": "fucking",
    "m***********": "motherfucker",
    "n*****": "nigger",
    "n******": "niggers",
    "p****": "pussy",
    "s***": "shit",
    "s****": "shits",
    "w****": "whore",
}
"""What a first letter and nothing but asterisks are commonly read as."""


def _by_shape() -> dict[tuple[int, str], list[str]]:
    shapes: dict[tuple[int, str], list[str]] = defaultdict(list)
    for word in LISTED:
        if word not in _SHORT_PLAIN:
            shapes[len(word), word[0]].append(word)
    return dict(shapes)


_BY_SHAPE: Final = _by_shape()
_ABUSIVE_SET: Final = frozenset(ABUSIVE)


def fitting(masked: str, wild: str) -> str | None:
    """The first listed word that `masked` can stand for, or `None`.

    Characters of `wild` stand for any one letter, the others for themselves; the
    first must be a letter and at least two must be, so that "****" means nothing.
    Words that are not abusive by themselves must show half of their letters.
    """
    shown = sum(character not in wild for character in masked)
    if len(masked) > 16 or shown < 2:
        return _EUPHEMISMS.get(masked)
    if len(masked) == 3 and not any(character in "*#@$" for character in masked):
        return None
    for word in _BY_SHAPE.get((len(masked), masked[0]), ()):
        if all(a == b or a in wild for a, b in zip(masked, word, strict=True)) and (
            2 * shown >= len(masked) or word in _ABUSIVE_SET
        ):
            return word
    return None
