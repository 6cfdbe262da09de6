"""The administration in a real browser: on a telephone, by keyboard, and without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.review import pages
from tests.review.conftest import Desk, Visitor

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 360, "height": 740}
PAGES = (
    *("/admin/users", "/admin/users/new", "/admin/users/mona", "/admin/keys", "/admin/keys/new"),
    *("/admin/sites", "/admin/new-site", "/admin/sites/daily", "/admin/audit", "/account"),
    "/review/me",
)


@pytest.fixture
def administered(running_desk: Desk) -> Desk:
    """The desk with an administrator and a day's work to look at."""
    pages.administered(running_desk)
    return running_desk


def test_somebody_is_added_by_keyboard_on_a_telephone_without_script(
    administered: Desk, visit: Visitor
) -> None:
    page = visit("ada", "/admin/users", viewport=TELEPHONE, java_script_enabled=False)
    page.get_by_role("link", name="Add somebody").press("Enter")
    page.get_by_label("Login").fill("nia@example.org")
    page.get_by_label("Role").select_option(label="Lead moderator")
    page.get_by_label("Password").fill("short")
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Password: must have 10 to 1000 characters")
    expect(page.get_by_label("Login")).to_have_value("nia@example.org")
    expect(page.get_by_label("Role")).to_have_value("lead")
    page.get_by_role("button", name="Add").press("Enter")
    expect(page.get_by_role("heading", name="nia@example.org is added")).to_be_visible()
    secret = page.locator("#secret").inner_text()
    nia = visit.stranger(viewport=TELEPHONE)
    nia.goto("/login")
    nia.get_by_label("Login").fill("nia@example.org")
    nia.get_by_label("Password").fill(secret)
    nia.get_by_role("button", name="Sign in").click()
    expect(nia.get_by_text("Choose your own")).to_be_visible()


def test_no_page_is_wider_than_a_telephone(administered: Desk, visit: Visitor) -> None:
    page = visit("ada", "/admin/users", viewport=TELEPHONE)
    for path in PAGES:
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], path
        assert _unlabelled(page) == [], path


def test_messages_stand_in_columns_whether_they_can_be_sent_again_or_not(
    running_desk: Desk, visit: Visitor
) -> None:
    page = pages.webhook_at_work(running_desk, visit)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Send a test").click()
    messages = page.locator("section").filter(has=page.get_by_role("heading", name="Last messages"))
    expect(messages.get_by_text("on its way")).to_be_visible()
    expect(messages.get_by_role("button", name="Send again")).not_to_have_count(0)
    lefts = messages.locator("time").evaluate_all(
        "(all) => all.map((one) => Math.round(one.getBoundingClientRect().left))"
    )
    assert len(lefts) > 1
    assert len(set(lefts)) == 1


def _unlabelled(page: Page) -> list[str]:
    """Fields that nothing names."""
    fields = "main input:not([type=hidden]), main select, main textarea"
    nameless: Callable[..., list[str]] = page.locator(fields).evaluate_all
    return nameless("(all) => all.filter((one) => !one.labels?.length).map((one) => one.name)")
