"""Bodies in other bytes than UTF-8 as it is: read, or refused in the protocol's own words.

Most callers publish what they have no score of, so what can be read is read; what cannot is never
answered as if something had been seen.
"""

from __future__ import annotations

import codecs
import gzip
import json
import zlib

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import KeywordScorer
from tests.web.conftest import (  # noqa: F401 - fixtures are found by their names
    Caller,
    anyone,
    app,
    daily,
    keep_key,
    program,
    web,
)

TEXT = "Caf\u00e9: you silly goose."
ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"
MODERATE = "/v1/moderations"
TOXIC = {"TOXICITY": {"summaryScore": {"value": 1}}}
BODIES = {
    ANALYZE: {"comment": {"text": TEXT}, "requestedAttributes": {"TOXICITY": {}}},
    SUGGEST: {"comment": {"text": TEXT}, "attributeScores": TOXIC},
    MODERATE: {"input": TEXT},
}
DOORS = pytest.mark.parametrize("path", BODIES)
TORN = {
    "a lone byte": b"\xe9",
    "half of a letter": b"\xc3",
    "half of a pair": b"\xed\xa0\xbd",
    "longer than it need be": b"\xc1\x81",
    "over the last letter": b"\xf5\x80\x80\x80",
}


def written(path: str, codec: str = "utf-8") -> bytes:
    return json.dumps(BODIES[path], ensure_ascii=False).encode(codec)


def sent(program: Caller, path: str, raw: bytes, **headers: str) -> TestResponse:  # noqa: F811
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    key = {"Authorization": f"Bearer {program.secret}", "Content-Type": "application/json"}
    return program.client.post(path, data=raw, headers=key | named)


def refusal(path: str, answer: TestResponse) -> str:
    """The message of an error in the protocol's own shape."""
    assert answer.status_code == 400, answer.text
    error = answer.json["error"]
    if path == MODERATE:
        assert set(error) == {"message", "type", "param", "code"}
        assert error["type"] == "invalid_request_error"
    else:
        assert error["status"] == "INVALID_ARGUMENT"
        assert error["details"][0]["errorType"] == "INVALID_REQUEST"
    message: str = error["message"]
    return message


@DOORS
def test_a_byte_order_mark_is_no_part_of_a_body(
    program: Caller,  # noqa: F811
    path: str,
) -> None:
    plain = sent(program, path, written(path))
    marked = sent(program, path, codecs.BOM_UTF8 + written(path))
    assert plain.status_code == marked.status_code == 200, marked.text
    assert {**marked.json, "id": ""} == {**plain.json, "id": ""}


@pytest.mark.parametrize(
    ("path", "encodings"),
    [
        (ANALYZE, ("deflate", "br", "gzip, gzip")),
        (SUGGEST, ("deflate", "br", "gzip, gzip")),
        (MODERATE, ("gzip", "x-gzip", "GZIP", "deflate", "br", "identity, gzip")),
    ],
)
def test_a_packed_body_is_refused_by_that_name(
    program: Caller,  # noqa: F811
    scorer: KeywordScorer,
    path: str,
    encodings: tuple[str, ...],
) -> None:
    for encoding in encodings:
        pack = zlib.compress if encoding == "deflate" else gzip.compress
        answer = sent(program, path, pack(written(path)), Content_Encoding=encoding)
        assert "Content-Encoding" in refusal(path, answer), encoding
    assert scorer.heard == []


GOOGLE_S_DOORS = pytest.mark.parametrize("path", [ANALYZE, SUGGEST])


@GOOGLE_S_DOORS
def test_google_s_clients_for_java_and_net_pack_what_they_send(
    program: Caller,  # noqa: F811
    path: str,
) -> None:
    plain = sent(program, path, written(path))
    for encoding in ("gzip", "x-gzip", "GZIP", "identity, gzip"):
        packed = gzip.compress(written(path))
        answer = sent(program, path, packed, Content_Encoding=encoding)
        assert (answer.status_code, answer.json) == (200, plain.json), encoding


@GOOGLE_S_DOORS
def test_what_is_no_gzip_or_a_piece_of_it_is_refused(
    program: Caller,  # noqa: F811
    scorer: KeywordScorer,
    path: str,
) -> None:
    packed = gzip.compress(written(path))
    for torn in (written(path), packed[:-9], packed + b"more", packed + packed, b"\x1f\x8b", b""):
        answer = sent(program, path, torn, Content_Encoding="gzip")
        assert "Content-Encoding" in refusal(path, answer), torn[:20]
    assert scorer.heard == []


@GOOGLE_S_DOORS
def test_a_body_that_unpacks_to_more_than_is_read_is_too_large(
    program: Caller,  # noqa: F811
    path: str,
) -> None:
    longest = program.client.application.config["MAX_CONTENT_LENGTH"]
    for spare, status in ((longest - len(written(path)), 200), (longest + 1, 413)):
        packed = gzip.compress(written(path) + b" " * spare)
        assert sent(program, path, packed, Content_Encoding="gzip").status_code == status


@DOORS
def test_an_encoding_that_packs_nothing_is_passed_over(
    program: Caller,  # noqa: F811
    path: str,
) -> None:
    for encoding in ("identity", "utf-8", "UTF-8", ""):
        answer = sent(program, path, written(path), Content_Encoding=encoding)
        assert answer.status_code == 200, encoding


@DOORS
def test_a_body_that_is_packed_and_does_not_say_so_is_no_json(
    program: Caller,  # noqa: F811
    path: str,
) -> None:
    # The time stands in the head of what is packed, and may have a quotation mark among its bytes.
    packed = gzip.compress(written(path), mtime=0)
    assert "not valid JSON" in refusal(path, sent(program, path, packed))


@DOORS
def test_bytes_that_are_no_letters_are_the_fault_of_their_field(
    program: Caller,  # noqa: F811
    scorer: KeywordScorer,
    path: str,
) -> None:
    for name, torn in TORN.items():
        raw = written(path).replace("\u00e9".encode(), torn)
        message = refusal(path, sent(program, path, raw))
        assert "is not valid UTF-8" in message, name
        assert ("input" if path == MODERATE else "comment.text") in message, name
    assert scorer.heard == []


@DOORS
def test_another_encoding_is_refused_and_never_guessed(
    program: Caller,  # noqa: F811
    scorer: KeywordScorer,
    path: str,
) -> None:
    for codec in ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"):
        assert refusal(path, sent(program, path, written(path, codec))), codec
    assert scorer.heard == []


def test_a_batch_that_cannot_be_unpacked_is_refused_as_a_whole(
    program: Caller,  # noqa: F811
    anyone: FlaskClient,  # noqa: F811
) -> None:
    for encoding in ("gzip", "br"):
        answer = anyone.post(
            f"/batch/commentanalyzer/v1alpha1?key={program.secret}",
            data=gzip.compress(b"--b--\r\n")[:-1],
            headers={"Content-Type": "multipart/mixed; boundary=b", "Content-Encoding": encoding},
        )
        assert "Content-Encoding" in refusal(ANALYZE, answer)
