"""What each importer makes of a file, and which files it refuses."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comments import Status
from moderation.errors import ImportRefused
from moderation.importers import disqus, jsonl, read, wordpress
from moderation.importers.checks import moment
from moderation.importers.plain_text import plain
from moderation.records import ArticleRecord, CommentRecord, Record, UnreadableRecord

FIXTURES = Path(__file__).parents[1] / "fixtures"


def records_of(content: bytes) -> list[Record]:
    return list(read(io.BufferedReader(io.BytesIO(content), 1 << 16)))


def comments_of(content: bytes) -> dict[str, CommentRecord]:
    found = records_of(content)
    return {record.comment.id: record for record in found if isinstance(record, CommentRecord)}


@pytest.fixture(scope="module")
def ugly() -> bytes:
    return (FIXTURES / "wxr" / "ugly.xml").read_bytes()


def test_an_article_is_plain_text_with_its_paragraphs_apart(ugly: bytes) -> None:
    article = next(record for record in records_of(ugly) if isinstance(record, ArticleRecord))
    assert article.title == "Salt & pepper"
    assert article.text == "One & two.\n\nthree\n\nfour"
    assert article.url == "https://paper.example/?p=50"


def test_posts_pages_and_whatever_has_comments_are_articles(ugly: bytes) -> None:
    ids = [record.id for record in records_of(ugly) if isinstance(record, ArticleRecord)]
    assert ids == ["50", "51", "53"]


@pytest.mark.parametrize(
    ("comment_id", "status", "source_status"),
    [
        ("501", Status.PUBLISHED, "1"),
        ("503", Status.HELD, "0"),
        ("504", Status.REJECTED, "spam"),
        ("505", Status.REJECTED, "trash"),
        ("506", Status.REJECTED, "post-trashed"),
    ],
)
def test_a_comment_keeps_its_standing(
    ugly: bytes, comment_id: str, status: Status, source_status: str
) -> None:
    comment = comments_of(ugly)[comment_id].comment
    assert (comment.status, comment.source_status) == (status, source_status)


def test_a_pingback_stays_one_and_an_empty_kind_is_a_comment(ugly: bytes) -> None:
    found = comments_of(ugly)
    assert found["507"].comment.kind == "pingback"
    assert found["508"].comment.kind == "comment"


def test_a_date_of_zeros_is_no_date_and_the_local_one_steps_in(ugly: bytes) -> None:
    found = comments_of(ugly)
    assert found["501"].comment.created_at is None
    assert found["502"].comment.created_at == datetime(2026, 1, 9, 11, tzinfo=UTC)
    assert found["503"].comment.created_at == datetime(2026, 1, 9, 10, tzinfo=UTC)


def test_a_text_is_kept_as_its_source_has_it(ugly: bytes) -> None:
    found = comments_of(ugly)
    assert found["509"].comment.text == "Ends with ]]> and goes on."
    assert found["512"].comment.text.startswith("<strong>Bold</strong> &amp; <a href=")
    assert found["512"].comment.author.name == "José"


def test_a_control_character_does_not_stop_the_file(ugly: bytes) -> None:
    assert comments_of(ugly)["510"].comment.text == "A bell  rings."


def test_a_comment_without_text_is_named_and_left_out(ugly: bytes) -> None:
    left_out = [record for record in records_of(ugly) if isinstance(record, UnreadableRecord)]
    assert left_out == [UnreadableRecord("comment '511'", "it has no text")]


def test_disqus_threads_become_articles_and_posts_comments() -> None:
    article, *posts = records_of((FIXTURES / "disqus" / "small.xml").read_bytes())
    assert article == ArticleRecord("70", "New bench & table", "", "https://paper.example/bench")
    kept = [record for record in posts if isinstance(record, CommentRecord)]
    assert [(r.comment.id, r.comment.parent_id, r.comment.source_status) for r in kept] == [
        ("701", None, "approved"),
        ("702", "701", "spam"),
        ("703", None, "deleted"),
    ]
    assert {record.comment.article_id for record in kept} == {"70"}
    assert (kept[0].email, kept[0].ip) == ("ida@example.org", "198.51.100.7")


def test_json_lines_name_the_line_that_is_no_good_and_go_on() -> None:
    content = b"\n".join(
        [
            b'{"type": "article", "id": "a", "title": "T"}',
            b'{"id": "1", "text": "Good."}',
            b"{not json",
            b"",
            b'{"id": "2", "text": "\\ud800"}',
            b'{"id": "3", "text": "NUL \\u0000"}',
            b'{"id": "4", "text": 5}',
            b'{"id": "5", "text": "x", "colour": "red"}',
            b'{"id": "6", "text": "\xff"}',
            b"[" * 100_000,
            b'{"id": "7", "text": "Good too.", "status": "held"}',
            b'{"id": "8", "text": "Good.", "author": {"name": "N\\u0000L"}}',
            b'{"type": "article", "id": "b", "title": "N\\u0000L"}',
        ]
    )
    found = records_of(content)
    bad = [record.place for record in found if isinstance(record, UnreadableRecord)]
    assert bad == [f"line {number}" for number in (3, 5, 6, 7, 8, 9, 10, 12, 13)]
    assert [r.comment.id for r in found if isinstance(r, CommentRecord)] == ["1", "7"]


def test_a_line_without_an_end_takes_no_more_memory_than_its_limit() -> None:
    content = b'{"id": "1", "text": "' + b"a" * (jsonl.MAX_LINE * 2) + b'"}\n{"id":"2","text":"b"}'
    too_long, good = records_of(content)
    assert isinstance(too_long, UnreadableRecord)
    assert isinstance(good, CommentRecord)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><title>&b;</title></item>
</channel></rss>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>&x;</title></channel></rss>"""


