"""What the script of an open page asks the desk for, and what it is told; no browser needed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.review_queue import ReviewItem, Verdict
from moderation.workflow.reviewing import claim_item, give_verdict
from tests.review.conftest import Desk, signed_in, token
from training.feedback import rows


@dataclass
class Script:
    """Asks as the script of an open page does."""

    client: FlaskClient
    token: str

    def post(self, path: str, **fields: object) -> TestResponse:
        headers = {"X-CSRFToken": self.token, "Accept": "application/json"}
        return self.client.post(path, data=fields, headers=headers)

    def next(self, *on_screen: str, at: str = "/review/next") -> str | None:
        """The id of the item that is given out, none where there is none."""
        reply = self.post(at, on_screen=list(on_screen))
        found = re.search(r'id="case"[^>]* data-item="(\w+)"', reply.get_data(as_text=True))
        assert (reply.status_code, bool(found)) in ((200, True), (204, False))
        return found[1] if found else None

    def decide(
        self, item: ReviewItem, verdict: str, version: int = 1, **more: object
    ) -> tuple[int, dict[str, Any]]:
        reply = self.post(f"/review/{item.id}/verdict", verdict=verdict, version=version, **more)
        return reply.status_code, reply.get_json()


@pytest.fixture
def mona(desk: Desk) -> Script:
    client = signed_in(desk, "mona")
    return Script(client, token(client))


def messages(desk: Desk, *, send: bool = False) -> list[str]:
    """What waits to be told to the outside about verdicts; with `send` it leaves."""
    with desk.services.store.write() as work:
        found = [m for m in work.outbox.pending(100) if m.type != "comment.scored"]
        for message in found if send else ():
            work.outbox.mark_sent(message.id, desk.clock())
        work.commit()
    return [message.type for message in found]


def test_a_fragment_is_the_item_alone_with_its_actions(desk: Desk, mona: Script) -> None:
    desk.queued("c1", "A <b>silly</b> idea.")
    page = mona.post("/review/next").get_data(as_text=True)
    assert "&lt;b&gt;" in page
    assert 'value="approve"' in page
    for part in ("<html", "<script", "<dialog", "<template", 'class="top"'):
        assert part not in page


def test_what_is_on_screen_does_not_come_again(desk: Desk, mona: Script) -> None:
    first, second, _ = (desk.queued(f"c{n}") for n in range(3))
    assert mona.next() == first.id
    assert mona.next(first.id) == second.id
    assert mona.next(first.id, second.id) is None
    assert mona.next() == first.id


def test_the_next_one_is_of_the_chosen_kind(desk: Desk, mona: Script) -> None:
    desk.queued("c1")
    wanted = desk.queued("c2", "A silly idea about bitcoin.")
    assert mona.next(at="/review/next?label=off_topic") == wanted.id
    assert mona.next(wanted.id, at="/review/next?label=off_topic") is None


def test_whether_something_waits_is_told_without_taking_it(desk: Desk, mona: Script) -> None:
    def waits(query: str = "") -> bool:
        return bool(mona.client.get(f"/review/next{query}").get_json()["waits"])

    assert not waits()
    item = desk.queued("c1")
    assert waits()
    assert not waits("?label=off_topic")
    claim_item(desk.services, desk.person("bo"), item.id)
    assert not waits()


def test_a_verdict_says_what_it_has_become_and_how_it_is_undone(desk: Desk, mona: Script) -> None:
    item = desk.queued("c1")
    told = {"message": "Rejected as insult.", "version": 2, "undo": 2}
    assert mona.decide(item, "reject", labels=["insult"]) == (200, told)
    assert mona.decide(item, "reject", labels=["insult"]) == (200, told)
    # The page that is opened next has no banner of something done elsewhere.
    assert "Rejected as insult." not in mona.client.get("/review").get_data(as_text=True)


def test_a_skip_is_answered_alike_once_a_colleague_has_the_comment(
    desk: Desk, mona: Script
) -> None:
    item = desk.queued("c1")
    told = {"message": "Skipped.", "version": 1, "undo": 2}
    assert mona.decide(item, "skip") == (200, told)
    claim_item(desk.services, desk.person("bo"), item.id)
    assert mona.decide(item, "skip") == (200, told)


def test_a_refusal_says_who_decided_what(desk: Desk, mona: Script) -> None:
    item = desk.queued("c1", "A silly idea.")
    give_verdict(desk.services, desk.person("bo"), item.id, Verdict.REJECT, 1)
    status, body = mona.decide(item, "approve")
    assert (status, body["error"]["code"]) == (409, "stale_version")
    details = body["error"]["details"]
    assert details["heading"] == "Already decided"
    assert details["explanation"] == "Rejected by Bo, just now. Your verdict was not taken."
    assert details["link"] == f"/review/{item.id}"
    assert details["excerpt"] == "A silly idea."


def test_the_same_verdict_after_a_colleague_has_nothing_to_undo(desk: Desk, mona: Script) -> None:
    item = desk.queued("c1")
    give_verdict(desk.services, desk.person("bo"), item.id, Verdict.REJECT, 1)
    status, told = mona.decide(item, "reject")
    assert (status, told["undo"]) == (200, None)
    assert told["message"] == "Rejected by Bo before you; nothing was left to do."


def test_a_script_without_the_token_is_told_in_json(desk: Desk, mona: Script) -> None:
    item = desk.queued("c1")
    status, body = Script(mona.client, "stale").decide(item, "approve")
    assert (status, body["error"]["code"]) == (400, "csrf")
    assert body["error"]["details"]["link"] == f"/review/{item.id}"


@pytest.mark.parametrize("was_sent", [False, True])
def test_after_undo_nothing_of_the_verdict_is_left(
    desk: Desk, mona: Script, was_sent: bool
) -> None:
    item = desk.queued("c1")
    _, told = mona.decide(item, "reject")
    assert messages(desk, send=was_sent) == ["verdict.given"]

    def exported() -> list[str]:
        return [row.id for row in rows(desk.services.store, key=b"k", audit_rate=0.0)]

    assert exported() == [item.comment_key]
    for _ in range(2):
        reply = mona.post(f"/review/{item.id}/undo", sequence=told["undo"])
        assert reply.status_code == 200
        assert f'data-item="{item.id}" data-standing="mine"' in reply.get_data(as_text=True)
        assert messages(desk) == (["verdict.undone"] if was_sent else [])
        assert exported() == []


def test_undo_keeps_what_is_on_screen_and_gives_back_the_rest(desk: Desk, mona: Script) -> None:
    first, second, third, _ = (desk.queued(f"c{n}") for n in range(4))
    mona.next()
    mona.next(first.id)
    _, told = mona.decide(first, "approve")
    assert mona.next(second.id) == third.id
    mona.post(f"/review/{first.id}/undo", sequence=told["undo"], on_screen=second.id)
    with desk.services.store.read() as work:
        held = {item.id for item in work.queue.held_by("mona", desk.clock())}
    assert held == {first.id, second.id}


def test_thirty_acts_can_be_undone_from_a_page_and_five_are_in_sight(
    desk: Desk, mona: Script
) -> None:
    for number in range(32):
        desk.clock.advance(seconds=1)
        mona.decide(desk.queued(f"c{number}"), "approve")
    page = mona.client.get("/review").get_data(as_text=True)
    in_sight, folded = page.split("<template")[0].split('<details class="older"')
    assert in_sight.count('data-undo="this"') == 5
    assert folded.count('data-undo="this"') == 25


def test_what_was_skipped_and_then_decided_is_listed_as_decided(desk: Desk, mona: Script) -> None:
    item = desk.queued("c1")
    mona.decide(item, "skip")
    mona.decide(item, "reject")
    assert "<strong>Rejected</strong>" in mona.client.get("/review").get_data(as_text=True)


@pytest.mark.parametrize("held", ["abc:one", "abc", "\0:1"])
def test_what_a_page_claims_to_hold_is_checked(mona: Script, held: str) -> None:
    assert mona.post("/review/release", held=["other:1", held]).status_code == 400
