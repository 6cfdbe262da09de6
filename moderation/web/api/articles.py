"""`/v1/articles/{id}`: what comments stand under, kept so that comments can name it."""

from __future__ import annotations

from flask import Blueprint, Response

from moderation.accounts import Permission
from moderation.checks import checked_id
from moderation.web.auth import calling_site, requires
from moderation.web.bodies import read_body, reply
from moderation.web.current import services
from moderation.wire.replies import article_reply
from moderation.wire.requests import ArticleRequest
from moderation.workflow.articles import read_article
from moderation.workflow.intake import put_article

bp = Blueprint("articles", __name__)


@bp.put("/v1/articles/<path:article_id>")
@requires(Permission.SUBMIT)
def put(article_id: str) -> Response:
    """Keep or replace an article; the answer is the article as kept."""
    site = calling_site()
    article = read_body(ArticleRequest).to_article(site.id, article_id)
    put_article(services(), article)
    return reply(article_reply(article))


@bp.get("/v1/articles/<path:article_id>")
@requires(Permission.SUBMIT)
def show(article_id: str) -> Response:
    """An article as kept."""
    site = calling_site()
    return reply(article_reply(read_article(services(), site, checked_id("id", article_id))))
