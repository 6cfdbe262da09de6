"""Everything goes out, and what an import can carry comes back the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moderation.comments import Author, NewComment, Site, StoredArticle
from moderation.review_queue import Verdict
from moderation.rulebook import SiteRules
from moderation.storage import SqlStore, open_store
from moderation.stored import Objection, Suggestion
from moderation.workflow import Services
from moderation.workflow.intake import erase, put_article, submit
from moderation.workflow.notes import add_note
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import give_verdict
from tests.cli.conftest import Run
from tests.factories import NOON, Clock, KeywordScorer, a_user

NOTE = "Only for colleagues."
DAILY = Site("daily", "The Daily", url="https://daily.example", rules=SiteRules(max_links=3))


@pytest.fixture
def store(ready: Run, var: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{var / 'moderation.sqlite3'}")
    yield opened
    opened.dispose()


@pytest.fixture
def lived_in(store: SqlStore, clock: Clock) -> SqlStore:
    """Two sites; one with all that can happen to a comment."""
    services = Services(store, KeywordScorer(), audit_rate=0.0, now=clock)
    mona = a_user("u-mona")
    with store.write() as work:
        work.accounts.put_user(mona)
        for site in (DAILY, Site("weekly", "The Weekly")):
            work.sites.put(site)
        work.commit()
    put_article(services, StoredArticle("daily", "a/1", "Bridge", "It is closed.", "https://x.y/"))
    author = Author("u5", "Ann", "e" * 64, None)
    # In order of ids the answer comes before what it answers.
    for id_, parent, text in (("9", None, "Which?"), ("10", "9", "You idiot."), ("8", None, "Go.")):
        submit(services, DAILY, NewComment(id_, text, "a/1", parent, author, created_at=NOON))
    submit(services, DAILY, NewComment("10", "You idiot, still.", "a/1", "9"))
    object_to(services, DAILY, "10", Objection("report", clock(), "Me!", "insult", "u8"))
    clock.advance(minutes=1)
    with store.read() as work:
        [item] = work.queue.items_of([work.comments.get("daily", "10").key]).values()
    add_note(services, mona, item.id, NOTE)
    give_verdict(services, mona, item.id, Verdict.REJECT, item.version)
    clock.advance(minutes=1)
    object_to(services, DAILY, "9", Objection("report", clock(), "Off topic", "", None))
    submit(services, DAILY, NewComment("gone", "Forget this."))
    erase(services, DAILY, "gone")
    with store.write() as work:
        key = work.comments.get("daily", "9").key
        for id_, about in (("s1", key), ("s2", None)):
            told = {"user_ip": "h"} if about else {}
            work.suggestions.put(
                Suggestion(
                    id_, "daily", "akismet", NOON, "Buy!", {"toxicity": 1.0}, "reject", about, told
                )
            )
        work.commit()
    submit(services, Site("weekly", "The Weekly"), NewComment("9", "Another nine."))
    return store


def lines_of(run: Run, *words: str) -> list[dict[str, Any]]:
    code, out, err = run("export", *words)
    assert code == 0, err
    return [json.loads(line) for line in out.splitlines()]


def carried(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What an import promises to bring, without what it makes anew."""
    anew = ("revision", "ruling")
    kinds = ("site", "article", "comment", "report", "appeal", "suggestion")
    kept = [line for line in lines if line["type"] in kinds]
    return [{name: value for name, value in line.items() if name not in anew} for line in kept]


def test_everything_that_is_known_goes_out(ready: Run, lived_in: SqlStore) -> None:
    lines = lines_of(ready)
    assert Counter(line["type"] for line in lines) == {
        "site": 2,
        "article": 1,
        "comment": 4,
        "revision": 1,
        "report": 2,
        "item": 2,
        "event": 4,
        "suggestion": 2,
    }
    by_type = {line["type"]: line for line in lines}
    assert by_type["revision"]["text"] == "You idiot."
    assert by_type["revision"]["ruling"]["scores"]
    kinds = [line["kind"] for line in lines if line["type"] == "event"]
    assert kinds == ["opened", "noted", "decided", "opened"]


