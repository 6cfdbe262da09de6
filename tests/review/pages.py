"""Every page of the desk with something on it, each opened by a function of its own.

What has to hold on all pages (accessibility, no sideways scrolling, nothing from elsewhere)
is tested over `PAGES`: a new page is one function here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page, expect

from moderation.accounts import KeyKind, Role, User
from moderation.comments import Author
from moderation.labels import Label
from moderation.review_queue import ReviewItem, Verdict
from moderation.rulebook import ListedWord, SiteRules
from moderation.scoring.scorer import EncoderShare, Span
from moderation.stored import Objection, QueueFilter
from moderation.webhooks.handing import settle
from moderation.webhooks.schedule import Outcome
from moderation.workflow.keyring import make_site_key, make_token
from moderation.workflow.objections import object_to
from moderation.workflow.resending import send_test
from moderation.workflow.reviewing import claim_next, give_verdict
from moderation.workflow.site_policy import change_site
from moderation.workflow.webhooks import add_endpoint
from tests.factories import a_user
from tests.review.conftest import Desk, Visitor

FORMS = {
    f"{scheme}, {width} px": (scheme, width, height)
    for scheme in ("light", "dark")
    for width, height in ((360, 740), (1440, 900))
}
"""How every page is looked at: in both schemes, on a phone and wide."""


def into_form(page: Page, form: str) -> None:
    """Have an open page look as one of `FORMS`."""
    scheme, width, height = FORMS[form]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": height})


def full_item(desk: Desk) -> ReviewItem:
    """A comment with all that can be around one: thread, marks, reports, versions, replies."""
    parent = None
    for number in range(1, 5):
        author = Author(f"u{number}", f"Reader {number}")
        desk.hand_in(f"p{number}", f"Answer {number}.", parent_id=parent, author=author)
        parent = f"p{number}"
    desk.queued("c1", "A silly first text.", parent_id=parent)
    desk.scorer.encoder = EncoderShare(
        {Label.INSULT: 2.5}, (Span(2, 7, Label.INSULT, 1.0), Span(15, 20, Label.INSULT, 1.4))
    )
    text = "A silly second text about bitcoin.\u202e\n\n" + "The library was quiet. " * 40
    item = desk.queued("c1", text, parent_id=parent)
    desk.hand_in("r1", "A later reply.", parent_id="c1")
    for kind in ("report", "appeal"):
        object_to(desk.services, desk.site, "c1", Objection(kind, desk.clock(), "Read it again."))
    return item


def _decided(desk: Desk, name: str) -> ReviewItem:
    item = full_item(desk)
    user = desk.person(name)
    return give_verdict(desk.services, user, item.id, Verdict.REJECT, item.version)


def login(desk: Desk, visit: Visitor) -> Page:
    """The sign-in form after an attempt that failed."""
    page = visit.stranger()
    page.goto("/login")
    page.get_by_label("Login").fill("mona@example.org")
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def mine(desk: Desk, visit: Visitor) -> Page:
    """A comment that is hers to decide, after she has decided another."""
    before = desk.queued("c0", "A silly idea.")
    give_verdict(desk.services, desk.person("mona"), before.id, Verdict.APPROVE, before.version)
    full_item(desk)
    return visit("mona")


def free(desk: Desk, visit: Visitor) -> Page:
    """A comment that nobody holds."""
    return visit("mona", at=f"/review/{full_item(desk).id}")


def held(desk: Desk, visit: Visitor) -> Page:
    """A comment that a colleague holds, seen by a lead."""
    item = full_item(desk)
    assert claim_next(desk.services, desk.person("bo"), QueueFilter())
    return visit("lea", at=f"/review/{item.id}")


def escalated(desk: Desk, visit: Visitor) -> Page:
    """A comment that waits for a lead, seen by the one who escalated it."""
    item = full_item(desk)
    give_verdict(desk.services, desk.person("mona"), item.id, Verdict.ESCALATE, item.version)
    return visit("mona", at=f"/review/{item.id}")


def decided(desk: Desk, visit: Visitor) -> Page:
    """A comment that a colleague has decided."""
    return visit("mona", at=f"/review/{_decided(desk, 'bo').id}")


def queue(desk: Desk, visit: Visitor) -> Page:
    """The queue, with a page more to come."""
    for number in range(30):
        desk.queued(f"c{number}", f"A silly idea about bitcoin, number {number}.")
    assert claim_next(desk.services, desk.person("bo"), QueueFilter())
    return visit("mona", at="/review/queue")


def empty_queue(desk: Desk, visit: Visitor) -> Page:
    """The queue with nothing in it."""
    return visit("mona", at="/review/queue")


def empty(desk: Desk, visit: Visitor) -> Page:
    """The desk when nothing waits, after a verdict."""
    _decided(desk, "mona")
    return visit("mona")


def refused(desk: Desk, visit: Visitor) -> Page:
    """The answer to a verdict that came too late, sent by the form itself."""
    item = full_item(desk)
    page = visit("mona")
    desk.clock.advance(minutes=6)
    give_verdict(desk.services, desk.person("bo"), item.id, Verdict.REJECT, item.version)
    page.locator("#verdict").evaluate(
        """form => {
          const verdict = document.createElement('input');
          Object.assign(verdict, {name: 'verdict', value: 'approve', type: 'hidden'});
          form.append(verdict);
          HTMLFormElement.prototype.submit.call(form);
        }"""
    )
    expect(page.get_by_role("heading", name="Already decided")).to_be_visible()
    return page


def nothing_here(desk: Desk, visit: Visitor) -> Page:
    """An address that leads nowhere."""
    return visit("mona", at="/review/none")


def not_yours(desk: Desk, visit: Visitor) -> Page:
    """The desk, for somebody who may not review."""
    return visit("sam")


def search(desk: Desk, visit: Visitor) -> Page:
    """What a search finds: comments of every stage, and articles."""
    full_item(desk)
    item = desk.queued("c2", "A silly word on the library.")
    give_verdict(desk.services, desk.person("bo"), item.id, Verdict.REJECT, item.version)
    return visit("mona", at="/review/search?q=library")


def nothing_found(desk: Desk, visit: Visitor) -> Page:
    """A search that finds nothing, and how one asks."""
    return visit("mona", at="/review/search?q=cathedral")


def settings(desk: Desk, visit: Visitor) -> Page:
    """One's settings, as a lead sees them: those of everybody beside them."""
    return visit("lea", at="/review/settings")


