"""Migrations do the same for ever, whatever becomes of the code beside them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import text

from moderation.comments import Author, StoredArticle
from moderation.storage import migrations, open_store, upgrade
from moderation.storage.database import make_engine, parse_url
from moderation.storage.migrations.entries_of_0007 import article_entry, comment_entry
from moderation.stored import SpamCheck, Suggestion, Term
from moderation.unscored import Unscored
from moderation.workflow.search_query import parse
from tests.factories import NOON, a_site, a_stored_comment
from tests.storage.migrating import down, down_and_up

_FOLDER = Path(migrations.__file__).parent
_LASTING = {"moderation.errors", "moderation.storage.columns", "moderation.storage.migrations"}
"""What a migration may use of the code: what stays as it is."""


@pytest.mark.parametrize("path", [*_FOLDER.glob("versions/*.py"), *_FOLDER.glob("entries*.py")])
def test_a_migration_uses_nothing_that_may_change(path: Path) -> None:
    used = {
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    ours = {module for module in used if module.startswith("moderation.")}
    assert not {module for module in ours if not module.startswith(tuple(_LASTING))}


def test_the_first_entries_of_the_search_are_cut_as_they_always_were() -> None:
    text = "Caf\u00e9, \U0001d400ll \u0142 the\u200bre: 図書\ufe0f \u00c6 x_y it\u2019s " + "z" * 70
    entry = comment_entry("daily", "a-1", text, "U 1", "Rea D\u00ebr")
    assert entry == (
        *("#bc01f928bb3b1ee7", "$c9f5688f85b6956a"),
        *("cafe", "all", "l", "there", "図", "書", "ae", "x", "y", "it", "s", "z" * 64),
        *("~", "rea", "der", "~", "u", "1", "~", "@rea", "@der", "~", "@u", "@1"),
    )
    assert comment_entry("daily", None, "", None, None) == (entry[0], *"~~~~")
    assert article_entry("daily", "Oh", "No") == (entry[0], "oh", "~", "no")


def test_what_was_kept_before_there_was_a_search_is_found(database_url: str) -> None:
    store = open_store(database_url)
    article = StoredArticle("daily", "a-1", "Library to open", "On Sundays.")
    comment = a_stored_comment("c1", text="Silly geese.", author=Author("u1", "Goose Fan"))
    with store.write() as work:
        work.sites.put(a_site())
        work.articles.put(article, NOON)
        work.comments.add(comment)
        work.commit()
    store.dispose()
    down_and_up(database_url, "0006")
    with store.read() as work:
        for asked in ("silly", "author:fan", "site:daily"):
            assert [hit.comment.id for hit in work.search.comments(parse(asked), 5).hits] == ["c1"]
        assert [found.id for found in work.search.articles((Term(("sundays",)),), 5)] == ["a-1"]
    store.dispose()


def test_what_had_been_given_up_for_good_comes_due_again(database_url: str) -> None:
    store = open_store(database_url)
    comment = a_stored_comment("c1", ruling=None)
    with store.write() as work:
        work.sites.put(a_site())
        work.comments.add(comment)
        work.unscored.put(Unscored(comment.key, 1, NOON, NOON))
        work.commit()
    store.dispose()
    down(database_url, "0018")
    engine = make_engine(parse_url(database_url), writes=True)
    with engine.begin() as connection:
        connection.execute(text("UPDATE unscored SET due_at = NULL, tries = 8, model = 'm1'"))
    engine.dispose()
    upgrade(database_url)
    with store.write() as work:
        found = work.unscored.claim(NOON, NOON, "m1", 5)
    store.dispose()
    wanted = Unscored(comment.key, 1, NOON, NOON, tries=8, is_lent=True, models=("m1",))
    assert found == [wanted]


@pytest.mark.parametrize("had_it", [True, False])
def test_a_comment_can_wait_where_vouching_was_kept_with_what_waits(
    database_url: str, had_it: bool
) -> None:
    store = open_store(database_url)
    comment = a_stored_comment("c1", ruling=None)
    with store.write() as work:
        work.sites.put(a_site())
        work.comments.add(comment)
        work.commit()
    store.dispose()
    down(database_url, "0023")
    if not had_it:
        engine = make_engine(parse_url(database_url), writes=True)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE unscored DROP COLUMN is_vouched_for"))
        engine.dispose()
    upgrade(database_url)
    with store.write() as work:
        work.unscored.put(Unscored(comment.key, 1, NOON, NOON))
        work.commit()
    with store.read() as work:
        assert work.unscored.count() == 1
    store.dispose()


def test_what_was_told_before_it_named_its_comment_names_it(database_url: str) -> None:
    store = open_store(database_url)
    tokens = {"clientToken": "comment:c1", "sessionId": "user-17"}
    with store.write() as work:
        work.sites.put(a_site())
        for id, told in (("a", tokens), ("b", {"guid": "g1"}), ("c", {"clientToken": "x"})):
            work.suggestions.put(Suggestion(id, "daily", "perspective", NOON, "Oh.", told=told))
        work.commit()
    store.dispose()
    down_and_up(database_url, "0016")
    with store.read() as work:
        found = list(work.suggestions.all())
    store.dispose()
    assert [one.comment_id for one in found] == ["c1", "g1", None]
    assert "sessionId" not in found[0].told


def test_checks_made_before_they_were_known_by_their_words_are_found_by_their_ids(
    database_url: str,
) -> None:
    store = open_store(database_url)
    with store.write() as work:
        work.sites.put(a_site())
        for id in ("a" * 64, "b" * 65):
            work.spam_checks.put(SpamCheck("daily", id, NOON, is_spam=False))
        work.commit()
    store.dispose()
    down_and_up(database_url, "0016")
    with store.read() as work:
        found = work.spam_checks.by_alike("daily", ["a" * 64, "b" * 65])
        assert [one.id for one in found] == ["a" * 64]
        assert work.spam_checks.home("daily", "x") is None
    store.dispose()
