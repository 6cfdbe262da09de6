"""The review pages as moderators meet them: a real Chromium against a real server."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from moderation.labels import Label
from moderation.review_queue import Verdict
from moderation.scoring.scorer import EncoderShare, Span
from moderation.stored import QueueFilter
from moderation.workflow.intake import read
from moderation.workflow.reviewing import claim_next, give_verdict
from tests.review.conftest import PASSWORD, Desk, Visitor

pytestmark = pytest.mark.browser


def status_of(desk: Desk, id: str) -> str:
    return read(desk.services, desk.site, id)[0].status.value


def subject(page: Page) -> str:
    return page.locator(".subject .words").inner_text()


def test_one_signs_in_and_arrives_where_one_wanted_to_be(
    running_desk: Desk, visit: Visitor
) -> None:
    item = running_desk.queued("c1")
    page = visit.stranger()
    page.goto(f"/review/{item.id}")
    page.get_by_label("Login").fill("mona@example.org")
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Login and password do not fit together.")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/review/{item.id}")
    expect(page.get_by_text("Mona", exact=True)).to_be_visible()


def test_keys_decide_and_lead_to_the_next_comment(running_desk: Desk, visit: Visitor) -> None:
    for number in (1, 2, 3):
        running_desk.queued(f"c{number}", f"A silly idea, number {number}.")
    page = visit("mona")
    expect(page.locator(".subject .words")).to_contain_text("number 1")
    page.keyboard.press("a")
    expect(page.locator(".banner", has_text="Approved.")).to_be_visible()
    expect(page.locator(".subject .words")).to_contain_text("number 2")
    page.keyboard.press("r")
    expect(page.locator(".banner", has_text="Rejected.")).to_be_visible()
    expect(page.locator(".subject .words")).to_contain_text("number 3")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    standing = [status_of(running_desk, f"c{number}") for number in (1, 2, 3)]
    assert standing == ["published", "rejected", "held"]


def test_a_key_held_down_decides_once(running_desk: Desk, visit: Visitor) -> None:
    for number in (1, 2, 3):
        running_desk.queued(f"c{number}", f"A silly idea, number {number}.")
    page = visit("mona")
    page.keyboard.down("a")
    expect(page.locator(".subject .words")).to_contain_text("number 2")
    page.keyboard.down("a")
    page.keyboard.up("a")
    page.keyboard.press("s")
    expect(page.locator(".subject .words")).to_contain_text("number 3")
    assert [status_of(running_desk, f"c{n}") for n in (1, 2, 3)] == ["published", "held", "held"]


def test_undo_brings_the_comment_back(running_desk: Desk, visit: Visitor) -> None:
    running_desk.queued("c1", "A silly idea.")
    running_desk.queued("c2", "Another silly idea.")
    page = visit("mona")
    page.keyboard.press("r")
    expect(page.locator(".subject .words")).to_contain_text("Another")
    assert status_of(running_desk, "c1") == "rejected"
    page.keyboard.press("z")
    expect(page.locator(".subject .words")).to_contain_text("A silly idea.")
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    assert status_of(running_desk, "c1") == "held"
    # What was on screen comes next.
    page.keyboard.press("a")
    expect(page.locator(".subject .words")).to_contain_text("Another")


def test_two_moderators_never_see_the_same_comment(running_desk: Desk, visit: Visitor) -> None:
    running_desk.queued("c1", "The first silly idea.")
    running_desk.queued("c2", "The second silly idea.")
    monas, bos = visit("mona"), visit("bo")
    assert {subject(monas), subject(bos)} == {"The first silly idea.", "The second silly idea."}


def test_a_late_verdict_is_refused_and_says_who_decided(running_desk: Desk, visit: Visitor) -> None:
    item = running_desk.queued("c1")
    late = visit("mona", java_script_enabled=False)
    running_desk.clock.advance(minutes=6)
    bo = running_desk.person("bo")
    give_verdict(running_desk.services, bo, item.id, Verdict.REJECT, item.version)
    late.get_by_role("button", name="Approve").click()
    expect(late.get_by_role("heading", name="Already decided")).to_be_visible()
    expect(late.get_by_role("alert")).to_contain_text("Rejected by Bo")
    expect(late.get_by_role("link", name="Next comment")).to_be_visible()
    assert status_of(running_desk, "c1") == "rejected"


def test_a_lost_lease_names_who_holds_it_now(running_desk: Desk, visit: Visitor) -> None:
    running_desk.queued("c1")
    late = visit("mona", java_script_enabled=False)
    running_desk.clock.advance(minutes=6)
    assert claim_next(running_desk.services, running_desk.person("bo"), QueueFilter())
    late.get_by_role("button", name="Approve").click()
    expect(late.get_by_role("heading", name="Bo is reviewing this now")).to_be_visible()
    assert status_of(running_desk, "c1") == "held"


def test_the_open_page_learns_that_its_lease_is_lost(running_desk: Desk, visit: Visitor) -> None:
    item = running_desk.queued("c1")
    page = visit("mona")
    running_desk.clock.advance(minutes=6)
    assert claim_next(running_desk.services, running_desk.person("bo"), QueueFilter())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#lease-words")).to_have_text("Bo is reviewing this now")
    expect(page.get_by_role("button", name="Approve")).to_be_disabled()
    page.goto(f"/review/{item.id}")
    expect(page.locator(".banner")).to_contain_text("Bo is reviewing this comment right now")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)


def test_the_open_page_renews_its_lease(running_desk: Desk, visit: Visitor) -> None:
    item = running_desk.queued("c1")
    page = visit("mona")
    until = running_desk.clock.advance(minutes=4)
    with page.expect_response("**/renew") as reply:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert reply.value.json() == {"seconds_left": 300}
    with running_desk.services.store.read() as work:
        held = work.queue.item(item.id)
    assert held is not None
    assert held.lease_until is not None
    assert (held.lease_until - until).total_seconds() == 300


def test_everything_basic_works_without_scripts(running_desk: Desk, visit: Visitor) -> None:
    running_desk.queued("c1", "A silly idea.")
    running_desk.queued("c2", "Another silly idea.")
    page = visit("mona", java_script_enabled=False)
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".banner", has_text="Approved.")).to_be_visible()
    assert status_of(running_desk, "c1") == "published"
    page.locator(".banner").get_by_role("button", name="Undo").click()
    expect(page.locator(".subject .words")).to_contain_text("A silly idea.")
    assert status_of(running_desk, "c1") == "held"
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_the_words_that_made_the_score_are_marked(running_desk: Desk, visit: Visitor) -> None:
    running_desk.queued("c1", "\U0001f642 Such a silly idea.")
    page = visit("mona")
    mark = page.locator(".subject mark")
    expect(mark).to_have_text("silly")
    expect(mark).to_have_attribute("title", "insult: adds 1.00 to the logit")
    expect(page.locator(".legend")).to_contain_text("the words that raised insult")
    expect(page.locator(".reasons")).to_contain_text("insult 0.60, over the review threshold 0.50")
    row = page.get_by_role("row", name="insult")
    expect(row).to_contain_text("0.60")
    assert row.locator("line.threshold").get_attribute("x1") == "50.0%"


def test_the_thread_is_read_from_oldest_to_nearest(running_desk: Desk, visit: Visitor) -> None:
    parent = None
    for number in range(1, 5):
        running_desk.hand_in(f"p{number}", f"Answer {number}.", parent_id=parent)
        parent = f"p{number}"
    running_desk.queued("c1", "A silly answer.", parent_id=parent)
    running_desk.hand_in("r1", "A later reply.", parent_id="c1")
    page = visit("mona")
    expect(page.get_by_role("heading", name="Library to open on Sundays")).to_be_visible()
    expect(page.get_by_text("The vote was close.")).to_be_hidden()
    shown = page.locator("section[aria-label='What it answers'] > .chain .words")
    assert shown.all_inner_texts() == ["Answer 3.", "Answer 4."]
    page.get_by_text("2 earlier in the thread").click()
    assert page.locator(".far .words").all_inner_texts() == ["Answer 1.", "Answer 2."]
    page.get_by_text("1 reply to it").click()
    expect(page.locator(".replies").get_by_text("A later reply.")).to_be_visible()


def test_the_key_map_opens_and_keys_can_be_switched_off(running_desk: Desk, visit: Visitor) -> None:
    running_desk.queued("c1")
    page = visit("mona")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("a")
    page.get_by_label("Single keys decide").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("r")
    page.reload()
    page.keyboard.press("r")
    assert status_of(running_desk, "c1") == "held"
    expect(page.get_by_role("button", name="Reject")).to_be_visible()


def test_labels_that_a_moderator_names_go_with_the_verdict(
    running_desk: Desk, visit: Visitor
) -> None:
    item = running_desk.queued("c1")
    page = visit("mona")
    page.get_by_text("Name the labels").click()
    page.get_by_text("slur / identity attack", exact=True).last.click()
    page.keyboard.press("r")
    expect(page.locator(".banner")).to_contain_text("Rejected as slur / identity attack.")
    with running_desk.services.store.read() as work:
        decided = work.queue.item(item.id)
    assert decided is not None
    assert decided.verdict is not None
    assert decided.verdict.labels == ("identity_attack",)


def test_a_lead_takes_over_from_a_colleague(running_desk: Desk, visit: Visitor) -> None:
    item = running_desk.queued("c1")
    assert claim_next(running_desk.services, running_desk.person("bo"), QueueFilter())
    page = visit("lea", at=f"/review/{item.id}")
    page.get_by_text("Take it over").click()
    expect(page.get_by_text("What Bo decides after this is not taken any more")).to_be_visible()
    page.get_by_role("button", name="Take over from Bo").click()
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator(".banner", has_text="Approved.")).to_be_visible()


def test_the_words_behind_the_encoder_come_once_the_comment_is_on_screen(
    running_desk: Desk, visit: Visitor
) -> None:
    running_desk.scorer.encoder = EncoderShare(
        {Label.INSULT: 2.5}, (Span(7, 12, Label.INSULT, 1.4),)
    )
    running_desk.scorer.is_slow = True
    for number in (1, 2):
        running_desk.queued(f"c{number}", "What a silly idea.")
    page = visit("mona")
    marked = page.locator(".subject .words .estimate")
    expect(marked).to_contain_text("silly")
    expect(page.locator(".subject .legend")).to_contain_text("Dotted underline")
    page.keyboard.press("a")
    expect(page.locator("#case [data-words]")).to_have_count(0)
    expect(marked).to_contain_text("silly")


@pytest.mark.parametrize("left", [0, 1])
def test_a_refused_verdict_is_not_read_aloud_as_if_it_stood(
    running_desk: Desk, visit: Visitor, left: int
) -> None:
    item = running_desk.queued("c1")
    page = visit("mona", at=f"/review/{item.id}")
    for number in range(left):
        running_desk.queued(f"next{number}", "Another silly idea.")
    bo = running_desk.person("bo")
    give_verdict(running_desk.services, bo, item.id, Verdict.REJECT, 1)
    page.keyboard.press("a")
    then = "Next: comment by Reader One." if left else "Nothing waits for you."
    expect(page.locator("#said")).to_have_text(
        f"Already decided. Rejected by Bo, just now. Your verdict was not taken. {then}"
    )
