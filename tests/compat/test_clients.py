"""Real clients, unmodified, against a running service: what they make of our answers.

Each runs in a process of its own, as it would at a site, and tells what it got.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.served import Served, served
from moderation.storage import open_store
from tests.compat.unmodified import drive_node, drive_python

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = Path(__file__).parent / "clients"
HERE = "127.0.0.1"
IDIOT = "You are a damned idiot."
PATIENCE = 120
"""Seconds for all that one client does."""


@pytest.fixture(scope="module")
def service() -> Iterator[Served]:
    """gunicorn with two workers over the shipped model."""
    with served(ROOT / "models") as running:
        yield running


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """The npm packages of `package.json`, installed once for each set of pins."""
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("NO NPM: install Node.js to drive the clients of npm too")
    pins = (CLIENTS / "package.json").read_bytes()
    folder = ROOT / "build" / f"npm-{hashlib.sha256(pins).hexdigest()[:12]}"
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder.parent))
        (draft / "package.json").write_bytes(pins)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        try:
            subprocess.run(command, cwd=draft, check=True, timeout=PATIENCE, capture_output=True)
            draft.rename(folder)
        except (subprocess.SubprocessError, OSError):
            shutil.rmtree(draft, ignore_errors=True)
            pytest.skip("NPM DID NOT INSTALL ITS PACKAGES: its clients were not driven")
    return folder / "node_modules"


def told(service: Served, command: list[str], host: str = HERE, **environment: str) -> dict:
    """What a client printed; it gets the address and the key as arguments."""
    done = subprocess.run(
        [*command, *words(service, host)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict = json.loads(done.stdout)
    return found


def by_python(service: Served, module: str, name: str, host: str = HERE) -> dict:
    """What a script says that uses a package from PyPI."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"NO {module.upper()}: install requirements-dev.txt to drive this client too")
    return told(service, [sys.executable, str(CLIENTS / name)], host, no_proxy="*")


def words(service: Served, host: str = HERE) -> tuple[str, str]:
    """What a driver is told: where the service is, and a key."""
    return f"http://{host}:{service.port}", service.key


def native(service: Served, text: str = IDIOT, **more: object) -> dict[str, float]:
    """Our own scores of the same."""
    status, found = service.ask({"text": text, **more})
    assert status == 200
    scores: dict[str, float] = found["scores"]
    return scores


@pytest.fixture(scope="module", params=[HERE, "moderation_app"])
def google(service: Served, request: pytest.FixtureRequest) -> dict:
    """What google-api-python-client made of our answers, under an address and under a name as
    Docker Compose gives them."""
    return by_python(service, "googleapiclient", "google_discovery.py", request.param)


