"""Notes between moderators, and what is known of an author, over both databases."""

from __future__ import annotations

import pytest

from moderation.accounts import Role
from moderation.comments import Author, Site, Status
from moderation.errors import Erased, Forbidden, InvalidInput, NotFound
from moderation.review_queue import EventKind, ReviewItem, Verdict
from moderation.stored import Objection
from moderation.workflow import Services
from moderation.workflow.author_history import LISTED, LOOKED_AT
from moderation.workflow.case_file import open_case
from moderation.workflow.exporting import export
from moderation.workflow.intake import erase, submit
from moderation.workflow.notes import MAX_NOTE, add_note
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import claim_item, give_verdict, undo_verdict
from tests.factories import HARSH, MILD, Clock, a_new_comment, a_stored_comment, a_user

MONA, OMAR, LENA = a_user("mona"), a_user("omar"), a_user("lena", Role.LEAD)


@pytest.fixture
def item(services: Services, site: Site) -> ReviewItem:
    """A doubtful comment that waits."""
    with services.store.write() as work:
        for user in (MONA, OMAR, LENA):
            work.accounts.put_user(user)
        work.commit()
    return queued(services, site, "c1")


def queued(services: Services, site: Site, id: str, **fields: object) -> ReviewItem:
    item = submit(services, site, a_new_comment(id, f"A {MILD} {id}.", **fields)).item
    assert item is not None
    return item


def test_a_note_is_in_the_case_and_its_words_in_no_event(
    services: Services, item: ReviewItem
) -> None:
    note = add_note(services, OMAR, item.id, "  Second time\r\nthis week. ")
    assert note.text == "Second time\nthis week."
    case = open_case(services, item.id)
    assert case.notes == (note,)
    last = case.events[-1]
    assert (last.kind, last.actor, last.sequence) == (EventKind.NOTED, "omar", note.sequence)
    assert "Second" not in repr(case.events)


def test_the_same_note_sent_twice_is_kept_once(services: Services, item: ReviewItem) -> None:
    first = add_note(services, OMAR, item.id, "See his last.")
    assert add_note(services, OMAR, item.id, "See his last.\r\n") == first
    add_note(services, MONA, item.id, "See his last.")
    assert [note.author for note in open_case(services, item.id).notes] == ["omar", "mona"]


@pytest.mark.parametrize("text", ["", " \r\n ", "n" * (MAX_NOTE + 1)])
def test_a_note_without_words_or_with_too_many_is_refused(
    services: Services, item: ReviewItem, text: str
) -> None:
    with pytest.raises(InvalidInput):
        add_note(services, OMAR, item.id, text)


def test_the_longest_note_is_counted_in_code_points(services: Services, item: ReviewItem) -> None:
    text = "\U0001f9a2\n" * (MAX_NOTE // 2 - 1) + "ok"
    assert add_note(services, OMAR, item.id, text.replace("\n", "\r\n")).text == text


def test_a_note_takes_nothing_from_who_reviews(
    services: Services, item: ReviewItem, clock: Clock
) -> None:
    held = claim_item(services, MONA, item.id)
    add_note(services, OMAR, item.id, "Look at the link.")
    decided = give_verdict(services, MONA, item.id, Verdict.REJECT, held.version)
    add_note(services, OMAR, item.id, "Agreed.")
    assert undo_verdict(services, MONA, item.id).held_by(clock()) == "mona"
    assert decided.status is Status.REJECTED


def test_on_an_escalated_item_only_those_write_who_may_see_it(
    services: Services, item: ReviewItem
) -> None:
    give_verdict(services, MONA, item.id, Verdict.ESCALATE, item.version)
    with pytest.raises(Forbidden):
        add_note(services, OMAR, item.id, "What is it?")
    add_note(services, MONA, item.id, "I know him.")
    add_note(services, LENA, item.id, "Then I decide.")


def test_a_note_needs_an_item_that_is_there(
    services: Services, site: Site, item: ReviewItem
) -> None:
    with pytest.raises(NotFound):
        add_note(services, OMAR, "nothing", "Lost.")
    add_note(services, OMAR, item.id, "He lives in our street.")
    erase(services, site, "c1")
    with pytest.raises(Erased):
        add_note(services, OMAR, item.id, "Again.")
    with services.store.read() as work:
        assert work.notes.of_item(item.id) == []


def test_no_export_holds_a_note(services: Services, site: Site, item: ReviewItem) -> None:
    add_note(services, OMAR, item.id, "quetzal")
    assert "quetzal" not in repr(list(export(services.store, site.id, key=b"any")))
    with services.store.read() as work:
        assert "quetzal" not in repr(list(work.queue.verdicts()))
        assert "quetzal" not in repr(work.outbox.pending(100))


def test_an_authors_history_sums_up_what_moderators_and_readers_said(
    services: Services, site: Site, item: ReviewItem, clock: Clock
) -> None:
    author = {"author": Author("u1", "Otto")}
    began = clock.advance(minutes=1)
    named = queued(services, site, "a1", **author)
    clock.advance(minutes=1)
    unnamed = queued(services, site, "a2", **author)
    clock.advance(minutes=1)
    fine = queued(services, site, "a3", **author)
    clock.advance(hours=1)
    submit(services, site, a_new_comment("a4", f"You {HARSH}.", **author))
    give_verdict(services, MONA, named.id, Verdict.REJECT, 1, ("threat",))
    give_verdict(services, MONA, unnamed.id, Verdict.REJECT, 1)
    give_verdict(services, OMAR, fine.id, Verdict.APPROVE, 1)
    for by in ("u8", "u9"):
        object_to(services, site, "a3", Objection("report", clock(), by=by))
    history = open_case(services, fine.id).author
    assert history is not None
    assert (history.first_at, history.comments, history.looked_at) == (began, 4, 4)
    assert history.verdicts == {Verdict.REJECT: 2, Verdict.APPROVE: 1}
    assert history.rejected_as == {"threat": 1, "toxicity": 1, "insult": 1}
    assert history.standing == {Status.REJECTED: 3, Status.PUBLISHED: 1}
    assert history.reports == 2
    listed = [(other.id, past.item_id) for other, past in history.latest]
    assert listed == [("a4", None), ("a2", unnamed.id), ("a1", named.id)]


def test_whom_the_site_does_not_name_has_no_history(services: Services, item: ReviewItem) -> None:
    assert open_case(services, item.id).author is None


def test_of_a_busy_author_the_latest_comments_are_summed_up(
    services: Services, site: Site, item: ReviewItem, clock: Clock
) -> None:
    author = Author("u1", "Otto")
    with services.store.write() as work:
        for number in range(LOOKED_AT + 2):
            comment = a_stored_comment(
                f"o{number}", author=author, created_at=clock(), status=Status.PUBLISHED
            )
            work.comments.add(comment)
            clock.advance(minutes=1)
        work.commit()
    history = open_case(services, queued(services, site, "a1", author=author).id).author
    assert history is not None
    assert (history.comments, history.looked_at) == (LOOKED_AT + 3, LOOKED_AT)
    assert history.standing == {Status.PUBLISHED: LOOKED_AT - 1, Status.HELD: 1}
    assert len(history.latest) == LISTED
