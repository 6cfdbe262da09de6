"""Forms of every kind are read, or refused with a reason; none breaks the service."""

from __future__ import annotations

from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from moderation.errors import TooLarge
from moderation.storage import SqlStore
from moderation.web.compat.multipart_forms import LONGEST_HEAD, MOST_BYTES
from moderation.wire.akismet import FIELDS
from moderation.wire.forms import MOST_FIELDS, read_form
from tests.compat.akismet.conftest import KEY, THANKS, Cms
from tests.factories import HARSH

NAMES = st.sampled_from(sorted(FIELDS)) | st.text(max_size=20)
BYTES = st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8"))
CHARSETS = st.sampled_from(
    [
        *("utf-8", "ISO-8859-1", "windows-1251", "Shift_JIS", "UTF-7", "UTF-16", "ISO-2022-JP"),
        *("idna", "punycode", "unicode_escape", "undefined", "base64"),
        *("none such", "a\0b", "\u2028"),
    ]
)


def bare(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b"blog=a&blog=b", "b"),
        (b"blog[0]=a&blog[1]=b", "a\nb"),
        (b"blog%5B%5D=a&blog[x][y]=b", "a\nb"),
        (b"blog=a+b%20c%2B", "a b c+"),
        (b"blog", ""),
        (b"&&blog=a&&", "a"),
        (b"blog=%C3%A9", "é"),
        (b"blog=%E9", "\ufffd"),
        (b"blog=%E9&blog_charset=ISO-8859-1", "é"),
        (b"blog_charset=iso%2D8859-1&blog=%E9", "é"),
        (b"blog=%C3%A9&blog_charset=ISO-8859-1", "é"),
        (b"blog=%EF%F0%E8%E2&charset=windows-1251", "прив"),
        (b"blog=%1B%24B%24%22%1B%28B&blog_charset=ISO-2022-JP", "あ"),
        (b"blog=%E9&blog_charset=no+such", "\ufffd"),
        (b"blog=%5Cx41%80&blog_charset=unicode_escape", "\\x41\ufffd"),
        (b"blog=%5Cx41%80&blog_charset=raw-unicode-escape", "\\x41\ufffd"),
        (b"blog=a%00b%07c%0Ad%7Fe", "abc\nde"),
        (b"blog=%ED%A0%80", "\ufffd\ufffd\ufffd"),
        (b"blog=%zz%4", "%zz%4"),
        (b"blog=1=2", "1=2"),
    ],
)
def test_a_field_is_read_as_it_was_meant(raw: bytes, read: str) -> None:
    assert read_form(raw, {"blog"}) == {"blog": read}


def test_the_charset_of_the_header_serves_where_the_form_names_none() -> None:
    assert read_form(b"blog=%E9", {"blog"}, "latin-1") == {"blog": "é"}


def test_what_is_not_asked_for_is_not_there() -> None:
    raw = bare(
        {"HTTP_COOKIE": "a=1", "POST_pwd": "hunter2", "SERVER_ADDR": "10.0.0.1", "blog": "b"}
    )
    assert read_form(raw, FIELDS) == {"blog": "b"}


def test_a_form_of_endless_fields_is_refused() -> None:
    assert read_form(b"a=1&" * MOST_FIELDS, FIELDS) == {}
    with pytest.raises(TooLarge):
        read_form(b"a=1&" * (MOST_FIELDS + 1), FIELDS)


@given(
    fields=st.lists(st.tuples(NAMES, st.sampled_from(["", "[]", "[0]", "["]), BYTES), max_size=40),
    charset=st.none() | CHARSETS,
    header=CHARSETS,
    torn=st.binary(max_size=12),
)
def test_every_form_reads_as_text_that_can_be_kept(
    fields: list[tuple[str, str, bytes]], charset: str | None, header: str, torn: bytes
) -> None:
    pairs = [(name + index, value) for name, index, value in fields]
    if charset is not None:
        pairs.append(("blog_charset", charset.encode()))
    raw = "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in pairs).encode() + torn
    read = read_form(raw, FIELDS, header)
    assert set(read) <= FIELDS
    for text in read.values():
        text.encode("utf-8")
        assert "\0" not in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    call=st.sampled_from(["comment-check", "submit-spam", "get-stats", "key-sites", "verify-key"]),
    fields=st.dictionaries(NAMES, BYTES, max_size=12),
    charset=CHARSETS,
)
def test_no_form_is_answered_with_a_fault_of_ours(
    cms: Cms, call: str, fields: dict[str, bytes], charset: str
) -> None:
    form = {"blog": b"x", "user_ip": b"", "comment_content": b"Fine."} | fields
    form |= {"api_key": KEY.encode(), "key": KEY.encode(), "blog_charset": charset.encode()}
    answered = cms.raw(
        call, "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in form.items()).encode()
    )
    assert answered.status_code < 500
    assert (answered.status_code < 300) is ("X-akismet-debug-help" not in answered.headers)


