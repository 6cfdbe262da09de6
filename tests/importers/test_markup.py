"""Texts of an export that stand outside of a CDATA section, with their markup as XML."""

from __future__ import annotations

import pytest

from moderation.records import ArticleRecord, CommentRecord
from tests.importers.test_formats import a_thread, an_item, comments_of, records_of

MARKED = 'Hello <b>brave</b> new<br/> world, <a href="https://a.test/?x=1&amp;y">see</a> &lt;3'
KEPT = 'Hello <b>brave</b> new<br> world, <a href="https://a.test/?x=1&amp;y">see</a> <3'
"""Markup that is XML, as tools leave it that drop the CDATA around it, and what it stands for."""


@pytest.mark.parametrize(
    "content",
    [
        an_item(
            comments="<wp:comment><wp:comment_id>1</wp:comment_id>"
            f"<wp:comment_content>{MARKED}</wp:comment_content></wp:comment>"
        ),
        a_thread(posts=f'<post dsq:id="1"><message>{MARKED}</message><thread dsq:id="70"/></post>'),
    ],
    ids=["wxr", "disqus"],
)
def test_markup_outside_of_a_cdata_section_stays_in_the_text_word_for_word(content: bytes) -> None:
    assert comments_of(content)["1"].comment.text == KEPT


def test_markup_that_is_named_like_a_field_is_text_where_text_stands() -> None:
    text = "one <title>two</title> <wp:comment><link>three</link></wp:comment> four"
    item = an_item(
        comments="<wp:comment><wp:comment_id>1</wp:comment_id>"
        f"<wp:comment_content>{text}</wp:comment_content></wp:comment>"
    )
    article, comment = records_of(item)
    assert isinstance(article, ArticleRecord)
    assert isinstance(comment, CommentRecord)
    assert article.title == "T"
    assert comment.comment.text == text.replace("wp:", "")