def test_google_s_client_builds_itself_from_the_discovery_document(
    service: Served, google: dict
) -> None:
    found = google
    scores = native(service)
    told = found["analyzed"]["attributeScores"]
    assert told["TOXICITY"]["summaryScore"]["value"] == scores["toxicity"]
    assert told["INSULT"]["spanScores"][0]["score"]["value"] == scores["insult"]
    assert found["suggested"] == {"clientToken": "comment:7", "detectedLanguages": ["en"]}
    assert found["foreign"]["status"] == 400
    assert found["foreign"]["details"][0]["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
    assert found["bad key"]["reason"] == "API key not valid. Please pass a valid API key."
    assert found["bad key"]["details"][0]["reason"] == "API_KEY_INVALID"


def test_google_s_client_sends_batches(service: Served, google: dict) -> None:
    found = google["batched"]
    assert len(found) == 51
    assert found["empty"]["details"][0]["errorType"] == "COMMENT_EMPTY"
    for number in (0, 49):
        score = found[f"c{number}"]["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
        assert score == native(service, f"Comment {number}.")["toxicity"]


def test_what_google_s_client_suggests_is_kept(service: Served, google: dict) -> None:
    assert google["suggested"]
    store = open_store(service.database)
    with store.read() as work:
        (kept,) = work.suggestions.all()
    store.dispose()
    assert (kept.text, kept.labels) == (IDIOT, {"toxicity": 1.0})


def check_openai(service: Served, found: dict) -> None:
    """What OpenAI's clients, of which there is one for each language, make of our answers."""
    scores = native(service)
    assert found["harassment"] == scores["insult"]
    assert found["one"]["results"][0]["flagged"]
    assert len(found["one"]["results"][0]["categories"]) == 13
    assert found["one"]["x_moderation"]["results"][0]["decision"] == "review"
    assert [result["flagged"] for result in found["many"]["results"]] == [True, False]
    assert len(found["parts"]["results"]) == 1
    assert found["empty"] == {
        "kind": "BadRequestError",
        "code": "empty_string",
        "type": "invalid_request_error",
        "param": "input",
    }
    assert (found["model"]["kind"], found["model"]["code"]) == ("NotFoundError", "model_not_found")
    assert (found["bad key"]["kind"], found["bad key"]["code"]) == (
        "AuthenticationError",
        "invalid_api_key",
    )


def test_openai_s_client_for_python_understands_every_answer(service: Served) -> None:
    check_openai(service, by_python(service, "openai", "openai_moderations.py"))


def test_openai_s_client_for_node_understands_every_answer(
    service: Served, node_modules: Path
) -> None:
    command = ["node", str(CLIENTS / "openai_moderations.cjs")]
    check_openai(service, told(service, command, NODE_PATH=str(node_modules)))


def test_perspective_api_client_understands_every_answer(
    service: Served, node_modules: Path
) -> None:
    command = ["node", str(CLIENTS / "perspective_api_client.cjs")]
    found = told(service, command, NODE_PATH=str(node_modules))
    scores = native(service)
    assert (
        found["plain"]["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
        == (scores["toxicity"])
    )
    assert set(found["many"]["attributeScores"]) == {"TOXICITY", "INSULT", "FLIRTATION"}
    parent = {"text": "How do I get across while the bridge is closed?"}
    off_topic = found["resource"]["attributeScores"]["OFF_TOPIC"]["summaryScore"]["value"]
    assert off_topic == native(service, "The ferry still goes.", parent=parent)["off_topic"]
    assert found["spam"] == {
        "kind": "ResponseError",
        "message": "Unknown requested attribute: SPAM",
        "status": 400,
    }
    assert found["bad key"]["message"] == "API key not valid. Please pass a valid API key."


def test_googleapis_for_node_builds_itself_from_the_discovery_document(service: Served) -> None:
    # `google.discoverAPI` is all in this part of googleapis, which is a tenth of the whole.
    found = drive_node("googleapis-common@8.0.3", "google_discovery.cjs", *words(service))
    scores = native(service)
    told = found["analyzed"]["attributeScores"]
    assert told["TOXICITY"]["summaryScore"]["value"] == scores["toxicity"]
    assert told["INSULT"]["spanScores"][0]["score"]["value"] == scores["insult"]
    assert found["suggested"] == [200, {"clientToken": "comment:9", "detectedLanguages": ["en"]}]
    assert (
        found["foreign"]["message"] == "Attribute TOXICITY does not support request languages: fr"
    )
    assert found["empty"] == {"status": 400, "code": 400, "message": "Comment must be non-empty."}
    assert found["bad key"]["message"] == "API key not valid. Please pass a valid API key."


def test_pyperspective_understands_every_answer(service: Served) -> None:
    found = drive_python("PyPerspective==1.0.4", "pyperspective_104.py", *words(service))
    scores = native(service)
    assert set(found["scores"]) == {"TOXICITY", "INSULT", "FLIRTATION"}
    assert found["scores"]["TOXICITY"] == [scores["toxicity"], "PROBABILITY"]
    assert found["spans"] == [[0, len(IDIOT), scores["toxicity"]]]
    assert found["languages"] == [["en"], ["en"]]
    assert (found["foreign"], found["empty"]) == ("TypeError", "TypeError")
    assert found["bad key"] == "InvalidAuthKey"


def test_perspective_of_pypi_understands_every_answer(service: Served) -> None:
    found = drive_python("perspective==1.0.3", "perspective_103.py", *words(service))
    scores = native(service)
    assert found["scores"] == {"TOXICITY": scores["toxicity"], "INSULT": scores["insult"]}
    assert found["whole"]["clientToken"] == found["suggested"]["clientToken"] == "comment:8"
    assert found["bad key"] == 400


def test_perspective_py_knows_the_words_of_errors(service: Served) -> None:
    # What else it needs is large, and among our own packages.
    pins = ("perspective-py==0.3.4", "perspective_py_034.py")
    found = drive_python(*pins, *words(service), beside=["pycountry==26.2.16"])
    assert len(found["percent"]) == 6
    assert found["percent"]["INSULT"] == native(service)["insult"] * 100
    assert found["foreign"][0] == "UnsupportedLanguage"
    assert found["bad key"][0] == "InvalidToken"


def test_pyspective_gets_eight_attributes_at_once(service: Served) -> None:
    found = drive_python("pyspective==0.0.2", "pyspective_002.py", *words(service))
    assert len(found["all"]) == 8
    assert found["all"]["INSULT"] == found["one"]["INSULT"] == native(service)["insult"]
    assert found["suggested"] == "Successed"
