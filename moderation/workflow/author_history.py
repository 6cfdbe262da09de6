"""What is known of who wrote a comment: how much else they wrote, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from moderation.comments import Status, StoredComment
from moderation.review_queue import ReviewItem, Verdict
from moderation.stores import UnitOfWork

LOOKED_AT = 500
"""Comments of one author that are counted, latest first: a page must open at once."""

LISTED = 8
"""Of those, the ones that are shown."""


@dataclass(frozen=True, slots=True)
class PastComment:
    """Another comment of the same author, and its review item where it has one."""

    comment: StoredComment
    item: ReviewItem | None


@dataclass(frozen=True, slots=True)
class AuthorHistory:
    """One author on one site, this comment included; counts are of the latest `LOOKED_AT`."""

    first_at: datetime
    standing: Mapping[Status, int]
    """How many of their comments stand where."""
    verdicts: Mapping[Verdict, int]
    """Verdicts in force by moderators."""
    rejected_as: Mapping[str, int]
    """Labels of rejected comments: the moderator's, or else those that queued it."""
    reports: int
    latest: tuple[PastComment, ...]
    """Without this comment, latest first."""

    @property
    def comments(self) -> int:
        """How many comments were counted."""
        return sum(self.standing.values())

    @property
    def is_all(self) -> bool:
        """Whether those are all."""
        return self.comments < LOOKED_AT


def history_of(work: UnitOfWork, comment: StoredComment) -> AuthorHistory | None:
    """What the author of a comment has done on its site; `None` where nobody could be known."""
    site, author = comment.site_id, comment.author
    first_at = work.authors.first_at(site, author)
    if first_at is None:
        return None
    items = work.authors.items(site, author, LOOKED_AT)
    by_key = {item.comment_key: item for item in items}
    latest = work.authors.latest(site, author, LISTED + 1)
    others = [other for other in latest if other.key != comment.key][:LISTED]
    return AuthorHistory(
        first_at=first_at,
        standing=work.authors.standing(site, author, LOOKED_AT),
        verdicts=Counter(last.verdict for item in items if (last := item.verdict)),
        rejected_as=_rejected_as(items),
        reports=sum(item.reports for item in items),
        latest=tuple(PastComment(other, by_key.get(other.key)) for other in others),
    )


def _rejected_as(items: Iterable[ReviewItem]) -> Mapping[str, int]:
    named: Counter[str] = Counter()
    for item in items:
        if item.verdict is not None and item.verdict.verdict is Verdict.REJECT:
            queued_for = (reason.label for reason in item.reasons if reason.label)
            named.update(item.verdict.labels or set(queued_for))
    return named
