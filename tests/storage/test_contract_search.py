"""What every store promises of search, over both databases."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from moderation.comments import Author, Reason, Site, Status, StoredArticle, StoredComment
from moderation.errors import InvalidInput
from moderation.review_moves import decide
from moderation.review_queue import Verdict, apply
from moderation.storage import SqlStore, open_store, search
from moderation.storage.database import make_engine, parse_url
from moderation.stored import SearchQuery, Term
from moderation.stores import UnitOfWork
from moderation.workflow.queueing import open_item
from moderation.workflow.search_query import parse
from tests.factories import NOON, a_site, a_stored_comment

_TEXTS = {
    "goose": "You silly goose, you.",
    "swan": "A Swan is no goose; silly is as silly does.",
    "cafe": "Café at the library, open on Sundays",
    "shout": "OPEN THE LIBRARY ON SUNDAY",
    "kanji": "図書館へ行く",
}
_ARTICLE = StoredArticle("daily", "a-1", "Library to open", "The council voted on geese.")


def _store_all(work: UnitOfWork) -> dict[str, StoredComment]:
    work.sites.put(a_site("weekly"))
    work.articles.put(_ARTICLE, NOON)
    stored = {}
    for number, (name, words) in enumerate(_TEXTS.items()):
        author = Author(id=f"u-{number}", name="Goose Lover" if name == "cafe" else "Reader One")
        fields: dict[str, object] = {"text": words, "author": author}
        if name == "cafe":
            fields |= {"article_id": "a-1", "status": Status.PUBLISHED}
        if name == "kanji":
            fields |= {"site_id": "weekly"}
        comment = a_stored_comment(name, **fields)  # type: ignore[arg-type]
        work.comments.add(comment)
        stored[name] = comment
    return stored


def _found(work: UnitOfWork, asked: str) -> list[str]:
    return [hit.comment.id for hit in work.search.comments(parse(asked), 10).hits]


# Each row: what is asked; the comments that it finds, the last to arrive first.
_ASKED = [
    ("silly", ["swan", "goose"]),
    ("SILLY goose", ["swan", "goose"]),
    ('"silly goose"', ["goose"]),
    ("goose", ["cafe", "swan", "goose"]),  # one by the author's name
    ("goose -silly", ["cafe"]),
    ('goose -"silly goose"', ["cafe", "swan"]),
    ("cafe", ["cafe"]),
    ('"library on"', ["shout"]),
    ("図書", ["kanji"]),
    ("書図", []),
    ("author:goose", ["cafe"]),
    ('author:"reader one" library', ["shout"]),
    ("author:u-1", ["swan"]),
    ("author:lover author:goose", ["cafe"]),
    ('"sundays goose"', []),  # no phrase reaches from the text into the name
    ('"lover u"', []),
    ("library status:published", ["cafe"]),
    ("library status:held", ["shout"]),
    ("reader site:weekly", ["kanji"]),
    ("site:weekly", ["kanji"]),
    ("site:week", []),
    ("article:a-1", ["cafe"]),
    ("article:a", []),
    ("library -article:a-1", ["shout"]),
    ("nothing", []),
    ("goos", []),
]


@pytest.mark.parametrize(("asked", "fitting"), _ASKED, ids=[asked for asked, _ in _ASKED])
def test_a_search_finds_what_fits_and_nothing_else(
    store: SqlStore, site: Site, asked: str, fitting: list[str]
) -> None:
    with store.write() as work:
        _store_all(work)
        work.commit()
    with store.read() as work:
        assert _found(work, asked) == fitting


def test_a_rewritten_comment_is_found_by_what_it_says_now(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        goose = _store_all(work)["goose"]
        now = replace(goose, text="You clever swan.", revision=2, author=Author("u9", "Swan Fan"))
        work.comments.revise(now, NOON)
        work.commit()
    with store.read() as work:
        assert _found(work, "clever") == ["goose"]
        assert _found(work, "silly") == ["swan"]
        assert _found(work, "author:fan") == ["goose"]
        assert _found(work, "author:u-0") == []


def test_what_is_erased_is_never_found_again(
    store: SqlStore, site: Site, database_url: str
) -> None:
    with store.write() as work:
        comments = _store_all(work)
        work.comments.erase(comments["goose"].key, NOON + timedelta(days=1))
        work.commit()
    with store.read() as work:
        assert _found(work, "silly") == ["swan"]
        assert _found(work, "author:u-0") == []
    engine = make_engine(parse_url(database_url), writes=True)
    with engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM comment_words")).scalar()
    engine.dispose()
    assert left == len(_TEXTS) - 1


def test_no_byte_of_the_file_holds_a_word_of_what_was_erased(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    store = open_store(sqlite_url)
    secret = b"qztravelogue"
    with store.write() as work:
        work.sites.put(a_site())
        for number in range(60):
            work.comments.add(a_stored_comment(text=f"Plain words, number {number}."))
        comment = a_stored_comment("c0", text="A qztravelogue of mine.")
        work.comments.add(comment)
        work.commit()
    with store.write() as work:
        # Rewritten as well, so that the index has known the word more than once.
        again = replace(comment, text="My qztravelogue again.", revision=2)
        work.comments.revise(again, NOON)
        work.commit()
    store.dispose()
    assert secret in path.read_bytes()
    store = open_store(sqlite_url)
    with store.write() as work:
        work.comments.erase(comment.key, NOON)
        work.commit()
    store.sweep()
    store.dispose()
    left = [path, *path.parent.glob(f"{path.name}-*")]
    assert all(secret not in file.read_bytes() for file in left)


def test_pages_join_without_gap_or_repeat(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        for number in range(7):
            work.comments.add(a_stored_comment(f"n{number}", text="A silly one."))
        work.commit()
    seen: list[str] = []
    cursor = None
    with store.read() as work:
        for _ in range(4):
            page = work.search.comments(parse("silly"), 2, cursor)
            seen += [hit.comment.id for hit in page.hits]
            cursor = page.next_cursor
    assert seen == [f"n{number}" for number in reversed(range(7))]
    assert cursor is None


def test_what_is_not_among_the_newest_is_found_as_well(
    store: SqlStore, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_NEWEST", 2)
    monkeypatch.setattr(search, "_NEWER", 3)
    with store.write() as work:
        for number in range(9):
            words = "A silly one." if number % 2 == 0 else "Something else."
            work.comments.add(a_stored_comment(f"n{number}", text=words))
        work.commit()
    with store.read() as work:
        assert _found(work, "silly") == ["n8", "n6", "n4", "n2", "n0"]
        page = work.search.comments(parse("silly"), 2)
        assert [hit.comment.id for hit in page.hits] == ["n8", "n6"]
        page = work.search.comments(parse("silly"), 2, page.next_cursor)
        assert [hit.comment.id for hit in page.hits] == ["n4", "n2"]
        assert page.next_cursor is not None


def test_a_search_that_takes_too_long_is_ended_and_says_so(
    server_store: SqlStore, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_SECONDS", 0.1)
    engine = make_engine(parse_url(postgres_url), writes=True)
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE comment_words"))
        with pytest.raises(InvalidInput, match="too many comments"), server_store.read() as work:
            work.search.comments(parse("silly"), 2)
    engine.dispose()


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "9" * 30, "\u0661"])
def test_a_cursor_that_is_not_ours_is_invalid_input(
    store: SqlStore, site: Site, cursor: str
) -> None:
    with pytest.raises(InvalidInput, match="cursor"), store.read() as work:
        work.search.comments(parse("silly"), 2, cursor)


def test_a_search_for_nothing_is_invalid_input(store: SqlStore, site: Site) -> None:
    for query in (SearchQuery(), SearchQuery(excluded=(Term(("silly",)),))):
        with pytest.raises(InvalidInput, match="needs a word"), store.read() as work:
            work.search.comments(query, 2)


def test_a_found_comment_comes_with_its_item_and_escalated_ones_for_leads_alone(
    store: SqlStore, site: Site
) -> None:
    with store.write() as work:
        comments = _store_all(work)
        items = {}
        for name in ("goose", "swan"):
            event = open_item(comments[name], (Reason("reported"),), NOON)
            items[name] = apply(None, event)
            work.queue.append(items[name], event)
        given = decide(items["swan"], Verdict.ESCALATE, "mona", NOON, seen_version=1)
        assert given is not None
        items["swan"] = apply(items["swan"], given)
        work.queue.append(items["swan"], given)
        work.commit()
    with store.read() as work:
        hits = work.search.comments(parse("goose"), 10).hits
        assert [(hit.comment, hit.item) for hit in hits] == [
            (comments["cafe"], None),
            (comments["swan"], items["swan"]),
            (comments["goose"], items["goose"]),
        ]
        fewer = replace(parse("goose"), escalated=False)
        hits = work.search.comments(fewer, 10).hits
        assert [hit.comment.id for hit in hits] == ["cafe", "goose"]


def test_an_article_is_found_by_its_title_and_its_text_as_they_are_now(
    store: SqlStore, site: Site
) -> None:
    with store.write() as work:
        _store_all(work)
        work.commit()
    with store.write() as work:
        assert work.search.articles((Term(("library",)), Term(("geese",))), 5) == [_ARTICLE]
        assert work.search.articles((Term(("open", "the")),), 5) == []
        assert work.search.articles((Term(("weekly",), "site"), Term(("geese",))), 5) == []
        renamed = replace(_ARTICLE, title="Museum to open")
        work.articles.put(renamed, NOON)
        assert work.search.articles((Term(("library",)),), 5) == []
        assert work.search.articles((Term(("museum",)),), 5) == [renamed]
        work.commit()


def test_a_text_as_long_as_can_be_is_found(store: SqlStore, site: Site) -> None:
    # Every letter takes four bytes, and no word is said twice.
    letters = [chr(0x10400 + number) for number in range(40)]
    words = (f"{a}{b}{c}" for a in letters for b in letters for c in letters)
    long = " ".join(next(words) for _ in range(50_000))
    article = StoredArticle("daily", "long", "Long", long)
    with store.write() as work:
        work.comments.add(a_stored_comment("long", text=f"longest {long[:19_000]}"))
        work.articles.put(article, NOON)
        work.commit()
    with store.read() as work:
        assert _found(work, "longest") == ["long"]
        assert work.search.articles((Term(("long",)),), 5) == [article]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(typed=st.text(max_size=80) | st.text(alphabet="ab \"-:\\'()*~@#$|&!<>%_;", max_size=40))
def test_no_query_breaks_the_database(store: SqlStore, typed: str) -> None:
    # What is refused is refused in words that a person can read.
    with store.read() as work, suppress(InvalidInput):
        work.search.comments(parse(typed), 5)
