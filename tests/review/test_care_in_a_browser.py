"""Masks, blur, breaks and settings as people meet them: a real Chromium against a real server."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from moderation.preferences import Choices, Mask
from moderation.review_queue import Verdict
from moderation.stored import QueueFilter
from moderation.workflow.preferences import choose_care, preferences_of
from moderation.workflow.reviewing import claim_next, give_verdict
from tests.review.conftest import Desk, Visitor

pytestmark = pytest.mark.browser

TEXT = "It was late. You silly r3tard! Let everybody read."


def seen(masked: Locator) -> str:
    """What stands in place of a masked word: what its style puts there, or else its text."""
    return str(
        masked.evaluate(
            """word => {
                const put = getComputedStyle(word, "::before").content;
                const dots = word.querySelector(".dots");
                const hidden = getComputedStyle(dots).fontSize === "0px";
                return hidden ? put.replaceAll('"', "") : dots.textContent;
            }"""
        )
    )


def blur(page: Page) -> str:
    return str(page.locator(".blur").first.evaluate("e => getComputedStyle(e).filter"))


def test_what_is_veiled_is_seen_for_as_long_as_the_key_is_held(
    running_desk: Desk, visit: Visitor
) -> None:
    mona = running_desk.person("mona")
    running_desk.hand_in("p1", "What a retard.")
    running_desk.queued("c1", TEXT, parent_id="p1")
    choose_care(running_desk.services, mona, Choices(keys={}, blur=True))
    page = visit("mona", reduced_motion="reduce")
    word = page.locator(".subject .masked")
    assert seen(word) == "r•••••"
    assert blur(page).startswith("blur(")
    page.keyboard.down("h")
    page.keyboard.down("h")
    assert seen(word) == "r3tard"
    assert blur(page) == "none"
    page.keyboard.up("h")
    assert seen(word) == "r•••••"
    assert blur(page).startswith("blur(")
    # What is copied is the mask, and what is blurred is not copied.
    assert "r3tard" not in page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('main')), String(getSelection())"
    )
    # A comment that a script puts into the page later on is served as well.
    page.evaluate("document.querySelector('.subject').outerHTML += ''")
    page.keyboard.down("h")
    assert seen(page.locator(".subject .masked").first) == "r3tard"
    # In a field it is a letter, and with the window gone nobody holds a key.
    page.evaluate("window.dispatchEvent(new Event('blur'))")
    assert seen(page.locator(".subject .masked").first) == "r•••••"


def test_one_word_is_seen_by_a_press_or_from_the_keyboard(
    running_desk: Desk, visit: Visitor
) -> None:
    running_desk.hand_in("p1", "What a dyke.")
    running_desk.queued("c1", TEXT, parent_id="p1")
    page = visit("mona")
    word, other = page.locator(".subject .masked"), page.locator(".parent .masked")
    expect(word).to_have_accessible_name("masked word, press to see")
    word.click()
    assert (seen(word), seen(other)) == ("r3tard", "d•••")
    expect(word).to_have_accessible_name("r3tard")
    word.click()
    assert seen(word) == "r•••••"
    expect(word).to_have_accessible_name("masked word, press to see")
    other.focus()
    page.keyboard.press("Enter")
    assert seen(other) == "dyke"
    expect(page.locator("#said")).to_have_text("dyke")
    assert page.url.endswith("/review")


def test_a_blurred_passage_is_seen_whole_by_a_press(running_desk: Desk, visit: Visitor) -> None:
    running_desk.queued("c1", TEXT)
    choose_care(running_desk.services, running_desk.person("mona"), Choices(blur=True))
    page = visit("mona", reduced_motion="reduce")
    passage = page.locator(".blurred")
    expect(passage).to_have_accessible_name("blurred passage of 3 words, press to see")
    passage.click()
    assert blur(page) == "none"
    assert seen(passage.locator(".masked")) == "r3tard"
    expect(passage).to_have_accessible_name("You silly r3tard!")


def test_without_script_a_press_shows_everything(running_desk: Desk, visit: Visitor) -> None:
    running_desk.queued("c1", TEXT)
    page = visit("mona", java_script_enabled=False)
    page.locator(".subject .masked").click()
    expect(page.locator(".subject .words")).to_contain_text("r3tard")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".banner", has_text="Approved.")).to_be_visible()


def test_a_break_is_suggested_on_the_open_page_and_taken(
    running_desk: Desk, visit: Visitor
) -> None:
    mona, services = running_desk.person("mona"), running_desk.services
    choose_care(services, mona, Choices(minutes=10))
    for number in range(2):
        item = running_desk.queued(f"c{number}")
        give_verdict(services, mona, item.id, Verdict.REJECT, item.version)
    running_desk.queued("c9", "A silly idea, still to be read.")
    page = visit.stranger()
    page.clock.install()
    visit.enter(page, "mona")
    due = page.get_by_role("region", name="Time for a break")
    expect(page.locator(".subject .words")).to_contain_text("still to be read")
    expect(due).to_have_count(0)
    running_desk.clock.advance(minutes=10)
    with page.expect_response("**/review/shift"):
        page.clock.run_for(61_000)
    expect(page.get_by_role("status").filter(has=due)).to_contain_text(
        "You have worked for 10 minutes or more without a pause."
    )
    # Not now: the page stays as it is, with what was ticked on it.
    page.get_by_text("Name the labels").click()
    page.get_by_label("threat").check(force=True)
    with page.expect_response("**/review/break/later"):
        due.get_by_role("button", name="Not now").click()
    expect(due).to_have_count(0)
    expect(page.get_by_label("threat")).to_be_checked()
    with page.expect_response("**/review/shift"):
        page.clock.run_for(61_000)
    expect(due).to_have_count(0)
    running_desk.clock.advance(minutes=1)
    item = running_desk.queued("c10")
    give_verdict(services, mona, item.id, Verdict.REJECT, item.version)
    running_desk.clock.advance(minutes=12)
    page.goto("/review")
    due.get_by_role("button", name="Take a break").click()
    expect(page.get_by_role("heading", name="Time off")).to_be_visible()
    # What she held is a colleague's to take.
    assert claim_next(services, running_desk.person("bo"), QueueFilter()) is not None
    page.get_by_role("link", name="Go on when you like").click()
    expect(due).to_have_count(0)


def test_settings_are_saved_and_kept(running_desk: Desk, visit: Visitor) -> None:
    running_desk.queued("c1", TEXT)
    page = visit("mona", viewport={"width": 360, "height": 740})
    page.get_by_role("link", name="Mona").click()
    page.get_by_role("link", name="Your settings").click()
    expect(page.get_by_role("heading", name="Your settings")).to_be_visible()
    # A page may be there before its style sheets are.
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("Masked words", exact=True).select_option("Slurs and obscene words")
    page.get_by_label("Suggest a break after so many minutes").fill("20")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".banner")).to_contain_text("Saved")
    page.get_by_label("Reject: keep it off the site").fill("x")
    page.get_by_label("Hold: see masked words").fill("x")
    page.get_by_role("button", name="Save keys").click()
    expect(page.get_by_role("alert")).to_have_text("It is the key of reject as well.")
    expect(page.get_by_label("Hold: see masked words")).to_have_value("x")
    page.get_by_label("Hold: see masked words").fill("v")
    page.get_by_role("button", name="Save keys").click()
    expect(page.locator(".banner")).to_contain_text("Your keys are saved.")
    found = preferences_of(running_desk.services, running_desk.person("mona"))
    assert found.own == Choices({"reject": "x", "reveal": "v"}, Mask.COARSE, minutes=20)
    page.goto("/review")
    word = page.locator(".subject .masked")
    page.keyboard.down("v")
    assert seen(word) == "r3tard"
    page.keyboard.up("v")
    page.keyboard.down("h")
    assert seen(word) == "r•••••"
    page.goto("/review/settings")
    page.get_by_role("button", name="Back to defaults").click()
    expect(page.get_by_label("Reject: keep it off the site")).to_have_value("r")
