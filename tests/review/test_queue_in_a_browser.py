"""The queue and the search in a real Chromium: counts that stay fresh, a field that finds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from moderation.review_queue import Verdict
from moderation.workflow.reviewing import give_verdict
from tests.review.conftest import Desk, Visitor

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


def let_pass(page: Page, seconds: int) -> None:
    """Move the clock of the page, with all that was to happen meanwhile."""
    page.clock.fast_forward(1000 * seconds)


def test_counts_stay_fresh_while_the_page_is_open(running_desk: Desk, visit: Visitor) -> None:
    items = [running_desk.queued(f"c{number}", f"A silly {number}.") for number in (1, 2)]
    page = visit("mona", at="/review/queue?label=insult")
    page.clock.install()
    page.reload()
    waiting = page.locator("nav.places [data-count=waiting]")
    insults = page.locator("[data-count='label:insult']")
    expect(waiting).to_have_text("2")
    running_desk.queued("c3", "Another silly one.")
    let_pass(page, 16)
    expect(waiting).to_have_text("3")
    expect(insults).to_have_text("3")
    expect(page.locator("[data-count=fitting]")).to_have_text("3")
    for item in items:
        give_verdict(running_desk.services, running_desk.person("bo"), item.id, Verdict.APPROVE, 1)
    let_pass(page, 16)
    expect(waiting).to_have_text("1")
    expect(insults).to_have_text("1")


def test_a_phone_finds_chooses_saves_and_fits(running_desk: Desk, visit: Visitor) -> None:
    running_desk.queued("c1", "A silly idea about bitcoin.")
    running_desk.queued("c2", "A silly " + "W" * 300 + " \u202eword.")
    page = visit("mona", at="/review/queue", viewport=PHONE)
    page.get_by_role("link", name="off-topic").click()
    expect(page.locator(".listing .excerpt")).to_have_count(1)
    page.get_by_text("Save this choice").click()
    page.get_by_label("Name").fill("Bitcoin again")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".banner")).to_contain_text("Saved as Bitcoin again.")
    page.get_by_role("link", name="Label: off-topic").click()
    expect(page.locator(".listing .excerpt")).to_have_count(2)
    field = page.get_by_role("searchbox", name="Search comments, authors and articles")
    field.fill("bitcoin -nothing")
    field.press("Enter")
    expect(page.locator("mark.found")).to_have_text("bitcoin")
    page.wait_for_load_state()
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) == PHONE["width"]
    page.locator(".snippet").click()
    expect(page.locator(".subject .words")).to_contain_text("bitcoin")
    page.goto("/review/queue")
    assert page.evaluate(wide) == PHONE["width"]


def test_keys_search_help_and_begin_away_from_the_comment(
    running_desk: Desk, visit: Visitor
) -> None:
    running_desk.queued("c1")
    page = visit("mona", at="/review/me")
    for path in ("/review/me", "/review/settings", "/review/search", "/review/queue"):
        page.goto(path)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        expect(page.get_by_role("searchbox")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
