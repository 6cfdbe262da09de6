"""A site that comes over: 500 comments without context are decided alike at all five doors.

And scored alike, to the last digit, where a protocol carries scores. The shipped model scores, so
that nothing but the protocols is between the answers; the site has numbers of its own to block by.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask.testing import FlaskClient

from moderation.accounts import KeyKind
from moderation.credentials import new_secret
from moderation.scoring.active import ActiveModel
from moderation.scoring.registry import Registry
from moderation.settings import Settings
from moderation.storage import SqlStore, open_store
from moderation.web.app import create_app
from moderation.workflow import Services
from tests.compat.akismet.conftest import Cms, an_akismet_key
from tests.compat.coral.imitation import Coral
from tests.compat.five_hundred import five_hundred
from tests.factories import a_site
from tests.web.conftest import Caller

ROOT = Path(__file__).resolve().parents[2]
ATTRIBUTES = {
    "TOXICITY": "toxicity",
    "INSULT": "insult",
    "IDENTITY_ATTACK": "identity_attack",
    "PROFANITY": "profanity",
    "THREAT": "threat",
    "SEXUALLY_EXPLICIT": "sexual_explicit",
}
CATEGORIES = {"harassment": "insult", "hate": "identity_attack", "sexual": "sexual_explicit"}
IN_CORAL = {"allow": "NONE", "review": "SYSTEM_WITHHELD", "block": "REJECTED"}
SITE = a_site(thresholds={"toxicity": {"block": 0.95}, "insult": {"block": 0.8}})
"""Blocks where it is told to: the shipped model by itself does not."""


@dataclass(frozen=True)
class Doors:
    """One site's callers of every kind, and where its comments are kept."""

    client: FlaskClient
    store: SqlStore

    def program(self) -> Caller:
        """A program with a new key, for every interface that takes one in a header."""
        return Caller(self.client, self._new_key(KeyKind.SITE))

    def cms(self) -> Cms:
        """A CMS that was made to call Akismet."""
        with self.store.write() as work:
            work.accounts.put_key(an_akismet_key(SITE))
            work.commit()
        return Cms(self.client)

    def coral(self) -> Coral:
        """A tenant of Coral with a new secret."""
        return Coral(self._to_phase, [self._new_key(KeyKind.CORAL)])

    def _to_phase(self, raw: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = self.client.post("/coral/phase", data=raw, headers=dict(headers))
        return answer.status_code, answer.data

    def _new_key(self, kind: KeyKind) -> str:
        secret, key = new_secret(kind, site_id=SITE.id)
        with self.store.write() as work:
            work.accounts.put_key(key)
            work.commit()
        return secret


@pytest.fixture(scope="module")
def doors(migrated_file: Path) -> Iterator[Doors]:
    """The app over the shipped model, and a database in memory.

    A thousand commits to a disk would take longer than all the scoring.
    """
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        path = Path(folder) / "moderation.sqlite3"
        shutil.copyfile(migrated_file, path)
        store = open_store(f"sqlite:///{path}")
        with store.write() as work:
            work.sites.put(SITE)
            work.commit()
        scorers = ActiveModel(Registry(ROOT / "models", ROOT / "models" / "none"))
        services = Services(store, scorers, audit_rate=0.0)
        app = create_app(Settings(secret_key="only for tests", coral_budget_ms=60_000), services)
        yield Doors(app.test_client(), store)
        store.dispose()


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """What passes through each door."""
    return five_hundred()


@pytest.fixture(scope="module")
def natively(doors: Doors, texts: list[str]) -> list[dict]:
    """What `/v1/classify` says of them: enough of every decision to tell a door that errs."""
    answer = doors.program().post("/v1/classify", {"comments": [{"text": text} for text in texts]})
    results: list[dict] = answer.json["results"]
    decisions = Counter(one["decision"] for one in results)
    assert decisions.total() == len(texts) == 500
    assert min(decisions[one] for one in IN_CORAL) > 50, decisions
    assert sum(one["language"] != "en" for one in results) > 40
    return results


def test_perspective_answers_alike(doors: Doors, texts: list[str], natively: list[dict]) -> None:
    program, scored = doors.program(), 0
    for text, native in zip(texts, natively, strict=True):
        found = analyzed(program, text)
        assert found["xModeration"]["decision"] == native["decision"], text
        assert found["xModeration"]["policy"] == native["policy"]
        told = found.get("attributeScores")
        assert (told is None) is (native["language"] != "en"), text
        if told:
            scored += 1
            for name, label in ATTRIBUTES.items():
                assert told[name]["summaryScore"]["value"] == native["scores"][label], text
    assert scored > 400


def analyzed(program: Caller, text: str) -> dict:
    """Perspective's answer; the language of the site is named where none shows in the text."""
    body = {
        "comment": {"text": text},
        "requestedAttributes": {name: {} for name in ATTRIBUTES},
        "dropUnsupportedAttributes": True,
    }
    found: dict = program.post("/v1alpha1/comments:analyze", body).json
    if "error" in found:
        (detail,) = found["error"]["details"]
        assert detail["errorType"] == "LANGUAGE_DETECTION_FAILED", text
        found = program.post("/v1alpha1/comments:analyze", body | {"languages": ["en"]}).json
    return found


def test_openai_s_moderations_answer_alike(
    doors: Doors, texts: list[str], natively: list[dict]
) -> None:
    found = doors.program().post("/v1/moderations", {"input": texts}).json
    for text, native, result, ours in zip(
        texts, natively, found["results"], found["x_moderation"]["results"], strict=True
    ):
        assert ours["decision"] == native["decision"], text
        assert ours["scores"] == native["scores"]
        assert result["flagged"] is (native["decision"] != "allow"), text
        assert result["flagged"] is any(result["categories"].values())
        for category, label in CATEGORIES.items():
            assert result["category_scores"][category] == native["scores"][label]
    assert found["model"] == natively[0]["model"]


def test_one_string_is_answered_as_in_a_list(doors: Doors, texts: list[str]) -> None:
    program, some = doors.program(), texts[::25]
    together = program.post("/v1/moderations", {"input": some}).json["results"]
    alone = [program.post("/v1/moderations", {"input": one}).json["results"][0] for one in some]
    assert alone == together


def test_akismet_answers_alike(doors: Doors, texts: list[str], natively: list[dict]) -> None:
    cms, guids = doors.cms(), []
    for text, native in zip(texts, natively, strict=True):
        answer = cms.check(text)
        assert answer.text == ("false" if native["decision"] == "allow" else "true"), text
        guids.append(answer.headers["X-akismet-guid"])
    with doors.store.read() as work:
        kept = [work.comments.get(SITE.id, guid) for guid in guids[::10]]
    rulings = [one.ruling for one in kept if one and one.ruling]
    assert [(one.decision, one.scores) for one in rulings] == [
        (native["decision"], native["scores"]) for native in natively[::10]
    ]


@pytest.mark.parametrize(
    "written",
    [str, lambda text: f"<div>{escape(text, quote=False)}</div>"],
    ids=["typed", "edited"],
)
def test_coral_answers_alike(
    doors: Doors, texts: list[str], natively: list[dict], written: Callable[[str], str]
) -> None:
    # A phase is set to have comments as they were typed, or in the HTML of Coral's editor.
    coral = doors.coral()
    for text, native in zip(texts, natively, strict=True):
        assert coral.status_of(written(text)) == IN_CORAL[native["decision"]], text


def test_what_is_submitted_is_decided_as_what_is_only_classified(
    doors: Doors, texts: list[str], natively: list[dict]
) -> None:
    program = doors.program()
    for number in range(0, len(texts), 10):
        sent = {"id": f"c{number}", "text": texts[number]}
        kept, native = program.post("/v1/comments", sent).json, natively[number]
        assert kept["decision"] == native["decision"], texts[number]
        assert kept["scores"] == native["scores"]
