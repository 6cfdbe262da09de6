"""Use cases that look articles up. Bringing them in is part of `intake`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from moderation.comments import Site, StoredArticle
from moderation.errors import NotFound
from moderation.workflow.services import Services


def read_article(services: Services, site: Site, article_id: str) -> StoredArticle:
    """An article of the site. Raises `NotFound`."""
    found = articles_by_id(services, site, (article_id,))
    if article_id not in found:
        raise NotFound("There is no such article.", field="id")
    return found[article_id]


def articles_by_id(
    services: Services, site: Site, wanted: Iterable[str]
) -> Mapping[str, StoredArticle]:
    """Those of the wanted articles that the site has, by id; asks nothing where none is wanted."""
    ids = set(wanted)
    if not ids:
        return {}
    with services.store.read() as work:
        found = (work.articles.get(site.id, article_id) for article_id in ids)
        return {article.id: article for article in found if article is not None}
