"""What every store promises of what sites tell of their moderators' decisions, over both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.comments import Site
from moderation.storage import SqlStore
from moderation.stored import Suggestion
from tests.factories import NOON, a_stored_comment


def a_suggestion(id: str, site: Site, minute: int = 0, **fields: object) -> Suggestion:
    at = NOON + timedelta(minutes=minute)
    made = Suggestion(id, site.id, "perspective", at, "A silly goose.", {"insult": 1.0}, "reject")
    return replace(made, **fields)  # type: ignore[arg-type]


def test_suggestions_come_back_oldest_first(store: SqlStore, site: Site) -> None:
    later = a_suggestion("a", site, 2, told={"clientToken": "comment:7"})
    first = a_suggestion("b", site, 1, labels={}, verdict="")
    with store.write() as work:
        assert work.suggestions.put(later)
        assert work.suggestions.put(first)
        work.commit()
    with store.read() as work:
        assert list(work.suggestions.all()) == [first, later]
        assert list(work.suggestions.all(site.id)) == [first, later]
        assert list(work.suggestions.all("another")) == []


@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_page_by_page_they_come_in_the_same_order_and_none_twice(
    store: SqlStore, site: Site, most: int
) -> None:
    minutes = {"d": 1, "a": 2, "c": 2, "b": 2, "e": 3}
    with store.write() as work:
        for id_, minute in minutes.items():
            work.suggestions.put(a_suggestion(id_, site, minute))
        work.commit()
    found: list[Suggestion] = []
    with store.read() as work:
        while some := work.suggestions.page(site.id, found[-1] if found else None, most):
            assert len(some) <= most
            found += some
        assert [one.id for one in found] == ["d", "a", "b", "c", "e"]
        assert found == list(work.suggestions.all(site.id))
        assert work.suggestions.page("another", None, most) == []


def test_what_is_told_again_replaces_what_was_told(store: SqlStore, site: Site) -> None:
    told, again = a_suggestion("a", site), a_suggestion("a", site, 5, verdict="approve")
    with store.write() as work:
        assert work.suggestions.put(told)
        assert not work.suggestions.put(again)
        assert list(work.suggestions.all()) == [again]


def test_erasing_a_comment_erases_what_was_told_of_it(store: SqlStore, site: Site) -> None:
    comment = a_stored_comment(site_id=site.id)
    kept = a_suggestion("b", site)
    with store.write() as work:
        work.comments.add(comment)
        work.suggestions.put(a_suggestion("a", site, comment_key=comment.key))
        work.suggestions.put(kept)
        work.comments.erase(comment.key, NOON)
        assert list(work.suggestions.all()) == [kept]


def test_what_was_told_of_an_id_is_erased_by_it(store: SqlStore, site: Site) -> None:
    kept = a_suggestion("b", site, comment_id="c2")
    with store.write() as work:
        work.suggestions.put(a_suggestion("a", site, comment_id="c1"))
        work.suggestions.put(kept)
        assert work.suggestions.erase("another", "c1") == 0
        assert work.suggestions.erase(site.id, "c1") == 1
        assert list(work.suggestions.all()) == [kept]


def test_only_what_is_old_and_of_no_stored_comment_is_forgotten(
    store: SqlStore, site: Site
) -> None:
    comment = a_stored_comment(site_id=site.id)
    with store.write() as work:
        work.comments.add(comment)
        work.suggestions.put(a_suggestion("a", site, comment_key=comment.key))
        work.suggestions.put(a_suggestion("b", site))
        work.suggestions.put(a_suggestion("c", site, 1))
        work.suggestions.forget(site.id, NOON + timedelta(minutes=1))
        assert [one.id for one in work.suggestions.all()] == ["a", "c"]
