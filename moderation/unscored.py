"""Texts that could not be scored: what is done with them meanwhile, and where they wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from moderation.comments import Site
from moderation.rulebook import NO_RULES, Meanwhile


def wanted_of(site: Site | None) -> Meanwhile:
    """What is to be done with a comment of the site for as long as it cannot be scored.

    For every protocol to say in its own form; where nobody knows which site it is, hold it.
    """
    return (site.rules if site else NO_RULES).meanwhile


@dataclass(frozen=True, slots=True)
class Unscored:
    """A revision that waits to be scored."""

    comment_key: str
    revision: int
    since: datetime
    """When it arrived."""
    due_at: datetime | None
    """From when on somebody may take it up; `None` once nobody will, with the same model."""
    tries: int = 0
    """How often it was taken up, with the same model."""
    model: str = ""
    """The version that was tried last."""


class UnscoredStore(Protocol):
    """Revisions that could not be scored when they came, at most one of each comment.

    Erased with the comment.
    """

    def put(self, waiting: Unscored) -> None:
        """Have it wait, in the place of an earlier text of the same comment."""

    def claim(self, now: datetime, until: datetime, model: str, limit: int) -> list[Unscored]:
        """Those that are due, each counted as tried and lent until then; skips what others take.

        Whatever was tried before is lent alone: it may be what ends a process. Due is also what
        was given up with another model than this one; its tries are counted anew.
        """

    def put_back(self, waiting: Unscored) -> None:
        """Keep when it is due and how often it was tried, unless another text took its place."""

    def drop(self, comment_key: str, revision: int | None = None) -> bool:
        """Have it wait no more, whichever revision it is or this one alone; whether it did."""

    def count(self) -> int:
        """How many wait, those that were given up among them."""
