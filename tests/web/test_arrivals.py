"""Where a request ends, and until when it may, told from its bytes in any pieces."""

from __future__ import annotations

import pytest

from moderation.web.arrivals import (
    BODY_SECONDS,
    HEAD_SECONDS,
    LEAST_RATE,
    LONGEST_HEAD,
    Arrival,
    Stage,
)

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /v1/classify HTTP/1.1\r\nContent-Length: 5\r\n\r\n"
CHUNKED = b"POST /v1/classify HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


def arrival() -> Arrival:
    return Arrival(1_000_000, 5.0)


@pytest.mark.parametrize(
    "sent",
    [
        GET,
        b"GET / HTTP/1.0\r\n\r\n",
        b"\r\n" + GET,
        POST + b"abcde",
        POST.replace(b"Content-Length", b"content-LENGTH") + b"abcde",
        CHUNKED + b"0\r\n\r\n",
        CHUNKED + b"5\r\nabcde\r\n0\r\n\r\n",
        CHUNKED + b"a;x=1\r\n0\r\n\r\n01234\r\n3 ;y\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"0\r\nX: a\r\nY: b\r\n\r\n",
    ],
)
def test_a_request_is_whole_with_its_last_byte_and_no_sooner(sent: bytes) -> None:
    drop, cut = arrival(), arrival()
    stages = [drop.take(sent[at : at + 1], 0.0) for at in range(len(sent))]
    assert [at for at, stage in enumerate(stages) if stage is Stage.WHOLE] == [len(sent) - 1]
    assert cut.take(sent + GET, 0.0) is Stage.WHOLE
    assert drop.ends
    assert cut.ends
    assert bytes(drop.held) == sent


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\nHost: x\n",
        b"z" * 9_000,
        b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1000001\r\n\r\n",
        CHUNKED + b"zz\r\n",
        CHUNKED + b"z" * 9_000,
        CHUNKED + b"0\r\n" + b"X: y\r\n" * 20_000,
    ],
)
def test_what_will_be_refused_is_not_waited_for_and_nothing_follows_it(sent: bytes) -> None:
    found = arrival()
    assert found.take(sent, 0.0) is Stage.WHOLE
    assert not found.ends


def test_a_head_and_a_body_that_never_end_are_too_long() -> None:
    line = b"GET / HTTP/1.1\r\n"
    assert arrival().take(line + b"X: y\r\n" * LONGEST_HEAD, 0.0) is Stage.HEAD_TOO_LONG
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    found = arrival()
    found.take(CHUNKED, 0.0)
    stages = [found.take(piece, 0.0) for _ in range(17)]
    assert stages[-1] is Stage.BODY_TOO_LONG


def test_a_head_has_one_deadline_however_it_comes() -> None:
    found = arrival()
    assert found.deadline == 5.0
    found.take(GET[:1], 3.0)
    for second in range(4, 12):
        found.take(b"x", float(second))
    assert found.deadline == 3.0 + HEAD_SECONDS


def test_a_body_may_take_its_time_at_the_least_rate_and_a_drip_gains_nothing() -> None:
    honest, drip = arrival(), arrival()
    head = CHUNKED + b"F0000\r\n"
    for found in (honest, drip):
        found.take(head, 0.0)
    for second in range(1, 200):
        honest.take(b"x" * LEAST_RATE, float(second))
        drip.take(b"x", float(second))
    assert honest.deadline > 200
    assert drip.deadline < BODY_SECONDS + 1


def test_what_came_fast_is_not_saved_up_for_a_long_pause() -> None:
    found = arrival()
    found.take(CHUNKED + b"F0000\r\n", 0.0)
    found.take(b"x" * 900_000, 1.0)
    assert found.deadline == 1.0 + BODY_SECONDS


def test_who_waits_to_be_told_to_go_on_is_known() -> None:
    waits, does_not = arrival(), arrival()
    waits.take(POST.replace(b"\r\n\r\n", b"\r\nExpect: 100-Continue\r\n\r\n"), 0.0)
    does_not.take(POST, 0.0)
    assert waits.expects
    assert not does_not.expects
