"""Looking up what the rules of a site ask about the author and the article of a comment."""

from __future__ import annotations

from datetime import datetime

from moderation.comments import Author, NewComment, Site, StoredComment
from moderation.site_rules import Circumstances
from moderation.stores import UnitOfWork


def circumstances(
    work: UnitOfWork,
    site: Site,
    comment: NewComment | StoredComment,
    author: Author,
    at: datetime,
) -> Circumstances | None:
    """Of a comment that arrives, or arrived, at that time; `None` where no rule asks."""
    rules, article_id, age = site.rules, comment.article_id, None
    vouched = isinstance(comment, NewComment) and comment.is_vouched_for
    if not rules.ask_around and not vouched:
        return None
    published = 0
    if rules.new_author_comments and author.id is not None:
        wanted = rules.new_author_comments
        published = work.comments.published_by(site.id, author.id, wanted, comment.id, by=at)
    if rules.close_after_days is not None and article_id is not None:
        seen = work.articles.first_seen(site.id, article_id)
        age = at - seen if seen else None
    return Circumstances(author.id, published, article_id, age, vouched)