def test_neither_moderators_nor_notes_nor_what_was_erased_go_out(
    ready: Run, lived_in: SqlStore
) -> None:
    written = json.dumps(lines_of(ready))
    for word in ("u-mona", NOTE, "Forget this.", "gone"):
        assert word not in written


def test_one_site_is_exported_alone(ready: Run, lived_in: SqlStore) -> None:
    lines = lines_of(ready, "--site", "weekly")
    assert [line["type"] for line in lines] == ["site", "comment"]


def test_what_an_import_carries_is_the_same_on_the_other_side(
    ready: Run, lived_in: SqlStore, var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.jsonl"
    assert ready("export", str(file))[0] == 0
    monkeypatch.setenv("MODERATION_VAR", str(tmp_path / "elsewhere"))
    code, out, err = ready("import", str(file))
    assert code == 0, err
    assert out.splitlines()[-1] == "read 4, stored 4, unchanged 0, skipped 0, orphans 0"
    there = lines_of(ready)
    here = [json.loads(line) for line in file.read_text().splitlines()]
    assert carried(there) == carried(here)

    again = ready("import", str(file))[1]
    assert again.splitlines()[-1] == "read 4, stored 0, unchanged 4, skipped 0, orphans 0"
    assert lines_of(ready) == there


def test_a_report_that_waits_brings_its_comment_before_a_moderator_and_no_other_does(
    ready: Run, lived_in: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.jsonl"
    ready("export", str(file))
    monkeypatch.setenv("MODERATION_VAR", str(tmp_path / "elsewhere"))
    ready("import", str(file))
    items = {line["comment_id"]: line for line in lines_of(ready) if line["type"] == "item"}
    assert [reason["code"] for reason in items["9"]["reasons"]] == ["reported"]
    assert items.get("10", {}).get("reports", 0) == 0


def test_several_sites_do_not_go_into_one(ready: Run, lived_in: SqlStore, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    ready("export", str(file))
    ready("sites", "add", "third")
    code, _, err = ready("import", "--site", "third", str(file))
    assert code == 1
    assert "several sites" in err


def test_a_dry_run_says_what_would_come_along(
    ready: Run, lived_in: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.jsonl"
    ready("export", str(file))
    monkeypatch.setenv("MODERATION_VAR", str(tmp_path / "elsewhere"))
    out = ready("import", "--dry-run", str(file))[1]
    assert "Stored with them      2 reports, 2 suggestions" in out
    assert "Not carried over      1 revision, 1 item, 4 event" in out
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "line",
    [
        '{"type": "report", "comment_id": "1", "at": "2026-01-01T00:00:00"}',
        '{"type": "report", "comment_id": "1", "at": "2026-01-01T00:00:00Z", "text": "a\\u0000"}',
        '{"type": "report", "comment_id": "nowhere", "at": "2026-01-01T00:00:00Z"}',
        '{"type": "suggestion", "id": "1", "site": "x", "source": "akismet"}',
        '{"type": "moderator", "id": "1"}',
    ],
)
def test_a_line_that_is_no_good_is_named_and_the_rest_taken(
    ready: Run, tmp_path: Path, line: str
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(f'{line}\n{{"id": "1", "text": "Good."}}\n')
    code, out, err = ready("import", str(file))
    assert code == 0
    assert ", stored 1," in out
    assert "skipped" in err


@pytest.mark.parametrize(
    "line",
    [
        '{"type": "site", "id": "x", "name": ""}',
        '{"type": "site", "id": "", "name": "X"}',
        '{"type": "site", "id": "x", "name": "X", "thresholds": {"insult": {"block": 7}}}',
    ],
)
def test_nothing_is_taken_after_a_site_that_is_no_good(
    ready: Run, tmp_path: Path, line: str
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(f'{line}\n{{"id": "1", "text": "Good."}}\n')
    code, out, err = ready("import", str(file))
    assert code == 1
    assert "line 1: this site cannot be read" in err
    assert "stored 1" not in out