def test_a_text_in_the_charset_of_its_blog_is_read(cms: Cms, sqlite_store: SqlStore) -> None:
    body = f"api_key={KEY}&blog=x&user_ip=1&blog_charset=ISO-8859-1&comment_content=caf%E9"
    assert cms.raw("comment-check", body.encode()).data == b"false"
    with sqlite_store.read() as work:
        assert work.comments.latest("daily", 1)[0].text == "café"


def test_a_comment_in_pieces_is_read_whole(cms: Cms) -> None:
    body = f"api_key={KEY}&blog=x&user_ip=1&comment_content[0]=Fine&comment_content[1]={HARSH}"
    assert cms.raw("comment-check", body.encode()).data == b"true"


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        (f"api_key={KEY}&user_ip=1&comment_content=a", "blog"),
        (f"api_key={KEY}&blog=&user_ip=1&comment_content=a", "blog"),
        (f"api_key={KEY}&blog=x&comment_content=a", "user_ip"),
        (f"api_key={KEY}&blog=x&user_ip=1", "comment_content"),
        (f"api_key={KEY}&blog=x&user_ip=1&comment_content=%E2%80%8B", "comment_content"),
        ("blog=x&user_ip=1&comment_content=a", "api_key"),
    ],
)
def test_what_is_missing_is_named(cms: Cms, missing: str, named: str) -> None:
    answered = cms.raw("comment-check", missing.encode())
    assert 400 <= answered.status_code < 500
    assert answered.data not in (b"true", b"false")
    assert named in answered.headers["X-akismet-debug-help"]


def test_a_text_without_end_is_refused_and_not_read_in_part(cms: Cms) -> None:
    answered = cms.check("word " * 200_100)
    assert (answered.status_code, answered.data) == (400, b"too_large")
    assert "1,000,000" in answered.headers["X-akismet-debug-help"]


@pytest.mark.parametrize("call", ["none-such", "deactivate", "a/b"])
def test_a_call_that_there_is_not_says_so(cms: Cms, call: str) -> None:
    answered = cms.post(call)
    assert (answered.status_code, answered.data) == (404, b"not_found")
    assert answered.headers["X-akismet-debug-help"]


@pytest.mark.parametrize(
    "pieces",
    [
        f"comment_content={HARSH}&comment_content=Fine",
        f"comment_content={HARSH}&comment_content[0]=Fine",
        f"comment_content[0]=Fine&comment_content[{'a' * 300}]={HARSH}",
    ],
)
def test_no_piece_of_a_text_is_left_out(cms: Cms, pieces: str) -> None:
    body = f"api_key={KEY}&blog=x&user_ip=1&{pieces}"
    assert cms.raw("comment-check", body.encode()).data == b"true"


def test_a_text_in_no_charset_that_is_known_is_refused(cms: Cms) -> None:
    body = f"api_key={KEY}&blog=x&user_ip=1&comment_content=idi%F6t"
    answered = cms.raw("comment-check", body.encode())
    assert (answered.status_code, answered.data) == (400, b"invalid_input")
    assert "comment_content" in answered.headers["X-akismet-debug-help"]
    mended = body.replace("idi%F6t", "what%EF%BF%BD")
    assert cms.raw("comment-check", mended.encode()).data == b"false"


