"""The shipped model on comments that people would not argue about, written for the project."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from statistics import median
from typing import NamedTuple

import joblib
import pytest

from moderation.comments import Article, Comment
from moderation.scoring.relevance import Relevance
from moderation.scoring.relevance_stack import BASE_RATE

BRIDGE = Article(
    "Old Mill Bridge to stay closed until spring after cracks are found",
    "The Old Mill Bridge will stay closed to cars and lorries until at least April, the county "
    "said on Monday. Engineers inspecting the 1931 steel structure found cracks in two of the "
    "main girders. Buses are sent over the ring road, which adds up to twenty minutes to the "
    "journey.\n\nShop owners on the east bank fear for their Christmas sales. The county puts the "
    "cost of the repair at four million and says that a new bridge would cost ten times as much. "
    "Pedestrians and cyclists may still cross.",
)
SCHOOL = Article(
    "Secondary schools to start an hour later from next term",
    "Pupils at the town's five secondary schools will start at nine instead of eight. The head "
    "teachers say that teenagers sleep too little and learn badly in the first lesson. Parents who "
    "work early asked who would look after the younger ones. The bus company must change its "
    "timetable, and sports clubs expect training to end after dark in winter.",
)
TRANSFER = Article(
    "Rovers sell striker Danilo Reyes for a club record 40 million",
    "The 23-year-old, who scored nineteen goals last season, has signed a five-year contract. "
    "Manager Helen Ward said that the money would be spent on two defenders and a midfielder "
    "before the transfer window closes. Supporters protested outside the stadium.",
)
BRIDGE_TITLE = Article("Old Mill Bridge to stay closed until spring after cracks are found")

CRYPTO = (
    "Wake up people, the dollar is dead and the banks are robbing you. I put my savings into "
    "bitcoin and ethereum three years ago and now I am laughing at all of you. Buy crypto now, "
    "the next bull run starts this month."
)
IMMIGRATION = (
    "This country lets in thousands of illegal immigrants every single week and nobody in the "
    "government does anything about the border. Deport the lot of them and stop the asylum "
    "hotels, we are being invaded while politicians look away."
)
WEATHER = (
    "We had hail the size of golf balls down in Florida yesterday and the hurricane season has "
    "not even started. The forecast says thunderstorms all week, and they still tell us that "
    "global warming is a hoax."
)


class Case(NamedTuple):
    """A comment in its place, and what a reader of it would say."""

    name: str
    comment: Comment


ON_TOPIC = (
    Case(
        "agreement about the bridge",
        Comment(
            "Good that they closed it. I would not drive a lorry over cracked girders.", BRIDGE
        ),
    ),
    Case(
        "disagreement about the bridge",
        Comment(
            "Nonsense, that bridge has stood for ninety years. The county just wants an excuse to "
            "build a new one with our money.",
            BRIDGE,
        ),
    ),
    Case(
        "anecdote about the bridge",
        Comment(
            "I cross the river by bus to get to work and the detour over the ring road took me "
            "fifty minutes this morning.",
            BRIDGE,
        ),
    ),
    Case(
        "the bridge, its title alone known",
        Comment(
            "They knew about those cracks for years, the bridge should be replaced.", BRIDGE_TITLE
        ),
    ),
    Case(
        "agreement about school hours",
        Comment("Finally! My daughter is half asleep in her first lesson every day.", SCHOOL),
    ),
    Case(
        "disagreement about school hours",
        Comment(
            "And who takes the little ones to school when both parents have to work at seven? "
            "Teenagers could simply go to bed earlier.",
            SCHOOL,
        ),
    ),
    Case(
        "anecdote about school hours",
        Comment(
            "When I was a pupil we walked to school in the dark and nobody died of it.", SCHOOL
        ),
    ),
    Case(
        "anger about the transfer",
        Comment("Selling our best striker to finance two defenders is a joke, Ward out.", TRANSFER),
    ),
    Case(
        "calm about the transfer",
        Comment(
            "40 million for a player with one good season? I would take the money too.", TRANSFER
        ),
    ),
    Case(
        "a deep reply that fits its parent only",
        Comment(
            "Put the yeast in lukewarm water first, and let the dough rest overnight, cold. "
            "The crust will be much better.",
            TRANSFER,
            "Off to bake some bread instead of watching this. Does anybody know why my dough never "
            "rises?",
        ),
    ),
    Case(
        "a reply without an article",
        Comment(
            "Because the ring road cannot take the lorries either, it has two traffic lights.",
            None,
            "Why do they not send the lorries over the ring road like the buses?",
        ),
    ),
)

OFF_TOPIC = (
    Case("crypto under the bridge", Comment(CRYPTO, BRIDGE)),
    Case("immigration under the bridge", Comment(IMMIGRATION, BRIDGE)),
    Case("weather under the bridge", Comment(WEATHER, BRIDGE)),
    Case("crypto under the school hours", Comment(CRYPTO, SCHOOL)),
    Case("immigration under the school hours", Comment(IMMIGRATION, SCHOOL)),
    Case("immigration under the transfer", Comment(IMMIGRATION, TRANSFER)),
    Case("crypto under a title alone", Comment(CRYPTO, BRIDGE_TITLE)),
    Case(
        "crypto in answer to a remark on the bridge",
        Comment(CRYPTO, BRIDGE, "The buses should get a lane of their own on the ring road."),
    ),
)

DOUBTFUL = (
    Case("weather, with the word season in common", Comment(WEATHER, TRANSFER)),
    Case(
        "immigration in answer to a remark, no article",
        Comment(IMMIGRATION, None, "My dough never rises, does anybody know why?"),
    ),
)
"""Off topic to a person, but with little to tell it by: held apart from on topic, no more."""

LIBRARY = Article(
    "Central library to open on Sundays, but two branches lose their afternoons",
    "From September the central library opens on Sundays from ten to four, the council decided. "
    "To pay for it, the branches in Westfield and Harbour Street will close on Tuesday and "
    "Thursday afternoons. Students had asked for a quiet place to study at the weekend. The "
    "librarians' union warns that its members already work overtime, and parents in Westfield "
    "fear for the homework club.",
)
HOSPITAL = Article(
    "Night clinic at St Anne's hospital to close for want of nurses",
    "The emergency clinic at St Anne's will close between ten at night and six in the morning. The "
    "hospital could not fill eleven nursing posts, its director said. Patients will be taken to "
    "the university hospital, thirty kilometres away. The ambulance service expects longer "
    "journeys and asks for two more crews.",
)
RENTS = Article(
    "City plans to cap rent increases at three per cent a year",
    "Landlords may raise rents by no more than three per cent a year under a plan that the city "
    "council will vote on next month. Tenants' groups welcome it, owners call it an attack on "
    "property. Economists are divided: some expect less new housing, others see time for families "
    "to stay in their neighbourhood.",
)
ARTICLES = (BRIDGE, SCHOOL, LIBRARY, HOSPITAL, RENTS)

RANTS = (
    "My phone company has raised its prices again, third time this year, and the signal in my "
    "kitchen is still so bad that I have to stand in the yard.",
    "Why does every film these days have to be a sequel with superheroes? Nobody writes a decent "
    "script any more, and the cinema tickets cost a fortune.",
    "Electric cars are a swindle. The batteries catch fire, the range drops in winter, and where "
    "does the power for the charging stations come from? Coal, that is where.",
    "The tennis federation should be ashamed of that final. The umpire gave away two match points "
    "and the racket rule is a joke, my grandmother serves better.",
    "Vaccines, masks, lockdowns, and now they want to do it all over again with the next virus. "
    "I will not take one more of their injections.",
    "Airlines lose your suitcase, cancel your flight and then offer a voucher for a sandwich. I "
    "will never again book a holiday by plane.",
    "Nobody can cook any more. The supermarket is full of frozen pizza and sugar, and then people "
    "wonder why their children are fat.",
    "The royal family costs us millions for palaces and horses while the prince gives interviews "
    "about his feelings on television. Abolish the monarchy at last.",
    "Wolves are back in the hills and the farmers may not even shoot them when their sheep are "
    "torn to pieces. City people with their love of animals.",
    "Since the last update my computer restarts in the middle of the day. Microsoft should refund "
    "everyone who ever paid for a licence of Windows.",
)
"""Civil rants of a few sentences; none is about any of `ARTICLES`."""

DISSENT = (
    (BRIDGE, "Four million for a few welds? My brother is a welder and would do it for a tenth."),
    (BRIDGE, "Close it for good and run a ferry, as there was when my grandfather was young."),
    (SCHOOL, "Nine o'clock, really? In my day we were at our desks at half past seven and learnt."),
    (
        SCHOOL,
        "Let them sleep. My son falls asleep on the bus in the morning, and he is in bed by ten.",
    ),
    (LIBRARY, "I went to Harbour Street every Thursday with my girls. Where are we to go now?"),
    (
        LIBRARY,
        "Nobody reads on a Sunday. They should have put the money into the branches instead.",
    ),
    (
        HOSPITAL,
        "Pay nurses properly and the posts will be filled within a month, it is that simple.",
    ),
    (
        HOSPITAL,
        "My father had his stroke at three at night. Thirty kilometres more would have killed him.",
    ),
    (
        RENTS,
        "As a landlord I say: then I will not renovate any more, the roof can leak for all I care.",
    ),
    (
        RENTS,
        "We moved out of the city because of a rise of two hundred a month. This comes too late.",
    ),
)
"""Disagreement, anecdote and asides that belong where they stand."""

SHORT = (
    "Thanks!",
    "Agreed",
    "Where can I read more?",
    "This. So much this.",
    "Well said",
    "lol",
    "So true",
    "+1",
    "No.",
    "😂😂",
    "Nice one, mate",
)

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def relevance() -> Relevance:
    found = sorted(MODELS.glob("*/manifest.json"))
    assert len(found) == 1, "exactly one model is shipped in models/"
    arrays = joblib.load(found[0].with_name("arrays.joblib"), mmap_mode="r")
    return Relevance.from_arrays(arrays, json.loads(found[0].read_text("utf-8")))


def score(relevance: Relevance, comment: Comment) -> float:
    [found] = relevance.scores([comment])
    assert found is not None
    return found


@pytest.mark.parametrize("case", ON_TOPIC, ids=lambda case: case.name)
def test_an_ordinary_comment_is_on_topic(relevance: Relevance, case: Case) -> None:
    assert score(relevance, case.comment) < 0.2


def odds(probability: float) -> float:
    return probability / (1 - probability)


@pytest.mark.parametrize("case", OFF_TOPIC, ids=lambda case: case.name)
def test_a_rant_has_ten_times_the_odds_of_every_on_topic_comment(
    relevance: Relevance, case: Case
) -> None:
    highest = max(score(relevance, on.comment) for on in ON_TOPIC)
    assert odds(score(relevance, case.comment)) >= 10 * odds(highest)


PLAIN = tuple(case for case in OFF_TOPIC if case.comment.text != CRYPTO)


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.name)
def test_a_plain_rant_is_far_over_the_base_rate(relevance: Relevance, case: Case) -> None:
    assert score(relevance, case.comment) > 3 * BASE_RATE


@pytest.mark.parametrize("case", DOUBTFUL, ids=lambda case: case.name)
def test_a_rant_with_little_to_tell_it_by_is_over_the_base_rate(
    relevance: Relevance, case: Case
) -> None:
    assert score(relevance, case.comment) > BASE_RATE


def test_rants_about_anything_else_are_told_from_dissent(relevance: Relevance) -> None:
    rants = [score(relevance, Comment(text, article)) for text, article in product(RANTS, ARTICLES)]
    dissent = [score(relevance, Comment(text, article)) for article, text in DISSENT]
    assert median(rants) > 4 * BASE_RATE
    assert median(dissent) < BASE_RATE / 2
    assert sorted(dissent)[-2] < BASE_RATE
    assert max(dissent) < 2 * BASE_RATE
    assert sorted(rants)[len(rants) // 10] > max(dissent)


def test_saying_it_twice_does_not_help(relevance: Relevance) -> None:
    for text in RANTS:
        once = score(relevance, Comment(text, BRIDGE))
        assert score(relevance, Comment(f"{text} {text} {text}", BRIDGE)) > once - 0.1


def test_it_says_which_part_was_missed(relevance: Relevance) -> None:
    parent = "The buses should get a lane of their own on the ring road."
    [fit] = relevance.fits([Comment(CRYPTO, BRIDGE, parent)])
    assert fit is not None
    assert max(part for part in (fit.title, fit.text, fit.parent) if part is not None) < 0.5
    [half] = relevance.fits([Comment("Then the buses block the ring road.", None, parent)])
    assert half is not None
    assert half.title is half.text is half.passage is None
    assert half.parent is not None
    assert half.parent > 0.7


@pytest.mark.parametrize("article", [BRIDGE, SCHOOL, TRANSFER], ids=["bridge", "school", "club"])
@pytest.mark.parametrize("text", SHORT)
def test_a_short_reaction_is_never_called_off_topic(
    relevance: Relevance, text: str, article: Article
) -> None:
    assert score(relevance, Comment(text, article)) < 0.3
    assert score(relevance, Comment(text, article, "I think that it will rain.")) < 0.3


def test_a_comment_in_another_language_is_not_called_off_topic_for_it(relevance: Relevance) -> None:
    german = "Die Brücke war schon vor Jahren kaputt und niemand im Rathaus hat etwas getan."
    assert score(relevance, Comment(german, BRIDGE)) < 0.4
