"""From comment to comment by key: nothing loads between items, and nothing is lost on the way."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import request, request_finished
from playwright.sync_api import Page, Route, expect

from moderation.review_queue import ReviewItem, Stage, Verdict
from moderation.stored import QueueFilter
from moderation.workflow.preferences import choose_keys
from moderation.workflow.reviewing import claim_item, claim_next, give_verdict
from tests.review.conftest import Desk, Visitor

pytestmark = pytest.mark.browser

MANY = 200
UNDONE = 20


def held_by(desk: Desk, name: str) -> list[str]:
    with desk.services.store.read() as work:
        return [item.id for item in work.queue.held_by(name, desk.clock())]


def stored(desk: Desk, item: ReviewItem) -> ReviewItem:
    with desk.services.store.read() as work:
        found = work.queue.item(item.id)
    assert found is not None
    return found


def verdict_of(desk: Desk, item: ReviewItem) -> str | None:
    last = stored(desk, item).verdict
    return last.verdict.value if last else None


def shown(page: Page) -> str:
    """The id of the item on screen, once it can be decided."""
    case = page.locator("#case[data-item]:not([inert])")
    return case.get_attribute("data-item") or ""


def press(page: Page, key: str, leaving: str) -> str:
    """Press a key and wait until another item than `leaving` can be decided; its id."""
    page.keyboard.press(key)
    page.wait_for_function(
        "id => { const c = document.getElementById('case');"
        " return c.dataset.item !== id && !c.inert }",
        arg=leaving,
    )
    return page.locator("#case").get_attribute("data-item") or ""


def sent(page: Page) -> None:
    """Wait until the server has every act that the list on the page names."""
    unsent = page.locator(".recent .acts > li[data-sequence='']")
    expect(unsent).to_have_count(0)


@contextmanager
def answered(desk: Desk, path: str) -> Iterator[None]:
    """Wait until the server has answered a request; a page that is gone tells nobody."""
    heard = threading.Event()

    def hear(_: object, **__: object) -> None:
        if request.path.endswith(path):
            heard.set()

    with request_finished.connected_to(hear, desk.app):
        yield
        assert heard.wait(10)


def test_two_hundred_are_reviewed_from_the_keyboard_and_twenty_undone(
    running_desk: Desk, visit: Visitor
) -> None:
    items = {item.id: item for item in (running_desk.queued(f"c{n}") for n in range(MANY))}
    page = visit("mona")
    page.evaluate("window.stillHere = true")
    keys, given = "arse", []
    current = shown(page)
    for number in range(MANY):
        key = keys[number % len(keys)]
        given.append((current, key))
        current = press(page, key, current)
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_focused()
    sent(page)
    names = {"a": "approve", "r": "reject", "e": "escalate", "s": None}
    assert {id: verdict_of(running_desk, items[id]) for id, _ in given} == {
        id: names[key] for id, key in given
    }
    assert all(
        (key == "s") is ("mona" in stored(running_desk, items[id]).skipped_by) for id, key in given
    )
    measures = "performance.getEntriesByName('verdict-to-next').map(e => e.duration)"
    assert len(page.evaluate(measures)) == MANY - 1

    for id, _ in reversed(given[-UNDONE:]):
        page.keyboard.press("z")
        expect(page.locator(f"#case[data-item='{id}']:not([inert])")).to_be_attached()
        assert len(held_by(running_desk, "mona")) <= 2
    for id, _ in given[-UNDONE:]:
        undone = stored(running_desk, items[id])
        assert (undone.stage, undone.verdict, undone.skipped_by) == (Stage.OPEN, None, {})
    assert verdict_of(running_desk, items[given[-UNDONE - 1][0]]) == names[given[-UNDONE - 1][1]]
    assert page.evaluate("window.stillHere") is True


def test_keys_faster_than_the_server_lose_nothing(running_desk: Desk, visit: Visitor) -> None:
    items = [running_desk.queued(f"c{n}") for n in range(6)]
    page = visit("mona")
    page.evaluate(
        """async () => {
          for (let n = 0; n < 400 && document.querySelector("[data-item]#case"); n += 1) {
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "r", bubbles: true }));
            await new Promise(requestAnimationFrame);
          }
        }"""
    )
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    sent(page)
    assert [verdict_of(running_desk, item) for item in items] == ["reject"] * 6


def test_what_a_colleague_decided_is_rolled_back_in_sight(
    running_desk: Desk, visit: Visitor
) -> None:
    items = [running_desk.queued(f"c{n}", f"A silly idea, number {n}.") for n in range(3)]
    page = visit("mona")
    expect(page.locator("#case")).to_have_attribute("data-item", items[0].id)
    running_desk.clock.advance(minutes=6)
    bo = running_desk.person("bo")
    give_verdict(running_desk.services, bo, items[0].id, Verdict.REJECT, 1)
    page.keyboard.press("a")
    notice = page.locator(".notice")
    expect(notice).to_contain_text("Already decided. Rejected by Bo, just now.")
    expect(notice).to_contain_text("Your verdict was not taken. A silly idea, number 0.")
    expect(page.locator("#said")).to_contain_text("Already decided. Rejected by Bo")
    expect(notice.get_by_role("link", name="Look at it")).to_have_attribute(
        "href", f"/review/{items[0].id}"
    )
    expect(page.locator(".banner.done")).to_have_count(0)
    expect(page.locator(".recent")).to_be_hidden()
    assert verdict_of(running_desk, items[0]) == "reject"
    assert shown(page) == items[1].id
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)


def test_a_comment_edited_meanwhile_comes_back_next(running_desk: Desk, visit: Visitor) -> None:
    for number in range(3):
        running_desk.queued(f"c{number}", f"A silly idea, number {number}.")
    page = visit("mona")
    first = shown(page)
    running_desk.queued("c0", "A silly idea, put otherwise.")
    second = press(page, "a", first)
    expect(page.locator(".notice")).to_contain_text("The comment has changed.")
    assert press(page, "a", second) == first
    expect(page.locator(".subject .words")).to_contain_text("put otherwise")


def test_what_the_server_refuses_comes_back_to_be_decided(
    running_desk: Desk, visit: Visitor
) -> None:
    first = running_desk.queued("c1", "A silly idea.")
    running_desk.queued("c2", "Another silly idea.")
    running_desk.queued("c3", "A third silly idea.")
    page = visit("mona")
    expect(page.locator("#case")).to_have_attribute("data-item", first.id)
    with running_desk.services.store.write() as work:
        mona = work.accounts.user("mona")
        assert mona is not None
        work.accounts.put_user(replace(mona, session_epoch=mona.session_epoch + 1))
        work.commit()
    page.keyboard.press("a")
    notice = page.locator(".notice").first
    expect(notice).to_contain_text("You are signed out. Your verdict was not taken")
    expect(notice.get_by_role("link", name="Sign in")).to_have_attribute(
        "href", "/login?next=%2Freview"
    )
    expect(page.locator(".subject .words")).to_contain_text("A silly idea.")
    expect(page.get_by_role("button", name="Approve")).to_be_enabled()
    assert verdict_of(running_desk, first) is None


def test_without_a_connection_verdicts_wait_and_are_sent_when_it_is_back(
    running_desk: Desk, visit: Visitor
) -> None:
    items = [running_desk.queued(f"c{n}") for n in range(4)]
    page = visit("mona")
    expect(page.locator("#stage")).to_have_attribute("data-ahead", re.compile("."))
    page.context.set_offline(True)
    current = press(page, "a", shown(page))
    expect(page.locator("#unsent")).to_have_text(
        "No connection. 1 decision is not sent yet; the page keeps trying."
    )
    page.keyboard.press("r")
    expect(page.locator("#unsent")).to_contain_text("2 decisions are not sent yet")
    assert [verdict_of(running_desk, item) for item in items] == [None] * 4
    page.context.set_offline(False)
    expect(page.locator("#unsent")).to_be_hidden()
    expect(page.locator(f"#case[data-item='{items[2].id}']:not([inert])")).to_be_attached()
    assert current == items[1].id
    sent(page)
    assert [verdict_of(running_desk, item) for item in items] == ["approve", "reject", None, None]


@pytest.mark.parametrize("lost", ["verdict", "undo"])
def test_a_reply_lost_on_the_way_is_no_refusal(
    running_desk: Desk, visit: Visitor, lost: str
) -> None:
    items = [running_desk.queued(f"c{n}") for n in range(3)]
    page = visit("mona")
    replies: list[int] = []

    def lose_the_first(route: Route) -> None:
        reply = route.fetch()
        replies.append(reply.status)
        if len(replies) == 1:
            route.abort()
        else:
            route.fulfill(response=reply)

    page.route(f"**/{lost}", lose_the_first)
    press(page, "r", items[0].id)
    sent(page)
    assert verdict_of(running_desk, items[0]) == "reject"
    page.keyboard.press("z")
    expect(page.locator(f"#case[data-item='{items[0].id}']:not([inert])")).to_be_attached()
    expect(page.locator(".notice")).to_have_count(0)
    assert replies == [200, 200]
    assert verdict_of(running_desk, items[0]) is None


def test_two_who_claim_ahead_never_have_the_same_comment(
    running_desk: Desk, visit: Visitor
) -> None:
    items = [running_desk.queued(f"c{n}") for n in range(12)]
    pages = {name: visit(name) for name in ("mona", "bo")}
    seen: list[str] = []
    current = {name: shown(page) for name, page in pages.items()}
    for _ in range(6):
        for name, page in pages.items():
            assert set(held_by(running_desk, "mona")).isdisjoint(held_by(running_desk, "bo"))
            seen.append(current[name])
            current[name] = press(page, "a", current[name])
    assert sorted(seen) == sorted(item.id for item in items)
    for page in pages.values():
        expect(page.locator(".notice")).to_have_count(0)


def test_both_leases_are_renewed_and_given_back_when_the_page_is_left(
    running_desk: Desk, visit: Visitor
) -> None:
    items = [running_desk.queued(f"c{n}") for n in range(3)]
    page = visit("mona")
    expect(page.locator("#stage")).to_have_attribute("data-ahead", re.compile("."))
    ours = [item.id for item in items[:2]]
    assert held_by(running_desk, "mona") == ours
    running_desk.clock.advance(minutes=4)
    with page.expect_response(f"**/{ours[0]}/renew"), page.expect_response(f"**/{ours[1]}/renew"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    running_desk.clock.advance(minutes=4)
    assert held_by(running_desk, "mona") == ours
    with answered(running_desk, "/review/release"):
        page.goto("/review/queue")
    assert held_by(running_desk, "mona") == []


def test_a_page_that_is_loaded_again_keeps_its_comment(running_desk: Desk, visit: Visitor) -> None:
    item = running_desk.queued("c1")
    page = visit("mona")
    for address in ("/review", f"/review/{item.id}"):
        with answered(running_desk, "/review/release"):
            page.goto(address)
        assert held_by(running_desk, "mona") == [item.id]


def test_a_verdict_still_in_line_is_sent_when_the_page_is_left(
    running_desk: Desk, visit: Visitor
) -> None:
    item = running_desk.queued("c1")
    page = visit("mona", at="/review/queue")
    page.route("**/review/next", lambda _: None)
    page.goto("/review")
    page.keyboard.press("r")
    expect(page.locator(".banner.done")).to_contain_text("Rejected.")
    assert verdict_of(running_desk, item) is None
    with answered(running_desk, "/verdict"):
        page.goto("/review/queue")
    assert verdict_of(running_desk, item) == "reject"


def test_who_loses_a_comment_to_a_lead_is_told_by_whom(running_desk: Desk, visit: Visitor) -> None:
    first, second, _ = (running_desk.queued(f"c{n}") for n in range(3))
    page = visit("mona")
    expect(page.locator("#stage")).to_have_attribute("data-ahead", re.compile("."))
    lea = running_desk.person("lea")
    claim_item(running_desk.services, lea, first.id, take_over=True)
    running_desk.clock.advance(minutes=2)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".notice")).to_contain_text("Lea took this comment over.")
    expect(page.locator("#said")).to_contain_text("Lea took this comment over.")
    expect(page.get_by_role("button", name="Approve")).to_be_disabled()
    page.keyboard.press("a")
    page.keyboard.press("n")
    expect(page.locator("#case")).to_have_attribute("data-item", second.id)
    expect(page.locator(".notice")).to_have_count(0)
    assert verdict_of(running_desk, first) is None


def test_an_empty_desk_says_when_something_has_come_in(running_desk: Desk, visit: Visitor) -> None:
    page = visit("mona")
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    expect(page.get_by_text("Something has come in.")).to_be_hidden()
    item = running_desk.queued("c1")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#news")).to_be_visible()
    expect(page.locator("#said")).to_have_text("Something has come in.")
    assert held_by(running_desk, "mona") == []
    page.keyboard.press("n")
    expect(page.locator("#case")).to_have_attribute("data-item", item.id)
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_the_count_of_what_waits_goes_with_every_key(running_desk: Desk, visit: Visitor) -> None:
    for number in range(3):
        running_desk.queued(f"c{number}")
    page = visit("mona")
    waiting = page.locator(".places [data-count=waiting]")
    expect(waiting).to_have_text("3")
    first = shown(page)
    second = press(page, "a", leaving=first)
    expect(waiting).to_have_text("2")
    press(page, "r", leaving=second)
    expect(waiting).to_have_text("1")
    page.keyboard.press("z")
    expect(waiting).to_have_text("2")


def test_digits_name_labels_and_each_person_has_their_own_keys(
    running_desk: Desk, visit: Visitor
) -> None:
    choose_keys(running_desk.services, running_desk.person("mona"), {"reject": "j"})
    item = running_desk.queued("c1")
    page = visit("mona")
    expect(page.get_by_role("button", name="Reject")).to_have_text(re.compile(r"Reject\s+j"))
    for key in ("2", "5", "5"):
        page.keyboard.press(key)
    expect(page.locator("#said")).to_have_text("Not named any more: threat.")
    page.keyboard.press("r")
    page.keyboard.press("j")
    expect(page.locator(".banner.done")).to_contain_text("Rejected as insult.")
    last = stored(running_desk, item).verdict
    assert last is not None
    assert last.labels == ("insult",)


def test_no_key_decides_in_a_field_or_under_a_dialog(running_desk: Desk, visit: Visitor) -> None:
    item = running_desk.queued("c1")
    page = visit("mona")
    page.keyboard.press("/")
    page.keyboard.type("are")
    expect(page.locator("input[name=q]")).to_have_value("are")
    page.locator("h1").focus()
    page.keyboard.press("?")
    page.keyboard.press("a")
    assert verdict_of(running_desk, item) is None


def test_who_decides_on_the_button_stays_on_it(running_desk: Desk, visit: Visitor) -> None:
    items = [running_desk.queued(f"c{n}") for n in range(4)]
    page = visit("mona")
    page.locator(".actions .skip").focus()
    page.keyboard.down("Enter")
    expect(page.locator("#case")).to_have_attribute("data-item", items[1].id)
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(page.locator(".actions .skip")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Skipped. Next: comment by Reader One.")
    sent(page)
    assert [len(stored(running_desk, item).skipped_by) for item in items] == [1, 0, 0, 0]
    claimed = claim_next(running_desk.services, running_desk.person("bo"), QueueFilter())
    assert claimed is not None
    assert claimed.id == items[0].id
