"""Use case: everything a site has handed in, article by article and comment by comment."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.comments import StoredArticle, StoredComment
from moderation.stores import Store

_PAGE = 500


def export(store: Store, site_id: str) -> Iterator[StoredArticle | StoredComment]:
    """The site's articles, then its comments but for erased ones, each in order of ids.

    Reads a page at a time, each in a transaction of its own, so that an export of
    millions holds up nobody; what changes meanwhile may be in it or not.
    """
    last = ""
    while True:
        with store.read() as work:
            articles = work.articles.page(site_id, last, _PAGE)
        yield from articles
        if len(articles) < _PAGE:
            break
        last = articles[-1].id
    last = ""
    while True:
        with store.read() as work:
            comments = work.comments.page(site_id, last, _PAGE)
        yield from comments
        if len(comments) < _PAGE:
            return
        last = comments[-1].id
