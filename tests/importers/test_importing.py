"""The import as a use case: what is stored, what is left alone, what is joined."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comments import Comment, NewComment, Reason, Site, Status, StoredComment
from moderation.errors import NotFound, StaleVersion
from moderation.importers import read
from moderation.labels import TEXT_LABELS
from moderation.records import CommentRecord, Record
from moderation.review_queue import ReviewItem, Verdict, fold
from moderation.storage import SqlStore
from moderation.stored import Objection, QueueFilter
from moderation.workflow import Services
from moderation.workflow.import_sites import default_site
from moderation.workflow.importing import Import, Tally, import_records
from moderation.workflow.intake import erase
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import give_verdict, undo_verdict
from moderation.workflow.thread_order import parents_first
from tests.factories import Clock, KeywordScorer, a_new_comment, a_user

WXR = Path(__file__).parents[1] / "fixtures" / "wxr"
SHARED = Path(os.environ.get("TEST_SHARED", Path(__file__).parents[3] / "shared"))


@pytest.fixture
def services(sqlite_store: SqlStore, scorer: KeywordScorer, clock: Clock) -> Services:
    return Services(sqlite_store, scorer, audit_rate=0.0, now=clock)


@pytest.fixture
def site(services: Services) -> Site:
    return default_site(services, "default")


def take_in(services: Services, site: Site, records: Iterable[Record], **how: bool) -> Tally:
    *_, tally = import_records(Import(services, site, b"key", **how), records)
    return tally


def take_in_file(services: Services, site: Site, path: Path, **how: bool) -> Tally:
    with path.open("rb", buffering=1 << 16) as file:
        return take_in(services, site, read(file), **how)


def stored(services: Services, site: Site, comment_id: str) -> StoredComment:
    with services.store.read() as work:
        found = work.comments.get(site.id, comment_id)
    assert found is not None
    return found


def reply(comment_id: str, parent_id: str | None = None, text: str = "Yes.") -> CommentRecord:
    return CommentRecord(NewComment(comment_id, text, parent_id=parent_id))


STATUS = {
    "0": Status.HELD,
    "1": Status.PUBLISHED,
    "spam": Status.REJECTED,
    "trash": Status.REJECTED,
}
"""What a source's word for a status is here."""


def sourced(text: str, word: str | None) -> CommentRecord:
    """Comment 1 with the status that its source has given it."""
    status = STATUS[word] if word else None
    return CommentRecord(NewComment("1", text, status=status, source_status=word))


def waiting_item(services: Services) -> ReviewItem:
    with services.store.read() as work:
        [item] = work.queue.waiting(QueueFilter(), 5).items
    return item


def test_every_comment_is_stored_with_its_place_and_its_scores(
    services: Services, site: Site
) -> None:
    tally = take_in_file(services, site, WXR / "ugly.xml")
    assert str(tally) == "read 13, stored 12, unchanged 0, skipped 1, orphans 0"
    held = stored(services, site, "503")
    assert (held.article_id, held.status, held.source_status) == ("50", Status.HELD, "0")
    assert held.ruling is not None
    assert all(held.ruling.scores[label] is not None for label in TEXT_LABELS)


def test_again_nothing_is_scored_and_nothing_written(
    services: Services, site: Site, scorer: KeywordScorer
) -> None:
    take_in_file(services, site, WXR / "ugly.xml")
    before, asked = stored(services, site, "503"), scorer.asked
    tally = take_in_file(services, site, WXR / "ugly.xml")
    assert str(tally) == "read 13, stored 0, unchanged 12, skipped 1, orphans 0"
    assert stored(services, site, "503") == before
    assert scorer.asked == asked


def test_a_reply_without_its_parent_is_kept_and_joined_when_the_parent_arrives(
    services: Services, site: Site
) -> None:
    tally = take_in_file(services, site, WXR / "orphan.xml")
    assert str(tally) == "read 3, stored 3, unchanged 0, skipped 0, orphans 1"
    orphan = stored(services, site, "402")
    assert orphan.is_orphan
    assert orphan.ruling is not None
    assert stored(services, site, "403").parent_key == orphan.key

    tally = take_in_file(services, site, WXR / "orphan-parent.xml")
    assert str(tally) == "read 1, stored 1, unchanged 0, skipped 0, orphans 0"
    assert stored(services, site, "402").parent_key == stored(services, site, "401").key

    tally = take_in_file(services, site, WXR / "orphan.xml")
    assert str(tally) == "read 3, stored 0, unchanged 3, skipped 0, orphans 0"


