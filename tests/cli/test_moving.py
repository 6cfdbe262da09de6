"""An instance that is moved by an export and an import stands as it stood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moderation.comments import NewComment, Site
from moderation.errors import NotScored
from moderation.review_queue import Verdict
from moderation.scoring.scorer import Scorer
from moderation.storage import SqlStore, open_store
from moderation.stored import Objection
from moderation.workflow import Services
from moderation.workflow.intake import submit
from moderation.workflow.late_scoring import score_waiting
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import give_verdict, undo_verdict
from tests.cli.conftest import Run
from tests.factories import HARSH, MILD, Clock, KeywordScorer, a_user

HOLDING = Site("holding", "Holds what is doubtful")
TRUSTING = Site("trusting", "Publishes what is doubtful", publish_on_review=True)
MONA = a_user("u-mona")


class Away:
    """No model answers."""

    def current(self) -> Scorer:
        raise NotScored("no model", retry_after=1)


@pytest.fixture
def services(ready: Run, var: Path, clock: Clock) -> Iterator[Services]:
    store = open_store(f"sqlite:///{var / 'moderation.sqlite3'}")
    with store.write() as work:
        work.accounts.put_user(MONA)
        for site in (HOLDING, TRUSTING):
            work.sites.put(site)
        work.commit()
    yield Services(store, KeywordScorer(), audit_rate=0.0, now=clock)
    store.dispose()


@pytest.fixture
def elsewhere(ready: Run, tmp_path: Path) -> Iterator[SqlStore]:
    """The database of a second installation."""
    store = open_store(f"sqlite:///{tmp_path / 'elsewhere' / 'moderation.sqlite3'}")
    yield store
    store.dispose()


def decide(services: Services, site: Site, comment_id: str, verdict: Verdict) -> None:
    with services.store.read() as work:
        [item] = work.queue.items_of([work.comments.get(site.id, comment_id).key]).values()
    give_verdict(services, MONA, item.id, verdict, item.version)


def live_in(services: Services, site: Site) -> None:
    """A comment for every way in which one can come to stand where it stands."""
    doubtful, awful = f"What a {MILD}.", f"You {HARSH}."
    for name in ("waiting", "approved", "rejected", "escalated", "undone"):
        submit(services, site, NewComment(name, doubtful))
    submit(services, site, NewComment("fine", "Thank you."))
    submit(services, site, NewComment("blocked", awful))
    submit(services, site, NewComment("appealed", awful))
    submit(services, site, NewComment("reported", "Thank you."))
    submit(services, site, NewComment("reported and cleared", "Thank you."))
    submit(replace(services, audit_rate=1.0), site, NewComment("sampled", "Thank you, too."))
    submit(replace(services, scorers=Away()), site, NewComment("unscored", "Thank you, later."))
    submit(replace(services, scorers=Away()), site, NewComment("unscored, approved", doubtful))
    for name in ("approved", "unscored, approved"):
        decide(services, site, name, Verdict.APPROVE)
    decide(services, site, "rejected", Verdict.REJECT)
    decide(services, site, "escalated", Verdict.ESCALATE)
    decide(services, site, "undone", Verdict.APPROVE)
    with services.store.read() as work:
        item = work.queue.item_of(work.comments.get(site.id, "undone").key)
    assert item is not None
    undo_verdict(services, MONA, item.id)
    now = services.now()
    object_to(services, site, "appealed", Objection("appeal", now, "Why?", by="u1"))
    for name in ("reported", "reported and cleared"):
        object_to(services, site, name, Objection("report", now, "Look.", by="u2"))
    decide(services, site, "reported and cleared", Verdict.APPROVE)


def standing(run: Run) -> dict[tuple[str, ...], Any]:
    """Where every comment stands, and what waits for whom and why."""
    code, out, err = run("export")
    assert code == 0, err
    lines = [json.loads(line) for line in out.splitlines()]
    site, found = "", {}
    for line in lines:
        if line["type"] == "site":
            site = line["id"]
        elif line["type"] == "comment":
            ruling = line["ruling"]
            found[site, line["id"]] = (line["status"], ruling and ruling["decision"])
        elif line["type"] == "item" and line["stage"] in ("open", "escalated"):
            reasons = sorted(reason["code"] for reason in line["reasons"])
            told = (line["stage"], line["status"], reasons, line["severity"], line["opened_at"])
            found[site, line["comment_id"], "waits"] = (*told, line["reports"], line["appeals"])
    return found


def moved(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The last line of an import, in a second installation, of all there is in the first."""
    file = tmp_path / "all.jsonl"
    monkeypatch.setenv("MODERATION_VAR", str(tmp_path / "var"))
    assert run("export", str(file))[0] == 0
    monkeypatch.setenv("MODERATION_VAR", str(tmp_path / "elsewhere"))
    code, out, err = run("import", str(file))
    assert code == 0, err
    return out.splitlines()[-1]


