"""Fills a PostgreSQL database of its own as a busy publication would: a million comments, of
which some were queued and many wait. Seeded; words are drawn from `comments.py`.

Rows are those that the stores write, made from the same values, and copied in bulk.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from random import Random
from typing import Final

from sqlalchemy import Connection, Index, Table, create_engine, make_url, text

from benchmarks import comments as prose
from benchmarks.desk_copies import FIRST, SECONDS, copy_again, copy_rows, flow
from moderation.accounts import Role, User
from moderation.comments import (
    Author,
    Decision,
    Reason,
    Ruling,
    Site,
    Status,
    StoredArticle,
    StoredComment,
)
from moderation.labels import TEXT_LABELS, Label
from moderation.review_moves import decide, rank, severity_of
from moderation.review_queue import WAITING, Event, EventKind, ReviewItem, Verdict, apply
from moderation.storage import SqlStore, open_store, tables, upgrade
from moderation.storage.database import make_engine, parse_url
from moderation.storage.queue_counts import marks_of
from moderation.storage.rows import comment_values, event_values, item_values
from moderation.storage.search_index import article_entry, comment_entry
from moderation.text.search_words import words_of

COMMENTS, QUEUED, WAITS = 1_000_000, 300_000, 200_000
ARTICLES, AUTHORS = 20_000, 10_000
PEOPLE: Final = tuple(f"moderator-{number}" for number in range(12))

_BEGAN: Final = datetime(2025, 1, 1, tzinfo=UTC)
_SITES: Final = {"daily": 70, "weekly": 25, "local": 5}
_LANGUAGES: Final = {"en": 86, "de": 6, "es": 5, "pl": 2, "tr": 1}
_LABELS: Final = {
    "toxicity": 30,
    "insult": 40,
    "off_topic": 30,
    "profanity": 12,
    "identity_attack": 6,
    "sexual_explicit": 3,
    "threat": 2,
}
_SHORTEST, _LONGEST = 4, 32
"""Words of a comment; most are made of two."""


@dataclass(frozen=True, slots=True)
class Made:
    """One comment, and its item and events where it was queued."""

    comment: StoredComment
    item: ReviewItem | None = None
    events: tuple[Event, ...] = ()


@contextmanager
def filled(
    server: str, say: Callable[[str], None], count: int = COMMENTS
) -> Iterator[tuple[SqlStore, str]]:
    """A store over a database with about `count` comments, and its URL; dropped at the end."""
    url = make_url(server)
    name = f"moderation_benchmark_{uuid.uuid4().hex[:12]}"
    engine = create_engine(parse_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    ours = url.set(database=name).render_as_string(hide_password=False)
    store = open_store(ours)
    try:
        upgrade(ours)
        _fill(ours, store, count, say)
        yield store, ours
    finally:
        store.dispose()
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


def words_drawn(draw: Random) -> Callable[[], str]:
    """Makes texts: stretches of one long flow of words, in which each keeps its share."""
    flow = " ".join(prose.comments(8_000, 180)).split()

    def text_of() -> str:
        begun = draw.randrange(len(flow) - _LONGEST)
        return " ".join(flow[begun : begun + draw.randint(_SHORTEST, _LONGEST)])

    return text_of


def _fill(url: str, store: SqlStore, count: int, say: Callable[[str], None]) -> None:
    draw = Random(prose.SEED)
    text_of = words_drawn(draw)
    indexes = [next(iter(_gin(table))) for table in (tables.comment_words, tables.article_words)]
    engine = make_engine(parse_url(url), writes=True)
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    with store.write() as work:
        for site in _SITES:
            work.sites.put(Site(site, site.title()))
        for person in PEOPLE:
            work.accounts.put_user(User(person, person, person, Role.MODERATOR, "!"))
        work.commit()
    with engine.begin() as connection:
        _copy_articles(connection, [_article(number, text_of) for number in range(ARTICLES)])
    say(f"{ARTICLES:,} articles are in")
    with engine.begin() as connection:
        made = [_made(number, draw, text_of) for number in range(FIRST)]
        _copy(connection, made)
        flow.create(connection)
        texts = ((one.comment.key, words_of(one.comment.text)) for one in made)
        copy_rows(connection, flow, ({"key": key, "words": words} for key, words in texts))
    for times in range(1, count // FIRST):
        with engine.begin() as connection:
            copy_again(connection, times)
    say(f"{count:,} comments are in")
    with store.write() as work:
        work.queue.recount()
        work.commit()
    with engine.begin() as connection:
        # Copied numbers have not moved the sequence on.
        newest = "(SELECT max(number) FROM comment_words)"
        connection.execute(text(f"SELECT setval('comment_words_number_seq', {newest})"))
        for index in indexes:
            index.create(connection)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    engine.dispose()
    say("the indexes are made")


def _gin(table: Table) -> Iterator[Index]:
    return (index for index in table.indexes if index.name == f"ix_{table.name}_words")


def _article(number: int, text_of: Callable[[], str]) -> StoredArticle:
    site = list(_SITES)[number % len(_SITES)]
    return StoredArticle(site, f"a{number}", text_of()[:80], " ".join(text_of() for _ in range(3)))


def _made(number: int, draw: Random, text_of: Callable[[], str]) -> Made:
    (site,) = draw.choices(list(_SITES), list(_SITES.values()))
    (language,) = draw.choices(list(_LANGUAGES), list(_LANGUAGES.values()))
    queued = number % 10 < 10 * QUEUED // COMMENTS
    waits = queued and number % 10 < 10 * WAITS // COMMENTS
    at = _BEGAN + timedelta(seconds=SECONDS * number)
    reasons = _reasons(draw) if queued else ()
    writer = draw.randrange(AUTHORS)
    ordinary = draw.randrange(ARTICLES // len(_SITES)) * len(_SITES) + list(_SITES).index(site)
    comment = StoredComment(
        key=f"{number:032x}",
        site_id=site,
        id=f"c{number}",
        text=text_of(),
        article_id=f"a{ordinary}",
        parent_id=None,
        parent_key=None,
        author=Author(f"u{writer}", f"Reader {writer}"),
        kind="comment",
        status=Status.HELD if waits else Status.PUBLISHED,
        source_status=None,
        revision=1,
        ruling=_ruling(reasons, language, draw),
        created_at=at,
        received_at=at,
    )
    return _queued(comment, reasons, waits) if queued else Made(comment)


def _reasons(draw: Random) -> tuple[Reason, ...]:
    if draw.random() < 0.04:
        return (Reason("audit"),)
    labels = {*draw.choices(list(_LABELS), list(_LABELS.values()), k=draw.choice((1, 1, 2)))}
    found = [Reason("label", one, draw.uniform(0.4, 1.0), 0.4, "review") for one in sorted(labels)]
    return (*found, Reason("reported")) if draw.random() < 0.08 else tuple(found)


def _ruling(reasons: tuple[Reason, ...], language: str, draw: Random) -> Ruling:
    scores: dict[Label, float | None] = {label: draw.random() / 4 for label in TEXT_LABELS}
    decision = Decision.REVIEW if reasons else Decision.ALLOW
    kept = tuple(one for one in reasons if one.code == "label")
    scores[Label.OFF_TOPIC] = 0.1
    return Ruling(scores, decision, kept, language, "made-up-1", "default-1", "fast")


def _queued(comment: StoredComment, reasons: tuple[Reason, ...], waits: bool) -> Made:
    opened = Event(
        comment.key,
        1,
        EventKind.OPENED,
        comment.received_at,
        site_id=comment.site_id,
        comment_key=comment.key,
        reasons=reasons,
        severity=severity_of(reasons),
        status=comment.status,
        revision=1,
    )
    item = apply(None, opened)
    if waits:
        return Made(comment, item, (opened,))
    at = comment.received_at + timedelta(hours=1)
    person = PEOPLE[int(comment.key, 16) % len(PEOPLE)]
    decided = decide(item, Verdict.APPROVE, person, at, seen_version=1)
    assert decided is not None
    return Made(comment, apply(item, decided), (opened, decided))


def _copy_articles(connection: Connection, made: list[StoredArticle]) -> None:
    copy_rows(connection, tables.articles, (asdict(one) | {"updated_at": _BEGAN} for one in made))
    words = (
        {"site_id": one.site_id, "article_id": one.id}
        | {"words": article_entry(one.site_id, one.title, one.text)}
        for one in made
    )
    copy_rows(connection, tables.article_words, words)


def _copy(connection: Connection, made: list[Made]) -> None:
    queued = [(one, one.item) for one in made if one.item is not None]
    copy_rows(connection, tables.comments, (comment_values(one.comment) for one in made))
    copy_rows(connection, tables.revisions, (_revision(one.comment) for one in made))
    copy_rows(connection, tables.comment_words, (_words(one.comment) for one in made))
    events = chain.from_iterable(one.events for one in made)
    copy_rows(connection, tables.review_items, (_item(one, item) for one, item in queued))
    copy_rows(connection, tables.review_events, map(event_values, events))
    marks = chain.from_iterable(_marks(item) for _, item in queued)
    copy_rows(connection, tables.review_marks, marks)


def _revision(comment: StoredComment) -> dict[str, object]:
    values = {"comment_key": comment.key, "number": 1, "text": comment.text}
    return values | {"ruling": comment.ruling, "at": comment.received_at}


def _words(comment: StoredComment) -> dict[str, object]:
    entry = comment_entry(comment.site_id, comment.article_id, comment.text, comment.author)
    return {"number": int(comment.key, 16) + 1, "comment_key": comment.key, "words": entry}


def _item(made: Made, item: ReviewItem) -> dict[str, object]:
    ruling, verdict = made.comment.ruling, item.verdict
    return item_values(item) | {
        "rank": rank(item.severity, item.reports, item.appeals, item.opened_at),
        "language": ruling.language if ruling else None,
        "waiting": item.stage in WAITING,
        "decided_at": verdict.at if verdict else None,
    }


def _marks(item: ReviewItem) -> Iterator[dict[str, object]]:
    put_forward = rank(item.severity, item.reports, item.appeals, item.opened_at)
    for kind, value in sorted(marks_of(item)):
        yield {
            "item_id": item.id,
            "site_id": item.site_id,
            "rank": put_forward,
            "kind": kind,
            "value": value,
        }
