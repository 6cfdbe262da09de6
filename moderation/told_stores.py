"""What the stores of that which sites ask and tell by other protocols must do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from moderation.stored import SpamCheck, SpamTally, Suggestion


class Suggestions(Protocol):
    """What sites tell of their own moderators' decisions. Erased with the comment it is about."""

    def put(self, suggestion: Suggestion) -> bool:
        """Keep it, or replace the one with its id; whether it is new."""

    def get(self, suggestion_id: str) -> Suggestion | None:
        """The one of that id."""

    def erase(self, site_id: str, comment_id: str) -> int:
        """Remove what was told of the comment that has this id at its site; how many."""

    def forget(self, site_id: str, before: datetime) -> None:
        """Remove what a site told earlier of comments that are not stored."""

    def page(self, site_id: str, after: Suggestion | None, limit: int) -> list[Suggestion]:
        """Oldest first, from behind that one on."""

    def all(self, site_id: str | None = None) -> Iterator[Suggestion]:
        """Oldest first, streamed."""


class SpamChecks(Protocol):
    """Comments that were asked about as one asks Akismet: ids and answers, never a text."""

    def get(self, site_id: str, check_id: str) -> SpamCheck | None: ...
    def by_theirs(self, site_id: str, theirs: str) -> SpamCheck | None:
        """The one to which the CMS gave this id; of several the latest."""

    def by_alike(self, site_id: str, digests: Sequence[str]) -> list[SpamCheck]:
        """The last few that are alike by one of the digests, the latest first."""

    def put(self, check: SpamCheck) -> None:
        """Keep it, or replace the one with its id; it was first asked about when it was."""

    def meet(self, site_id: str, blog: str, at: datetime) -> None:
        """Note that a blog has asked; it first did when it did."""

    def home(self, site_id: str, preferred: str) -> str | None:
        """The preferred blog if it has asked, else the first that did; `None` before any."""

    def tally(
        self, site_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> SpamTally:
        """Of those first asked about from `since` on and before `until`."""
