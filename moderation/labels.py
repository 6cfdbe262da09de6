"""The labels the product speaks of, and the scores given for them.

Knows nothing of how a score is made or of what a site does with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Label(StrEnum):
    """One thing a comment can be flagged for; the value is its public name."""

    TOXICITY = "toxicity"
    INSULT = "insult"
    IDENTITY_ATTACK = "identity_attack"
    PROFANITY = "profanity"
    THREAT = "threat"
    SEXUAL_EXPLICIT = "sexual_explicit"
    OFF_TOPIC = "off_topic"

    @property
    def display_name(self) -> str:
        """The label as a person reads it."""
        return _TITLES.get(self, self.value.replace("_", " "))


TEXT_LABELS: tuple[Label, ...] = tuple(label for label in Label if label is not Label.OFF_TOPIC)
"""Labels that the text alone decides: they have a number for every non-empty text."""

Scores = Mapping[Label, float | None]
"""Calibrated probability in [0, 1] for every label; `None` only for `OFF_TOPIC` without context."""

_TITLES = {
    Label.IDENTITY_ATTACK: "slur / identity attack",
    Label.SEXUAL_EXPLICIT: "sexually explicit",
    Label.OFF_TOPIC: "off-topic",
}
