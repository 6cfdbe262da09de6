"""What every store promises of comments, over both databases."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from moderation.comments import (
    Author,
    Decision,
    Reason,
    Site,
    Status,
    StoredArticle,
    StoredComment,
)
from moderation.errors import Conflict, Erased
from moderation.review_queue import Event, EventKind, apply
from moderation.storage import SqlStore, open_store
from moderation.storage.tables import metadata
from moderation.stored import Note, Objection
from moderation.workflow.queueing import open_item
from tests.factories import NOON, a_ruling, a_site, a_stored_comment


def _add(store: SqlStore, *comments: StoredComment) -> None:
    with store.write() as work:
        for comment in comments:
            work.comments.add(comment)
        work.commit()


def test_a_comment_comes_back_as_it_was_added(store: SqlStore, site: Site) -> None:
    comment = a_stored_comment(
        text="Zoë said “no” \U0001f9a2\n\n twice.",
        article_id="a1",
        author=Author("u7", "Ünal", "e" * 64, "f" * 64),
        kind="pingback",
        source_status="trash",
        created_at=NOON - timedelta(days=4000, microseconds=1),
        ruling=a_ruling(Decision.BLOCK, language="de"),
    )
    with store.write() as work:
        work.articles.put(StoredArticle(site.id, "a1", "Geese", ""), NOON)
        work.comments.add(comment)
        work.commit()
    with store.read() as work:
        assert work.comments.get(site.id, comment.id) == comment
        assert work.comments.by_key(comment.key) == comment
        assert work.comments.get(site.id, "nothing") is None
        assert [kept.ruling for kept in work.comments.revisions(comment.key)] == [comment.ruling]


def test_what_is_not_committed_is_not_kept(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        work.comments.add(a_stored_comment())
    comment = a_stored_comment()
    _add(store, comment)
    with store.write() as work, suppress(Conflict):
        work.comments.set_status(comment.key, Status.REJECTED)
        work.comments.add(a_stored_comment(comment.id))
    with store.read() as work:
        assert work.comments.by_key(comment.key) == comment
        assert work.comments.count() == 1


def test_a_site_id_is_taken_once(store: SqlStore, site: Site) -> None:
    _add(store, a_stored_comment("c1"))
    with pytest.raises(Conflict), store.write() as work:
        work.comments.add(a_stored_comment("c1"))


def test_two_sites_may_use_the_same_comment_id(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        work.commit()
    _add(store, a_stored_comment("c1"), a_stored_comment("c1", site_id="weekly"))
    with store.read() as work:
        assert work.comments.count() == 2
        assert work.comments.count("weekly") == 1


def test_a_revision_replaces_the_text_and_keeps_the_old_one(store: SqlStore, site: Site) -> None:
    comment = a_stored_comment()
    _add(store, comment)
    later = NOON + timedelta(hours=1)
    changed = replace(comment, text="Sorry.", revision=2, status=Status.PUBLISHED)
    with store.write() as work:
        work.comments.revise(changed, later)
        work.commit()
    with store.read() as work:
        assert work.comments.by_key(comment.key) == changed
        texts = [(kept.number, kept.text, kept.at) for kept in work.comments.revisions(comment.key)]
    assert texts == [(1, comment.text, NOON), (2, "Sorry.", later)]


def test_the_same_revision_twice_is_a_conflict(store: SqlStore, site: Site) -> None:
    comment = a_stored_comment()
    _add(store, comment)
    with pytest.raises(Conflict), store.write() as work:
        work.comments.revise(replace(comment, text="Other."), NOON)


def test_an_orphan_is_joined_when_its_parent_arrives(store: SqlStore, site: Site) -> None:
    reply = a_stored_comment("reply", parent_id="root")
    stranger = a_stored_comment("stranger", parent_id="elsewhere")
    root = a_stored_comment("root")
    _add(store, reply, stranger)
    with store.write() as work:
        work.comments.add(root)
        assert work.comments.adopt(site.id, "root", root.key) == 1
        work.commit()
    with store.read() as work:
        joined = work.comments.get(site.id, "reply")
        assert joined is not None
        assert not joined.is_orphan
        assert [found.id for found in work.comments.ancestors(reply.key)] == ["root"]
        assert [found.id for found in work.comments.replies(root.key)] == ["reply"]
        alone = work.comments.get(site.id, "stranger")
        assert alone is not None
        assert alone.is_orphan


def test_ancestors_come_nearest_first_and_no_more_than_asked_for(
    store: SqlStore, site: Site
) -> None:
    chain = [a_stored_comment("d0")]
    for depth in range(1, 30):
        above = chain[-1]
        chain.append(a_stored_comment(f"d{depth}", parent_id=above.id, parent_key=above.key))
    _add(store, *chain)
    with store.read() as work:
        found = work.comments.ancestors(chain[-1].key, limit=3)
        assert [above.id for above in found] == ["d28", "d27", "d26"]
        assert len(work.comments.ancestors(chain[-1].key)) == 20
        assert work.comments.ancestors(chain[0].key) == []


def test_comments_that_name_one_another_as_parents_do_not_hang(store: SqlStore, site: Site) -> None:
    hen = a_stored_comment("hen", parent_id="egg")
    egg = a_stored_comment("egg", parent_id="hen", parent_key=hen.key)
    _add(store, hen, egg)
    with store.write() as work:
        work.comments.adopt(site.id, "egg", egg.key)
        work.commit()
    with store.read() as work:
        assert [above.id for above in work.comments.ancestors(hen.key)] == ["egg"]
        assert [above.id for above in work.comments.ancestors(egg.key)] == ["hen"]


def test_a_comment_that_names_itself_as_parent_has_none(store: SqlStore, site: Site) -> None:
    ouroboros = a_stored_comment("o", parent_id="o")
    _add(store, ouroboros)
    with store.write() as work:
        assert work.comments.adopt(site.id, "o", ouroboros.key) == 0
        assert work.comments.ancestors(ouroboros.key) == []


def test_replies_come_oldest_first(store: SqlStore, site: Site) -> None:
    root = a_stored_comment("root")
    _add(store, root)
    for name, minutes in (("late", 9), ("early", 1), ("middle", 5)):
        at = NOON + timedelta(minutes=minutes)
        _add(store, a_stored_comment(name, parent_id="root", parent_key=root.key, created_at=at))
    with store.read() as work:
        assert [found.id for found in work.comments.replies(root.key)] == [
            "early",
            "middle",
            "late",
        ]
        assert len(work.comments.replies(root.key, limit=2)) == 2


def test_objections_come_back_in_their_order(store: SqlStore, site: Site) -> None:
    comment = a_stored_comment()
    _add(store, comment)
    first = Objection("report", NOON, "It is about me.", "insult", "reader-1")
    second = Objection("appeal", NOON + timedelta(hours=1), "It was a joke.")
    with store.write() as work:
        work.comments.object_to(comment.key, second)
        work.comments.object_to(comment.key, first)
        work.commit()
    with store.read() as work:
        told = [replace(first, revision=1), replace(second, revision=1)]
        assert work.comments.objections(comment.key) == told


def _keep_one_with_everything(store: SqlStore) -> StoredComment:
    comment = a_stored_comment(text="quetzal one", author=Author("u7", "quetzal fan"))
    _add(store, comment)
    with store.write() as work:
        work.comments.revise(replace(comment, text="quetzal two", revision=2), NOON)
        work.comments.object_to(comment.key, Objection("report", NOON, "quetzal!", by="quetzal9"))
        opening = open_item(comment, (Reason("reported"),), NOON)
        item = apply(None, opening)
        noted = Event(item.id, 2, EventKind.NOTED, NOON, "mona")
        work.queue.append(item, opening)
        work.queue.append(apply(item, noted), noted)
        work.notes.add(Note(item.id, 2, "mona", NOON, "Look at quetzal three."))
        work.commit()
    return comment


def _erase(store: SqlStore, comment: StoredComment) -> None:
    with store.write() as work:
        work.comments.erase(comment.key, NOON + timedelta(days=1))
        work.commit()


def test_erasing_leaves_a_tombstone_and_no_text(store: SqlStore, site: Site) -> None:
    comment = _keep_one_with_everything(store)
    _erase(store, comment)
    with store.read() as work:
        tombstone = work.comments.get(site.id, comment.id)
        assert tombstone is not None
        assert tombstone.erased_at == NOON + timedelta(days=1)
        assert (tombstone.text, tombstone.ruling, tombstone.author) == ("", None, Author())
        assert work.comments.revisions(comment.key) == []
        assert work.comments.objections(comment.key) == []
        assert work.comments.count() == 0


def test_no_table_holds_a_word_of_what_was_erased(
    store: SqlStore, site: Site, database_url: str
) -> None:
    comment = _keep_one_with_everything(store)
    everywhere = {"comments", "comment_words", "revisions", "objections", "notes"}
    assert _tables_that_say("quetzal", database_url) == everywhere
    _erase(store, comment)
    assert _tables_that_say("quetzal", database_url) == set()


def _tables_that_say(word: str, url: str) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name
            for table in metadata.sorted_tables
            if any(word in repr(row) for row in connection.execute(select(table)))
        }
    engine.dispose()
    return found


def test_no_byte_of_the_file_holds_what_was_erased(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    with store.write() as work:
        work.sites.put(a_site())
        work.commit()
    comment = _keep_one_with_everything(store)
    store.dispose()
    assert b"quetzal" in _bytes_of(sqlite_url)
    _erase(store, comment)
    store.sweep()
    store.dispose()
    assert b"quetzal" not in _bytes_of(sqlite_url)


def _bytes_of(url: str) -> bytes:
    path = Path(url.removeprefix("sqlite:///"))
    return b"".join(file.read_bytes() for file in (path, *path.parent.glob(f"{path.name}-*")))


def test_what_is_erased_is_not_revised(store: SqlStore, site: Site) -> None:
    comment = _keep_one_with_everything(store)
    _erase(store, comment)
    with pytest.raises(Erased), store.write() as work:
        work.comments.revise(replace(comment, text="Back again.", revision=3), NOON)
    with store.read() as work:
        assert work.comments.revisions(comment.key) == []


def test_a_naive_time_is_refused(store: SqlStore, site: Site) -> None:
    naive = a_stored_comment(created_at=NOON.replace(tzinfo=None))
    with pytest.raises(Exception, match="aware"), store.write() as work:
        work.comments.add(naive)
