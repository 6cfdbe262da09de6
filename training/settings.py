"""The training configuration: one TOML file into typed values, unknown names refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from moderation.errors import SettingsInvalid
from training.estimator import Settings
from training.matrix import Features
from training.teaching import Teaching
from training.thresholds import Goals
from training.weighting import Weights

DEFAULT: Final = Path(__file__).parent / "config" / "default.toml"


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that decides what a training gives, beside the data."""

    seed: int
    features: Features
    estimator: Settings
    weights: Weights
    teacher: Teaching
    """Of the encoder whose word the linear model learns from."""
    base_rates: Mapping[str, float]
    goals: Goals
    harm: Mapping[str, float]
    """By how much evidence a label asks for review before the others do."""
    calibration: Mapping[str, list[str]]
    """For each head, the sets whose held-out rows calibrate it."""
    encoder: Teaching | None = None
    """Of the deep scorer; `None` trains a linear model alone."""
    second_round: Teaching | None = None
    """How the encoder goes on, if it does; see `training.second_round`."""


def read(path: Path = DEFAULT) -> Configuration:
    """Read a configuration file, or the one of that name that ships with the training.

    A file with `based_on` says only what differs from the one it names, which lies beside it.
    Raises `SettingsInvalid`, naming what does not fit.
    """
    if not path.exists() and path.parent == Path() and (DEFAULT.parent / path).exists():
        path = DEFAULT.parent / path
    raw = _parsed(path)
    base = raw.pop("based_on", None)
    if base is None:
        return parse(raw)
    below = _parsed(path.parent / str(base))
    for name, value in raw.items():
        inner = below.get(name)
        both = isinstance(inner, dict) and isinstance(value, dict)
        below[name] = inner | value if both else value
    return parse(below)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsInvalid(f"{path.name} cannot be read as TOML") from problem


def parse(raw: Mapping[str, Any]) -> Configuration:
    """Typed values of a parsed file. Raises `SettingsInvalid`, naming what does not fit."""
    try:
        sections = dict(raw)
        for name, kind in _KINDS.items():
            if name in _OPTIONAL and name not in sections:
                continue
            sections[name] = kind(**sections[name])
        return Configuration(**sections)
    except KeyError as missing:
        raise SettingsInvalid(f"training configuration: section {missing} is missing") from missing
    except TypeError as problem:
        raise SettingsInvalid(f"training configuration: {problem}") from problem


_KINDS: Final[Mapping[str, Any]] = {
    "features": Features,
    "estimator": Settings,
    "weights": Weights,
    "teacher": Teaching,
    "goals": Goals,
    "encoder": Teaching,
    "second_round": Teaching,
}

_OPTIONAL: Final = frozenset({"encoder", "second_round"})
