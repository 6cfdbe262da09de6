"""Endpoints of webhooks in the plain words of the administration pages. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.changes import Change, Subject, differences
from moderation.outgoing import Attempt, Delivery, Endpoint, Off, State
from moderation.workflow.webhooks import COUNTED, Standing

STATES = {
    State.PENDING: "on its way",
    State.DELIVERED: "delivered",
    State.FAILED: "failed for good",
    State.DISCARDED: "discarded",
}

_WHY_OFF = {
    Off.OPERATOR: "by an administrator",
    Off.GONE: "it answered that it is gone (410)",
    Off.FAILING: "nothing got through for three days, in ten attempts or more",
}
_LONGEST_NAME = 60
_NAMES = {"url": "address", "types": "told of", "off": "switched off"}


def why_off(endpoint: Endpoint) -> str:
    """Why nothing is sent there, or nothing at all where it is told."""
    return _WHY_OFF[endpoint.off] if endpoint.off else ""


def name_in_words(endpoint: Endpoint) -> str:
    """Its label; without one its address, as far as one can take it in."""
    address = endpoint.url.partition("://")[2] or endpoint.url
    name = endpoint.label or address
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def state_in_words(endpoint: Endpoint) -> str:
    """How an endpoint is doing, in a word or two."""
    return "switched off" if endpoint.off else "failing" if endpoint.failures else "well"


def counts_in_words(standing: Standing) -> list[str]:
    """How many messages are on their way, failed and discarded, where there are any."""
    words = {State.PENDING: "on their way", State.FAILED: "failed", State.DISCARDED: "discarded"}
    return [
        f"{number:,}{' or more' if number >= COUNTED else ''} {words[state]}"
        for state, number in standing.counts.items()
        if number
    ]


def failures_in_words(endpoint: Endpoint) -> str:
    """How often nothing got through, such as `3 failed attempts`."""
    return (
        "1 failed attempt" if endpoint.failures == 1 else f"{endpoint.failures:,} failed attempts"
    )


def types_in_words(types: Sequence[str]) -> str:
    """What an endpoint is told of."""
    return ", ".join(types) or "everything"


def delivery_in_words(delivery: Delivery) -> str:
    """What became of a message, such as `on its way, 3 attempts: Answered 500.`"""
    tries = {0: "", 1: ", 1 attempt"}.get(delivery.attempts, f", {delivery.attempts} attempts")
    return f"{STATES[delivery.state]}{tries}" + (
        f": {delivery.last_error}" if delivery.last_error else ""
    )


def attempt_in_words(attempt: Attempt) -> str:
    """What a call came to."""
    came = f"Answered {attempt.status}" if attempt.got_through else attempt.error.rstrip(".")
    return f"{came} ({attempt.milliseconds:,} ms)"


def webhook_change_in_words(change: Change) -> list[str]:
    """What a change of an endpoint did, a line each."""
    after = change.after or {}
    if change.before is None:
        return [f"added: {after.get('url', '')}"]
    if "rotated_at" in after:
        return ["new secret"]
    if "sent_again" in after:
        return [f"sent again: {after['sent_again']}"]
    return [_line(name, *both) for name, both in differences(change).items()]


def is_by_itself(change: Change) -> bool:
    """Whether the service itself switched an endpoint off."""
    off = (change.after or {}).get("off") if change.subject is Subject.WEBHOOK else None
    return off in (Off.GONE, Off.FAILING)


def _line(name: str, before: object, after: object) -> str:
    if name == "off":
        return f"switched off: {_off(after)}" if after else "switched on"
    return f"{_NAMES.get(name, name)}: {_value(name, before)} → {_value(name, after)}"


def _off(reason: object) -> str:
    known = {Off.OPERATOR: "here", Off.GONE: "it answered 410", Off.FAILING: "failing for days"}
    return known[Off(str(reason))]


def _value(name: str, value: object) -> str:
    if name == "types":
        return types_in_words([str(one) for one in value] if isinstance(value, list) else [])
    return str(value) if value else "nothing"
