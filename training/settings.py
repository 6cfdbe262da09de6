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
    base_rates: Mapping[str, float]
    goals: Goals
    harm: Mapping[str, float]
    """By how much evidence a label asks for review before the others do."""
    calibration: Mapping[str, list[str]]
    """For each head, the sets whose held-out rows calibrate it."""


def read(path: Path = DEFAULT) -> Configuration:
    """Read a configuration file. Raises `SettingsInvalid`, naming what does not fit."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsInvalid(f"{path.name} cannot be read as TOML") from problem
    return parse(raw)


def parse(raw: Mapping[str, Any]) -> Configuration:
    """Typed values of a parsed file. Raises `SettingsInvalid`, naming what does not fit."""
    try:
        sections = dict(raw)
        for name, kind in _KINDS.items():
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
}
