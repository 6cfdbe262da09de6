"""What every store promises of comments that a CMS asked about, over both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from moderation.comments import Site
from moderation.storage import SqlStore
from moderation.stored import SpamCheck, SpamTally
from tests.factories import NOON, a_site


def a_check(id: str, site_id: str = "daily", **fields: object) -> SpamCheck:
    return replace(SpamCheck(site_id, id, NOON, is_spam=False), **fields)  # type: ignore[arg-type]


def test_a_check_is_found_by_either_id(store: SqlStore, site: Site) -> None:
    check = a_check("a", theirs="7")
    with store.write() as work:
        work.spam_checks.put(check)
        work.commit()
    with store.read() as work:
        assert work.spam_checks.get(site.id, "a") == check
        assert work.spam_checks.by_theirs(site.id, "7") == check
        assert work.spam_checks.get(site.id, "7") is None
        assert work.spam_checks.by_theirs("weekly", "7") is None


def test_of_two_comments_to_which_a_cms_gave_one_id_the_later_counts(
    store: SqlStore, site: Site
) -> None:
    later = a_check("a", theirs="7", at=NOON + timedelta(hours=1))
    with store.write() as work:
        work.spam_checks.put(later)
        work.spam_checks.put(a_check("b", theirs="7"))
        assert work.spam_checks.by_theirs(site.id, "7") == later


def test_the_same_check_again_replaces_it(store: SqlStore, site: Site) -> None:
    again = a_check("a", is_spam=True, verdict="approve")
    with store.write() as work:
        work.spam_checks.put(a_check("a"))
        work.spam_checks.put(again)
        assert work.spam_checks.get(site.id, "a") == again


def test_checks_are_counted_by_answer_and_by_what_people_said(store: SqlStore, site: Site) -> None:
    day = timedelta(days=1)
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        work.spam_checks.put(a_check("elsewhere", "weekly"))
        work.spam_checks.put(a_check("a", is_spam=True, verdict="reject"))
        work.spam_checks.put(a_check("b", is_spam=True, verdict="approve"))
        work.spam_checks.put(a_check("c", verdict="reject", at=NOON + day))
        work.spam_checks.put(a_check("d", verdict="approve", at=NOON + day))
        work.spam_checks.put(a_check("e", at=NOON + 2 * day))
        assert work.spam_checks.tally(site.id) == SpamTally(2, 3, 1, 1)
        assert work.spam_checks.tally(site.id, NOON + day) == SpamTally(0, 3, 1, 0)
        assert work.spam_checks.tally(site.id, NOON, NOON + day) == SpamTally(2, 0, 0, 1)
        assert work.spam_checks.tally(site.id, NOON + 9 * day) == SpamTally()


def test_those_that_are_alike_are_found_the_latest_first(store: SqlStore, site: Site) -> None:
    minute = timedelta(minutes=1)
    with store.write() as work:
        work.sites.put(Site("weekly", "The Weekly"))
        for number in range(25):
            work.spam_checks.put(a_check(f"c{number:02}", alike="x", at=NOON + number * minute))
        work.spam_checks.put(a_check("other", alike="y", at=NOON + 30 * minute))
        work.spam_checks.put(a_check("not", alike="z"))
        work.spam_checks.put(a_check("elsewhere", "weekly", alike="x"))
        found = [one.id for one in work.spam_checks.by_alike(site.id, ["x", "y"])]
        assert found == ["other", *(f"c{number:02}" for number in range(24, 5, -1))]
        assert work.spam_checks.by_alike(site.id, ["nothing"]) == []


def test_the_first_blog_that_asked_is_home_unless_another_is_preferred(
    store: SqlStore, site: Site
) -> None:
    hour = timedelta(hours=1)
    with store.write() as work:
        assert work.spam_checks.home(site.id, "a.example") is None
        work.spam_checks.meet(site.id, "b.example", NOON)
        work.spam_checks.meet(site.id, "a.example", NOON + hour)
        work.spam_checks.meet(site.id, "b.example", NOON + 2 * hour)
        assert work.spam_checks.home(site.id, "c.example") == "b.example"
        assert work.spam_checks.home(site.id, "a.example") == "a.example"
