"""The keys of the review desk: what each does, its default, and what a person may put in place.

Pure: knows neither who stores a choice nor how keys are pressed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from moderation.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class KeyAction:
    """Something that one key does. `default` is a character as typed, in lower case."""

    name: str
    default: str
    words: str


ACTIONS: Final = (
    KeyAction("approve", "a", "Approve: publish the comment"),
    KeyAction("reject", "r", "Reject: keep it off the site"),
    KeyAction("skip", "s", "Skip: leave it to somebody else"),
    KeyAction("escalate", "e", "Escalate: ask a lead"),
    KeyAction("undo", "z", "Undo your last decision (also Ctrl-Z)"),
    KeyAction("next", "n", "Start, or go to the next comment"),
    KeyAction("reveal", "h", "Hold: see masked words and blurred passages"),
    KeyAction("search", "/", "Search comments, authors and articles"),
    KeyAction("help", "?", "This list"),
)
"""Every action in the order of the key map. The digits 1 to 7 name labels and stay as they are."""

DEFAULTS: Final[Mapping[str, str]] = {action.name: action.default for action in ACTIONS}


def key_map(chosen: Mapping[str, str]) -> dict[str, str]:
    """The key of every action, a person's choices over the defaults.

    Raises `InvalidInput` for an unknown action, for what is not one printable character, for a
    digit, and where two actions would share a key.
    """
    for name, key in chosen.items():
        if name not in DEFAULTS:
            raise InvalidInput(f"keys.{name[:40]}", "there is no such action")
        if len(key) != 1 or not key.isprintable() or key.isspace() or key.isdigit():
            raise InvalidInput(f"keys.{name}", "must be one character that is no digit")
    found = {**DEFAULTS, **{name: key.lower() for name, key in chosen.items()}}
    holders: dict[str, str] = {}
    for name, key in found.items():
        if key in holders:
            raise InvalidInput(f"keys.{name}", f"is the key of {holders[key]} as well")
        holders[key] = name
    return found
