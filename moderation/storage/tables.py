"""Every table. Texts live in `revisions`, `objections` and `notes`, names in `comments`, and the
words of comments in `comment_words`: erasing a comment empties those, and nothing else needs to
be searched.

A change here comes with a migration; a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    desc,
    false,
    text,
)

from moderation.comments import Reason, Ruling
from moderation.preferences import Choices
from moderation.review_queue import Settled
from moderation.rulebook import SiteRules
from moderation.storage.columns import SearchTokens, TypedJson, UtcTime
from moderation.stored import QueueFilter

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _index_of_waiting(name: str, *columns: str | ColumnElement[Any]) -> Index:
    """An index of the items that wait: few, where those that are decided are many."""
    return Index(
        f"ix_review_items_{name}",
        *columns,
        sqlite_where=text("waiting IS 1"),
        postgresql_where=text("waiting IS true"),
    )


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
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "article_id"], ["articles.site_id", "articles.id"]),
    Index(None, "parent_key", "created_at"),
    Index(None, "site_id", "article_id"),
    Index(None, "site_id", "author_id", "status"),
    Index(None, "site_id", "received_at"),
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

revisions = Table(
    "revisions",
    metadata,
    Column("comment_key", ForeignKey("comments.key"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("ruling", TypedJson(Ruling), nullable=False),
    Column("at", UtcTime, nullable=False),
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
)

review_events = Table(
    "review_events",
    metadata,
    Column("item_id", String(32), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(200)),
    Column("site_id", String(200)),
    Column("comment_key", String(32)),
    Column("verdict", String(20)),
    Column("labels", TypedJson(tuple[str, ...]), nullable=False),
    Column("reasons", TypedJson(tuple[Reason, ...]), nullable=False),
    Column("severity", Float),
    Column("status", String(20)),
    Column("lease_until", UtcTime),
    Column("undoes", Integer),
    Column("revision", Integer),
    # For the audit log and for a person's own record; a time is nearly a key by itself.
    Index(None, "at"),
    Index(None, "actor", "at"),
    Index(None, "kind", "at"),
)

notes = Table(
    # The words of a note between moderators; who wrote it and when is in its event.
    "notes",
    metadata,
    Column("item_id", String(32), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    ForeignKeyConstraint(
        ["item_id", "sequence"], ["review_events.item_id", "review_events.sequence"]
    ),
)

review_items = Table(
    "review_items",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    Column("comment_key", ForeignKey("comments.key"), nullable=False, unique=True),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("reasons", TypedJson(tuple[Reason, ...]), nullable=False),
    Column("severity", Float, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("appeals", Integer, nullable=False),
    Column("holder", String(200)),
    Column("lease_until", UtcTime),
    Column("skipped_by", TypedJson(dict[str, int]), nullable=False),
    Column("settled", TypedJson(tuple[Settled, ...]), nullable=False),
    # For finding only, from here on; the item is all of the above.
    Column("rank", Float, nullable=False),
    Column("language", String(35)),
    Column("waiting", Boolean, nullable=False),
    Column("decided_at", UtcTime),
    _index_of_waiting("waiting", "rank", "id"),
    _index_of_waiting("waiting_site", "site_id", "rank", "id"),
    _index_of_waiting("waiting_language", "language", "rank", "id"),
    _index_of_waiting("waiting_stage", "stage", "rank", "id"),
    _index_of_waiting("waiting_opened", "opened_at", "id"),
    _index_of_waiting("waiting_severity", desc("severity"), "rank", "id"),
    _index_of_waiting("waiting_reports", desc("reports"), "rank", "id"),
    Index(
        "ix_review_items_held",
        "holder",
        sqlite_where=text("holder IS NOT NULL"),
        postgresql_where=text("holder IS NOT NULL"),
    ),
    Index(
        "ix_review_items_decided",
        "decided_at",
        "id",
        sqlite_where=text("decided_at IS NOT NULL"),
        postgresql_where=text("decided_at IS NOT NULL"),
    ),
)

review_marks = Table(
    # What a waiting item can be found by: a `reason` code or a `label`. Rank and site are
    # those of the item, so that a rare mark is found without walking the whole queue.
    "review_marks",
    metadata,
    Column("item_id", ForeignKey("review_items.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("value", String(50), primary_key=True),
    Column("rank", Float, nullable=False),
    Column("site_id", String(200), nullable=False),
    Index(None, "kind", "value", "rank", "item_id"),
    Index(None, "site_id", "kind", "value", "rank", "item_id"),
)

queue_tally = Table(
    # How many items wait of each profile: the sum of `number` over its rows. Whoever changes an
    # item adds a row and touches no other, so that writers never wait for one another here.
    "queue_tally",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("site_id", String(200), nullable=False),
    Column("language", String(35)),
    Column("stage", String(20), nullable=False),
    Column("marks", Text, nullable=False),  # such as `label:insult reason:label`, sorted
    Column("number", Integer, nullable=False),
)

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("wanted", TypedJson(QueueFilter), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("user_id", "name"),
)

comment_words = Table(
    # What comments are found by. `number` is the order of arrival; SQLite has an FTS5 table of
    # the same numbers beside it, which triggers keep.
    "comment_words",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("comment_key", ForeignKey("comments.key"), nullable=False, unique=True),
    Column("words", SearchTokens, nullable=False),
)

article_words = Table(
    "article_words",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("site_id", String(200), nullable=False),
    Column("article_id", String(200), nullable=False),
    Column("words", SearchTokens, nullable=False),
    ForeignKeyConstraint(["site_id", "article_id"], ["articles.site_id", "articles.id"]),
    UniqueConstraint("site_id", "article_id"),
)

for _words in (comment_words, article_words):
    Index(
        f"ix_{_words.name}_words",
        _words.c.words,
        # A list of what is not yet sorted in would make some unlucky writer sort it all.
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    ).ddl_if(dialect="postgresql")

review_acts = Table(
    # Verdicts and skips in force, by whose they are: what that person may still undo.
    "review_acts",
    metadata,
    Column("item_id", ForeignKey("review_items.id"), primary_key=True),
    Column("user_id", String(200), primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("skip", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "user_id", "at"),
)

users = Table(
    "users",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("session_epoch", Integer, nullable=False),
    Column("password_once", Boolean, nullable=False, server_default=false()),
)

sign_ins = Table(
    # Attempts on logins that exist: any other word may be somebody's slip of a password.
    "sign_ins",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("let_in", Boolean, nullable=False),
    Index(None, "user_id", "at"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("site_id", ForeignKey("sites.id"), index=True),
    Column("user_id", ForeignKey("users.id"), index=True),
    Column("expires_at", UtcTime),
    Column("revoked_at", UtcTime),
)

outbox = Table(
    "outbox",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    Column("type", String(50), nullable=False),
    Column("payload", TypedJson(dict[str, object]), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("item_id", String(32)),
    Column("sequence", Integer),
    Column("sent_at", UtcTime),
    Index(None, "item_id", "sequence"),
    Index(
        "ix_outbox_pending",
        "position",
        sqlite_where=text("sent_at IS NULL"),
        postgresql_where=text("sent_at IS NULL"),
    ),
)

changes = Table(
    # What administrators changed, with what stood before; nothing secret.
    "changes",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(200)),
    Column("subject", String(20), nullable=False),
    Column("subject_id", String(200), nullable=False),
    Column("before", TypedJson(dict[str, object] | None)),
    Column("after", TypedJson(dict[str, object] | None)),
    Column("undoes", String(32)),
    Index(None, "subject", "subject_id", "position"),
    Index(None, "at"),
)

preferences = Table(
    # What people chose for themselves, and under an empty id what holds for everybody.
    "preferences",
    metadata,
    Column("user_id", String(200), primary_key=True),
    Column("choices", TypedJson(Choices)),
    Column("rested_at", UtcTime),
)
