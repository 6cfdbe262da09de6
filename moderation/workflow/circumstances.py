"""Looking up what the rules of a site ask about the authors and the articles of comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    if not rules.ask_around and not comment.is_vouched_for:
        return None
    published = 0
    if rules.new_author_comments and author.id is not None:
        wanted = rules.new_author_comments
        published = work.comments.published_by(site.id, author.id, wanted, comment.id, by=at)
    if rules.close_after_days is not None and article_id is not None:
        seen = work.articles.first_seen(site.id, article_id)
        age = at - seen if seen else None
    return Circumstances(author.id, published, article_id, age, comment.is_vouched_for)


def circumstances_of(
    work: UnitOfWork, site: Site, comments: Sequence[StoredComment]
) -> Mapping[str, Circumstances]:
    """Of comments of the site that are stored, each at the time it arrived, by their keys.

    Without those of whom no rule asks anything and for whom nobody vouched.
    """
    rules = site.rules
    published: Mapping[str, int] = {}
    if rules.new_author_comments:
        keys = [comment.key for comment in comments if comment.author.id is not None]
        published = work.comments.published_before(keys, rules.new_author_comments)
    seen: Mapping[str, datetime] = {}
    if rules.close_after_days is not None:
        under = {comment.article_id for comment in comments}
        seen = work.articles.first_seen_of(site.id, sorted(id for id in under if id is not None))
    return {
        comment.key: _of(comment, published, seen)
        for comment in comments
        if rules.ask_around or comment.is_vouched_for
    }


def _of(
    comment: StoredComment, published: Mapping[str, int], seen: Mapping[str, datetime]
) -> Circumstances:
    first = seen.get(comment.article_id or "")
    age = comment.received_at - first if first else None
    number = published.get(comment.key, 0)
    return Circumstances(comment.author.id, number, comment.article_id, age, comment.is_vouched_for)
