"""What was changed in the administration: who set what, what stood before, so that it can go back.

The record of sites, users, keys and webhooks, as the events are the record of review items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Subject(StrEnum):
    """What a change is about."""

    SITE = "site"
    USER = "user"
    KEY = "key"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one subject.

    `before` and `after` are JSON-ready values of what is administered, without secrets and
    digests; `None` where the subject was not there before, or is not any more.
    """

    id: str
    at: datetime
    actor: str | None
    """A user's id; `None` for a command of the operator's."""
    subject: Subject
    subject_id: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    undoes: str | None = None
    """The change that this one took back."""


def differences(change: Change) -> dict[str, tuple[object, object]]:
    """What a change replaced by what, by name; a value that was not there is `None`."""
    before, after = change.before or {}, change.after or {}
    names = [*before, *(name for name in after if name not in before)]
    both = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in both.items() if pair[0] != pair[1]}
