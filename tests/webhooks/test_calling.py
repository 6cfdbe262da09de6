"""Where messages are never sent, and what receivers ask for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.errors import InvalidInput
from moderation.outbound import Outbound
from moderation.webhooks.calling import asked_for, judge
from tests.factories import NOON


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://10.0.0.1/hook", "inside a network"),
        ("http://169.254.169.254/latest/meta-data", "inside a network"),
        ("https://user:pw@example.org/", "login"),
        ("http://93.184.216.34/", "https"),
        ("https://2130706433/", "four decimal numbers"),
        ("https://[fe80::1%eth0]/", "zone"),
        ("https://i❤.example/", "host name"),
    ],
)
def test_an_address_that_is_never_called_is_refused_when_it_is_given(url: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        judge(Outbound(https_outside=True), url)


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Sun, 01 Mar 2026 12:01:00 GMT", 60),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("9" * 400, 10**9),
        ("soon", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Sun, 01 Mar 2026 12:01:00 +99999999999999999999", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(sent: str, seconds: int | None) -> None:
    wanted = None if seconds is None else timedelta(seconds=seconds)
    assert asked_for({"retry-after": sent}, NOON) == wanted
