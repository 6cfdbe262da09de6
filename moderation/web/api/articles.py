"""`/v1/articles`: what comments stand under, kept so that comments can name it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from moderation.accounts import Permission
from moderation.checks import checked_id
from moderation.web.auth import calling_site, requires
from moderation.web.bodies import read_body, reply
from moderation.web.current import services
from moderation.web.operations import Operation, described
from moderation.wire.lists import (
    ArticleListReply,
    ArticleParameters,
    article_list_reply,
    articles_wanted,
)
from moderation.wire.replies import ArticleReply, article_reply
from moderation.wire.requests import ArticleRequest
from moderation.workflow.articles import read_article
from moderation.workflow.intake import put_article
from moderation.workflow.listing import list_articles

bp = Blueprint("articles", __name__)


@bp.get("/v1/articles")
@requires(Permission.SUBMIT)
@described(Operation({HTTPStatus.OK: ArticleListReply}, query=ArticleParameters))
def listed() -> Response:
    """The site's articles in order of their ids, without their texts."""
    found = list_articles(services(), calling_site(), *articles_wanted(request.args))
    return reply(article_list_reply(found))


@bp.put("/v1/articles/<id:article_id>")
@requires(Permission.SUBMIT)
@described(
    Operation(
        {HTTPStatus.OK: ArticleReply},
        takes=ArticleRequest,
        example={"title": "Bridge closed", "text": "The old bridge is closed until May."},
        repeatable="the article is replaced by itself.",
    )
)
def put(article_id: str) -> Response:
    """Keep or replace an article; the answer is the article as kept."""
    site = calling_site()
    article = read_body(ArticleRequest).to_article(site.id, article_id)
    put_article(services(), article)
    return reply(article_reply(article))


@bp.get("/v1/articles/<id:article_id>")
@requires(Permission.SUBMIT)
@described(Operation({HTTPStatus.OK: ArticleReply}))
def show(article_id: str) -> Response:
    """An article as kept."""
    site = calling_site()
    return reply(article_reply(read_article(services(), site, checked_id("id", article_id))))
