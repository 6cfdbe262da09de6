"""What somebody types into the search field, read into what storage is asked. Pure.

Plain words must all occur, `"words in quotes"` side by side, `-word` must not. `author:`, `site:`
and `article:` look at those; `status:` is `published`, `held` or `rejected`. Whatever else there
is, such as a lone quote or a sign, is read over: nothing that can be typed is a mistake of syntax.
"""

from __future__ import annotations

import re
from typing import Final

from moderation.comments import Status
from moderation.errors import InvalidInput, TooLarge
from moderation.stored import SearchQuery, Term
from moderation.text.search_words import words_of

MAX_QUERY: Final = 500
"""Longest query, in code points."""

MAX_QUERY_WORDS: Final = 64

_PART = re.compile(
    r"(?P<without>-?)(?:(?P<field>author|site|article|status):)?"
    r'(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))',
    re.IGNORECASE,
)
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'))


def parse(asked: str) -> SearchQuery:
    """The query that the words amount to; it may be without a term.

    Raises `TooLarge` for one that is too long, `InvalidInput` for a status that is none.
    """
    if len(asked) > MAX_QUERY:
        raise TooLarge("q", f"must be at most {MAX_QUERY} characters long")
    terms: list[Term] = []
    excluded: list[Term] = []
    status = None
    for part in _PART.finditer(asked.translate(_QUOTES)):
        field = (part["field"] or "text").lower()
        value = (part["quoted"] if part["plain"] is None else part["plain"]) or ""
        if field == "status":
            status = _status(value, part["without"])
        elif (term := _term(field, value)).words:
            (excluded if part["without"] else terms).append(term)
    if sum(len(term.words) for term in (*terms, *excluded)) > MAX_QUERY_WORDS:
        raise TooLarge("q", f"must be at most {MAX_QUERY_WORDS} words")
    return SearchQuery(tuple(terms), tuple(excluded), status)


def _term(field: str, value: str) -> Term:
    if field in ("site", "article"):
        return Term((value,) if value else (), field)
    return Term(words_of(value), field)


def _status(value: str, without: str) -> Status:
    try:
        if without:
            raise ValueError
        return Status(value.lower())
    except ValueError:
        known = ", ".join(status.value for status in Status)
        raise InvalidInput("q", f"status: is one of {known}") from None
