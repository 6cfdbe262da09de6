"""The whole trip of a comment, from a site's article to a model that has learnt from it.

Everything goes through what users have: the HTTP interface and the commands, over the
model that is shipped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation import settings
from moderation.assembly import build_services
from moderation.cli import main as moderation
from moderation.storage import SqlStore
from moderation.web.app import create_app
from training.cli import run as training

ROOT = Path(__file__).resolve().parents[1]
ARTICLE = {
    "title": "Swimming pool to stay open through the winter",
    "text": "The open-air pool will stay open through the winter, the town council decided. "
    "The water will be heated with waste heat from the bakery next door. Tickets stay at "
    "four euros; swimmers had collected two thousand signatures for the longer season.",
}
THREAD = [
    {"id": "1", "text": "Wonderful. I swim every morning and signed the petition for the pool."},
    {"id": "2", "parent_id": "1", "text": "You are a stupid idiot and nobody wants you here."},
    {"id": "3", "parent_id": "2", "text": "Please stay civil. It is only a swimming pool."},
    {"id": "4", "text": "Only a complete moron swims in winter. Pathetic losers, all of you."},
    {"id": "5", "parent_id": "1", "text": "Shut up, you disgusting ugly fool."},
]


class Caller:
    """Somebody with a key."""

    def __init__(self, client: FlaskClient, secret: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {secret}"}

    def send(self, method: str, path: str, body: object = None) -> TestResponse:
        return self._client.open(path, method=method, json=body or {}, headers=self._headers)

    def post(self, path: str, body: object = None) -> TestResponse:
        return self.send("POST", path, body)

    def claim(self) -> dict[str, object]:
        answer = self.post("/v1/queue/claim")
        assert answer.status_code == 200, answer.text
        item: dict[str, object] = answer.get_json()["item"]
        return item

    def decide(self, item: dict[str, object], verdict: str) -> TestResponse:
        body = {"verdict": verdict, "version": item["version"]}
        return self.post(f"/v1/queue/{item['id']}/verdict", body)


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Runs a command line over an installation of its own; what it printed."""
    monkeypatch.setenv("MODERATION_VAR", str(tmp_path / "var"))
    # A busy machine must not change who answers.
    monkeypatch.setenv("MODERATION_DEEP_BUDGET_MS", "0")
    if "MODERATION_MODELS" not in os.environ:
        monkeypatch.setenv("MODERATION_MODELS", str(ROOT / "models"))

    def run(*words: str) -> str:
        program = training if words[0] == "training" else moderation
        code = program(words[1:] if words[0] == "training" else words)
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return printed.out

    return run


@pytest.fixture
def client(command: Callable[..., str]) -> Iterator[FlaskClient]:
    """The service over the same installation."""
    command("db", "upgrade")
    found = settings.load(os.environ)
    services = build_services(found)
    yield create_app(found, services).test_client()
    assert isinstance(services.store, SqlStore)
    services.store.dispose()


def secret_in(printed: str) -> str:
    return printed.split("secret ")[1].strip()


def test_a_comment_travels_from_the_site_to_a_better_model(
    client: FlaskClient, command: Callable[..., str], tmp_path: Path
) -> None:
    # A site gets its key, two moderators get theirs.
    command("sites", "add", "gazette", "--name", "The Gazette")
    site = Caller(client, secret_in(command("keys", "add", "--site", "gazette")))
    people = []
    for login in ("mona", "max"):
        command("users", "add", login)
        made = command("keys", "add", "--kind", "personal", "--user", login)
        people.append(Caller(client, secret_in(made)))
    mona, max_ = people

    # The site hands in an article and its thread.
    assert site.send("PUT", "/v1/articles/pool", ARTICLE).status_code in (200, 201)
    answers = [
        site.post("/v1/comments", {"article_id": "pool", **comment}).get_json()
        for comment in THREAD
    ]
    status = {answer["id"]: answer["status"] for answer in answers}
    assert status["1"] == status["3"] == "published"
    assert status["2"] != "published"
    assert not any(answer["orphan"] for answer in answers)
    insulted = answers[1]
    assert insulted["scores"]["insult"] > 0.8
    assert "insult" in {reason.get("label") for reason in insulted["reasons"]}
    thanks = site.post("/v1/classify", {"text": "Thank you, that was a kind answer."}).get_json()
    assert thanks["scores"]["insult"] < 0.2
    assert thanks["decision"] == "allow"
    version = insulted["model"]

    # The same text without memory gets the same score.
    asked = {
        "text": THREAD[1]["text"],
        "article": {"id": "pool"},
        "parent": {"text": THREAD[0]["text"]},
    }
    assert site.post("/v1/classify", asked).get_json()["scores"] == insulted["scores"]

    # Two moderators get two different items.
    first, second = mona.claim(), max_.claim()
    assert first["id"] != second["id"]

    # A verdict publishes; taken back, the comment is as before; then the right one.
    assert mona.decide(first, "approve").status_code == 200
    case = mona.send("GET", f"/v1/queue/{first['id']}").get_json()
    comment_id, shown = case["comment"]["id"], case["comment"]["status"]
    assert shown == "published"
    undone = mona.post(f"/v1/queue/{first['id']}/undo")
    assert undone.status_code == 200
    assert site.send("GET", f"/v1/comments/{comment_id}").get_json()["status"] == status[comment_id]
    assert mona.decide(first, "reject").status_code == 409, "the version seen is no longer current"
    again = mona.send("GET", f"/v1/queue/{first['id']}").get_json()["item"]
    assert mona.decide(again, "reject").status_code == 200
    assert site.send("GET", f"/v1/comments/{comment_id}").get_json()["status"] == "rejected"
    assert max_.decide(second, "reject").status_code == 200

    # Verdicts become training rows, and rows a new version.
    rows = tmp_path / "rows.jsonl"
    assert "wrote 2 rows" in command("training", "feedback", "--out", str(rows))
    taught = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    assert [row["verdict"] for row in taught] == ["reject", "reject"]
    assert case["comment"]["text"] in {row["text"] for row in taught}
    folder = command("training", "train", "--from", version, "--feedback", str(rows))
    made_here = Path(folder.strip().splitlines()[-1]).name
    assert made_here != version

    # Activated, the new version answers at once; rolled back, the old one does.
    command("models", "activate", made_here)
    assert site.post("/v1/classify", asked).get_json()["model"] == made_here
    assert f"* {made_here}" in command("models", "list")
    command("models", "rollback")
    assert site.post("/v1/classify", asked).get_json()["model"] == version
