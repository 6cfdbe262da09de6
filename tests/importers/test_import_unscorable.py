"""An import meets a text that the model fails on, over both databases."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from moderation.comments import NewComment, Site, Status, StoredComment
from moderation.errors import NotScored
from moderation.records import CommentRecord, Record
from moderation.storage import SqlStore
from moderation.workflow import Services
from moderation.workflow.import_sites import default_site
from moderation.workflow.importing import Import, Tally, import_records
from moderation.workflow.intake import read
from moderation.workflow.late_scoring import score_waiting
from tests.factories import Clock
from tests.workflow.moody import POISON, Moody


def record(comment_id: str, text: str = "Yes.") -> CommentRecord:
    return CommentRecord(NewComment(comment_id, text))


def take_in(services: Services, site: Site, records: Iterable[Record]) -> Tally:
    *_, tally = import_records(Import(services, site, b"key"), records)
    return tally


def stored(services: Services, site: Site, comment_id: str) -> StoredComment:
    return read(services, site, comment_id)[0]


def test_a_text_that_the_model_fails_on_comes_in_and_waits(store: SqlStore, clock: Clock) -> None:
    model = Moody()
    services = Services(store, model, audit_rate=0.0, now=clock)
    site = default_site(services, "default")
    records = [record("1"), record("2", f"Some {POISON}."), record("3")]
    assert take_in(services, site, records).stored == 3
    assert [stored(services, site, id).is_unscored for id in "123"] == [False, True, False]
    assert stored(services, site, "2").status is Status.HELD
    model.broken = True
    with pytest.raises(NotScored):
        take_in(services, site, [record("4"), record("5")])
    model.broken, model.chokes_on = False, "nothing"
    clock.advance(minutes=1)
    score_waiting(services)
    assert not stored(services, site, "2").is_unscored
