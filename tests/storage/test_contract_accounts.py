"""What every store promises of users, keys and the outbox, over both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.accounts import Key, KeyKind, Role
from moderation.comments import Site
from moderation.credentials import new_secret
from moderation.errors import Conflict
from moderation.storage import SqlStore, open_store
from moderation.stored import OutboxMessage
from tests.factories import NOON, a_site, a_user


def _message(id: str, **fields: object) -> OutboxMessage:
    values = {"site_id": "daily", "type": "verdict.given", "payload": {"comment_id": "c1"}}
    return OutboxMessage(id=id, created_at=NOON, **values | fields)  # type: ignore[arg-type]


def test_a_user_is_found_by_id_and_by_login(store: SqlStore) -> None:
    mona, lena = a_user("mona"), a_user("lena", Role.LEAD)
    with store.write() as work:
        work.accounts.put_user(mona)
        work.accounts.put_user(lena)
        work.commit()
    with store.read() as work:
        assert work.accounts.user("mona") == mona
        assert work.accounts.user_by_login("lena@example.org") == lena
        assert work.accounts.user("nobody") is None
        assert work.accounts.user_by_login("nobody") is None
        assert work.accounts.users() == [lena, mona]


def test_a_user_who_is_put_again_is_replaced(store: SqlStore) -> None:
    changed = replace(a_user(), active=False, session_epoch=3, role=Role.SCIENTIST)
    with store.write() as work:
        work.accounts.put_user(a_user())
        work.accounts.put_user(changed)
        work.commit()
    with store.read() as work:
        assert work.accounts.users() == [changed]


def test_a_login_belongs_to_one_user(store: SqlStore) -> None:
    with store.write() as work:
        work.accounts.put_user(a_user("mona"))
        work.commit()
    with pytest.raises(Conflict), store.write() as work:
        work.accounts.put_user(replace(a_user("lena"), login="mona@example.org"))


def test_a_login_belongs_to_one_user_in_every_spelling(store: SqlStore) -> None:
    with store.write() as work:
        work.accounts.put_user(a_user("mona"))
        work.accounts.put_user(replace(a_user("mona"), login="Mona@Example.org"))
        work.commit()
    with pytest.raises(Conflict) as refused, store.write() as work:
        work.accounts.put_user(replace(a_user("lena"), login="MONA@example.org"))
    assert refused.value.details["field"] == "login"


def test_a_key_is_found_by_its_digest_and_listed_by_its_site(store: SqlStore, site: Site) -> None:
    of_site = Key("k1", KeyKind.SITE, "d" * 64, "CMS", NOON, site_id=site.id)
    of_user = Key("k2", KeyKind.PERSONAL, "e" * 64, "laptop", NOON, user_id="mona")
    revoked = replace(of_site, revoked_at=NOON + timedelta(days=1), expires_at=NOON)
    with store.write() as work:
        work.accounts.put_user(a_user())
        work.accounts.put_key(of_site)
        work.accounts.put_key(of_user)
        work.accounts.put_key(revoked)
        work.commit()
    with store.read() as work:
        assert work.accounts.key_by_digest("d" * 64) == revoked
        assert work.accounts.key_by_digest("0" * 64) is None
        assert work.accounts.keys(site.id) == [revoked]
        assert work.accounts.keys() == [revoked, of_user]


def test_two_keys_never_share_a_secret(store: SqlStore, site: Site) -> None:
    key = Key("k1", KeyKind.SITE, "d" * 64, "CMS", NOON, site_id=site.id)
    with store.write() as work:
        work.accounts.put_key(key)
        work.commit()
    with pytest.raises(Conflict), store.write() as work:
        work.accounts.put_key(replace(key, id="k2"))


def test_messages_leave_in_the_order_they_were_written(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        for id in ("b", "c", "a"):
            work.outbox.add(_message(id, payload={"labels": ["insult"], "version": 3}))
        work.commit()
    with store.write() as work:
        assert [found.id for found in work.outbox.pending(2)] == ["b", "c"]
        work.outbox.mark_sent("b", NOON)
        work.commit()
    with store.read() as work:
        pending = work.outbox.pending(10)
    assert [found.id for found in pending] == ["c", "a"]
    assert pending[0].payload == {"labels": ["insult"], "version": 3}


def test_only_what_has_not_left_can_be_withdrawn(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        work.outbox.add(_message("sent", item_id="i1", sequence=3))
        work.outbox.add(_message("unsent", item_id="i1", sequence=5))
        work.outbox.mark_sent("sent", NOON)
        work.commit()
    with store.write() as work:
        assert not work.outbox.withdraw("i1", 3)
        assert not work.outbox.withdraw("i2", 5)
        assert work.outbox.withdraw("i1", 5)
        assert not work.outbox.withdraw("i1", 5)
        assert work.outbox.pending(10) == []


def test_two_senders_never_hold_the_same_message(postgres_url: str) -> None:
    store = open_store(postgres_url)
    with store.write() as work:
        work.sites.put(a_site())
        work.outbox.add(_message("a"))
        work.outbox.add(_message("b"))
        work.commit()
    with store.write() as one, store.write() as other:
        assert [found.id for found in one.outbox.pending(1)] == ["a"]
        assert [found.id for found in other.outbox.pending(5)] == ["b"]
    store.dispose()


def test_signing_keys_are_those_that_can_sign_and_were_not_revoked(
    store: SqlStore, site: Site
) -> None:
    made = [new_secret(KeyKind.CORAL, site_id=site.id)[1] for _ in range(3)]
    made[1] = replace(made[1], secret=None)
    made[2] = replace(made[2], revoked_at=NOON)
    with store.write() as work:
        for key in (*made, new_secret(KeyKind.SITE, site_id=site.id)[1]):
            work.accounts.put_key(key)
        work.commit()
    with store.read() as work:
        assert work.accounts.signing_keys(KeyKind.CORAL) == [made[0]]
