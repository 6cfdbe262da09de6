"""What every attribute name of Perspective is answered from.

`docs/perspective.md` has the same table, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from moderation.labels import Label
from moderation.scoring.scorer import SEVERE_TOXICITY

MARKED: Final = 0.5
"""Of a suggested value: from here on the attribute applies."""


class Origin(StrEnum):
    """Where the score of an attribute comes from."""

    TRAINED = "trained"
    DERIVED = "derived"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One name: what is answered is the highest score of its sources."""

    name: str
    origin: Origin
    sources: tuple[str, ...] = ()
    """Labels of ours, or the trained head that is none."""
    note: str = ""

    @property
    def is_derived(self) -> bool:
        """Whether no head was trained for it, so that the score is near it and no more."""
        return self.origin is Origin.DERIVED

    def score(self, known: Mapping[str, float | None]) -> float | None:
        """The score from those of labels and heads by name; `None` where one is missing."""
        found = [known.get(source) for source in self.sources]
        values = [value for value in found if value is not None]
        return max(values) if values and len(values) == len(found) else None


_TRAINED: Final = (
    Attribute("TOXICITY", Origin.TRAINED, (Label.TOXICITY,)),
    Attribute("SEVERE_TOXICITY", Origin.TRAINED, (SEVERE_TOXICITY,), "a head of its own"),
    Attribute("IDENTITY_ATTACK", Origin.TRAINED, (Label.IDENTITY_ATTACK,)),
    Attribute("INSULT", Origin.TRAINED, (Label.INSULT,)),
    Attribute("PROFANITY", Origin.TRAINED, (Label.PROFANITY,)),
    Attribute("THREAT", Origin.TRAINED, (Label.THREAT,)),
)

_MORE: Final = (
    Attribute("TOXICITY_FAST", Origin.TRAINED, (Label.TOXICITY,), "the same as `TOXICITY`"),
    Attribute("SEXUALLY_EXPLICIT", Origin.TRAINED, (Label.SEXUAL_EXPLICIT,)),
    Attribute(
        "OFF_TOPIC", Origin.TRAINED, (Label.OFF_TOPIC,), "only with context; Perspective had none"
    ),
    Attribute(
        "FLIRTATION",
        Origin.DERIVED,
        (Label.SEXUAL_EXPLICIT,),
        "no data on flirtation: misses what is not explicit",
    ),
    Attribute(
        "OBSCENE",
        Origin.DERIVED,
        (Label.PROFANITY, Label.SEXUAL_EXPLICIT),
        "vulgar words or sexual content",
    ),
    Attribute(
        "INFLAMMATORY",
        Origin.DERIVED,
        (Label.TOXICITY, Label.IDENTITY_ATTACK),
        "what provokes by its words alone",
    ),
    Attribute(
        "ATTACK_ON_COMMENTER",
        Origin.DERIVED,
        (Label.INSULT, Label.THREAT),
        "whom it is aimed at is not told: also attacks on others",
    ),
    Attribute(
        "LIKELY_TO_REJECT",
        Origin.DERIVED,
        tuple(label.value for label in Label if label is not Label.OFF_TOPIC),
        "some label applies: what one newspaper rejected is not known here",
    ),
)

_BRIDGING: Final = (
    *("AFFINITY", "COMPASSION", "CONSTRUCTIVE", "CURIOSITY", "NUANCE", "PERSONAL_STORY"),
    *("REASONING", "RESPECT"),
)
_UNMEASURED: Final = (
    *_BRIDGING,
    *("ALIENATION", "FEARMONGERING", "GENERALIZATION"),
    *("MORAL_OUTRAGE", "POWER_APPEAL", "SCAPEGOATING"),
)

PRAISE: Final = frozenset(f"{name}_EXPERIMENTAL" for name in _BRIDGING)
"""Attributes that speak for a comment: a high one is no reason to reject it."""

_REFUSED: Final = (
    ("ATTACK_ON_AUTHOR", "whom an attack is aimed at is not told"),
    ("INCOHERENT", "nothing here measures it"),
    ("SPAM", "nothing here measures it; the policy counts links"),
    ("UNSUBSTANTIAL", "nothing here measures it"),
    *((f"{name}_EXPERIMENTAL", "nothing here measures it") for name in _UNMEASURED),
)

TABLE: Final[Mapping[str, Attribute]] = {
    attribute.name: attribute
    for attribute in (
        *_TRAINED,
        *(
            replace(one, name=f"{one.name}_EXPERIMENTAL", note=f"the same as `{one.name}`")
            for one in _TRAINED
        ),
        *_MORE,
        *(Attribute(name, Origin.REFUSED, note=why) for name, why in _REFUSED),
    )
}
"""Every name that Perspective ever answered to, and `OFF_TOPIC`."""


def labels_told(values: Mapping[str, float]) -> dict[str, float]:
    """What values of attributes say about our labels: those that were trained, by that name.

    Twins that disagree count as the higher. Severe toxicity is toxicity, and its absence says
    nothing; what is only derived teaches nothing.
    """
    told: dict[str, float] = {}
    for name, value in values.items():
        attribute = TABLE[name]
        if attribute.origin is not Origin.TRAINED:
            continue
        (label,) = attribute.sources
        if label == SEVERE_TOXICITY:
            if value < MARKED:
                continue
            label = Label.TOXICITY
        told[str(label)] = max(value, told.get(label, 0.0))
    return told


def verdict_told(values: Mapping[str, float]) -> str:
    """`reject` where something harmful applies, `approve` where it does not; empty for praise."""
    harm = [value for name, value in values.items() if name not in PRAISE]
    if not harm:
        return ""
    return "reject" if max(harm) >= MARKED else "approve"
