"""Use case: find comments, decided or not, and articles by their words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from moderation.accounts import Permission, User
from moderation.comments import StoredArticle
from moderation.stored import Hit, SearchQuery
from moderation.workflow.search_query import parse
from moderation.workflow.services import Services

MOST_ARTICLES = 5


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, the last to arrive first."""

    query: SearchQuery
    hits: tuple[Hit, ...]
    articles: tuple[StoredArticle, ...]
    """With the first page: articles that have all the words."""
    next_cursor: str | None


def search(
    services: Services, actor: User, asked: str, limit: int, cursor: str | None = None
) -> Found:
    """What fits, as `actor` may see it: escalated comments are for leads.

    Raises `InvalidInput` where nothing is asked for, or too much, and for a cursor not of ours.
    """
    query = replace(parse(asked), escalated=actor.may(Permission.REVIEW_ESCALATED))
    with services.store.read() as work:
        page = work.search.comments(query, limit, cursor)
        of_articles = cursor is None and _is_about_articles(query)
        articles = work.search.articles(query.terms, MOST_ARTICLES) if of_articles else []
        return Found(query, tuple(page.hits), tuple(articles), page.next_cursor)


def _is_about_articles(query: SearchQuery) -> bool:
    fields = {term.field for term in query.terms}
    return "text" in fields and fields <= {"text", "site"} and query.status is None