@pytest.mark.parametrize("kind", ["multipart/mixed; boundary=x", "application/json"])
def test_a_body_of_another_kind_is_told_which_to_send(cms: Cms, kind: str) -> None:
    answered = cms.client.post("/1.1/comment-check", data=b"--x", content_type=kind)
    assert (answered.status_code, answered.data) == (415, b"unsupported_media_type")
    assert "x-www-form-urlencoded" in answered.headers["X-akismet-debug-help"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_another_method_is_refused_in_the_words_of_the_protocol(cms: Cms, method: str) -> None:
    answered = cms.client.open(f"/1.1/comment-check?api_key={KEY}", method=method)
    assert (answered.status_code, answered.data) == (404, b"not_found")
    assert answered.headers["X-akismet-debug-help"]


@pytest.mark.parametrize(
    ("method", "path", "host", "status", "body"),
    [
        ("GET", "/1.1", "localhost", 404, b"not_found"),
        ("POST", "/1.2/", "localhost", 404, b"not_found"),
        ("BREW", "/1.1/comment-check", "localhost", 405, b"method_not_allowed"),
        ("POST", "/1.1/comment-check", "foo..bar", 400, b"bad_request"),
    ],
)
def test_what_reaches_no_call_is_refused_in_the_words_of_the_protocol(
    cms: Cms, method: str, path: str, host: str, status: int, body: bytes
) -> None:
    headers = {"Host": host, "Accept": "text/html"}
    answered = cms.client.open(path, method=method, headers=headers)
    assert (answered.status_code, answered.data, answered.mimetype) == (status, body, "text/plain")
    assert answered.headers["X-akismet-debug-help"]


def in_parts(fields: list[tuple[str, bytes]], head: str = "", boundary: str = "--x") -> bytes:
    """A form as `multipart/form-data`; every part with the rest of a header."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{head}\r\n\r\n'.encode()
        + value
        for name, value in fields
    ]
    return b"\r\n".join([*parts, f"--{boundary}--\r\n".encode()])


def send_in_parts(cms: Cms, body: bytes, call: str = "comment-check") -> TestResponse:
    """With the key in front of the host, as the client of PHP does that sends such forms."""
    kind, headers = "multipart/form-data; boundary=--x", {"Host": f"{KEY}.rest.akismet.com"}
    return cms.client.post(f"/1.1/{call}", data=body, content_type=kind, headers=headers)


USUAL = [("blog", b"https://blog.example"), ("user_ip", b"192.0.2.7"), ("HTTP_COOKIE", b"a=1")]


@pytest.mark.parametrize("head", ["", '; filename="a.txt"', "\r\nContent-Type: text/plain"])
def test_a_form_in_parts_is_read_as_any_other(cms: Cms, sqlite_store: SqlStore, head: str) -> None:
    text = f"Is 1+1=2 & 100%41, {HARSH}?\r\nYes"
    fields = [*USUAL, ("comment_author", "Zoë".encode()), ("comment_content", text.encode())]
    answered = send_in_parts(cms, in_parts(fields, head))
    assert (answered.status_code, answered.data) == (200, b"true")
    with sqlite_store.read() as work:
        [comment] = work.comments.latest("daily", 2)
    assert (comment.text, comment.author.name) == (text, "Zoë")
    assert send_in_parts(cms, in_parts(fields), "submit-ham").data == THANKS


def test_pieces_and_charsets_of_a_form_in_parts_count_as_well(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    pieces = [("comment_content[0]", b"caf\xe9"), ("comment_content[1]", HARSH.encode())]
    fields = [*USUAL, ("blog_charset", b"ISO-8859-1"), *pieces]
    assert send_in_parts(cms, in_parts(fields)).data == b"true"
    with sqlite_store.read() as work:
        assert work.comments.latest("daily", 1)[0].text == f"café\n{HARSH}"


@pytest.mark.parametrize(
    "body",
    [
        b"--x",
        b"comment_content=a",
        in_parts([("comment_content", b"Fine.")])[:-8],
        in_parts([("comment_content", b"Fine.")], boundary="other"),
        b"----x\r\nX: y\r\n\r\nFine.\r\n----x--\r\n",
        b"----x\r\n\xff: y\r\n\r\nFine.\r\n----x--\r\n",
        in_parts([("comment_content", b"Fine.")], "; x=y" * LONGEST_HEAD),
        in_parts([("a", b"")] * (MOST_FIELDS + 1)),
        in_parts([("a", b"x" * MOST_BYTES)]),
    ],
)
def test_a_body_that_is_no_form_in_parts_is_refused(cms: Cms, body: bytes) -> None:
    answered = send_in_parts(cms, body)
    assert answered.status_code == 400
    assert answered.data in (b"invalid_input", b"too_large")
    assert "body" in answered.headers["X-akismet-debug-help"]
