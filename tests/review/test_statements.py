"""How often a page asks the database: as often for many rows as for few."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.review_queue import Verdict
from moderation.workflow.reviewing import claim_item, give_verdict
from tests.factories import a_user
from tests.review.conftest import Desk, show, signed_in
from tests.statements import statements

FEW, MANY = range(2), range(2, 12)
"""Less than a page of each list, in the end."""


def _fill(desk: Desk, number: int) -> None:
    """Of mona's verdicts one that lasted and one that did not, and a comment of another holder."""
    mona, bo = desk.person("mona"), desk.person("bo")
    for id in (f"kept-{number}", f"turned-{number}"):
        item = desk.queued(id)
        decided = give_verdict(desk.services, mona, item.id, Verdict.REJECT, item.version)
    give_verdict(desk.services, bo, decided.id, Verdict.APPROVE, decided.version)
    holder = a_user(f"holder-{number}")
    with desk.services.store.write() as work:
        work.accounts.put_user(holder)
        work.commit()
    for_long = replace(desk.services, lease=timedelta(days=1))
    claim_item(for_long, holder, desk.queued(f"held-{number}").id)


# Each row: the page; what it has once for each row of its lists.
_PAGES = [
    ("/review/me", "; then <strong>approved</strong> by"),
    ("/review/me", "since then approved by Bo"),
    ("/review/queue", "with <bdi>Holder-"),
]


@pytest.mark.parametrize(("path", "row"), _PAGES)
def test_a_page_asks_the_database_as_often_for_many_rows_as_for_few(
    desk: Desk, path: str, row: str
) -> None:
    client = signed_in(desk, "mona")
    asked = []
    for numbers in (FEW, MANY):
        for number in numbers:
            _fill(desk, number)
        with statements() as sent:
            assert show(client, path).count(row) == numbers.stop
        asked.append(len(sent))
    assert asked[0] == asked[1]