def test_replies_that_come_first_are_no_orphans_and_are_scored_with_their_parent(
    services: Services, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str | None] = {}
    scorer = services.scorers.current()
    assess = scorer.assess

    def watch(comments: list[Comment], **how: object) -> object:
        seen.update((comment.text, comment.parent) for comment in comments)
        return assess(comments, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(scorer, "assess", watch)
    tally = take_in_file(services, site, WXR / "replies-first.xml")
    assert str(tally) == "read 3, stored 3, unchanged 0, skipped 0, orphans 0"
    assert seen == {"First.": None, "Second.": "First.", "Third.": "Second."}


@pytest.mark.parametrize("name", ["ugly.xml", "orphan.xml", "replies-first.xml"])
def test_a_dry_run_counts_the_same_and_writes_nothing(
    services: Services, site: Site, name: str
) -> None:
    rehearsed = take_in_file(services, site, WXR / name, dry_run=True)
    with services.store.read() as work:
        assert work.comments.count() == 0
        assert work.articles.page(site.id) == []
    assert take_in_file(services, site, WXR / name) == rehearsed


def test_only_what_was_held_at_its_source_waits_for_a_moderator(
    services: Services, site: Site
) -> None:
    take_in_file(services, site, WXR / "ugly.xml")
    with services.store.read() as work:
        waiting = work.queue.waiting(QueueFilter(), 50).items
        assert [work.comments.by_key(item.comment_key) for item in waiting] == [
            stored_comment
            for stored_comment in work.comments.page(site.id)
            if stored_comment.status is Status.HELD
        ]
        assert work.outbox.pending(50) == []


def test_addresses_are_kept_as_hashes_alone(
    services: Services, site: Site, sqlite_url: str
) -> None:
    take_in_file(services, site, WXR / "ugly.xml")
    author = stored(services, site, "503").author
    assert author.email_hash
    assert author.email_hash != author.ip_hash
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    files = sorted(database.parent.glob(f"{database.name}*"))
    content = b"".join(file.read_bytes() for file in files)
    assert author.email_hash.encode() in content
    assert b"ida@example.org" not in content
    assert b"198.51.100.7" not in content


def test_a_changed_text_is_a_revision(services: Services, site: Site) -> None:
    take_in(services, site, [reply("1", text="Before.")])
    tally = take_in(services, site, [reply("1", text="After.")])
    assert (tally.stored, tally.unchanged) == (1, 0)
    assert (stored(services, site, "1").revision, stored(services, site, "1").text) == (2, "After.")


def test_a_text_of_which_nothing_shows_is_left_out(services: Services, site: Site) -> None:
    lines = io.BufferedReader(io.BytesIO('{"id": "1", "text": "\u200b \u202e"}'.encode()))  # type: ignore[arg-type]
    told: list[str] = []
    run = Import(services, site, b"key", on_skip=lambda place, problem: told.append(problem))
    *_, tally = import_records(run, read(lines))
    assert str(tally) == "read 1, stored 0, unchanged 0, skipped 1, orphans 0"
    assert told == ["it has no text"]


def test_an_id_that_comes_twice_ends_with_its_last_text(services: Services, site: Site) -> None:
    tally = take_in(services, site, [reply("1", text="Before."), reply("1", text="After.")])
    assert tally.stored == 2
    assert stored(services, site, "1").text == "After."


@pytest.mark.parametrize("again", ["Before.", "After."])
@pytest.mark.parametrize("status", ["1", "0", None])
@pytest.mark.parametrize("known", [None, "Before.", "Long before."])
def test_a_dry_run_counts_an_id_that_comes_twice_as_the_real_run_does(
    services: Services, site: Site, again: str, status: str | None, known: str | None
) -> None:
    if known is not None:
        take_in(services, site, [sourced(known, "1")])
    twice = [sourced("Before.", "1"), sourced(again, status), sourced(again, status)]
    rehearsed = take_in(services, site, twice, dry_run=True)
    assert take_in(services, site, twice) == rehearsed


@pytest.mark.parametrize("parents", [("9", None), (None, "9"), ("9", "2"), ("2", "9")])
def test_a_dry_run_counts_the_orphans_of_an_id_that_comes_twice_as_the_real_run_does(
    services: Services, site: Site, parents: tuple[str | None, str | None]
) -> None:
    first, second = parents
    records = [reply("2"), reply("1", first, "Before."), reply("1", second, "After.")]
    rehearsed = take_in(services, site, records, dry_run=True)
    assert take_in(services, site, records) == rehearsed


def test_a_reply_to_what_was_erased_is_no_orphan_in_a_dry_run_either(
    services: Services, site: Site
) -> None:
    take_in(services, site, [reply("1")])
    erase(services, site, "1")
    rehearsed = take_in(services, site, [reply("2", "1")], dry_run=True)
    assert rehearsed.orphans == 0
    assert take_in(services, site, [reply("2", "1")]) == rehearsed


# Each row: the rule in words; the status it came with; the one it comes with now; what waits.
_RESTATED = [
    ("what was held and is approved there waits no longer", "0", "1", False),
    ("nor does what was thrown away there", "0", "trash", False),
    ("what is held there now waits here", "1", "0", True),
    ("a rejection is taken over", "1", "spam", False),
    ("an approval as well", "spam", "1", False),
]


@pytest.mark.parametrize(
    ("words", "before", "after", "waits"), _RESTATED, ids=[row[0] for row in _RESTATED]
)
def test_a_status_that_changed_at_the_source_is_taken_over(
    services: Services, site: Site, words: str, before: str, after: str, waits: bool
) -> None:
    scorer = services.scorers.current()
    assert isinstance(scorer, KeywordScorer)
    take_in(services, site, [sourced("Yes.", before)])
    asked = scorer.asked
    for rehearsal in (True, False):
        tally = take_in(services, site, [sourced("Yes.", after)], dry_run=rehearsal)
        assert str(tally) == "read 1, stored 1, unchanged 0, skipped 0, orphans 0"
    found = stored(services, site, "1")
    assert (found.status, found.source_status, found.revision) == (STATUS[after], after, 1)
    assert scorer.asked == asked
    with services.store.read() as work:
        assert bool(work.queue.waiting(QueueFilter(), 5).items) is waits
        item = work.queue.item_of(found.key)
        assert item is None or item.status is found.status
        assert item is None or item == fold(work.queue.events(item.id))
    assert take_in(services, site, [sourced("Yes.", after)]).unchanged == 1


def test_a_status_may_change_at_the_source_again_and_again(services: Services, site: Site) -> None:
    for word in ("0", "1", "0", "spam", "0"):
        assert take_in(services, site, [sourced("Yes.", word)]).stored == 1
    with services.store.read() as work:
        [item] = work.queue.waiting(QueueFilter(), 5).items
    assert item.reasons == (Reason("rule", detail="held at its source"),)


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT, Verdict.ESCALATE])
def test_what_a_moderator_here_said_outweighs_the_source(
    services: Services, site: Site, verdict: Verdict
) -> None:
    take_in(services, site, [sourced("Yes.", "0")])
    item = waiting_item(services)
    give_verdict(services, a_user(), item.id, verdict, item.version)
    before = stored(services, site, "1")
    for word in ("1", "spam"):
        tally = take_in(services, site, [sourced("Yes.", word)])
        assert (tally.stored, tally.unchanged) == (0, 1)
    assert stored(services, site, "1") == before


