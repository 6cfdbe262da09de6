"""The commands over a real database and real model folders."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pandas as pd
import pytest

from moderation.comments import Author, NewComment
from moderation.review_queue import Verdict
from moderation.scoring import registry
from moderation.storage import SqlStore
from moderation.stored import QueueFilter
from moderation.workflow import Services, intake, reviewing
from tests.factories import Clock, KeywordScorer, a_site, a_user
from tests.training.small_model import HARSH, PLAIN
from training.cli import run
from training.evaluate import SUITES

TEXTS = {
    "c1": ("A silly wobblechops idea", Verdict.REJECT),
    "c2": ("What a silly but harmless idea", Verdict.APPROVE),
    "c3": ("Another silly thing", Verdict.REJECT),
}


@pytest.fixture
def var(
    sqlite_store: SqlStore, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A site with three verdicts, the last one taken back, and a comment nobody has judged."""
    clock = Clock()
    services = Services(sqlite_store, KeywordScorer(), audit_rate=0.0, now=clock)
    site, anna = a_site(), a_user("anna")
    with sqlite_store.write() as work:
        work.sites.put(site)
        work.accounts.put_user(anna)
        work.commit()
    for id_, (text, verdict) in TEXTS.items():
        intake.submit(services, site, NewComment(id_, text, author=Author(name="Reader")))
        item = reviewing.claim_next(services, anna, QueueFilter())
        assert item is not None
        reviewing.give_verdict(services, anna, item.id, verdict, item.version)
        clock.advance(minutes=1)  # verdicts of one moment have no order
    reviewing.undo_verdict(services, anna, item.id)
    intake.submit(services, site, NewComment("c4", "All fine here."))
    monkeypatch.setenv("MODERATION_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("MODERATION_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


def test_final_verdicts_are_exported_and_nothing_else(
    var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rows.jsonl"
    assert run(["feedback", "--out", str(out)]) == 0
    assert capsys.readouterr().out == "wrote 2 rows\n"
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["text"], row["labels"]) for row in rows] == [
        ("A silly wobblechops idea", {"toxicity": 1.0, "insult": 1.0}),
        ("What a silly but harmless idea", {"toxicity": 0.0, "insult": 0.0}),
    ]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "anna" not in out.read_text(encoding="utf-8")
    assert list(tmp_path.glob("rows.jsonl.*")) == []


