"""Every example of `integrations/` does what it says, against a running service."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from pathlib import Path

import pytest

from tests.drills.service import ROOT
from tests.integrations.conftest import PYTHON, Example, Served, running

EXAMPLES = ROOT / "integrations" / "examples"
README = (PYTHON / "README.md").read_text(encoding="utf-8")


def test_the_readme_of_the_python_client_runs_as_it_stands(
    example: Example, tmp_path: Path
) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 4
    program = tmp_path / "readme.py"
    program.write_text("\n".join(blocks))
    said = example(sys.executable, "-W", "error", str(program), PYTHONPATH=str(PYTHON))
    lines = said.splitlines()
    assert lines[0].startswith("review [")
    assert lines[1].startswith("Thank you. allow ")
    assert lines[2].startswith("not judged: Failed(")
    assert lines[3].startswith("held 1 ")
    assert lines[4] == "open"
    assert "invalid_input text" in said
    assert "decided rejected" in said
    assert lines[-1] == "open"


def test_what_the_readme_does_with_an_answer_outlives_the_loss_of_the_database(
    without_database: Served, tmp_path: Path
) -> None:
    first, second, *_ = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    opening = first.partition("article = ")[0]
    handing_in = re.search(r"^kept = .*?(?=^print)", second, re.DOTALL | re.MULTILINE)
    assert handing_in
    program = tmp_path / "handing_in.py"
    program.write_text(opening + handing_in[0])
    example = running(without_database, tmp_path)
    said = example(sys.executable, "-W", "error", str(program), PYTHONPATH=str(PYTHON))
    assert re.fullmatch(r"not kept: hold it and hand it in again in \d+\.0 seconds\n", said)


def test_curl_is_enough(example: Example) -> None:
    if shutil.which("curl") is None:
        pytest.skip("NO CURL HERE: the example was not run")
    said = example("sh", str(EXAMPLES / "moderate.sh"))
    assert "do not show it yet" in said
    assert '"stage":"open"' in said


def test_curl_tries_again_what_the_example_says_and_nothing_else(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("NO CURL HERE: the example was not run")
    script = EXAMPLES / "moderate.sh"
    comment = script.read_text(encoding="utf-8").partition("ask()")[0].rpartition("2xx")[2]
    named = [int(status) for status in re.findall(r"\b[45]\d\d\b", comment)]
    assert named == [408, 429, 500, 502, 503, 504]
    # Each of its five calls fails for a while, and the last one for good.
    first = [408, 429, 200, 500, 200, 502, 200, 503, 504, 200, 501]
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_any(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(f"{self.command} {self.path}")
            self.send_response(first[len(asked) - 1])
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_PUT = do_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        known = {"PATH": os.environ["PATH"], "MODERATION_URL": url, "MODERATION_KEY": "k"}
        done = subprocess.run(["sh", str(script)], env=known, capture_output=True, timeout=100)
        server.shutdown()
    assert done.returncode != 0
    tries = [len(list(same)) for _, same in groupby(asked)]
    assert tries == [3, 2, 2, 3, 1]


def test_fetch_is_enough(example: Example) -> None:
    said = example("node", str(EXAMPLES / "moderate.mjs")).splitlines()
    assert said == [
        "allow: show it",
        "review: do not show it yet",
        "no answer: invalid_input",
        "node-1 held do not show it yet",
        "reported: open",
        "refused: invalid_input",
    ]


def test_the_client_needs_nothing_of_the_service() -> None:
    for path in (PYTHON / "moderation_client").glob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(), re.MULTILINE)
        assert not {"moderation", "flask", "sqlalchemy", "requests"} & set(imported), path.name
