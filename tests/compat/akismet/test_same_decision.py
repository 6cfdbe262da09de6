"""A site that comes over hears of each comment what `/v1/classify` says of the same words."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask

from moderation.accounts import Key, KeyKind
from moderation.comments import Site
from moderation.credentials import new_secret
from moderation.scoring.active import ActiveModel
from moderation.scoring.registry import Registry
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.web.app import create_app
from moderation.workflow import Services
from tests.compat.akismet.conftest import ROOT, Cms, an_akismet_key

HOW_MANY = 500


@pytest.fixture
def sqlite_url(migrated_file: Path) -> Iterator[str]:
    """A database in memory: a thousand commits to a disk would take longer than all the scoring."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        path = Path(folder) / "moderation.sqlite3"
        shutil.copyfile(migrated_file, path)
        yield f"sqlite:///{path}"


@pytest.fixture
def served(sqlite_store: SqlStore) -> Flask:
    """The app with the shipped model."""
    model = ActiveModel(Registry(ROOT / "models", ROOT / "models" / "none"))
    app = create_app(
        Settings(secret_key="only for tests"), Services(sqlite_store, model, audit_rate=0.0)
    )
    app.testing = True
    return app


def test_five_hundred_comments_are_decided_as_by_the_native_interface(
    served: Flask, daily: Site, keep_key: Callable[[Key], None]
) -> None:
    with (ROOT / "training" / "suites" / "functional.csv").open(encoding="utf-8") as file:
        rows = [row["text"] for row in csv.DictReader(file) if not row["parent_text"]]
    texts = random.Random(6).sample(sorted(set(rows)), HOW_MANY)
    secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
    keep_key(key)
    keep_key(an_akismet_key(daily))
    client = served.test_client()
    bearer = {"Authorization": f"Bearer {secret}"}
    batch = {"comments": [{"text": text} for text in texts]}
    native = client.post("/v1/classify", json=batch, headers=bearer).json["results"]
    cms = Cms(client)
    answers = [cms.check(text).data for text in texts]
    wanted = [b"false" if one["decision"] == "allow" else b"true" for one in native]
    assert set(wanted) == {b"false", b"true"}
    assert answers == wanted
