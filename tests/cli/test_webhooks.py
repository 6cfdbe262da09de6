"""Webhooks from the command line: added, looked at, tried, given new secrets, sent again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Run
from tests.webhooks.receivers import Heard, Receiver, receiving


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback may be called."""
    monkeypatch.setenv("MODERATION_WEBHOOK_NETWORKS", "127.0.0.0/8")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as listening:
        yield listening


@pytest.fixture
def added(ready: Run, inside: None, receiver: Receiver) -> str:
    """The id of an endpoint of the receiver's."""
    ready("sites", "add", "daily")
    words = ("--site", "daily", "--label", "CMS", "--type", "verdict.given")
    code, out, err = ready("webhooks", "add", receiver.url, *words)
    assert (code, err) == (0, "")
    made = re.fullmatch(r"id (\w+)\tsecret (whsec_\S+)\n", out)
    assert made
    receiver.secret = made[2]
    return made[1]


def test_an_endpoint_is_listed_and_shown_without_its_secret(
    ready: Run, added: str, receiver: Receiver
) -> None:
    listed = ready("webhooks", "list", "--site", "daily")[1]
    counts = "0 pending, 0 failed, 0 discarded"
    assert listed == f"{added}\tdaily\tenabled\t{counts}\t{receiver.url}\tCMS\n"
    shown = ready("webhooks", "show", added)[1]
    assert "types\tverdict.given\n" in shown
    assert "secrets\t1 live\n" in shown
    assert "whsec_" not in listed + shown
    assert ready("webhooks", "show", "none")[0] == 1


def test_a_test_says_what_was_answered(ready: Run, added: str, receiver: Receiver) -> None:
    code, out, _ = ready("webhooks", "test", added)
    assert code == 0
    assert re.fullmatch(r"Answered 204 after \d+ ms\.\n", out)
    assert (len(receiver.heard), receiver.unsigned) == (1, 0)
    receiver.answer = _refuse
    assert ready("webhooks", "test", added)[:2] == (1, "Answered 403.\n")
    log = ready("webhooks", "log", added)[1].splitlines()
    assert [line.split("\t")[-1] for line in log] == ["Answered 403.", "answered 204"]
    assert len(ready("webhooks", "log", added, "--failed")[1].splitlines()) == 1


def test_a_new_secret_signs_beside_the_old_one(ready: Run, added: str, receiver: Receiver) -> None:
    out = ready("webhooks", "rotate", added, "--grace", "1")[1]
    assert ready("webhooks", "test", added)[0] == 0
    receiver.secret = out.split()[-1]
    assert ready("webhooks", "test", added)[0] == 0
    assert receiver.unsigned == 0
    assert ready("webhooks", "rotate", added, "--grace", "9999")[0] == 1
    assert ready("webhooks", "rotate", added, "--grace", "nan")[0] == 1


def test_one_that_is_disabled_is_not_called_until_it_is_enabled(
    ready: Run, added: str, receiver: Receiver
) -> None:
    assert ready("webhooks", "disable", added)[1] == f"{added} is disabled.\n"
    assert "disabled (operator) since" in ready("webhooks", "list")[1]
    code, _, err = ready("webhooks", "test", added)
    assert code == 1
    assert "switched off" in err
    assert ready("webhooks", "enable", added)[1] == f"{added} is enabled.\n"
    assert ready("webhooks", "test", added)[0] == 0


def test_messages_are_sent_again_one_or_all_since_a_time(ready: Run, added: str) -> None:
    ready("webhooks", "test", added)
    [line] = ready("webhooks", "log", added)[1].splitlines()
    message = line.split("\t")[1]
    assert ready("webhooks", "replay", added, message)[1] == "1 message is sent again.\n"
    assert "1 pending" in ready("webhooks", "list")[1]
    since = ("--since", "2026-01-01")
    assert ready("webhooks", "replay", added, *since)[1] == "0 messages are sent again.\n"
    for wrong in ((), (message, *since), ("none",), ("--since", "yesterday")):
        assert ready("webhooks", "replay", added, *wrong)[0] == 1
    for none in ("9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+14:00", "yesterday"):
        complaint = ready("webhooks", "replay", added, "--since", none)[2]
        assert "since: must be a time such as" in complaint


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "https://10.0.0.1/x", "ftp://example.org", "", "https://a:b@c.d/"]
)
def test_an_address_that_would_never_be_called_is_refused(ready: Run, url: str) -> None:
    ready("sites", "add", "daily")
    code, out, err = ready("webhooks", "add", url, "--site", "daily")
    assert (code, out) == (1, "")
    assert "url:" in err


def _refuse(_: Heard) -> int:
    return 403
