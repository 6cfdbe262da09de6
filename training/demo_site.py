"""The demo site's comments, each under its article and what it answers, as the service has them."""

from __future__ import annotations

from moderation.comments import Article, Comment
from moderation.demo import CONTENT
from moderation.importers import jsonl
from moderation.records import ArticleRecord, CommentRecord


def comments() -> list[Comment]:
    """All of them, in the order in which they were written."""
    articles: dict[str, Article] = {}
    texts: dict[str, str] = {}
    found = []
    with CONTENT.open("rb") as file:
        for record in jsonl.read(file):
            if isinstance(record, ArticleRecord):
                articles[record.id] = Article(record.title, record.text)
            elif isinstance(record, CommentRecord):
                one = record.comment
                texts[one.id] = one.text
                article = articles.get(one.article_id or "")
                found.append(Comment(one.text, article, texts.get(one.parent_id or "")))
    return found
