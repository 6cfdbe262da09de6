"""The one line that the encoder reads a comment under: what it answers, or what its article says.

A person would glance at the title and at what the comment replies to; a few dozen words are all
that the encoder has room for.
"""

from __future__ import annotations

from typing import Final

from moderation.comments import Comment

MOST_CHARACTERS: Final = 600
"""Of each part: more would be cut off by the encoder in any case."""


def context_text(comment: Comment, passage: tuple[int, int] | None) -> str:
    """Title, then the parent, or else the closest passage of the article; empty without context.

    `passage` is where that stands in the article's text, in code points.
    """
    title = body = ""
    if comment.article is not None:
        title = comment.article.title.strip()
        start, end = passage or (0, MOST_CHARACTERS)
        body = comment.article.text[start:end].strip()
    said = (comment.parent or "").strip() or body
    return ". ".join(part[:MOST_CHARACTERS] for part in (title, said) if part)
