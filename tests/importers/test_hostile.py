"""Files that are made to hurt whoever reads them: refused, or read in bounded memory and time."""

from __future__ import annotations

import io
import itertools
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest

from moderation.errors import ImportRefused
from moderation.importers import read, safe_xml
from moderation.importers.plain_text import plain
from moderation.records import ArticleRecord, CommentRecord, UnreadableRecord

WXR = b'<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
DISQUS = b'<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
BEGINNINGS = pytest.mark.parametrize("beginning", [WXR, DISQUS], ids=["wxr", "disqus"])


class Endless(io.RawIOBase):
    """A file that is made while it is read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while len(self._left) < len(buffer) and (piece := next(self._pieces, b"")):
            self._left += piece
        taken, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def refusal(*pieces: Iterable[bytes]) -> str:
    stream = io.BufferedReader(Endless(itertools.chain(*pieces)), 1 << 16)
    with pytest.raises(ImportRefused) as refused:
        for _ in read(stream):
            pass
    return str(refused.value)


LAUGHS = b"""<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>"""
OUTSIDE = [
    b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE x [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd">%x;]>',
    b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
    b'<!DOCTYPE x PUBLIC "-//X//EN" "file:///etc/passwd">',
    b"<!DOCTYPE rss>",
]


@BEGINNINGS
@pytest.mark.parametrize("prologue", [LAUGHS, *OUTSIDE])
def test_no_file_may_define_entities_or_a_document_type(prologue: bytes, beginning: bytes) -> None:
    assert "not safe" in refusal([b'<?xml version="1.0"?>', prologue, beginning, b"<a>&c;</a>"])


@BEGINNINGS
def test_a_tag_that_never_ends_is_refused_before_memory_is_used_up(beginning: bytes) -> None:
    attribute = itertools.chain([beginning, b'<item a="'], itertools.repeat(b"a" * 65536))
    tracemalloc.start()
    try:
        assert "a tag or comment longer than" in refusal(attribute)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@BEGINNINGS
@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        ([b"<item>"] * 100, "nested more than"),
        ([b"<item><unknown>"] * 100, "nested more than"),
        ([b"<n%d/>" % n for n in range(3_000)], "different names"),
        ([b'<item n%d=""/>' % n for n in range(3_000)], "different names"),
        ([b'<item xmlns:n%d="u"/>' % n for n in range(3_000)], "different names"),
        ([b"<!--", *[b"a" * 4096] * 600], "a tag or comment longer"),
        ([b"<?a ", *[b"a" * 4096] * 600], "a tag or comment longer"),
        ([b"<", *[b"a" * 4096] * 600], "a tag or comment longer"),
    ],
    ids=["depth", "unread-depth", "names", "attributes", "prefixes", "comment", "pi", "name"],
)
def test_what_grows_without_an_end_is_refused(
    pieces: Iterable[bytes], why: str, beginning: bytes
) -> None:
    assert why in refusal([beginning], pieces)


def test_one_item_with_parts_without_an_end_is_refused() -> None:
    titles = itertools.repeat(b"<title>Again</title>", 100_000)
    assert "parts" in refusal([WXR, b"<item>"], titles)


def test_metadata_without_an_end_is_passed_over_in_the_same_memory() -> None:
    meta = b"<wp:postmeta><wp:meta_value>" + b"x" * 1000 + b"</wp:meta_value></wp:postmeta>"
    stream = io.BufferedReader(
        Endless(
            itertools.chain(
                [WXR, b"<item><wp:post_id>1</wp:post_id>"],
                itertools.repeat(meta, 20_000),
                [b"</item></channel></rss>"],
            )
        ),
        1 << 16,
    )
    tracemalloc.start()
    try:
        assert list(read(stream)) == [ArticleRecord("1")]
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_articles_without_an_end_are_read_in_the_same_memory() -> None:
    item = b"<item><title>T</title><wp:post_id>%d</wp:post_id><wp:post_type>post</wp:post_type>"
    words = b"<a:encoded>" + b"word " * 2_000 + b"</a:encoded></item>"
    beginning = WXR.replace(
        b"<channel>", b"<channel xmlns:a='http://purl.org/rss/1.0/modules/content/'>"
    )
    items = (item % number + words for number in range(2_000))
    file = Endless(itertools.chain([beginning], items, [b"</channel></rss>"]))
    tracemalloc.start()
    try:
        assert sum(1 for _ in read(io.BufferedReader(file, 1 << 16))) == 2_000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_comment_in_a_strange_place_stops_nothing() -> None:
    comment = b"<wp:comment><wp:comment_id>1</wp:comment_id></wp:comment>"
    content = WXR + b"<item><channel>" + comment + b"</channel></item></channel></rss>"
    [left_out] = read(io.BufferedReader(io.BytesIO(content), 1 << 16))
    assert "no text" in str(left_out)


def test_a_text_over_all_limits_is_left_out_and_the_next_one_read() -> None:
    long = itertools.repeat(b"words " * 10_000, 300)
    comment = b"<wp:comment><wp:comment_id>%d</wp:comment_id><wp:comment_content>"
    end = b"</wp:comment_content></wp:comment>"
    pieces = [[WXR, b"<item>", comment % 1], long, [end, comment % 2, b"Hi.", end]]
    file = Endless(itertools.chain(*pieces, [b"</item></channel></rss>"]))
    bad, good = read(io.BufferedReader(file, 1 << 16))
    assert "must be at most 20,000" in str(bad)
    assert isinstance(good, CommentRecord)
    assert good.comment.text == "Hi."


def test_a_text_of_markup_without_an_end_is_left_out_in_bounded_memory() -> None:
    def comment(*words: bytes) -> Iterator[bytes]:
        yield b"<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_content>"
        yield from words
        yield b"</wp:comment_content></wp:comment>"

    long = comment(*[b"<b>" + b"x" * 1000 + b"</b>"] * 20_000)
    content = [WXR, b"<item><wp:post_id>1</wp:post_id>", *long, *comment(b"<i>One.</i>")]
    content.append(b"</item></channel></rss>")
    stream = io.BufferedReader(Endless(content), 1 << 16)
    tracemalloc.start()
    try:
        kinds = [type(record) for record in read(stream)]
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert kinds == [ArticleRecord, UnreadableRecord, CommentRecord]


def test_elements_nobody_asked_for_are_not_built() -> None:
    content = b"<a><b>one</b><c><b>two</b></c><b>three</b></a>"
    found = [e.text for event, e in safe_xml.elements(io.BytesIO(content), {"a", "b"}, {"a"})]
    assert found == [None, "one", "one", "three", "three", None]


@pytest.mark.parametrize("tags", ["<div>", "<b></i>", "<b></p>", "<svg></b>", "<a><b>", "<p><td>"])
def test_markup_nested_without_an_end_is_read_as_its_words(tags: str) -> None:
    assert plain(tags * 30_000 + "Hello.")[-6:] == "Hello."


def test_a_million_blanks_are_read_in_one_go() -> None:
    assert plain("One." + " " * 500_000 + "\n \n\n" + " " * 400_000 + "Two.") == "One.\n\nTwo."