def test_a_verdict_that_was_taken_back_outweighs_nothing(services: Services, site: Site) -> None:
    take_in(services, site, [sourced("Yes.", "0")])
    item = waiting_item(services)
    give_verdict(services, a_user(), item.id, Verdict.REJECT, item.version)
    undo_verdict(services, a_user(), item.id)
    assert take_in(services, site, [sourced("Yes.", "1")]).stored == 1
    assert stored(services, site, "1").status is Status.PUBLISHED
    with pytest.raises(StaleVersion):
        give_verdict(services, a_user(), item.id, Verdict.REJECT, item.version)


def test_a_report_still_waits_when_the_source_approves(services: Services, site: Site) -> None:
    take_in(services, site, [sourced("Yes.", "0")])
    object_to(services, site, "1", Objection("report", services.now()))
    take_in(services, site, [sourced("Yes.", "1")])
    assert waiting_item(services).reasons == (Reason("reported"),)


def test_a_verdict_given_while_the_file_is_read_outweighs_the_source(
    services: Services, site: Site, scorer: KeywordScorer
) -> None:
    take_in(services, site, [sourced("Yes.", "0")])
    item = waiting_item(services)
    scorer.meanwhile = lambda: give_verdict(
        services, a_user(), item.id, Verdict.REJECT, item.version
    )
    tally = take_in(services, site, [sourced("Yes.", "1"), reply("2")])
    assert (tally.stored, tally.unchanged) == (1, 1)
    assert stored(services, site, "1").status is Status.REJECTED


