"""Use cases: how much somebody has worked and seen, whether a break is due, and taking it.

Reckoned from the person's verdicts and skips each time it is asked for: nothing is timed in a
browser, and nobody but the person is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from moderation.accounts import User
from moderation.comments import Reason
from moderation.errors import Conflict, Erased, NotFound
from moderation.labels import Label
from moderation.preferences import Care
from moderation.stored import Act
from moderation.workflow.reviewing import release_item
from moderation.workflow.services import Services

SHIFT = timedelta(hours=8)
"""How far back a person's work is looked at for themselves to see."""

PAUSE = timedelta(minutes=15)
"""Without a verdict for so long, a person has rested."""

_LATELY = timedelta(hours=1)
_HARSH: Mapping[str, float] = {
    Label.IDENTITY_ATTACK: 0.5,
    Label.THREAT: 0.5,
    Label.SEXUAL_EXPLICIT: 0.5,
    Label.TOXICITY: 0.95,
    Label.INSULT: 0.95,
}
"""From which score on a comment is hard on its reader. Swearing and straying are not."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What lies behind a person now."""

    minutes: int = 0
    """Whole minutes of work since the last pause or break, as far as was looked back."""
    harsh: int = 0
    """Harsh comments, as far as was looked back."""
    harsh_lately: int = 0
    """Harsh comments in the past hour, as far as since the last break."""
    minutes_due: bool = False
    """Whether so much time asks for a break."""
    harsh_due: bool = False
    """Whether so many harsh comments do."""

    @property
    def break_due(self) -> bool:
        """Whether to suggest one."""
        return self.minutes_due or self.harsh_due


def is_harsh(reasons: Iterable[Reason]) -> bool:
    """Whether a comment that was queued for these reasons is hard on its reader."""
    return any(
        reason.score is not None and reason.score >= _HARSH.get(reason.label or "", math.inf)
        for reason in reasons
    )


def reckon(acts: Sequence[Act], rested_at: datetime | None, care: Care, now: datetime) -> Shift:
    """The shift that these acts, oldest first, amount to at `now`."""
    begin = rested_at or datetime.min.replace(tzinfo=UTC)
    harsh = [act.at for act in acts if is_harsh(act.reasons)]
    lately = sum(at >= max(begin, now - _LATELY) for at in harsh)
    minutes = _worked([act.at for act in acts if act.at >= begin], now) // timedelta(minutes=1)
    return Shift(
        minutes=minutes,
        harsh=len(harsh),
        harsh_lately=lately,
        minutes_due=0 < care.minutes <= minutes,
        harsh_due=0 < care.harsh_an_hour <= lately,
    )


def shift_of(services: Services, actor: User, care: Care, back: timedelta | None = None) -> Shift:
    """The actor's shift as it stands, looking `back` so far; else as far as a break needs."""
    now = services.now()
    if back is None:
        # Every page asks: by the end of a day it is a tenth of the day's verdicts that matter.
        back = max(_LATELY, timedelta(minutes=care.minutes) + PAUSE)
    with services.store.read() as work:
        acts = work.preferences.acts(actor.id, now - back)
        rested_at = work.preferences.rested_at(actor.id)
    return reckon(acts, rested_at, care, now)


def take_break(services: Services, actor: User) -> None:
    """Give back what the actor holds, and count their work anew."""
    with services.store.read() as work:
        held = work.queue.held_by(actor.id, services.now())
    for item in held:
        # In between, a lead may have taken it over.
        with suppress(Conflict, NotFound, Erased):
            release_item(services, actor, item.id)
    go_on_working(services, actor)


def go_on_working(services: Services, actor: User) -> None:
    """Count the actor's work anew, as they were told of a break and do without."""
    with services.store.write() as work:
        work.preferences.rest(actor.id, services.now())
        work.commit()


def _worked(moments: Sequence[datetime], now: datetime) -> timedelta:
    """How long the last run of moments without a pause lasts, up to `now`."""
    began = now
    for moment in reversed(moments):
        if began - moment > PAUSE:
            break
        began = moment
    return now - began