@pytest.mark.parametrize("content", [BOMB, OUTSIDE])
def test_entities_of_a_files_own_are_refused(content: bytes) -> None:
    with pytest.raises(ImportRefused, match="not safe"):
        records_of(content)


def test_a_file_that_is_cut_off_is_refused_after_what_could_be_read(ugly: bytes) -> None:
    found: list[Record] = []
    with pytest.raises(ImportRefused, match="broken at line"):
        found.extend(read(io.BufferedReader(io.BytesIO(ugly[:6000]), 1 << 16)))
    assert any(isinstance(record, CommentRecord) for record in found)


@pytest.mark.parametrize("content", [b"", b"id,text\n1,hello\n", b"<html></html>", b"\x00\x01\x02"])
def test_what_is_no_export_is_refused(content: bytes) -> None:
    with pytest.raises(ImportRefused, match="neither"):
        records_of(content)


@given(st.binary(max_size=400))
def test_no_bytes_make_a_reader_crash(noise: bytes) -> None:
    for start in (b"", b'{"id": "1", ', b'<rss xmlns:wp="http://wordpress.org/export/1.2/">'):
        try:
            records_of(start + noise)
        except ImportRefused:
            continue


def test_each_format_knows_its_own_beginning(ugly: bytes) -> None:
    small = (FIXTURES / "disqus" / "small.xml").read_bytes()
    lines = b'\xef\xbb\xbf {"id": "1"}'
    formats = (wordpress, disqus, jsonl)
    seen = [[format_.detect(head) for format_ in formats] for head in (ugly, small, lines)]
    assert seen == [[True, False, False], [False, True, False], [False, False, True]]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2026-01-09 10:00:00", datetime(2026, 1, 9, 10, tzinfo=UTC)),
        ("2026-01-09T10:00:00Z", datetime(2026, 1, 9, 10, tzinfo=UTC)),
        ("2026-01-09T10:00:00+02:00", datetime(2026, 1, 9, 8, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_moment_is_read_or_is_none(written: str, found: datetime | None) -> None:
    assert moment(written) == found


@given(st.text(max_size=200))
def test_plain_text_of_anything_is_text(markup: str) -> None:
    assert isinstance(plain(markup), str)


def test_a_site_that_cannot_be_read_ends_the_import_before_its_comments_go_elsewhere() -> None:
    lines = (
        b'{"type": "site", "id": "a", "name": "A"}\n{"id": "1", "text": "One."}\n'
        b'{"type": "site", "id": "b", "name": "B", "unheard_of": 1}\n{"id": "1", "text": "Two."}\n'
    )
    found = read(io.BufferedReader(io.BytesIO(lines), 1 << 16))
    first = [next(found), next(found)]
    assert [type(record) for record in first][1] is CommentRecord
    with pytest.raises(ImportRefused, match="line 3: this site cannot be read"):
        next(found)


def test_a_moment_that_is_none_in_utc_is_one_unreadable_line() -> None:
    line = b'{"type": "report", "comment_id": "1", "at": "0001-01-01T00:00:00+14:00"}\n'
    found = records_of(line + b'{"id": "1", "text": "One."}\n')
    assert [type(record) for record in found] == [UnreadableRecord, CommentRecord]
