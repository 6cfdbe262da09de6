"""What is known of who wrote a comment: how much else they wrote, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from moderation.comments import Status, StoredComment
from moderation.review_queue import Verdict
from moderation.stored import PastComment
from moderation.stores import UnitOfWork

COUNTED = 1_000
"""Comments of one author up to which they are counted: a page must open at once."""

LOOKED_AT = 50
"""Of those the latest, whose verdicts and reports are summed up."""

LISTED = 6
"""And of these the ones that are shown."""


@dataclass(frozen=True, slots=True)
class AuthorHistory:
    """One author on one site, the comment at hand included."""

    first_at: datetime
    comments: int
    """At most `COUNTED`."""
    looked_at: int
    """How many of them, the latest ones, what follows is about."""
    standing: Mapping[Status, int]
    """How many stand where."""
    verdicts: Mapping[Verdict, int]
    """Verdicts in force by moderators."""
    rejected_as: Mapping[str, int]
    """Labels of those that moderators rejected: as they said, or else what they were queued for."""
    reports: int
    latest: tuple[tuple[StoredComment, PastComment], ...]
    """Without the comment at hand, latest first."""


def history_of(work: UnitOfWork, comment: StoredComment) -> AuthorHistory | None:
    """What the author of a comment has done on its site; `None` where nobody could be known."""
    site, author = comment.site_id, comment.author
    first_at = work.authors.first_at(site, author)
    if first_at is None:
        return None
    record = work.authors.record(site, author, LOOKED_AT)
    by_key = {past.key: past for past in record}
    latest = [
        (other, by_key[other.key])
        for other in work.authors.latest(site, author, LISTED + 1)
        if other.key != comment.key
    ]
    return AuthorHistory(
        first_at=first_at,
        comments=work.authors.count(site, author, COUNTED),
        looked_at=len(record),
        standing=Counter(past.status for past in record),
        verdicts=Counter(past.verdict.verdict for past in record if past.verdict),
        rejected_as=_rejected_as(record),
        reports=sum(past.reports for past in record),
        latest=tuple(latest[:LISTED]),
    )


def _rejected_as(record: Iterable[PastComment]) -> Mapping[str, int]:
    named: Counter[str] = Counter()
    for past in record:
        if past.verdict is not None and past.verdict.verdict is Verdict.REJECT:
            queued_for = {reason.label for reason in past.reasons if reason.label}
            named.update(past.verdict.labels or queued_for)
    return named
