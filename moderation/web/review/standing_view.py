"""Where an item stands for whoever looks at it: whose turn it is, or who has decided. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from moderation.accounts import Permission, User
from moderation.review_queue import WAITING, ReviewItem, Stage
from moderation.web.review.phrases import ago, decided_in_words


@dataclass(frozen=True, slots=True)
class StandingView:
    """Whether the viewer may decide the item now, and if not, what stands in the way."""

    kind: str
    """`mine`, `free`, `held`, `escalated` or `decided`."""
    decided: str
    """The verdict in force and whose it is, in words; empty without one."""
    decided_ago: str
    holder: str
    may_take_over: bool
    seconds_left: int
    """Of the viewer's own lease; 0 without one."""
    lease_seconds: int

    @property
    def minutes_left(self) -> int:
        """Whole minutes of the viewer's lease, for pages without a running clock."""
        return self.seconds_left // 60


def standing_view(
    item: ReviewItem,
    holder: User | None,
    viewer: User,
    names: Mapping[str, str],
    now: datetime,
    lease_seconds: int,
) -> StandingView:
    """Where `item` stands for `viewer` while `holder` has a lease that has not ended."""
    last, kind = item.verdict, _kind(item, holder, viewer)
    return StandingView(
        kind=kind,
        decided=decided_in_words(item, names.get(last.actor, "somebody")) if last else "",
        decided_ago=ago(last.at, now) if last else "",
        holder=holder.name if holder else "",
        may_take_over=viewer.may(Permission.REVIEW_ESCALATED),
        seconds_left=_seconds_left(item, now) if kind == "mine" else 0,
        lease_seconds=lease_seconds,
    )


def _kind(item: ReviewItem, holder: User | None, viewer: User) -> str:
    if item.stage not in WAITING:
        return "decided"
    if item.stage is Stage.ESCALATED and not viewer.may(Permission.REVIEW_ESCALATED):
        return "escalated"
    if holder is None:
        return "free"
    return "mine" if holder.id == viewer.id else "held"


def _seconds_left(item: ReviewItem, now: datetime) -> int:
    return max(0, int((item.lease_until - now).total_seconds())) if item.lease_until else 0
