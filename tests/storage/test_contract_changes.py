"""What every store promises of the record of changes, over both databases."""

from __future__ import annotations

from datetime import timedelta

from moderation.changes import Change, Subject
from moderation.storage import SqlStore
from tests.factories import NOON


def a_change(number: int, **fields: object) -> Change:
    values: dict[str, object] = {
        "id": f"change{number}",
        "at": NOON + timedelta(minutes=number),
        "actor": "ada",
        "subject": Subject.SITE,
        "subject_id": "daily",
        "before": {"name": "The Daily"},
        "after": {"name": "The Nightly"},
    }
    return Change(**values | fields)  # type: ignore[arg-type]


def test_changes_come_back_latest_first_and_a_page_at_a_time(store: SqlStore) -> None:
    made = [
        a_change(1, before=None, actor=None),
        a_change(2, subject=Subject.USER, subject_id="bo", after=None),
        a_change(3, undoes="change1"),
    ]
    with store.write() as work:
        for change in made:
            work.changes.add(change)
        work.commit()
    with store.read() as work:
        assert work.changes.latest(10) == made[::-1]
        assert work.changes.latest(1, before="change3") == [made[1]]
        assert work.changes.latest(10, subject=Subject.SITE, subject_id="daily") == [
            made[2],
            made[0],
        ]
        assert work.changes.get("change2") == made[1]
        assert work.changes.get("change9") is None
