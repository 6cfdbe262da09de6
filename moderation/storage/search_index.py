"""What comments and articles are found by, written in the transaction that writes them.

Words are cut by `moderation.text.search_words` and handed over ready made, so that SQLite (FTS5)
and PostgreSQL (`tsvector`) find the same. A word of a name is kept once as it is and once with
a sign before it; ids of sites and articles as a digest, so that they fit as a whole or not.
"""

from __future__ import annotations

import hashlib
from itertools import chain

from sqlalchemy import Connection, delete, insert, select, update

from moderation.comments import Author, StoredArticle, StoredComment
from moderation.storage.fts5 import take_out
from moderation.storage.rows import upsert_by
from moderation.storage.sweeping import mark
from moderation.storage.tables import article_words, comment_words, revisions
from moderation.stored import Term
from moderation.text.search_words import words_of

_BREAK = "~"
"""Stands between the parts of an entry, so that no phrase reaches from one into the next."""

_SIGNS = {"text": "", "author": "@", "site": "#", "article": "$"}
SIGNS = "".join(_SIGNS.values()) + _BREAK
"""What FTS5 has to take for a part of a word."""


def tokens_of(term: Term) -> tuple[str, ...]:
    """The words of a term as entries hold them."""
    sign = _SIGNS[term.field]
    if term.field in ("site", "article"):
        return (_id_token(sign, " ".join(term.words)),)
    return tuple(sign + word for word in term.words)


def index_comment(connection: Connection, comment: StoredComment) -> None:
    """Make a new comment findable."""
    values = {"comment_key": comment.key, "words": _comment_entry(comment)}
    connection.execute(insert(comment_words).values(values))


def index_again(connection: Connection, comment: StoredComment) -> None:
    """Have a rewritten comment found by what it says now, in its old place."""
    ours = update(comment_words).where(comment_words.c.comment_key == comment.key)
    connection.execute(ours.values(words=_comment_entry(comment)))


def forget_comment(connection: Connection, key: str) -> None:
    """Take a comment out of the index, with the words of every text that is kept of it.

    On SQLite what cannot be done at once is marked for sweeping.
    """
    gone = delete(comment_words).where(comment_words.c.comment_key == key)
    if connection.dialect.name != "sqlite":
        connection.execute(gone)
        return
    found = select(comment_words.c.number).where(comment_words.c.comment_key == key)
    number = connection.execute(found).scalar()
    words = _words_of_all_texts(connection, key)
    mark(connection, join=number is not None and take_out(connection, gone, number, words))


def index_article(connection: Connection, article: StoredArticle) -> None:
    """Have an article found by its title and text."""
    values = {"site_id": article.site_id, "article_id": article.id}
    words = article_entry(article.site_id, article.title, article.text)
    upsert_by(connection, article_words, ("site_id", "article_id"), values | {"words": words})


def comment_entry(
    site_id: str, article_id: str | None, words: str, author: Author
) -> tuple[str, ...]:
    """All words that find a comment with these fields."""
    ids = [_id_token(_SIGNS["site"], site_id)]
    if article_id is not None:
        ids.append(_id_token(_SIGNS["article"], article_id))
    entry = [*ids, *words_of(words)]
    for sign in (_SIGNS["text"], _SIGNS["author"]):
        for name in (author.name, author.id):
            entry += [_BREAK, *(sign + word for word in words_of(name))]
    return tuple(entry)


def article_entry(site_id: str, title: str, words: str) -> tuple[str, ...]:
    """All words that find an article with these fields."""
    site = _id_token(_SIGNS["site"], site_id)
    return (site, *words_of(title), _BREAK, *words_of(words))


def _words_of_all_texts(connection: Connection, key: str) -> set[str]:
    """Words that the index has, or has had, of a comment."""
    entry = select(comment_words.c.words).where(comment_words.c.comment_key == key)
    texts = select(revisions.c.text).where(revisions.c.comment_key == key)
    present = str(connection.execute(entry).scalar() or "").split()
    every = (words_of(text) for text in connection.execute(texts).scalars())
    return {*present, *chain.from_iterable(every)}


def _comment_entry(comment: StoredComment) -> tuple[str, ...]:
    return comment_entry(comment.site_id, comment.article_id, comment.text, comment.author)


def _id_token(sign: str, id: str) -> str:
    return sign + hashlib.blake2b(id.encode(), digest_size=8).hexdigest()
