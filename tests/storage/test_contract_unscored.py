"""What every store promises of texts that wait to be scored, over both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from moderation.comments import Site, StoredComment
from moderation.storage import SqlStore
from moderation.stores import UnitOfWork
from moderation.unscored import Unscored
from tests.factories import NOON, a_ruling, a_stored_comment

_UNTIL = NOON + timedelta(seconds=20)


def _wait(work: UnitOfWork, id: str, seconds: float = 0, **fields: object) -> StoredComment:
    comment = a_stored_comment(id, ruling=None)
    work.comments.add(comment)
    due = NOON + timedelta(seconds=seconds)
    waiting = Unscored(comment.key, 1, since=NOON, due_at=due)
    work.unscored.put(replace(waiting, **fields))  # type: ignore[arg-type]
    return comment


def _claim(work: UnitOfWork, seconds: float = 0, model: str = "m1", limit: int = 5) -> list[str]:
    now = NOON + timedelta(seconds=seconds)
    taken = work.unscored.claim(now, now + timedelta(seconds=20), model, limit)
    return [one.comment_key for one in taken]


def test_a_comment_is_kept_without_a_ruling_and_gets_it_once(store: SqlStore, site: Site) -> None:
    ruling = a_ruling(language="pl")
    with store.write() as work:
        comment = _wait(work, "c1")
        stored = work.comments.by_key(comment.key)
        assert stored == comment
        assert stored.is_unscored
        work.comments.rule(comment.key, 1, ruling)
        work.comments.rule(comment.key, 1, a_ruling(language="de"))
        assert work.comments.by_key(comment.key) == replace(comment, ruling=ruling)
        assert [one.ruling for one in work.comments.revisions(comment.key)] == [ruling]


def test_what_is_due_is_lent_once_the_longest_waiting_first(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        last, first, later = (_wait(work, f"c{n}", n) for n in (-1, -2, 1))
        assert _claim(work, limit=1) == [first.key]
        assert _claim(work) == [last.key]
        assert _claim(work) == []
        assert _claim(work, 1) == [later.key]
        assert work.unscored.count() == 3


def test_a_lease_that_ends_gives_it_to_the_next(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        comment = _wait(work, "c1")
        (lent,) = work.unscored.claim(NOON, _UNTIL, "m1", 5)
        assert lent == Unscored(comment.key, 1, NOON, _UNTIL, is_lent=True, models=("m1",))
        assert _claim(work, 19) == []
        assert _claim(work, 19, model="m2") == []
        (again,) = work.unscored.claim(_UNTIL, _UNTIL, "m1", 5)
        assert again == replace(lent, lost=1)


def test_only_a_lease_that_ends_without_a_word_counts_as_lost(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        _wait(work, "c1")
        for tries in range(3):
            (lent,) = work.unscored.claim(NOON, _UNTIL, "m1", 5)
            assert (lent.tries, lent.lost) == (tries, 0)
            work.unscored.put_back(replace(lent, due_at=NOON, tries=tries + 1))


def test_what_was_tried_before_is_lent_alone(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        tried = _wait(work, "c1", -3, tries=1, models=("m1",))
        fresh = [_wait(work, f"c{number}", -2 + number / 10) for number in range(2, 4)]
        again = _wait(work, "c8", -1, tries=4, models=("m1",))
        lost = _wait(work, "c9", -0.5, is_lent=True, models=("m1",))
        assert _claim(work) == [tried.key]
        assert _claim(work) == [comment.key for comment in fresh]
        assert _claim(work) == [again.key]
        assert _claim(work) == [lost.key]


def test_what_is_not_due_is_lent_to_a_version_that_never_had_it(
    store: SqlStore, site: Site
) -> None:
    with store.write() as work:
        tried = _wait(work, "c1", 60, tries=8, lost=3, models=("m_1", "m2"))
        untried = _wait(work, "c2", 60)
        assert _claim(work, model="m_1") == []
        (lent,) = work.unscored.claim(NOON, _UNTIL, "m_", 5)
        assert (lent.comment_key, lent.tries, lent.lost) == (tried.key, 0, 0)
        assert lent.models == ("m_1", "m2", "m_")
        assert _claim(work, 60) == [tried.key]
        assert _claim(work, 60, model="mx1") == [untried.key]


def test_versions_that_take_turns_do_not_begin_anew_each_time(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        _wait(work, "c1")
        counted = []
        for turn in range(6):
            (lent,) = work.unscored.claim(NOON, _UNTIL, f"m{turn % 2}", 5)
            counted.append(lent.tries)
            work.unscored.put_back(replace(lent, due_at=NOON, tries=lent.tries + 1))
    assert counted == [0, 0, 1, 2, 3, 4]


def test_another_text_takes_the_place_and_is_not_put_back_by_the_first(
    store: SqlStore, site: Site
) -> None:
    with store.write() as work:
        comment = _wait(work, "c1")
        (lent,) = work.unscored.claim(NOON, _UNTIL, "m1", 5)
        newer = Unscored(comment.key, 2, NOON, NOON)
        work.unscored.put(newer)
        work.unscored.put_back(replace(lent, due_at=_UNTIL))
        assert not work.unscored.drop(comment.key, 1)
        assert _claim(work) == [comment.key]
        assert work.unscored.drop(comment.key, 2)
        assert work.unscored.count() == 0


def test_an_erased_comment_waits_for_nothing(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        comment = _wait(work, "c1")
        work.comments.erase(comment.key, NOON)
        assert work.unscored.count() == 0
        erased = work.comments.by_key(comment.key)
        assert erased is not None
        assert not erased.is_unscored


def test_two_who_ask_at_once_get_different_ones(server_store: SqlStore) -> None:
    with server_store.write() as work:
        keys = {_wait(work, f"c{number}").key for number in range(2)}
        work.commit()
    with server_store.write() as one, server_store.write() as other:
        taken = [*_claim(one, limit=1), *_claim(other, limit=1)]
        assert set(taken) == keys