def test_a_model_is_adapted_to_the_verdicts_in_the_database(
    var: Path, version_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", "--from", str(version_folder)]) == 0
    made = var / "models" / "2026.11.0+site.1"
    assert capsys.readouterr().out == f"learnt from 2 rows\n{made}\n"
    assert registry.verify(made)["feedback"]["rows"] == 2


def test_a_model_is_adapted_to_exported_rows_under_its_version_name(
    var: Path, version_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, out = tmp_path / "rows.jsonl", tmp_path / "elsewhere"
    monkeypatch.setenv("MODERATION_MODELS", str(version_folder.parent))
    assert run(["feedback", "--out", str(rows)]) == 0
    command = ["train", "--from", "2026.11.0", "--feedback", str(rows), "--out", str(out)]
    assert run(command) == 0
    assert registry.load(out / "2026.11.0+site.1").version == "2026.11.0+site.1"


def test_without_rows_the_command_says_so(
    version_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "none.jsonl"
    empty.touch()
    assert run(["train", "--from", str(version_folder), "--feedback", str(empty)]) == 2
    assert "there are no rows to learn from" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(
    version_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = str(tmp_path / "absent.jsonl")
    assert run(["train", "--from", str(version_folder), "--feedback", absent]) == 2
    assert absent in capsys.readouterr().err


def test_training_needs_data_or_a_parent(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["train"])
    assert "--data --from" in capsys.readouterr().err


def test_the_card_of_a_version_is_written_on_demand(
    version_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "--model", str(version_folder)]) == 0
    cards = ("card.md", "card.html")
    assert capsys.readouterr().out == "".join(f"{version_folder / name}\n" for name in cards)
    assert set(cards) <= set(registry.verify(version_folder)["files"])


def test_a_damaged_folder_is_not_sealed_anew(version_folder: Path) -> None:
    (version_folder / registry.ARRAYS).write_bytes(b"something else")
    sealed = (version_folder / registry.MANIFEST).read_bytes()
    assert run(["report", "--model", str(version_folder)]) == 2
    assert (version_folder / registry.MANIFEST).read_bytes() == sealed


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two of the known sets, with comments written for this test."""
    folder = tmp_path / "data"
    folder.mkdir()
    judged = pd.DataFrame({"text": HARSH + PLAIN}).assign(thread_id="one")
    judged["toxicity"] = judged["insult"] = [1.0] * len(HARSH) + [0.0] * len(PLAIN)
    # This set may only be evaluated, so all of it is in the part that is measured.
    judged.assign(id=judged.index.astype(str)).to_parquet(
        folder / "c3_constructive_comments.parquet"
    )
    civil = [
        {"id": f"{topic} {i}", "text": f"{text} ({topic})", "context_title": topic,
         "thread_id": topic, "off_topic": 0.0}
        for topic in (f"Plans for district {number}" for number in range(30))
        for i, text in enumerate(PLAIN[:3])
    ]  # fmt: skip
    pd.DataFrame(civil).to_parquet(folder / "nyt_room_for_debate.parquet")
    return folder


def test_a_model_is_measured_and_its_folder_verifies_with_the_figures(
    version_folder: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", "--data", str(data), "--model", str(version_folder), "--quiet"]
    # It has no relevance, so one promise is broken and the command must say so.
    assert run(command) == 1
    printed = capsys.readouterr().out
    assert "alt-profanity-check: not measured" in printed
    assert "FAILED" in printed
    files = registry.verify(version_folder)["files"]
    assert {"evaluation.json", "card.md", "card.html", "auc.png", "fairness.png"} <= set(files)
    figures = json.loads((version_folder / "evaluation.json").read_text(encoding="utf-8"))
    assert figures["labels"]["insult"]["overall"]["mean_auc"] == 1.0
    assert figures["civil"][0]["not_allowed"]["value"] <= 0.05
    assert figures["functional"]["cases"] == 984
    assert list(figures["beside"]) == ["this model"]
    assert len(figures["sentences"]["templates"]["groups"]) == 25


def test_a_mode_that_the_model_has_not_is_refused(
    version_folder: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", "--data", str(data), "--model", str(version_folder), "--quiet"]
    assert run([*command, "--mode", "deep"]) == 2
    assert "this model has fast alone" in capsys.readouterr().err


def test_a_suite_alone_is_measured_in_every_mode_that_the_model_has(
    version_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "figures.json"
    path = str(SUITES / "functional.csv")
    assert (
        run(["evaluate", "--suite", path, "--model", str(version_folder), "--out", str(out)]) == 0
    )
    assert "984 cases, model 2026.11.0, mode fast" in capsys.readouterr().out
    found = json.loads(out.read_text(encoding="utf-8"))
    assert list(found["modes"]) == ["fast"]
    assert found["right"] == found["modes"]["fast"]["right"]


def test_figures_can_be_kept_elsewhere(version_folder: Path, data: Path, tmp_path: Path) -> None:
    sealed = (version_folder / registry.MANIFEST).read_bytes()
    out = tmp_path / "figures.json"
    command = ["evaluate", "--data", str(data), "--model", str(version_folder), "--quiet"]
    run([*command, "--out", str(out)])
    assert json.loads(out.read_text(encoding="utf-8"))["model"] == "2026.11.0"
    assert (version_folder / registry.MANIFEST).read_bytes() == sealed


def test_a_peer_that_was_asked_for_and_cannot_run_is_an_error(
    version_folder: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", "--data", str(data), "--model", str(version_folder), "--quiet"]
    assert run([*command, "--peer", f"alt-profanity-check={tmp_path}/python"]) == 2
    assert "alt-profanity-check could not be run" in capsys.readouterr().err
