"""What a person chose for themselves at the desk: keys, and care with the worst texts.

Pure: knows neither where choices are kept nor how a page looks. Whatever a person leaves open is
as the desk's own choices have it, and what those leave open as `Care` begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from moderation.errors import InvalidInput

_Value = TypeVar("_Value")

MOST_HARSH: Final = 1000
MOST_MINUTES: Final = 480


class Mask(StrEnum):
    """Which words stand as their first letter and dots until one asks to see them."""

    OFF = "off"
    SLURS = "slurs"
    COARSE = "coarse"
    """Slurs and obscene words."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chose; `None` where they leave it to the desk."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """Action to key, as `key_map.key_map` takes them."""
    mask: Mask | None = None
    blur: bool | None = None
    grey: bool | None = None
    harsh_an_hour: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Care:
    """What holds for a person at the desk. The values here are what it comes with."""

    mask: Mask = Mask.SLURS
    blur: bool = False
    """Whether the worst passages are blurred."""
    grey: bool = False
    """Whether texts are toned down, marks included."""
    harsh_an_hour: int = 30
    """Harsh comments in an hour after which a break is suggested; 0 for never."""
    minutes: int = 60
    """Minutes of work without a pause after which a break is suggested; 0 for never."""


def care_of(own: Choices, desk: Choices) -> Care:
    """A person's own choices over those of the desk."""
    begins = Care()
    return Care(
        mask=_first(own.mask, desk.mask, begins.mask),
        blur=_first(own.blur, desk.blur, begins.blur),
        grey=_first(own.grey, desk.grey, begins.grey),
        harsh_an_hour=_first(own.harsh_an_hour, desk.harsh_an_hour, begins.harsh_an_hour),
        minutes=_first(own.minutes, desk.minutes, begins.minutes),
    )


def check_numbers(choices: Choices) -> None:
    """Raises `InvalidInput` where a number is out of its range."""
    for name, most in (("harsh_an_hour", MOST_HARSH), ("minutes", MOST_MINUTES)):
        value: int | None = getattr(choices, name)
        if value is not None and not 0 <= value <= most:
            raise InvalidInput(name, f"must be from 0 to {most}")


def _first(own: _Value | None, desk: _Value | None, begins: _Value) -> _Value:
    if own is not None:
        return own
    return begins if desk is None else desk
