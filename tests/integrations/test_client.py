"""The Python client against a service that behaves badly on command."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import moderation_client as mc
import pytest
from moderation_client.transport import Transport

from tests.integrations import conftest  # noqa: F401  puts the client on the path

SCORED = {
    "scores": {"insult": 0.1, "off_topic": None},
    "decision": "allow",
    "reasons": [],
    "language": "en",
    "model": "1",
    "policy": "p",
    "mode": "fast",
}
COMMENT = SCORED | {
    "id": "c",
    "status": "held",
    "revision": 1,
    "article_id": None,
    "parent_id": None,
    "orphan": False,
    "item_id": None,
    "created_at": "2026-01-01T00:00:00Z",
}


def refusal(code: str, **details: object) -> dict[str, Any]:
    told = {"code": code, "message": "No.", "details": details, "request_id": "r-1"}
    return {"error": told}


@dataclass
class Moody:
    """Answers with what is in `answers`, one after another, and keeps what was asked."""

    answers: list[tuple[int, Any, dict[str, str]] | None] = field(default_factory=list)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    client: Any = None

    def will(self, status: int, body: object = None, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, body, named))


@pytest.fixture
def moody() -> Iterator[Moody]:
    state = Moody()

    class Handler(BaseHTTPRequestHandler):
        def do_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(length) or b"null")
            state.asked.append((self.command, self.path, sent))
            answer = state.answers.pop(0)
            if answer is None:
                self.close_connection = True
                return
            status, body, headers = answer
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            if status != 204:
                self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_DELETE = do_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    state.client = mc.Client(url, "site_secret")
    state.client._http = Transport(url, "site_secret", 5.0, 3, 30.0, sleep=state.slept.append)
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_waits_as_long_as_it_is_told_and_asks_again(moody: Moody) -> None:
    moody.will(429, refusal("rate_limited"), Retry_After="7")
    moody.will(503, refusal("unavailable"), Retry_After="2")
    moody.will(200, SCORED)
    answer = moody.client.classify("Hello.")
    assert isinstance(answer, mc.Scored)
    assert moody.slept == [7.0, 2.0]


def test_what_could_not_be_scored_is_a_value_of_its_own(moody: Moody) -> None:
    for _ in range(3):
        body = refusal("not_scored", wanted="publish", retry_after=1)
        moody.will(503, body, Retry_After="1")
    answer = moody.client.classify("Hello.")
    assert answer == mc.NotScored("publish", 1.0, "r-1")
    assert not hasattr(answer, "decision")


@pytest.mark.parametrize(
    ("status", "code"), [(503, "unavailable"), (429, "rate_limited"), (503, "not_scored")]
)
def test_what_any_comment_would_meet_now_is_no_exception(
    moody: Moody, status: int, code: str
) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: moody.client.submit("c", "Hello."),
        lambda: moody.client.classify("Hello."),
        lambda: moody.client.classify_many(["Hello."])[0],
    ]
    for call in calls:
        moody.will(status, refusal(code, wanted="publish"), Retry_After="600")
        assert call() == mc.NotScored("publish", 600.0, "r-1")
    # It is no answer to a question about what is kept already.
    moody.will(status, refusal(code, wanted="publish"), Retry_After="600")
    with pytest.raises(mc.ApiError, match=code):
        moody.client.comment("c")


@pytest.mark.parametrize("status", [201, 202])
def test_a_comment_that_is_kept_unscored_says_so(moody: Moody, status: int) -> None:
    unscored = {"decision": None, "scores": {}, "reasons": [{"code": "not_scored"}]}
    moody.will(status, COMMENT | unscored | {"wanted": "hold", "retry_after": 30})
    kept = moody.client.submit("c", "Hello.")
    assert (kept.status, kept.outcome) == ("held", mc.NotScored("hold", 30))


def test_where_the_service_does_not_say_what_is_wanted_it_is_to_hold(moody: Moody) -> None:
    moody.will(503, refusal("not_scored"), Retry_After="600")
    assert moody.client.submit("c", "Hello.") == mc.NotScored("hold", 600.0, "r-1")
    assert moody.slept == []


def test_no_answer_is_true_or_false(moody: Moody) -> None:
    moody.will(200, SCORED)
    scored = moody.client.classify("Hello.")
    for answer in (scored, mc.NotScored("hold", None)):
        with pytest.raises(TypeError, match="no yes or no"):
            bool(answer)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "allow",
        None,
        SCORED | {"decision": None},
        SCORED | {"decision": "ALLOW"},
        {"decision": "allow"},
    ],
)
def test_an_answer_without_a_decision_is_never_an_allowance(moody: Moody, body: object) -> None:
    moody.will(200, body)
    with pytest.raises(mc.UnreadableAnswer):
        moody.client.classify("Hello.")


@pytest.mark.parametrize("status", [200, 302, 404, 500])
def test_a_page_of_a_proxy_is_no_answer(moody: Moody, status: int) -> None:
    moody.will(status, b"<html>Welcome</html>")
    with pytest.raises(mc.ClientError):
        moody.client.classify("Hello.")


def test_a_batch_has_a_result_for_each(moody: Moody) -> None:
    results = [SCORED, refusal("invalid_input", field="comments[1].text"), refusal("not_scored")]
    results.append(refusal("unavailable", wanted="hold", retry_after=5))
    moody.will(200, {"results": results})
    kinds = [type(one) for one in moody.client.classify_many(["a", "", "c", "d"])]
    assert kinds == [mc.Scored, mc.Failed, mc.NotScored, mc.NotScored]


def test_a_batch_that_lost_some_is_no_answer(moody: Moody) -> None:
    moody.will(200, {"results": [SCORED]})
    with pytest.raises(mc.UnreadableAnswer):
        moody.client.classify_many(["a", "b"])


def test_a_batch_that_could_not_be_scored_is_so_for_each(moody: Moody) -> None:
    moody.will(503, refusal("not_scored"), Retry_After="600")
    assert moody.client.classify_many(["a", "b"]) == [mc.NotScored("hold", 600.0, "r-1")] * 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, mc.Refused),
        (401, mc.Refused),
        (404, mc.NotFound),
        (409, mc.Conflict),
        (410, mc.Erased),
        (422, mc.Refused),
        (500, mc.Unavailable),
    ],
)
def test_an_error_has_its_code_and_the_request_s_id(
    moody: Moody, status: int, kind: type[mc.ApiError]
) -> None:
    moody.will(status, refusal("told", field="text"))
    with pytest.raises(kind) as caught:
        moody.client.comment("c")
    error = caught.value
    assert (error.status, error.code, error.request_id) == (status, "told", "r-1")
    assert error.details == {"field": "text"}
    assert len(moody.asked) == 1


def test_a_lost_connection_is_tried_again_where_that_cannot_count_twice(moody: Moody) -> None:
    moody.answers.append(None)
    moody.will(201, COMMENT)
    assert moody.client.submit("c", "Hello.").is_new
    objected = {"id": "c", "item_id": "i", "status": "held", "stage": "open"}
    moody.answers.append(None)
    moody.will(201, objected)
    assert moody.client.report("c", by="u").stage == "open"
    moody.answers.append(None)
    with pytest.raises(mc.Unreachable):
        moody.client.report("c")
    assert moody.answers == []


def test_a_gateway_that_gave_up_is_asked_again_where_that_cannot_count_twice(moody: Moody) -> None:
    for _ in range(2):
        moody.will(504, refusal("gateway_timeout"))
    moody.will(201, COMMENT)
    assert moody.client.submit("c", "Hello.").is_new
    moody.will(504, refusal("gateway_timeout"))
    with pytest.raises(mc.ApiError):
        moody.client.report("c")
    assert moody.answers == []


def test_nobody_there_is_an_error_that_does_not_show_the_key() -> None:
    client = mc.Client("http://127.0.0.1:9", "site_secret", tries=1)
    with pytest.raises(mc.Unreachable) as caught:
        client.classify("Hello.")
    assert "site_secret" not in repr(caught.value) + repr(client._http)


def test_a_key_as_a_file_has_it_is_sent_without_its_newline(moody: Moody) -> None:
    moody.will(200, SCORED)
    at = moody.client._http.url
    assert Transport(at, "site_k\n", 5, 1, 1).call("GET", "/")[0] == 200


@pytest.mark.parametrize("key", ["site_\nsecret", "site_sécret", "site_\x00secret"])
def test_a_key_that_is_none_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ValueError, match="the key") as refused:
        mc.Client("http://127.0.0.1:1", key)
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_an_answer_that_drips_ends_in_time(head: bytes) -> None:
    hung_up, pause = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            caller, _ = listening.accept()
            with caller, suppress(OSError):
                caller.sendall(head)
                while True:
                    caller.sendall(b" ")
                    pause.wait(0.02)
            hung_up.set()

        threading.Thread(target=drip, daemon=True).start()
        hasty = mc.Client(f"http://127.0.0.1:{listening.getsockname()[1]}", "k", timeout=1, tries=1)
        with pytest.raises(mc.Unreachable, match="TimeoutError"):
            hasty.classify("x")
        assert hung_up.wait(60)


def test_an_answer_nested_without_end_is_no_answer(moody: Moody) -> None:
    moody.will(200, b"[" * 200_000)
    with pytest.raises(mc.UnreadableAnswer):
        moody.client.classify("x")


def test_an_address_without_a_scheme_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="http"):
        mc.Client("127.0.0.1:8000", "k")


def test_ids_are_written_so_that_an_address_can_hold_them(moody: Moody) -> None:
    moody.will(200, COMMENT)
    moody.client.comment("a/b?c#d é")
    assert moody.asked[0][1] == "/v1/comments/a/b%3Fc%23d%20%C3%A9"
    # Half a character is no error of the program's own: the service says what it makes of it.
    moody.will(200, COMMENT)
    moody.client.comment("\ud800")
    assert moody.asked[1][1] == "/v1/comments/%ED%A0%80"


def test_the_queue_is_walked_page_by_page(moody: Moody) -> None:
    item = {"id": "i", "site": "s", "version": 1, "stage": "open", "status": "held"}
    item |= {"reasons": [{"code": "new", "later": 1}], "severity": 0.5, "reports": 0}
    moody.will(200, {"items": [{"item": item, "comment": {}}], "next_cursor": "n"})
    moody.will(200, {"items": [{"item": item, "comment": {}}], "next_cursor": None})
    assert [case.item.id for case in moody.client.waiting(label="insult")] == ["i", "i"]
    assert moody.asked[1][1] == "/v1/queue?limit=50&label=insult&cursor=n"


def test_an_empty_queue_is_none(moody: Moody) -> None:
    moody.will(204)
    assert moody.client.claim() is None


def test_a_webhook_holds_only_as_it_was_signed() -> None:
    webhooks = pytest.importorskip("standardwebhooks.webhooks", reason="NO standardwebhooks HERE")

    secret, body, now = (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        b'{"type": "x"}',
        datetime.now(UTC),
    )
    signature = webhooks.Webhook(secret).sign("m1", now, body.decode())
    headers = {
        "Webhook-Id": "m1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": signature,
    }
    assert mc.verified(secret, body, headers) == {"type": "x"}
    for wrong in (b'{"type": "y"}', b""):
        with pytest.raises(mc.InvalidSignature):
            mc.verified(secret, wrong, headers)
    with pytest.raises(mc.InvalidSignature):
        mc.verified(secret, body, {})
