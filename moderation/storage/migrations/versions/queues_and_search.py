"""Queues by more than one thing, counted as they change; saved filters; full-text search.

What waits gets its rank by the new weights, is counted, and every text that is kept can be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import SearchTokens, UtcTime
from moderation.storage.migrations.entries_of_0007 import SIGNS, article_entry, comment_entry

revision = "0007"
down_revision: str | None = "0006"

_ITEMS, _MARKS = "review_items", "review_marks"
_SQLITE, _POSTGRESQL = sa.text("waiting IS 1"), sa.text("waiting IS true")
_ORDERS: dict[str, list[str | sa.TextClause]] = {
    "opened": ["opened_at", "id"],
    "severity": [sa.text("severity DESC"), "rank", "id"],
    "reports": [sa.text("reports DESC"), "rank", "id"],
}
_SMALLER = "CASE WHEN {0} < {1} THEN {0} ELSE {1} END"
_OLD_HOURS = (
    f"(8.0 * severity + 2.0 * {_SMALLER.format('reports', 8)}"
    f" + 6.0 * {_SMALLER.format('appeals', 1)})"
)
_NEW_HOURS = (
    "(8.0 * severity + CASE WHEN reports + appeals = 0 THEN 0.0 ELSE 10.0"
    f" + 2.0 * {_SMALLER.format('reports', 7)} + 6.0 * {_SMALLER.format('appeals', 1)} END)"
)
_AT_ONCE = 1_000


def upgrade() -> None:
    """Make the tables and indexes, and fill them."""
    for name, columns in _ORDERS.items():
        _index_waiting(name, columns)
    op.drop_index("ix_review_items_waiting_count", _ITEMS)
    op.drop_index("ix_review_marks_site_id_kind_value", _MARKS)
    ranked = ["site_id", "kind", "value", "rank", "item_id"]
    op.create_index("ix_review_marks_site_id_kind_value_rank_item_id", _MARKS, ranked)
    _move_ranks(f"{_OLD_HOURS} - {_NEW_HOURS}")
    _make_tables()
    _count()
    _make_search()


def downgrade() -> None:
    """Forget them again."""
    for name in ("comment_words", "article_words"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TABLE {name}_fts")
        op.drop_table(name)
    op.drop_table("saved_filters")
    op.drop_table("queue_tally")
    _move_ranks(f"{_NEW_HOURS} - {_OLD_HOURS}")
    op.drop_index("ix_review_marks_site_id_kind_value_rank_item_id", _MARKS)
    op.create_index("ix_review_marks_site_id_kind_value", _MARKS, ["site_id", "kind", "value"])
    _index_waiting("count", ["site_id", "stage"])
    for name in _ORDERS:
        op.drop_index(f"ix_review_items_waiting_{name}", _ITEMS)


def _index_waiting(name: str, columns: list[str | sa.TextClause]) -> None:
    op.create_index(
        f"ix_review_items_waiting_{name}",
        _ITEMS,
        columns,
        sqlite_where=_SQLITE,
        postgresql_where=_POSTGRESQL,
    )


def _move_ranks(hours: str) -> None:
    op.execute(f"UPDATE {_ITEMS} SET rank = rank + 3600.0 * ({hours}) WHERE waiting")
    rank = f"(SELECT i.rank FROM {_ITEMS} i WHERE i.id = {_MARKS}.item_id)"
    op.execute(f"UPDATE {_MARKS} SET rank = {rank}")


def _make_tables() -> None:
    op.create_table(
        "queue_tally",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(200), nullable=False),
        sa.Column("language", sa.String(35)),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_queue_tally")),
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(200), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_filters_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_filters_user_id_name")),
    )
    op.create_table(
        "comment_words",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("comment_key", sa.String(32), nullable=False),
        sa.Column("words", SearchTokens(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_key"], ["comments.key"], name=op.f("fk_comment_words_comment_key_comments")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_comment_words")),
        sa.UniqueConstraint("comment_key", name=op.f("uq_comment_words_comment_key")),
    )
    op.create_table(
        "article_words",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(200), nullable=False),
        sa.Column("article_id", sa.String(200), nullable=False),
        sa.Column("words", SearchTokens(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "article_id"],
            ["articles.site_id", "articles.id"],
            name=op.f("fk_article_words_site_id_article_id_articles"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_article_words")),
        sa.UniqueConstraint(
            "site_id", "article_id", name=op.f("uq_article_words_site_id_article_id")
        ),
    )


def _count() -> None:
    """One row for each profile of what waits."""
    join = "group_concat(mark, ' ')"
    if op.get_bind().dialect.name == "postgresql":
        join = "string_agg(mark, ' ' ORDER BY mark COLLATE \"C\")"
    # SQLite gathers in the order in which it reads, and it reads what is sorted.
    op.execute(
        "INSERT INTO queue_tally (site_id, language, stage, marks, number)"
        " SELECT site_id, language, stage, coalesce(marks, ''), count(*) FROM ("
        f" SELECT i.id, i.site_id, i.language, i.stage, (SELECT {join} FROM ("
        "  SELECT m.kind || ':' || m.value AS mark FROM review_marks m"
        "  WHERE m.item_id = i.id ORDER BY mark) sorted) AS marks"
        " FROM review_items i WHERE i.waiting) profiles"
        " GROUP BY site_id, language, stage, marks"
    )


def _make_search() -> None:
    names = ("comment_words", "article_words")
    if op.get_bind().dialect.name == "sqlite":
        for name in names:
            _make_fts(name)
    _fill()
    if op.get_bind().dialect.name == "postgresql":
        for name in names:
            op.create_index(
                f"ix_{name}_words",
                name,
                ["words"],
                postgresql_using="gin",
                postgresql_with={"fastupdate": "off"},
            )


def _make_fts(name: str) -> None:
    """SQLite's index, over the words that the table holds, kept by triggers."""
    op.execute(
        f"CREATE VIRTUAL TABLE {name}_fts USING fts5(words, content='{name}',"
        f" content_rowid='number', tokenize=\"ascii tokenchars '{SIGNS}'\")"
    )
    add = f"INSERT INTO {name}_fts(rowid, words) VALUES (new.number, new.words);"
    forget = (
        f"INSERT INTO {name}_fts({name}_fts, rowid, words)"
        " VALUES ('delete', old.number, old.words);"
    )
    for event, statements in (("INSERT", add), ("DELETE", forget), ("UPDATE", forget + add)):
        op.execute(
            f"CREATE TRIGGER {name}_{event.lower()} AFTER {event} ON {name} BEGIN {statements} END"
        )


