"""What each importer makes of a file, and which files it refuses."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
from collections.abc import Callable
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


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_what_is_packed_is_refused_by_that_name(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ImportRefused, match="unpack it first"):
        records_of(pack(a_thread()))


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
        ("10000-01-01T00:00:00Z", None),
        ("2101-01-01T00:00:00Z", None),
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


ARTICLE_URLS = [
    ("https://paper.example/a?b=c", "https://paper.example/a?b=c"),
    (" http://paper.example/ ", "http://paper.example/"),
    ("javascript:alert(1)", ""),
    ("data:text/html,hello", ""),
    ("//paper.example/a", ""),
    ("https://", ""),
    ("https://paper.example/" + "a" * 2_000, ""),
]
"""What a file has for an article's address, and what is kept of it."""


def a_thread(identity: str = "70", link: str = "", posts: str = "") -> bytes:
    return (
        '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
        f'<thread dsq:id="{identity}"><title>T</title><link>{link}</link></thread>{posts}</disqus>'
    ).encode()


def an_item(identity: str = "5", link: str = "", comments: str = "") -> bytes:
    return (
        '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><title>T</title>'
        f"<link>{link}</link><wp:post_id>{identity}</wp:post_id><wp:post_type>post</wp:post_type>"
        f"{comments}</item></channel></rss>"
    ).encode()


def an_article_line(identity: str = "5", link: str = "") -> bytes:
    return json.dumps({"type": "article", "id": identity, "title": "T", "url": link}).encode()


@pytest.mark.parametrize("written", [a_thread, an_item, an_article_line])
@pytest.mark.parametrize(("link", "kept"), ARTICLE_URLS)
def test_an_address_that_no_browser_should_follow_is_left_out(
    written: Callable[..., bytes], link: str, kept: str
) -> None:
    [article] = records_of(written(link=link))
    assert isinstance(article, ArticleRecord)
    assert (article.title, article.url) == ("T", kept)


@pytest.mark.parametrize("written", [a_thread, an_item, an_article_line])
def test_an_article_under_an_id_too_long_is_named_and_left_out(
    written: Callable[..., bytes],
) -> None:
    [left_out] = records_of(written("7" * 201))
    assert isinstance(left_out, UnreadableRecord)
    assert left_out.problem == "its id must be at most 200 code points long"


def test_authors_of_other_systems_are_cut_to_a_name_and_refused_for_an_id() -> None:
    posts = "".join(
        f'<post dsq:id="{number}"><message>Hi.</message><author><name>{name}</name>'
        f"<username>{user}</username></author></post>"
        for number, (name, user) in enumerate(
            [("Ann\n of \t Rye", "ann"), ("A" * 300, "bo"), ("Cy\x85", "cy"), ("Di", "d" * 201)]
        )
    )
    _, *found = records_of(a_thread(posts=posts))
    kept = [one.comment.author for one in found if isinstance(one, CommentRecord)]
    assert [(one.name, one.id) for one in kept] == [
        ("Ann of Rye", "ann"),
        ("A" * 200, "bo"),
        ("Cy", "cy"),
    ]
    assert [one.problem for one in found if isinstance(one, UnreadableRecord)] == [
        "its author's id must be at most 200 code points long"
    ]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"id": "a" * 201}, "its id must be at most 200 code points long"),
        ({"id": " "}, "its id must not be empty"),
        ({"id": "a\nb"}, "its id holds control characters"),
        ({"article_id": "a\x00"}, "its article id holds control characters"),
        ({"parent_id": "1"}, "its parent id must not be the comment itself"),
        ({"author": {"id": ""}}, "its author's id must not be empty"),
        ({"author": {"name": "A" * 201}}, "its author's name must be at most 200 code points long"),
        ({"author": {"name": "A\x07"}}, "its author's name holds control characters"),
        ({"author": {"email_hash": "ann@paper.example"}}, "its author's email_hash is no hash"),
        ({"author": {"ip_hash": "E" * 64}}, "its author's ip_hash is no hash"),
        ({"text": "A bell \x07"}, "its text holds binary control characters"),
        ({"text": "a" * 20_001}, "its text must be at most 20,000 code points long"),
        ({"text": "a\x00", "revision": 1}, "its text holds a NUL"),
        ({"source_status": "s" * 201}, "its status must be at most 200 code points long"),
    ],
)
def test_a_line_is_held_to_what_the_native_protocol_takes(
    fields: dict[str, object], problem: str
) -> None:
    bad = json.dumps({"id": "1", "text": "Hi."} | fields).encode()
    left_out, good = records_of(bad + b'\n{"id": "2", "text": "Good."}')
    assert isinstance(left_out, UnreadableRecord)
    assert left_out.problem.startswith(problem)
    assert isinstance(good, CommentRecord)


