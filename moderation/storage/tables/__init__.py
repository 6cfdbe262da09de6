"""Every table. Texts live in `revisions`, `objections` and `notes`, names in `comments`, and the
words of comments in `comment_words`: erasing a comment empties those, and nothing else needs to
be searched.

A change here comes with a migration; a test holds the two together.
"""

from moderation.storage.tables.base import metadata
from moderation.storage.tables.outgoing import (
    outbox,
    webhook_attempts,
    webhook_deliveries,
    webhook_endpoints,
)
from moderation.storage.tables.people import changes, key_uses, keys, preferences, sign_ins, users
from moderation.storage.tables.publications import (
    AUTHOR_EMAIL_FITS,
    AUTHOR_ID_FITS,
    articles,
    comment_tally,
    comments,
    objections,
    revisions,
    sites,
    spam_blogs,
    spam_checks,
    suggestions,
    unscored,
)
from moderation.storage.tables.queue import (
    notes,
    queue_tally,
    review_acts,
    review_events,
    review_items,
    review_marks,
    saved_filters,
)
from moderation.storage.tables.search import article_words, comment_words

__all__ = [
    "AUTHOR_EMAIL_FITS",
    "AUTHOR_ID_FITS",
    "article_words",
    "articles",
    "changes",
    "comment_tally",
    "comment_words",
    "comments",
    "key_uses",
    "keys",
    "metadata",
    "notes",
    "objections",
    "outbox",
    "preferences",
    "queue_tally",
    "review_acts",
    "review_events",
    "review_items",
    "review_marks",
    "revisions",
    "saved_filters",
    "sign_ins",
    "sites",
    "spam_blogs",
    "spam_checks",
    "suggestions",
    "unscored",
    "users",
    "webhook_attempts",
    "webhook_deliveries",
    "webhook_endpoints",
]