def me(desk: Desk, visit: Visitor) -> Page:
    """One's verdicts: one that did not last, one to take back."""
    item = _decided(desk, "mona")
    give_verdict(desk.services, desk.person("lea"), item.id, Verdict.APPROVE, item.version)
    other = desk.queued("c2", "A silly word on the library.")
    give_verdict(desk.services, desk.person("mona"), other.id, Verdict.REJECT, other.version)
    return visit("mona", at="/review/me")


def rest(desk: Desk, visit: Visitor) -> Page:
    """A break."""
    return visit("mona", at="/review/break")


def administered(desk: Desk) -> User:
    """Who administers the desk, after a day's work: keys, rules, verdicts and their reversals."""
    ada = replace(
        a_user("ada", Role.ADMINISTRATOR), password_hash=desk.person("mona").password_hash
    )
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
    return ada


def _of_ada(name: str, at: str) -> Callable[[Desk, Visitor], Page]:
    def open_page(desk: Desk, visit: Visitor) -> Page:
        administered(desk)
        return visit("ada", at=at)

    open_page.__name__ = name
    return open_page


def key(desk: Desk, visit: Visitor) -> Page:
    """One key of a site."""
    administered(desk)
    page = visit("ada", at="/admin/keys")
    page.get_by_role("link", name="The CMS of the daily paper").click()
    page.get_by_role("heading", level=1).wait_for()
    return page


def rehearsed(desk: Desk, visit: Visitor) -> Page:
    """A site, with what its rules would have done to the last comments."""
    administered(desk)
    page = visit("ada", at="/admin/sites/daily")
    page.get_by_role("button", name="Try it on the last comments").click()
    page.locator(".rehearsal").wait_for()
    return page


def secret(desk: Desk, visit: Visitor) -> Page:
    """A password that is shown once."""
    administered(desk)
    page = visit("ada", at="/admin/users/new")
    page.get_by_label("Login").fill("nia@example.org")
    page.get_by_role("button", name="Add").click()
    page.locator("#secret").wait_for()
    return page


def at_fault(desk: Desk, visit: Visitor) -> Page:
    """A form that came back with what is wrong in it."""
    administered(desk)
    page = visit("ada", at="/admin/users/new")
    page.get_by_label("Login").fill("nia@example.org")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("alert").wait_for()
    return page


def webhook(desk: Desk, visit: Visitor) -> Page:
    """One endpoint after a bad day: no answer, then one that says it is gone for good."""
    ada = administered(desk)
    url = "https://cms.example.org/hooks/comments"
    _, endpoint = add_endpoint(desk.services, ada, "daily", url, "The CMS")
    for outcome in (
        Outcome(desk.clock(), 15_000, error="No answer: it took too long."),
        Outcome(desk.clock(), 35, 410, "Answered 410: it is gone for good."),
    ):
        message = send_test(desk.services, ada, endpoint.id)
        settle(desk.services, endpoint, [(message, outcome)], lease=desk.services.lease)
    return visit("ada", at=f"/admin/webhooks/{endpoint.id}")


def webhooks(desk: Desk, visit: Visitor) -> Page:
    """Endpoints, one of them switched off."""
    page = webhook(desk, visit)
    add_endpoint(desk.services, None, "daily", "https://a.example/" + "long/" * 20)
    page.goto("/admin/webhooks")
    return page


def webhook_at_work(desk: Desk, visit: Visitor) -> Page:
    """One endpoint that can be tried, with messages to be sent again."""
    page = webhook(desk, visit)
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_role("button", name="Send a test").wait_for()
    return page


def api(desk: Desk, visit: Visitor) -> Page:
    """The document of the API."""
    page = visit.stranger()
    page.goto("/docs")
    return page


PAGES: tuple[Callable[[Desk, Visitor], Page], ...] = (
    login,
    api,
    mine,
    free,
    held,
    escalated,
    decided,
    queue,
    empty_queue,
    empty,
    refused,
    nothing_here,
    not_yours,
    search,
    nothing_found,
    settings,
    me,
    rest,
    _of_ada("account", "/account"),
    _of_ada("people", "/admin/users"),
    _of_ada("person", "/admin/users/mona"),
    _of_ada("keys", "/admin/keys"),
    _of_ada("key_new", "/admin/keys/new"),
    key,
    _of_ada("sites", "/admin/sites"),
    _of_ada("site_new", "/admin/new-site"),
    rehearsed,
    _of_ada("no_webhooks", "/admin/webhooks"),
    _of_ada("webhook_new", "/admin/webhooks/new"),
    webhooks,
    webhook,
    webhook_at_work,
    _of_ada("audit", "/admin/audit"),
    secret,
    at_fault,
)
