"""The words that comments and articles are found by."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from moderation.storage.columns import SearchTokens
from moderation.storage.tables.base import metadata

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
