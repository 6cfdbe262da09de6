"""What every store promises of an author's history and of notes, over both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.comments import Author, Reason, Site, Status, StoredArticle, StoredComment
from moderation.review_queue import Event, EventKind, ReviewItem, Stage, apply
from moderation.storage import SqlStore
from moderation.stored import Note, PastComment
from moderation.workflow.queueing import open_item
from tests.factories import NOON, a_site, a_stored_comment

GANDER = Author("u7", "Gander", "e" * 64)


def at(minutes: int) -> dict[str, object]:
    return {"created_at": NOON + timedelta(minutes=minutes)}


def keep(store: SqlStore, *comments: StoredComment) -> None:
    with store.write() as work:
        for comment in comments:
            work.comments.add(comment)
        work.commit()


def queue(store: SqlStore, comment: StoredComment) -> ReviewItem:
    event = open_item(comment, (Reason("reported"),), NOON)
    item = apply(None, event)
    with store.write() as work:
        work.queue.append(item, event)
        work.commit()
    return item


def note(store: SqlStore, item: ReviewItem, text: str, author: str = "mona") -> ReviewItem:
    event = Event(item.id, item.sequence + 1, EventKind.NOTED, NOON, author)
    changed = apply(item, event)
    with store.write() as work:
        work.queue.append(changed, event)
        work.notes.add(Note(item.id, event.sequence, author, NOON, text))
        work.commit()
    return changed


def test_an_authors_comments_are_told_latest_first_and_of_one_site(
    store: SqlStore, site: Site
) -> None:
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        work.commit()
    old = a_stored_comment("old", author=GANDER, status=Status.REJECTED, **at(-50))
    new = a_stored_comment("new", author=GANDER, status=Status.PUBLISHED, **at(5))
    middle = a_stored_comment("middle", author=Author("u7"), status=Status.REJECTED)
    others = (
        a_stored_comment("theirs", author=Author("u8", "Gander")),
        a_stored_comment("elsewhere", site_id="weekly", author=GANDER),
        a_stored_comment("nobody", author=Author()),
    )
    keep(store, middle, old, new, *others)
    item = queue(store, old)
    with store.read() as work:
        assert work.authors.latest(site.id, GANDER, 10) == [new, middle, old]
        assert work.authors.latest(site.id, GANDER, 1) == [new]
        assert work.authors.first_at(site.id, GANDER) == old.created_at
        assert work.authors.count(site.id, GANDER, 10) == 3
        assert work.authors.count(site.id, GANDER, 2) == 2
        record = work.authors.record(site.id, GANDER, 10)
        assert [past.key for past in record] == [new.key, middle.key, old.key]
        assert record[:2] == [
            PastComment(new.key, Status.PUBLISHED),
            PastComment(middle.key, Status.REJECTED),
        ]
        assert record[2] == PastComment(
            old.key, Status.REJECTED, item.id, Stage.OPEN, None, item.reasons, 1
        )
        assert work.authors.record(site.id, GANDER, 1) == record[:1]


def test_without_an_id_an_author_is_known_by_the_hash_of_their_mail(
    store: SqlStore, site: Site
) -> None:
    guest, member = Author(None, "Goose", "e" * 64), GANDER
    keep(store, a_stored_comment("c1", author=guest), a_stored_comment("c2", author=member))
    with store.read() as work:
        assert len(work.authors.latest(site.id, guest, 10)) == 2
        assert [one.id for one in work.authors.latest(site.id, member, 10)] == ["c2"]


@pytest.mark.parametrize("author", [Author(None, "Goose"), Author("x" * 3_000, "Goose")])
def test_who_cannot_be_known_again_has_no_history(
    store: SqlStore, site: Site, author: Author
) -> None:
    keep(store, a_stored_comment(author=author))
    with store.read() as work:
        assert work.authors.latest(site.id, author, 10) == []
        assert work.authors.first_at(site.id, author) is None
        assert work.authors.count(site.id, author, 10) == 0
        assert work.authors.record(site.id, author, 10) == []


def test_what_was_erased_is_in_no_history(store: SqlStore, site: Site) -> None:
    comment = a_stored_comment(author=GANDER)
    keep(store, comment)
    queue(store, comment)
    with store.write() as work:
        work.comments.erase(comment.key, NOON)
        work.commit()
    with store.read() as work:
        assert work.authors.latest(site.id, GANDER, 10) == []
        assert work.authors.record(site.id, GANDER, 10) == []


def test_siblings_are_those_nearest_in_time_that_answer_the_same(
    store: SqlStore, site: Site
) -> None:
    with store.write() as work:
        for name in ("geese", "swans"):
            work.articles.put(StoredArticle(site.id, name, name.title(), ""), NOON)
        work.commit()
    tops = {
        name: a_stored_comment(name, article_id="geese", **at(minutes))
        for name, minutes in (("first", 0), ("second", 10), ("third", 11), ("last", 60))
    }
    below = {"parent_id": "first", "parent_key": tops["first"].key, "article_id": "geese"}
    answers = [a_stored_comment(f"a{minute}", **below, **at(minute)) for minute in range(20, 25)]
    alone = a_stored_comment("alone", article_id="swans", **at(10))
    orphan = a_stored_comment("orphan", parent_id="elsewhere", article_id="geese", **at(10))
    keep(store, *tops.values(), *answers, alone, orphan, a_stored_comment("bare"))
    with store.write() as work:
        work.comments.erase(answers[1].key, NOON)
        work.commit()

    def beside(comment: StoredComment, limit: int = 10) -> list[str]:
        with store.read() as work:
            return [other.id for other in work.comments.siblings(comment, limit)]

    assert beside(tops["second"]) == ["first", "third", "last"]
    assert beside(tops["second"], 2) == ["first", "third"]
    assert beside(tops["last"], 1) == ["third"]
    assert beside(answers[0]) == ["a22", "a23", "a24"]
    assert beside(answers[3], 2) == ["a22", "a24"]
    assert beside(alone) == beside(orphan) == []


def test_notes_come_back_in_their_order_with_who_wrote_them_and_when(
    store: SqlStore, site: Site
) -> None:
    first, second = a_stored_comment(), a_stored_comment()
    keep(store, first, second)
    item, other = queue(store, first), queue(store, second)
    item = note(store, note(store, item, "Known troll?"), "No, see his last.", "bo")
    note(store, other, "Elsewhere.")
    with store.read() as work:
        assert work.notes.of_item(item.id) == [
            Note(item.id, 2, "mona", NOON, "Known troll?"),
            Note(item.id, 3, "bo", NOON, "No, see his last."),
        ]
        assert work.queue.item(item.id) == item
        assert [event.kind for event in work.queue.events(item.id)][1:] == [EventKind.NOTED] * 2
        assert work.notes.of_item("nothing") == []


def test_erasing_removes_the_notes_on_that_comment_alone(store: SqlStore, site: Site) -> None:
    first, second = a_stored_comment(), a_stored_comment()
    keep(store, first, second)
    item, other = queue(store, first), queue(store, second)
    note(store, item, "He wrote this before.")
    note(store, other, "Fine.")
    with store.write() as work:
        work.comments.erase(first.key, NOON)
        work.commit()
    with store.read() as work:
        assert work.notes.of_item(item.id) == []
        assert len(work.notes.of_item(other.id)) == 1
