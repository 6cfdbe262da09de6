"""Texts made to break a page: each is shown as text, does nothing, and stays in its box."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

from moderation.accounts import KeyKind
from moderation.credentials import new_secret
from moderation.review_queue import Verdict
from moderation.stored import QueueFilter
from moderation.workflow.intake import read
from moderation.workflow.reviewing import claim_next, give_verdict
from tests.review.accessibility import sideways
from tests.review.conftest import Desk, Visitor

pytestmark = pytest.mark.browser

LONGEST = 20_000
FAINT = 8
"""Of 255: two pictures of the same page may differ by the rounding of a rounded corner."""
SPECK = 4
"""Pixels: the corner of one accent covers nothing, and nobody sees it."""
STACK = "a" + "\u0301" * 150
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
MARKUP = """markup </div></article></textarea></title></script>
<script>window.owned = 1; document.title = 'owned'; alert(1)</script>
<script src="https://elsewhere.example/x.js"></script><style>* { display: none }</style>
<img src=x onerror="window.owned = 2"><svg onload="window.owned = 3"><iframe srcdoc="<p>x">
<form action="https://elsewhere.example"><button autofocus onfocus="window.owned = 4">Go</form>
<meta http-equiv="refresh" content="0; url=https://elsewhere.example"><base href="//elsewhere">
<a href="javascript:window.owned = 5">link</a> <b onmouseover="window.owned = 6">hover</b>
{{ 7 * 7 }} {% include "/etc/passwd" %} ${window.owned = 7} &lt;b&gt; &#60;b&#62; <!-- ]]> --!>
'"><x onclick=window.owned=8 data-key="a" class="actions" id="verdict"> silly"""
TEXTS = {
    "markup": MARKUP,
    "overrides": "overrides " + "\u202e\u2066\u202b" * 300 + "gnihton yllis \u202c\u2069 silly",
    "marks": "marks silly a" + "\u0301\u0489\u20dd\u0e47" * 2_500,
    "emoji": f"emoji silly {FAMILY * 1_000}" + "\U0001f4a9" * 2_000,
    "wordy": "wordysilly" + "W" * (LONGEST - 10),
}
NAME = f'<i onclick="window.owned = 9">\u202e{STACK}'[:180] + "W" * 20

# A box with hostile text in it: the nearest element that lets nothing out.
_TAG = r"""() => {
  const hostile = /[\u0301\u202e\u0489]|W{9}|onclick=|\u{1f4a9}/u;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!hostile.test(walker.currentNode.data)) continue;
    const parent = walker.currentNode.parentElement;
    if (!parent.checkVisibility()) continue;
    let box = parent;
    for (let up = parent, left = 3; up && left; up = up.parentElement, left--)
      if (getComputedStyle(up).overflowX !== 'visible') { box = up; break; }
    box.classList.add('hostile');
  }
  return document.querySelectorAll('.hostile').length;
}"""
_COVERED = """() => [...document.querySelectorAll('.actions button, .actions summary')]
  .filter(button => button.checkVisibility())
  .filter(button => {
    const {left, top, width, height} = button.getBoundingClientRect();
    return !button.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  }).map(button => button.outerHTML)"""
_SAID = """words => {
  const copy = words.cloneNode(true);
  copy.querySelectorAll('.hidden-character, .unseen').forEach(added => added.remove());
  return copy.textContent;
}"""


