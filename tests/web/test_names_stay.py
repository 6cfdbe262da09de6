"""The names and logins of moderators never leave the desk: programs get opaque ids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from flask import Flask

from moderation.accounts import Key, KeyKind, Role, User
from moderation.cli import main
from moderation.comments import Site
from moderation.credentials import new_secret
from moderation.preferences import Choices
from moderation.storage import SqlStore
from moderation.workflow import Services
from moderation.workflow.preferences import choose_care
from tests.factories import MILD, a_user
from tests.web.conftest import Caller
from training import feedback

NAME = "Zephyrine"
"""Whatever holds it was told who moderates."""

USER_ID = "5f0c6d0e9b8a4d3c8e7f6a5b4c3d2e1f"


@pytest.fixture
def moderator(
    app: Flask, keep_key: Callable[[Key], None], keep_user: Callable[[User], User]
) -> tuple[User, Caller]:
    """A moderator of that name, with a token that is called after them."""
    person = replace(a_user(USER_ID), login=f"{NAME.lower()}@example.org", name=f"{NAME} Doe")
    user = keep_user(person)
    secret, key = new_secret(KeyKind.PERSONAL, user_id=user.id, label=f"{NAME}'s token")
    keep_key(key)
    return user, Caller(app.test_client(), secret)


def hand_in(program: Caller, id: str) -> str:
    """A queued comment; the id of its item."""
    body = {"id": id, "text": f"A {MILD} one."}
    return str(program.post("/v1/comments", body).get_json()["item_id"])


def work_of(moderator: Caller, program: Caller) -> Iterator[bytes]:
    """A moderator's day: everything that can carry an actor; what was answered."""
    decided, undone, held, escalated, skipped = (hand_in(program, f"c{n}") for n in range(5))
    for item, verdict in ((decided, "reject"), (undone, "approve"), (escalated, "escalate")):
        body = {"verdict": verdict, "version": 1, "labels": ["insult"]}
        yield moderator.post(f"/v1/queue/{item}/verdict", body).data
    yield moderator.post(f"/v1/queue/{undone}/undo").data
    yield moderator.post(f"/v1/queue/{undone}/release").data
    yield moderator.post(f"/v1/queue/{skipped}/verdict", {"verdict": "skip", "version": 1}).data
    yield moderator.post(f"/v1/queue/{held}/claim").data


def what_others_see(app: Flask, colleague: Caller, program: Caller) -> Iterator[bytes]:
    """Every answer about that day that is no page, refusals too."""
    items = [program.get(f"/v1/comments/c{number}").get_json()["item_id"] for number in range(5)]
    for who in (colleague, program):
        for rule in app.url_map.iter_rules():
            is_page = rule.endpoint.startswith(("review.", "admin.", "static"))
            if "GET" in (rule.methods or ()) and not rule.arguments and not is_page:
                yield who.get(rule.rule).data
        for number in range(5):
            yield who.get(f"/v1/comments/c{number}").data
    yield program.post("/v1/comments/c0/reports", {"reason": "rude"}).data
    yield program.post("/v1/comments", {"id": "c1", "text": f"A {MILD} one, edited."}).data
    for item in items:
        yield colleague.get(f"/v1/queue/{item}").data
        body = {"verdict": "approve", "version": 9}
        for act in ("claim", "renew", "release", "undo"):
            yield colleague.post(f"/v1/queue/{item}/{act}").data
        yield colleague.post(f"/v1/queue/{item}/verdict", body).data


def test_no_answer_to_a_program_names_a_moderator(
    app: Flask,
    web: Services,
    person: Callable[..., Caller],
    program: Caller,
    moderator: tuple[User, Caller],
) -> None:
    user, caller = moderator
    choose_care(web, user, Choices(minutes=7))
    answers = [*work_of(caller, program)]
    answers += what_others_see(app, person("bo", Role.LEAD), program)
    assert len(answers) > 50
    together = b"\n".join(answers)
    assert NAME.encode().lower() not in together.lower()
    # Who it was can still be told apart.
    assert USER_ID.encode() in together


def test_no_message_to_the_outside_names_a_moderator(
    web: Services, program: Caller, moderator: tuple[User, Caller]
) -> None:
    _, caller = moderator
    list(work_of(caller, program))
    with web.store.read() as work:
        messages = work.outbox.pending(1000)
    assert {message.type for message in messages} >= {"verdict.given", "comment.scored"}
    sent = msgspec.json.encode(messages)
    assert NAME.encode().lower() not in sent.lower()


def test_no_export_names_a_moderator(
    web: Services,
    daily: Site,
    program: Caller,
    moderator: tuple[User, Caller],
    sqlite_store: SqlStore,
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, caller = moderator
    list(work_of(caller, program))
    monkeypatch.setenv("MODERATION_DATABASE_URL", sqlite_url)
    out = tmp_path / "out.jsonl"
    assert main(["export", str(out), "--site", daily.id]) == 0
    lines = out.read_bytes()
    every = [json.loads(line) for line in lines.splitlines()]
    comments = [line["id"] for line in every if line["type"] == "comment"]
    assert comments == [f"c{n}" for n in range(5)]
    [actor] = {line["actor"] for line in every if line.get("actor")}
    assert len(actor) == 16
    assert NAME.encode().lower() not in lines.lower()
    assert USER_ID.encode() not in lines


def test_no_training_row_names_a_moderator_nor_carries_their_id(
    web: Services, program: Caller, moderator: tuple[User, Caller]
) -> None:
    _, caller = moderator
    list(work_of(caller, program))
    rows = list(feedback.rows(web.store, key=b"k", audit_rate=0.0))
    assert [row.verdict for row in rows] == ["reject"]
    assert len(rows[0].decider) == 16
    again = list(feedback.rows(web.store, key=b"k", audit_rate=0.0))
    assert again[0].decider == rows[0].decider
    written = msgspec.json.encode(rows)
    assert NAME.encode().lower() not in written.lower()
    assert USER_ID.encode() not in written


def test_a_person_who_is_added_gets_an_id_that_says_nothing(
    tmp_path: Path, sqlite_store: SqlStore, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODERATION_DATABASE_URL", sqlite_url)
    assert main(["users", "add", NAME, "--name", f"{NAME} Doe"]) == 0
    with sqlite_store.read() as work:
        user = work.accounts.user_by_login(NAME)
    assert user is not None
    assert len(user.id) == 32
    assert set(user.id) <= set("0123456789abcdef")