def _fill() -> None:
    comments = sa.text(
        "SELECT c.key, c.site_id, c.article_id, c.author_name, c.author_id, r.text FROM comments c"
        " JOIN revisions r ON r.comment_key = c.key AND r.number = c.revision"
        " WHERE c.erased_at IS NULL ORDER BY c.received_at, c.key"
    )
    _insert(
        "comment_words",
        (
            {"comment_key": row.key}
            | {
                "words": comment_entry(
                    row.site_id, row.article_id, row.text, row.author_id, row.author_name
                )
            }
            for row in _rows(comments)
        ),
    )
    articles = sa.text("SELECT site_id, id, title, text FROM articles ORDER BY updated_at, id")
    _insert(
        "article_words",
        (
            {"site_id": row.site_id, "article_id": row.id}
            | {"words": article_entry(row.site_id, row.title, row.text)}
            for row in _rows(articles)
        ),
    )


def _rows(found: sa.TextClause) -> Iterator[sa.Row[tuple[object, ...]]]:
    yield from op.get_bind().execute(found, execution_options={"yield_per": _AT_ONCE})


def _insert(name: str, rows: Iterator[dict[str, object]]) -> None:
    columns = {"comment_words": ("comment_key",), "article_words": ("site_id", "article_id")}[name]
    table = sa.table(name, *map(sa.column, columns), sa.column("words", SearchTokens()))
    while some := list(islice(rows, _AT_ONCE)):
        op.get_bind().execute(sa.insert(table), some)
