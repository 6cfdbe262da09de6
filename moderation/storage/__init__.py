"""The stores of `moderation.stores` over SQLAlchemy: SQLite by default, PostgreSQL at scale."""
