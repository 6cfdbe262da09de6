"""What the use cases ask of storage about articles. Implemented by `moderation.storage`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from moderation.comments import StoredArticle
from moderation.stored import ArticleHead


class Articles(Protocol):
    """Articles under their site's ids."""

    def get(self, site_id: str, article_id: str) -> StoredArticle | None: ...
    def at_url(self, site_id: str, url: str) -> StoredArticle | None:
        """The one of that address of which more than that is known; the first that has a text."""

    def put(self, article: StoredArticle, at: datetime) -> bool:
        """Insert or replace; whether anything changed.

        A text that was had from its page stays where another without one is put.
        """

    def add(self, article: StoredArticle, at: datetime) -> bool:
        """Insert where there is none of this id; whether there was none."""

    def is_text_due(self, now: datetime, tries: int) -> bool:
        """Whether any article lacks a text that its page may be asked for now.

        It has an address, and was tried less often than that.
        """

    def claim_textless(self, now: datetime, waits: Sequence[timedelta]) -> StoredArticle | None:
        """Such an article, counted as tried as soon as this is committed; skips what others take.

        `waits` has for each try how long after it the next one may come.
        """

    def fill(self, article: StoredArticle, at: datetime) -> bool:
        """Give it the text, and the title where it has none, that its page has.

        Whether it still lacked a text and has the same address.
        """

    def first_seen(self, site_id: str, article_id: str) -> datetime | None:
        """When it was put for the first time."""

    def first_seen_of(self, site_id: str, article_ids: Sequence[str]) -> Mapping[str, datetime]:
        """The same of many of a site's, each by its id; without those of whom it is not known."""

    def page(self, site_id: str, after: str = "", limit: int = 500) -> list[StoredArticle]:
        """Articles whose id comes after that one, in order of ids."""

    def heads(self, site_id: str, after: str, limit: int) -> list[ArticleHead]:
        """The same without their texts."""