def test_what_was_erased_stays_erased(services: Services, site: Site) -> None:
    take_in(services, site, [reply("1", text="Forget me.")])
    erase(services, site, "1")
    tally = take_in(services, site, [reply("1", text="Forget me.")])
    assert str(tally) == "read 1, stored 0, unchanged 0, skipped 1, orphans 0"
    with services.store.read() as work:
        assert work.comments.count() == 0


def test_what_is_erased_while_it_is_scored_stays_erased_and_stops_nothing(
    services: Services, site: Site, scorer: KeywordScorer
) -> None:
    take_in(services, site, [reply("1", text="Forget me.")])
    scorer.meanwhile = lambda: erase(services, site, "1")
    tally = take_in(services, site, [reply("1", text="Remember me."), reply("2")])
    assert (tally.stored, tally.unchanged) == (1, 1)
    assert stored(services, site, "1").text == ""


def test_a_comment_under_an_article_that_the_file_leaves_out_is_kept(
    services: Services, site: Site
) -> None:
    record = CommentRecord(replace(a_new_comment("1"), article_id="77"))
    assert take_in(services, site, [record]).stored == 1
    assert stored(services, site, "1").article_id == "77"


def test_the_default_site_is_made_and_no_other(services: Services) -> None:
    assert default_site(services, "default") == default_site(services, "default")
    with pytest.raises(NotFound, match="sites add"):
        default_site(services, "nowhere")


edges = st.dictionaries(st.integers(0, 30), st.integers(0, 40), max_size=30)


@given(edges, st.randoms())
def test_whatever_the_order_parents_pass_first_and_nothing_is_lost(
    edges: dict[int, int], chance: object
) -> None:
    records = [reply(str(child), str(parent)) for child, parent in edges.items()]
    passed: list[str] = []
    for record in parents_first(records, lambda id_: id_ in ("40", *passed)):
        passed.append(record.comment.id)
    assert sorted(passed) == sorted(str(child) for child in edges)
    for place, comment_id in enumerate(passed):
        parent = own_parent = str(edges[int(comment_id)])
        chain = {comment_id}
        while parent in map(str, edges) and parent not in chain:
            chain.add(parent)
            parent = str(edges[int(parent)])
        in_a_circle = parent in chain
        if not in_a_circle and own_parent in passed:
            assert passed.index(own_parent) < place


@pytest.mark.skipif(not (SHARED / "wxr").is_dir(), reason=f"NO REAL EXPORT under {SHARED.name}/wxr")
def test_a_real_export_is_stored_whole(services: Services, site: Site) -> None:
    exports = sorted((SHARED / "wxr").glob("*.xml"))
    assert exports
    for path in exports:
        expected = path.read_text(encoding="utf-8").count("<wp:comment>")
        tally = take_in_file(services, site, path)
        assert (tally.read, tally.stored, tally.orphans) == (expected, expected, 0)
        again = take_in_file(services, site, path)
        assert (again.stored, again.unchanged) == (0, expected)
    with services.store.read() as work:
        kept = work.comments.page(site.id)
        assert kept
        for comment in kept:
            assert comment.article_id
            assert comment.ruling
            assert comment.source_status
            assert not comment.is_orphan
