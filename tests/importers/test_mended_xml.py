"""Exports as sites really have them: one sign that XML does not know costs nothing that follows."""

from __future__ import annotations

import io

import pytest

from moderation.errors import ImportRefused
from moderation.importers import read
from moderation.importers.mended_xml import mended
from moderation.records import ArticleRecord, CommentRecord

DECLARATION = '<?xml version="1.0" encoding="{}" ?>\n'


def a_file(title: str = "", text: str = "", author: str = "") -> str:
    """An export with an article and two comments; what is given stands in it as it is."""
    return (
        '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item>'
        f"<title>{title}</title><wp:post_id>5</wp:post_id><wp:post_type>post</wp:post_type>"
        f"<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>{author}"
        f"</wp:comment_author><wp:comment_content><![CDATA[Yes: {text}]]></wp:comment_content>"
        "</wp:comment><wp:comment><wp:comment_id>2</wp:comment_id><wp:comment_content>No."
        "</wp:comment_content></wp:comment></item></channel></rss>"
    )


def told_in(content: bytes) -> list[str | None]:
    """Title, first text, first author, last text."""
    found = list(read(io.BufferedReader(io.BytesIO(content), 1 << 16)))
    [article] = [one for one in found if isinstance(one, ArticleRecord)]
    first, last = (one.comment for one in found if isinstance(one, CommentRecord))
    return [article.title, first.text, first.author.name, last.text]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (a_file("Salt & pepper"), "Salt & pepper"),
        (a_file("Salt &pepper; &"), "Salt &pepper; &"),
        (a_file("Salt&nbsp;&hellip;"), "Salt\xa0\u2026"),
        (a_file("a &LT; b &amp;lt; c"), "a < b < c"),
        (a_file("Salt&#11;&#0;&#xFFFF;&#xD83D;&#99999999; pepper"), "Salt pepper"),
        (a_file("Salt&#8230;&#x26;"), "Salt\u2026&"),
        (a_file("Salt\ufffe\uffff\x0b\x00 pepper"), "Salt pepper"),
    ],
)
def test_a_sign_that_xml_does_not_know_is_read_as_it_was_meant(written: str, meant: str) -> None:
    assert told_in(written.encode()) == [meant, "Yes: ", None, "No."]


def test_what_stands_for_itself_is_not_touched() -> None:
    text = "&nbsp; & &#11; &amp; <b>]] &"
    assert told_in(a_file(text=text, author="A & B").encode()) == [
        "",
        f"Yes: {text}",
        "A & B",
        "No.",
    ]


def test_bytes_that_are_no_text_cost_themselves_alone() -> None:
    written = a_file(text="caf\x01").encode().replace(b"\x01", b"\xe9 \xed\xa0\xbd")
    assert told_in(written)[1] == "Yes: caf\ufffd \ufffd\ufffd\ufffd"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("UTF-8", "\u4f60\u597d"),
        ("UTF-16", "\u4f60\u597d"),
        ("ISO-8859-1", "caf\xe9"),
        ("windows-1252", "\u201ccaf\xe9\u201d"),
        ("windows-1251", "\u0434\u0430"),
        ("GBK", "\u4f60\u597d"),
        ("Shift_JIS", "\u65e5\u672c"),
        ("EUC-KR", "\ud55c"),
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_names(encoding: str, text: str) -> None:
    written = (DECLARATION.format(encoding) + a_file(text=text)).encode(encoding)
    assert told_in(written)[1] == f"Yes: {text}"


@pytest.mark.parametrize("encoding", ["UTF-7", "unicode_escape", "rot13", "zlib", "none-such"])
def test_an_encoding_in_which_a_letter_may_be_another_is_refused(encoding: str) -> None:
    with pytest.raises(ImportRefused, match="encoding"):
        told_in((DECLARATION.format(encoding) + a_file()).encode())


@pytest.mark.parametrize(
    "before", ["\n\r\n \t", "<br />\n<b>Notice</b>: Undefined &\n", "\ufeff\n"]
)
def test_what_a_plug_in_has_printed_before_the_beginning_is_passed_over(before: str) -> None:
    written = before + DECLARATION.format("UTF-8") + a_file()
    assert told_in(written.encode())[3] == "No."


def test_a_break_is_named_by_its_own_line_all_the_same() -> None:
    with pytest.raises(ImportRefused, match="broken at line 4,"):
        told_in(("\n" + DECLARATION.format("UTF-8") + "\n" + a_file() + "<").encode())


def test_a_declaration_in_a_text_is_one_of_the_text() -> None:
    text = '<?xml version="1.0" encoding="UTF-7"?>'
    assert told_in(("\n" + a_file(text=text)).encode())[1] == f"Yes: {text}"


def test_a_mark_may_begin_in_one_piece_and_end_in_the_next() -> None:
    whole = a_file("Salt &hellip; &amp; & pepper", "&hellip; ]", "A &#11; B").encode()

    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(1)

    in_pieces = b"".join(mended(Dripping(whole)))
    assert in_pieces == b"".join(mended(io.BytesIO(whole)))
    assert in_pieces.count(b"&hellip;") == 1
