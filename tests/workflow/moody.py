"""A model that comes and goes, and what is left of comments that it could not score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from moderation.comments import Comment, Site, StoredComment
from moderation.errors import NotScored
from moderation.review_queue import ReviewItem, fold
from moderation.scoring.scorer import Assessment
from moderation.stored import QueueFilter
from moderation.workflow import Services
from moderation.workflow.intake import Submitted, read, submit
from moderation.workflow.late_scoring import score_waiting
from tests.factories import HARSH, MILD, KeywordScorer, a_new_comment

KIND, SILLY, HARSH_TEXT = "Thank you.", f"You {MILD} thing.", f"You {HARSH}!"
POISON = "poison"


@dataclass
class Moody(KeywordScorer):
    """May be away, fail on everything, or on texts with one word in it."""

    away: bool = False
    broken: bool = False
    chokes_on: str = POISON
    given: list[int] = field(default_factory=list)
    """How many comments it was asked about at once, each time."""

    def current(self) -> KeywordScorer:
        if self.away:
            raise NotScored("no valid model is loaded", retry_after=7)
        return self

    def assess(self, comments: Sequence[Comment], **options: Any) -> list[Assessment]:  # noqa: ANN401
        self.given.append(len(comments))
        if self.broken or any(self.chokes_on in comment.text for comment in comments):
            raise ZeroDivisionError
        return super().assess(comments, **options)


def put_unscored(
    services: Services, scorer: Moody, site: Site, id: str = "c1", text: str = KIND
) -> Submitted:
    scorer.away = True
    done = submit(services, site, a_new_comment(id, text))
    scorer.away = False
    return done


def stored(services: Services, site: Site, id: str = "c1") -> StoredComment:
    return read(services, site, id)[0]


def item_in_queue(services: Services, site: Site, id: str = "c1") -> ReviewItem:
    item = read(services, site, id)[1]
    assert item is not None
    with services.store.read() as work:
        assert fold(work.queue.events(item.id)) == item
    return item


def waiting(services: Services) -> list[ReviewItem]:
    with services.store.read() as work:
        return list(work.queue.waiting(QueueFilter(), 100).items)


def run(services: Services) -> None:
    while score_waiting(services):
        pass
