"""A real WordPress asks this service in place of Akismet: what it does with the answers, and what
it does while there are none.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.accounts import KeyKind
from moderation.comments import Status, StoredComment
from moderation.credentials import new_secret
from moderation.storage import SqlStore, open_store
from tests.drills.service import Service
from tests.drills.wordpress import WordPress, missing
from tests.factories import a_site

CIVIL = "Thank you, that's a clear map of the footpath."
HARSH = "You're a stupid idiot and nobody wants you here."


@pytest.fixture
def key(sqlite_url: str) -> str:
    """An Akismet key of the daily site."""
    secret, key = new_secret(KeyKind.AKISMET, site_id=a_site().id)
    store = open_store(sqlite_url)
    with store.write() as work:
        work.sites.put(a_site())
        work.accounts.put_key(key)
        work.commit()
    store.dispose()
    return secret


@pytest.fixture
def service(tmp_path: Path, sqlite_url: str, key: str) -> Iterator[Service]:
    """The service as it is deployed, listening."""
    made = Service(tmp_path, sqlite_url, 300.0, {"MODERATION_AUDIT_RATE": "0"})
    made.start()
    yield made
    made.stop()


@pytest.fixture
def wordpress(service: Service) -> Iterator[WordPress]:
    """WordPress, installed and signed in to, that sends Akismet's calls to the service."""
    if problem := missing():
        pytest.skip(problem)
    with tempfile.TemporaryDirectory(prefix="wp-", dir="/tmp") as folder:
        made = WordPress(Path(folder), f"http://127.0.0.1:{service.port}")
        try:
            made.start()
            made.install()
            yield made
        finally:
            made.stop()


def kept(store: SqlStore) -> dict[str, StoredComment]:
    with store.read() as work:
        return {one.text: one for one in work.comments.latest("daily", 100)}


@pytest.mark.drill
def test_wordpress_takes_this_service_for_akismet(
    wordpress: WordPress, service: Service, key: str, sqlite_store: SqlStore
) -> None:
    wordpress.activate_akismet()
    wordpress.save_key("0123456789ab")
    assert wordpress.option("wordpress_api_key") == ""  # nobody's key
    page = wordpress.save_key(key)
    assert wordpress.option("wordpress_api_key") == key, page

    # Out of the box WordPress holds the first comment of everybody; afterwards it does not.
    waiting = wordpress.comment(CIVIL)
    assert wordpress.status(waiting) == "0"
    for name in ("comment_moderation", "comment_previously_approved"):
        wordpress.set_option(name, "0")
    published = wordpress.comment("Where's the new path?", "Ben")
    assert wordpress.status(published) == "1"
    caught = wordpress.comment(HARSH, "Carl", published)
    assert wordpress.status(caught) == "spam"
    assert "akismet_error" not in wordpress.meta(caught)

    ours = kept(sqlite_store)
    assert set(ours) == {CIVIL, "Where's the new path?", HARSH}
    assert ours[HARSH].status is Status.HELD
    assert ours[HARSH].parent_key == ours["Where's the new path?"].key
    assert {one.article_id for one in ours.values()} == {"1"}

    wordpress.not_spam(caught)
    assert wordpress.status(caught) == "0"  # for a person to publish
    with sqlite_store.read() as work:
        [told] = work.suggestions.all("daily")
    assert (told.verdict, told.text, told.comment_key) == ("approve", HARSH, ours[HARSH].key)
    assert told.told["comment_ID"] == str(caught)

    assert wordpress.ask("comment-check")[:2] == ["401", "invalid"]
    service.stop()
    # Akismet from 5.5 on holds only what has a guid.
    status, body, guid = wordpress.ask("comment-check")
    assert (status, body, bool(guid)) == ("503", "unavailable", True)
    assert not any(wordpress.ask("verify-key"))
    harsh = wordpress.comment(f"{HARSH} Go away.", "Dan")
    civil = wordpress.comment("It's behind the mill.", "Eve")
    for comment in (harsh, civil):
        assert wordpress.status(comment) == "0"
        assert "akismet_error" in wordpress.meta(comment)
    service.start()
    wordpress.recheck()
    assert (wordpress.status(harsh), wordpress.status(civil)) == ("spam", "1")
    assert len(kept(sqlite_store)) == 5