def test_everything_stands_there_as_it_stands_here_and_the_same_waits(
    ready: Run, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for site in (HOLDING, TRUSTING):
        live_in(services, site)
    here = standing(ready)
    moved(ready, tmp_path, monkeypatch)
    there = standing(ready)
    # What was decided before it had a score has one there.
    for site in (HOLDING, TRUSTING):
        late = (site.id, "unscored, approved")
        assert here.pop(late) == ("published", None)
        assert there.pop(late) == ("published", "review")
    assert there == here
    waiting = {name for _, name, *rest in there if rest}
    assert waiting == {
        *("waiting", "escalated", "undone", "appealed", "reported", "sampled", "unscored")
    }


def test_a_second_import_changes_nothing(
    ready: Run, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(services, HOLDING)
    moved(ready, tmp_path, monkeypatch)
    before = standing(ready)
    again = moved(ready, tmp_path, monkeypatch)
    assert again == "read 13, stored 0, unchanged 13, skipped 0, orphans 0"
    assert standing(ready) == before


def test_a_status_that_has_changed_since_is_taken_over(
    ready: Run, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(services, HOLDING)
    moved(ready, tmp_path, monkeypatch)
    decide(services, HOLDING, "waiting", Verdict.APPROVE)
    decide(services, HOLDING, "approved", Verdict.REJECT)
    changed = moved(ready, tmp_path, monkeypatch)
    assert changed == "read 13, stored 2, unchanged 11, skipped 0, orphans 0"
    there = standing(ready)
    assert there["holding", "waiting"][0] == "published"
    assert ("holding", "waiting", "waits") not in there
    assert there["holding", "approved"][0] == "rejected"


def test_what_a_moderator_there_has_said_outweighs_what_is_imported(
    ready: Run,
    services: Services,
    elsewhere: SqlStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live_in(services, HOLDING)
    moved(ready, tmp_path, monkeypatch)
    decide(replace(services, store=elsewhere), HOLDING, "waiting", Verdict.REJECT)
    decide(services, HOLDING, "waiting", Verdict.APPROVE)
    assert ", stored 0," in moved(ready, tmp_path, monkeypatch)
    assert standing(ready)["holding", "waiting"][0] == "rejected"


def test_what_had_no_score_yet_gets_it_there_and_stands_by_it(
    ready: Run,
    services: Services,
    elsewhere: SqlStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away = replace(services, scorers=Away())
    for name, text in (("fine", "Thank you."), ("awful", f"You {HARSH}.")):
        submit(away, HOLDING, NewComment(name, text))
    moved(ready, tmp_path, monkeypatch)
    # The import has gone by the clock on the wall.
    score_waiting(Services(elsewhere, KeywordScorer(), audit_rate=0.0))
    there = standing(ready)
    assert there == {
        ("holding", "fine"): ("published", "allow"),
        ("holding", "awful"): ("rejected", "block"),
    }
    # The file still says that both wait.
    assert ", stored 0," in moved(ready, tmp_path, monkeypatch)
    assert standing(ready) == there


def test_a_text_that_only_other_protocols_take_comes_along(
    ready: Run, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "Thank you. \x01" * 2_000
    submit(services, HOLDING, NewComment("long", long))
    assert moved(ready, tmp_path, monkeypatch).startswith("read 1, stored 1,")


@pytest.mark.parametrize(
    ("status", "text", "waits"),
    [
        ("held", "Thank you.", True),
        ("published", f"What a {MILD}.", False),
        ("rejected", "Thank you.", False),
    ],
)
def test_lines_of_others_stand_as_they_say_and_what_is_held_waits(
    ready: Run, tmp_path: Path, status: str, text: str, waits: bool
) -> None:
    file = tmp_path / "theirs.jsonl"
    file.write_text(json.dumps({"id": "1", "text": text, "status": status}) + "\n")
    assert ready("import", str(file))[0] == 0
    found = standing(ready)
    assert found["default", "1"][0] == status
    assert (("default", "1", "waits") in found) is waits


@pytest.mark.parametrize("before", ["published", "held", None])
@pytest.mark.parametrize("after", ["published", "held", "rejected"])
def test_a_dry_run_counts_a_status_that_comes_twice_as_the_real_run_does(
    ready: Run, tmp_path: Path, before: str | None, after: str
) -> None:
    file = tmp_path / "twice.jsonl"
    told = {"status": before} if before else {}
    lines = [{"id": "1", "text": "Thank you."} | told, {"id": "1", "text": "Thank you."}]
    lines[1]["status"] = after if before else "published"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rehearsed = ready("import", "--dry-run", str(file))[1].splitlines()[-1]
    assert ready("import", str(file))[1].splitlines()[-1] == rehearsed
