"""The review desk over PostgreSQL with a million comments: the next item, the page of an item,
counts and search, each as the use case that the pages call, beside a reference of the same run.

The reference is one comment read by its key: a transaction with one look-up by primary key, so
what a figure is worth on another machine can be told from the ratio.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import cycle, repeat
from random import Random
from statistics import median, quantiles
from typing import Final

from benchmarks import desk_data
from benchmarks.limits import Limit, Measure
from moderation.accounts import User
from moderation.review_queue import Verdict
from moderation.scoring.scorer import Scorer
from moderation.stored import QueueFilter, QueueOrder
from moderation.workflow import Services
from moderation.workflow.desk import count_facets, list_waiting
from moderation.workflow.reviewing import claim_next, give_verdict, open_case
from moderation.workflow.searching import search

LIMIT: Final = Limit(floor=60.0)
"""Milliseconds that a median has to stay under."""

PASSES: Final = 60

_SEARCH: Final = "search, "

_FILTERS: Final = {
    "all": QueueFilter(),
    "one label": QueueFilter(label="insult"),
    "site, label and language": QueueFilter(site_id="local", label="threat", language="de"),
    "site and reason, severest first": QueueFilter(
        site_id="weekly", reason="reported", order=QueueOrder.SEVEREST
    ),
}
_SEARCHES: Final = {
    "common word": ("the", "is", "that", "you"),
    "word of one in a hundred": ("pathetic", "clown", "liar", "scum"),
    "rare word": (),
    "two words": ("idiot bridge", "stupid council", "liar school", "moron street"),
    "phrase": ('"of the"', '"the same"', '"I think"', '"at the end"'),
    "phrase of words that do not meet": ('"the the of"', '"you is that"', '"is the the"'),
    "one without another": ("idiot -the", "moron -that", "fool -you", "jerk -is"),
    "author": ("author:u4711", 'author:"Reader 815"', "author:u17", "author:u9999"),
    "a word on a small site": ("site:local idiot", "site:local the", "site:local moron"),
    "a word and a status": ("status:held idiot", "status:rejected the", "status:held liar"),
    "article": ("article:a100", "article:a4201", "article:a19999", "article:a777"),
    "nothing": ("qwertzuiop", "author:nobody", "xyzzy plugh", '"no such words"'),
}


@dataclass(frozen=True, slots=True)
class _NoScorer:
    """Nothing is scored here."""

    def current(self) -> Scorer:
        raise RuntimeError("the desk's queries ask no model")


def measure(server: str, say: Callable[[str], None]) -> list[Measure]:
    """Fill a database on `server`, measure, drop it."""
    with desk_data.filled(server, say) as (store, _):
        services = Services(store, _NoScorer(), lease=timedelta(hours=1))
        people = [_person(services, name) for name in desk_data.PEOPLE]
        rows: list[Measure] = []
        searches: tuple[list[float], list[float]] = ([], [])
        for name, runs in _asked(services, people):
            ours, reference = _timed(services, runs)
            of_search = name.startswith(_SEARCH)
            if of_search:
                searches[0].extend(ours)
                searches[1].extend(reference)
            rows += summary(name, ours, reference, limit=None if of_search else LIMIT)
            say(f"{rows[-2].name}: {rows[-2].ours:.1f} ms")
        return rows + summary(f"{_SEARCH}all of these", *searches)


def summary(
    name: str, ours: Sequence[float], reference: Sequence[float], limit: Limit | None = LIMIT
) -> list[Measure]:
    """The median beside the reference's, with the limit, and the 95th percentile."""
    ratios = [mine / theirs for mine, theirs in zip(ours, reference, strict=True)]
    cuts = quantiles(ours, n=20, method="inclusive")
    return [
        Measure(
            name=f"desk, {name}: median",
            unit="ms",
            ours=median(ours),
            peer=median(reference),
            ratio=median(ratios),
            low=min(ratios),
            high=max(ratios),
            limit=limit,
        ),
        Measure(name=f"desk, {name}: 95th percentile", unit="ms", ours=cuts[-1]),
    ]


def _timed(
    services: Services, runs: Iterator[Callable[[], object]]
) -> tuple[list[float], list[float]]:
    """Milliseconds of each run, and of the reference before it; the first few warm up."""
    draw = Random("reference")
    ours, reference = [], []
    for run in runs:
        key = f"{draw.randrange(desk_data.COMMENTS):032x}"
        reference.append(_milliseconds(partial(_one_comment, services, key)))
        ours.append(_milliseconds(run))
    return ours[5:], reference[5:]


def _milliseconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - begun)


def _one_comment(services: Services, key: str) -> None:
    with services.store.read() as work:
        work.comments.by_key(key)


def _asked(
    services: Services, people: Sequence[User]
) -> Iterator[tuple[str, Iterator[Callable[[], object]]]]:
    """What is measured under which name, each as many times as there are passes."""
    for words, wanted in _FILTERS.items():
        yield f"next item, {words}", _next_items(services, people, wanted)
    yield "item page", _pages(services)
    for words, wanted in _FILTERS.items():
        yield f"counts, {words}", repeat(partial(count_facets, services, people[0], wanted), PASSES)
    for order in QueueOrder:
        listing = partial(list_waiting, services, people[0], QueueFilter(order=order), 50)
        yield f"queue page, {order.value}", repeat(listing, PASSES)
    for words, asked in _SEARCHES.items():
        asked = asked or _rare_words(services)
        yield f"{_SEARCH}{words}", _searching(services, people[0], asked)


def _next_items(
    services: Services, people: Sequence[User], wanted: QueueFilter
) -> Iterator[Callable[[], object]]:
    """Claims by people in turn, each of whom decides what they got before they ask again."""
    for _, person in zip(range(PASSES), cycle(people), strict=False):
        yield partial(claim_next, services, person, wanted)
        item = claim_next(services, person, wanted)
        if item is not None:
            give_verdict(services, person, item.id, Verdict.APPROVE, item.version)


def _pages(services: Services) -> Iterator[Callable[[], object]]:
    draw = Random("pages")
    for _ in range(PASSES):
        item_id = f"{10 * draw.randrange(desk_data.COMMENTS // 10):032x}"
        yield partial(open_case, services, item_id)


def _searching(
    services: Services, person: User, asked: Sequence[str]
) -> Iterator[Callable[[], object]]:
    for _, words in zip(range(PASSES), cycle(asked), strict=False):
        yield partial(search, services, person, words, 25)


def _rare_words(services: Services) -> tuple[str, ...]:
    """Words of some comments that few others have: the longest ones."""
    with services.store.read() as work:
        texts = [work.comments.by_key(f"{1_000 * number:032x}") for number in range(1, 40)]
    longest = {max(one.text.split(), key=len) for one in texts if one is not None}
    return tuple(sorted(word for word in longest if word.isalpha()))


def _person(services: Services, id: str) -> User:
    with services.store.read() as work:
        user = work.accounts.user(id)
    assert user is not None
    return user
