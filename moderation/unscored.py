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
    due_at: datetime
    """From when on somebody may take it up."""
    tries: int = 0
    """How often the model failed on it, since a version that was new to it took it up."""
    lost: int = 0
    """How often in a row it was taken up and nothing was heard of it again, not even a failure."""
    is_lent: bool = False
    """Whether somebody has it, or had it and never gave it back."""
    models: tuple[str, ...] = ()
    """The versions that took it up."""


class UnscoredStore(Protocol):
    """Revisions that could not be scored when they came, at most one of each comment.

    Erased with the comment.
    """

    def put(self, waiting: Unscored) -> None:
        """Have it wait, in the place of an earlier text of the same comment."""

    def claim(self, now: datetime, until: datetime, model: str, limit: int) -> list[Unscored]:
        """Those that are due, each lent until then; skips what others take.

        Counts as lost what is still lent when that time is over. Whatever was tried before is lent
        alone: it may be what ends a process. Due is also what only other versions have tried, all
        counts of which begin anew with this one.
        """

    def put_back(self, waiting: Unscored) -> None:
        """Have it lent no more, and keep when it is due and all counts, unless another text took
        its place.
        """

    def drop(self, comment_key: str, revision: int | None = None) -> bool:
        """Have it wait no more, whichever revision it is or this one alone; whether it did."""

    def count(self) -> int:
        """How many wait, those that were given up among them."""
