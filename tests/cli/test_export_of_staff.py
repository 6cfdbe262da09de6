"""Whom a site vouched for is trusted on the other side as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moderation.comments import NewComment, Site
from moderation.storage import open_store
from moderation.workflow import Services
from moderation.workflow.intake import submit
from tests.cli.conftest import Run
from tests.factories import Clock, KeywordScorer


def test_who_was_vouched_for_stays_so_and_nobody_else_is(
    ready: Run, var: Path, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site("daily", "The Daily")
    store = open_store(f"sqlite:///{var / 'moderation.sqlite3'}")
    with store.write() as work:
        work.sites.put(site)
        work.commit()
    services = Services(store, KeywordScorer(), audit_rate=0.0, now=clock)
    submit(services, site, NewComment("1", "From the staff.", is_vouched_for=True))
    submit(services, site, NewComment("2", "From a reader."))
    store.dispose()
    file = tmp_path / "all.jsonl"
    assert ready("export", str(file))[0] == 0
    monkeypatch.setenv("MODERATION_VAR", str(tmp_path / "elsewhere"))
    assert ready("import", str(file))[0] == 0
    _, out, _ = ready("export", "--site", "daily")
    told = {line["id"]: line for line in map(json.loads, out.splitlines()) if "text" in line}
    assert told["1"]["vouched_for"] is True
    assert "vouched_for" not in told["2"]
