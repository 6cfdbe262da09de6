"""Sites, articles and comments with what was said of them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from moderation.comments import Ruling
from moderation.rulebook import SiteRules
from moderation.storage.columns import TypedJson, UtcTime
from moderation.storage.tables.base import metadata

sites = Table(
    "sites",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("name", Text, nullable=False),
    Column("language", String(35), nullable=False),
    Column("url", Text, nullable=False),
    Column("publish_on_review", Boolean, nullable=False),
    Column("thresholds", TypedJson(dict[str, dict[str, float]]), nullable=False),
    Column("rules", TypedJson(SiteRules), nullable=False, server_default="{}"),
    # By which a process knows that it has read these rules before; empty where there are none.
    Column("rules_digest", String(64), nullable=False, server_default=""),
)

TEXTLESS = text("text = '' AND url <> ''")

ADDRESSED = text("url <> ''")

articles = Table(
    "articles",
    metadata,
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("first_seen_at", UtcTime),
    # How often its page was asked for the text that it lacks, when it may be next, and when it
    # was had from there.
    Column("fetch_tries", Integer, nullable=False, server_default="0"),
    Column("fetch_at", UtcTime),
    Column("fetched_at", UtcTime),
    Index(
        "ix_articles_textless",
        "fetch_tries",
        "fetch_at",
        sqlite_where=TEXTLESS,
        postgresql_where=TEXTLESS,
    ),
    # By a hash, as a btree of PostgreSQL takes no address of the longest.
    Index(
        "ix_articles_url",
        "url",
        postgresql_using="hash",
        sqlite_where=ADDRESSED,
        postgresql_where=ADDRESSED,
    ),
)

AUTHOR_ID_FITS = text("length(author_id) <= 200")

AUTHOR_EMAIL_FITS = text("length(author_email_hash) <= 200")
"""What an index over authors holds: imports may bring longer ones, which PostgreSQL's cannot."""

comments = Table(
    "comments",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    Column("id", String(200), nullable=False),
    Column("article_id", String(200)),
    Column("parent_id", String(200)),
    Column("parent_key", ForeignKey("comments.key")),
    Column("author_id", Text),
    Column("author_name", Text),
    Column("author_email_hash", Text),
    Column("author_ip_hash", Text),
    Column("kind", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("source_status", Text),
    Column("revision", Integer, nullable=False),
    Column("language", String(35)),  # of the current ruling, for finding
    Column("created_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("erased_at", UtcTime),
    Column("is_vouched_for", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "article_id"], ["articles.site_id", "articles.id"]),
    Index(None, "parent_key", "created_at"),
    Index(None, "site_id", "article_id"),
    Index(None, "site_id", "author_id", "status"),
    Index(None, "site_id", "received_at"),
    Index(None, "site_id", "status", "received_at"),
    Index(
        "ix_comments_orphans",
        "site_id",
        "parent_id",
        sqlite_where=text("parent_key IS NULL AND parent_id IS NOT NULL"),
        postgresql_where=text("parent_key IS NULL AND parent_id IS NOT NULL"),
    ),
    Index(
        "ix_comments_top_level",
        "site_id",
        "article_id",
        "created_at",
        sqlite_where=text("parent_id IS NULL"),
        postgresql_where=text("parent_id IS NULL"),
    ),
    Index(
        "ix_comments_author",
        "site_id",
        "author_id",
        "created_at",
        sqlite_where=AUTHOR_ID_FITS,
        postgresql_where=AUTHOR_ID_FITS,
    ),
    Index(
        "ix_comments_author_email",
        "site_id",
        "author_email_hash",
        "created_at",
        sqlite_where=AUTHOR_EMAIL_FITS,
        postgresql_where=AUTHOR_EMAIL_FITS,
    ),
)

comment_tally = Table(
    # How many comments stand so: the sum of `number` over the rows, as in `queue_tally`. Erased
    # ones count no longer; `decision` and `model` are of the current ruling, where there is one.
    "comment_tally",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("site_id", String(200), nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("decision", String(20)),
    Column("model", Text),
    Column("number", Integer, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("comment_key", ForeignKey("comments.key"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("ruling", TypedJson(Ruling)),  # none before it is scored
    Column("at", UtcTime, nullable=False),
)

unscored = Table(
    # Revisions that could not be scored when they came. `due_at` is a lease as well: whoever takes
    # one up moves it ahead. `models` has a line for each version that did.
    "unscored",
    metadata,
    Column("comment_key", ForeignKey("comments.key"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("is_lent", Boolean, nullable=False),
    Column("models", Text, nullable=False),
)

objections = Table(
    "objections",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("comment_key", ForeignKey("comments.key"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text),
    Column("revision", Integer),  # the text objected to; unknown for the oldest
    Column("sent_as", String(64)),  # digest of the key that tells a repeated call from a new one
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    Column("source", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("labels", TypedJson(dict[str, float]), nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("comment_key", ForeignKey("comments.key"), index=True),
    Column("comment_id", String(200)),  # the site's own, also of comments that are not here
    Column("told", TypedJson(dict[str, str]), nullable=False),
    Index(None, "site_id", "at"),
    Index(None, "site_id", "comment_id"),
)

spam_checks = Table(
    "spam_checks",
    metadata,
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("is_spam", Boolean, nullable=False),
    Column("theirs", String(200)),
    Column("verdict", String(20), nullable=False),
    Column("alike", String(64), nullable=False, server_default=""),
    Index(None, "site_id", "theirs"),
    Index(None, "site_id", "at"),
    Index(None, "site_id", "alike"),
)

spam_blogs = Table(
    "spam_blogs",
    metadata,
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("blog", String(200), primary_key=True),
    Column("at", UtcTime, nullable=False),
)
