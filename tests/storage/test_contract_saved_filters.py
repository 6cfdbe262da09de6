"""What every store promises of the filters that people keep."""

from __future__ import annotations

from dataclasses import replace

from moderation.storage import SqlStore
from moderation.stored import QueueFilter, QueueOrder, SavedFilter
from tests.factories import NOON, a_user

_WANTED = QueueFilter("daily", "reported", "insult", "de", True, order=QueueOrder.SEVEREST)


def _saved(name: str, user: str = "mona", id: str | None = None) -> SavedFilter:
    return SavedFilter(id or f"{user}-{name}", user, name, _WANTED, NOON)


def test_a_filter_comes_back_to_whose_it_is_by_name(store: SqlStore) -> None:
    kept = [_saved("worst"), _saved("German"), _saved("worst", "bo")]
    with store.write() as work:
        for user in ("mona", "bo"):
            work.accounts.put_user(a_user(user))
        for one in kept:
            work.saved_filters.put(one)
        work.commit()
    with store.read() as work:
        found = work.saved_filters.of("mona")
        assert sorted(one.name for one in found) == ["German", "worst"]
        assert all(one.wanted == _WANTED and one.created_at == NOON for one in found)
        assert work.saved_filters.of("bo") == [kept[2]]
        assert work.saved_filters.of("nobody") == []


def test_the_same_name_again_replaces_it_and_only_its_owner_removes_it(store: SqlStore) -> None:
    other = replace(_saved("worst", id="second"), wanted=QueueFilter(label="threat"))
    with store.write() as work:
        work.accounts.put_user(a_user("mona"))
        work.saved_filters.put(_saved("worst"))
        work.saved_filters.put(other)
        work.commit()
    with store.write() as work:
        assert work.saved_filters.of("mona") == [other]
        assert not work.saved_filters.remove("bo", "second")
        assert work.saved_filters.remove("mona", "second")
        assert not work.saved_filters.remove("mona", "second")
        assert work.saved_filters.of("mona") == []
        work.commit()
