"""The administration in a real browser: on a telephone, by keyboard, and without script."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from moderation.accounts import KeyKind, Role
from moderation.review_queue import Verdict
from moderation.rulebook import ListedWord, SiteRules
from moderation.workflow.keyring import make_site_key, make_token
from moderation.workflow.reviewing import give_verdict
from moderation.workflow.site_policy import change_site
from tests.factories import a_user
from tests.review.accessibility import complaints_of
from tests.review.conftest import Desk, Visitor

TELEPHONE = {"width": 360, "height": 740}
PAGES = (
    *("/admin/users", "/admin/users/new", "/admin/users/mona", "/admin/keys", "/admin/keys/new"),
    *("/admin/sites", "/admin/new-site", "/admin/sites/daily", "/admin/audit", "/account"),
    "/review/me",
)


@pytest.fixture
def administered(running_desk: Desk, password_hash: str) -> Desk:
    """The desk with an administrator and a day's work to look at."""
    desk = running_desk
    ada = replace(a_user("ada", Role.ADMINISTRATOR), password_hash=password_hash)
    with desk.services.store.write() as work:
        work.accounts.put_user(ada)
        work.commit()
    make_site_key(desk.services, ada, KeyKind.SITE, "daily", "The CMS of the daily paper", 90)
    make_token(desk.services, None, ada, "laptop")
    words = (ListedWord("a-very-long-word-without-a-single-blank-in-it" * 2, "block"),)
    rules = SiteRules(words=words, trusted_authors=("u1",), max_links=3)
    change_site(desk.services, ada, replace(desk.site, rules=rules))
    for number in range(3):
        item = desk.queued(f"c{number}", f"What a silly idea, number {number}.")
        give_verdict(desk.services, ada, item.id, Verdict.REJECT, 1, ("insult",))
        if number:
            give_verdict(desk.services, desk.person("bo"), item.id, Verdict.APPROVE, 2)
    return desk


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


def test_nothing_in_the_administration_shuts_anybody_out(
    administered: Desk, visit: Visitor
) -> None:
    page = visit("ada", "/admin/users")
    for path in PAGES:
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        complaints = complaints_of(page, ("light, 360 px", "dark, 1440 px"))
        assert not complaints, "\n".join([path, *complaints])