@pytest.mark.parametrize(
    "line",
    [
        {"type": "report", "comment_id": "1", "at": "0001-01-02T00:00:00Z"},
        {"type": "report", "comment_id": "1", "at": "9999-01-02T00:00:00Z"},
        {"type": "report", "comment_id": "a" * 201, "at": "2026-01-02T00:00:00Z"},
        {"type": "appeal", "comment_id": "1", "at": "2026-01-02T00:00:00Z", "by": "a\n"},
        {"type": "appeal", "comment_id": "1", "at": "2026-01-02T00:00:00Z", "reason": "a" * 201},
        {"type": "item", "comment_id": "1", "stage": "lost", "opened_at": "2026-01-02T00:00:00Z"},
        {"type": "item", "comment_id": "1", "stage": "open", "opened_at": "0001-01-02T00:00:00Z"},
        {
            **{"type": "item", "comment_id": "1", "stage": "open"},
            **{"opened_at": "2026-01-02T00:00:00Z", "reasons": [{"code": "because"}]},
        },
    ],
)
def test_what_belongs_to_a_comment_is_held_to_it_too(line: dict[str, object]) -> None:
    comment = b'{"id": "1", "text": "Good."}\n'
    found = records_of(comment + json.dumps(line).encode() + b'\n{"id": "2", "text": "Good."}')
    assert {type(record) for record in found} == {CommentRecord, UnreadableRecord}
    assert all(one.queued is None for one in found if isinstance(one, CommentRecord))


def test_an_item_joins_its_own_comment_and_no_other() -> None:
    item = {
        **{"type": "item", "comment_id": "1", "stage": "open", "opened_at": "2026-01-02T00:00:00Z"},
        **{"reasons": [{"code": "audit"}, {"code": "reported"}]},
    }
    report = {"type": "report", "comment_id": "1", "at": "2026-01-02T00:00:00Z", "waiting": True}
    first, second = {"id": "1", "text": "One."}, {"id": "2", "text": "Two."}
    lines = b"\n".join(json.dumps(line).encode() for line in (first, report, item, second, item))
    joined, alone = (one for one in records_of(lines) if isinstance(one, CommentRecord))
    assert joined.queued is not None
    # The report brings its own reason.
    assert [reason.code for reason in joined.queued.reasons] == ["audit"]
    assert alone.queued is None


def test_what_has_ended_before_the_break_is_read() -> None:
    posts = "".join(f'<post dsq:id="{n}"><message>Yes.</message></post>' for n in range(3))
    content = a_thread(posts=posts + "<post>&no;")
    found: list[Record] = []
    with pytest.raises(ImportRefused, match="broken at line 1"):
        found.extend(read(io.BufferedReader(io.BytesIO(content), 1 << 16)))
    assert [type(record) for record in found] == [ArticleRecord, *[CommentRecord] * 3]


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ("<isDeleted>true</isDeleted><isSpam>false</isSpam>", "deleted"),
        ("<isDeleted>1</isDeleted><isSpam>0</isSpam>", "deleted"),
        ("<isDeleted>False</isDeleted><isSpam> True </isSpam>", "spam"),
        ("<isDeleted>0</isDeleted>", "approved"),
        ("", "approved"),
    ],
)
def test_a_flag_of_disqus_is_read_in_each_of_its_spellings(flags: str, status: str) -> None:
    posts = f'<post dsq:id="1"><message>Yes.</message>{flags}</post>'
    assert comments_of(a_thread(posts=posts))["1"].comment.source_status == status