def hand_in(desk: Desk) -> None:
    """As a site's program does, with all that others may name as hostile as the comments."""
    secret, key = new_secret(KeyKind.SITE, site_id=desk.site.id)
    with desk.services.store.write() as work:
        work.accounts.put_key(key)
        work.sites.put(replace(desk.site, name=NAME))
        work.accounts.put_user(replace(desk.person("bo"), name=NAME))
        work.commit()
    program, headers = desk.app.test_client(), {"Authorization": f"Bearer {secret}"}

    def send(method: str, path: str, body: dict[str, object]) -> None:
        reply = program.open(f"/v1/{path}", method=method, json=body, headers=headers)
        assert reply.status_code < 300, reply.get_data(as_text=True)

    article = "<x'\">"
    text = f"{MARKUP} {STACK}\n\n{TEXTS['marks']}"
    send("PUT", f"articles/{quote(article)}", {"title": f"{NAME} {STACK}", "text": text})
    common = {"article_id": article, "author": {"id": "<u'\">", "name": NAME}}
    send("POST", "comments", {"id": "parent", "text": STACK * 5, **common})
    for id, text in TEXTS.items():
        desk.clock.advance(minutes=1)
        send("POST", "comments", {"id": id, "text": text, "parent_id": "parent", **common})
        report = {"reason": f"<b>{STACK}", "text": f"{MARKUP} {STACK}", "by": f"<i>{STACK}"}
        send("POST", f"comments/{id}/reports", report)
        send("POST", "comments", {"id": f"{id}-reply", "text": STACK, "parent_id": id, **common})


def check_layout(page: Page) -> None:
    """No hostile text scrolls the page sideways, covers a control or is drawn outside its box."""
    for width, height in ((1440, 900), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        assert not sideways(page), width
        assert page.evaluate(_COVERED) == [], width
    # As high as most pages are, so that one picture shows all of them.
    page.set_viewport_size({"width": 360, "height": 1_800})
    assert page.evaluate(_TAG)
    boxes = page.locator(".hostile")
    hidden = [boxes, page.locator("#lease-words")]
    shown = page.screenshot(mask=hidden, animations="disabled")
    boxes.evaluate_all("found => found.forEach(box => { box.style.visibility = 'hidden' })")
    bare = page.screenshot(mask=hidden, animations="disabled")
    boxes.evaluate_all("found => found.forEach(box => { box.style.visibility = '' })")
    assert _differs(shown, bare) is None, "something is drawn outside its box"


def _differs(one: bytes, other: bytes) -> tuple[int, int, int, int] | None:
    """The part of two pictures in which they differ so that one could see it: not a speck."""
    pictures = [Image.open(io.BytesIO(picture)).convert("L") for picture in (one, other)]
    box = ImageChops.difference(*pictures).point(lambda by: 255 * (by > FAINT)).getbbox()
    return box if box and max(box[2] - box[0], box[3] - box[1]) > SPECK else None


def check_harmless(page: Page) -> None:
    """Nothing in the texts has become a part of the page or was run."""
    assert page.evaluate("window.owned") is None
    assert "owned" not in page.title()
    made = "script, style, img, iframe, form, meta, base, x, b, i, svg, a"
    assert page.locator(", ".join(f".words {tag}" for tag in made.split(", "))).count() == 0


def test_hostile_texts_are_shown_and_do_nothing(running_desk: Desk, visit: Visitor) -> None:
    hand_in(running_desk)
    page = visit("mona", at="/review/queue")
    check_layout(page)
    check_harmless(page)
    page.goto("/review")
    for name, text in TEXTS.items():
        words = page.locator(".subject .words")
        expect(words).to_contain_text(name)
        visible = re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)
        assert words.evaluate(_SAID) == visible
        words.hover(position={"x": 5, "y": 5})
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        check_layout(page)
        check_harmless(page)
        page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    check_layout(page)
    check_harmless(page)
    for name in TEXTS:
        assert read(running_desk.services, running_desk.site, name)[0].status.value == "rejected"


def test_hostile_names_are_shown_and_do_nothing(running_desk: Desk, visit: Visitor) -> None:
    hand_in(running_desk)
    services, bo = running_desk.services, running_desk.person("bo")
    item = claim_next(services, bo, QueueFilter())
    assert item is not None
    page = visit("bo", at=f"/review/{item.id}")
    check_layout(page)
    page = visit("lea", at=f"/review/{item.id}")
    check_layout(page)
    check_harmless(page)
    give_verdict(services, bo, item.id, Verdict.ESCALATE, item.version)
    for at in ("/review/queue?escalated=yes", f"/review/{item.id}"):
        page.goto(at)
        check_layout(page)
        check_harmless(page)
