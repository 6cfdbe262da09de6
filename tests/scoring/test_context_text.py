"""The line that a comment is read under, as a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comments import Article, Comment
from moderation.scoring.context_text import MOST_CHARACTERS, context_text

BODY = "The old bridge is closed. Buses go round by the mill."


@pytest.mark.parametrize(
    ("article", "parent", "passage", "expected"),
    [
        # Without a context there is nothing to read it under.
        (None, None, None, ""),
        (None, "  ", None, ""),
        (Article(" ", "\n"), None, None, ""),
        # The title comes first, then what it answers.
        (Article("Bridge closed", BODY), "Which one?", (0, 25), "Bridge closed. Which one?"),
        # A comment that answers nobody is read under the closest passage.
        (
            Article("Bridge closed", BODY),
            None,
            (26, 52),
            "Bridge closed. Buses go round by the mill",
        ),
        # Where no passage is known the article's beginning stands for it.
        (Article("Bridge closed", BODY), None, None, f"Bridge closed. {BODY}"),
        (Article("", BODY), None, (0, 25), "The old bridge is closed."),
        (None, "Which one?", None, "Which one?"),
        (Article("Bridge closed", ""), None, None, "Bridge closed"),
    ],
)
def test_a_comment_is_read_under(
    article: Article | None, parent: str | None, passage: tuple[int, int] | None, expected: str
) -> None:
    assert context_text(Comment("x", article, parent), passage) == expected


@given(
    title=st.text(max_size=3000),
    body=st.text(max_size=3000),
    parent=st.none() | st.text(max_size=3000),
)
def test_it_is_never_longer_than_its_parts_may_be(
    title: str, body: str, parent: str | None
) -> None:
    found = context_text(Comment("x", Article(title, body), parent), None)
    assert len(found) <= 2 * MOST_CHARACTERS + len(". ")
