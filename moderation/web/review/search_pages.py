"""The page that finds comments by their words, decided ones too, and leads to their items."""

from __future__ import annotations

from http import HTTPStatus

from flask import request

from moderation.accounts import Permission
from moderation.errors import InvalidInput
from moderation.review_queue import Stage
from moderation.stored import Hit
from moderation.web.auth import acting_user, requires
from moderation.web.current import services
from moderation.web.review.blueprint import blueprint
from moderation.web.review.chosen import care
from moderation.web.review.phrases import STATUS, ago
from moderation.web.review.rendering import page
from moderation.web.review.search_view import snippet, words_found_by
from moderation.web.review.veiling import masked_in
from moderation.workflow.desk import site_names
from moderation.workflow.search_query import MAX_QUERY
from moderation.workflow.searching import Found, search

SEARCH_PAGE = 25

_STAGE = {
    Stage.OPEN: "waits for review",
    Stage.ESCALATED: "escalated",
    Stage.DECIDED: "decided",
}


@blueprint.get("/review/search")
@requires(Permission.REVIEW)
def find() -> str | tuple[str, int]:
    """Comments with these words, and articles; without a query, how one asks."""
    asked = request.args.get("q", "").strip()
    cursor = request.args.get("cursor") or None
    if not asked:
        return _page("")
    try:
        found = search(services(), acting_user(), asked, SEARCH_PAGE, cursor)
    except InvalidInput as error:
        problem = error.message.partition(": ")[2]
        return _page(asked[:MAX_QUERY], problem=problem), HTTPStatus.BAD_REQUEST
    words = words_found_by(found.query)
    sites = site_names(services())
    return _page(
        asked,
        found=found,
        rows=[_row(hit, words, sites) for hit in found.hits],
        articles=_articles(found, sites),
    )


def _page(asked: str, **context: object) -> str:
    return page("review/search.html", "search", asked=asked, **context)


def _row(hit: Hit, words: frozenset[str], sites: dict[str, str]) -> dict[str, object]:
    comment, item = hit.comment, hit.item
    return {
        "item_id": item.id if item else None,
        "pieces": snippet(comment.text, words, masked_in(comment.text, care())),
        "name": comment.author.name or comment.author.id or "Anonymous",
        "author_id": comment.author.id or "",
        "at": comment.created_at,
        "ago": ago(comment.created_at, services().now()),
        "status": STATUS[comment.status],
        "stage": _STAGE.get(item.stage, "") if item else "never in the queue",
        "site": sites.get(comment.site_id, "") if len(sites) > 1 else "",
    }


def _articles(found: Found, sites: dict[str, str]) -> list[dict[str, str]]:
    return [
        {
            "title": article.title.strip() or article.id,
            "site": sites.get(article.site_id, "") if len(sites) > 1 else "",
            "asked": f'site:"{article.site_id}" article:"{article.id}"',
        }
        for article in found.articles
    ]
