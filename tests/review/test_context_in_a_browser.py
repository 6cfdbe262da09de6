"""The context of a comment where layout or script matters: a real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from moderation.comments import Author, StoredArticle
from moderation.scoring.scorer import ContextFit
from moderation.stored import Objection
from moderation.workflow.intake import put_article, read
from moderation.workflow.objections import object_to
from tests.review.conftest import Desk, Visitor

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
HOSTILE = "<img src=x onerror=alert(1)>\u202e" + "W" * 3_000 + " a" + "\u0301" * 300


def test_on_a_phone_the_comment_and_its_verdict_come_before_all_that_is_known(
    running_desk: Desk, visit: Visitor
) -> None:
    words = "The council voted, and the vote was close. " * 400
    put_article(running_desk.services, StoredArticle("daily", "library", "Sundays " * 30, words))
    running_desk.scorer.fit = ContextFit(0.9, 0.1, 0.2, None, (430, 860))
    running_desk.hand_in("above", "I am glad. " * 40, author=Author("u5", HOSTILE[:200]))
    running_desk.queued("c1", "Another silly text, by the same author.")
    item = running_desk.queued("c2", parent_id="above", author=Author("u1", HOSTILE[:200]))
    report = Objection("report", running_desk.clock(), HOSTILE, HOSTILE[:90], "u9")
    object_to(running_desk.services, running_desk.site, "c2", report)
    page = visit("mona", f"/review/{item.id}", viewport=PHONE, has_touch=True)
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_role("button", name="Give back")).to_be_visible()
    expect(page.locator(".subject .words")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Approve")).to_be_in_viewport(ratio=1)
    # Nothing pushes the page wider than the screen, whatever is folded out.
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    subject = page.locator(".subject").bounding_box()
    passage = page.locator(".passage").bounding_box()
    assert subject
    assert passage
    assert subject["y"] + subject["height"] <= passage["y"]


def test_a_note_is_written_without_deciding_and_a_report_opens_its_version(
    running_desk: Desk, visit: Visitor
) -> None:
    running_desk.queued("c1", "A silly first text.")
    report = Objection("report", running_desk.clock(), "Rude.", "insulting", "u9")
    object_to(running_desk.services, running_desk.site, "c1", report)
    item = running_desk.queued("c1", "A silly second text.")
    page = visit("mona", f"/review/{item.id}")
    page.get_by_text("Add a note").click()
    page.get_by_label("Only moderators see it").press_sequentially("ar sez")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#notes .words")).to_have_text("ar sez")
    assert read(running_desk.services, running_desk.site, "c1")[0].status.value == "held"
    page.get_by_role("link", name="about version 1").click()
    expect(page.locator("#version-1 del")).to_be_visible()
