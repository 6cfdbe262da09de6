"""A model small enough to reckon by hand: two words count, all else is zero."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from moderation.labels import TEXT_LABELS, Label
from moderation.scoring import registry
from moderation.scoring.model import ModelScorer
from moderation.scoring.registry import Registry
from moderation.scoring.scorer import MODES
from moderation.text.features import fingerprint, pairs, word_columns
from tests.scoring import tiny_encoder

MODELS = Path(__file__).parents[2] / "models"
BITS = 12
MASK = (1 << BITS) - 1
INSULT = TEXT_LABELS.index(Label.INSULT)
TINY_MANIFEST: dict[str, Any] = {
    "format": registry.FORMAT,
    "version": "1.0.0",
    "languages": ["en"],
    "features": {
        "bits": BITS,
        "gram_scale": 0.25,
        "pair_scale": 0.5,
        "damping": 1.0,
        "quote_weight": 0.5,
    },
    "cutoffs": {label.value: {"review": 0.5, "block": None} for label in Label},
}

MakeFolder = Callable[..., Path]


def tiny_arrays() -> dict[str, NDArray[Any]]:
    """Arrays of a classifier that knows "idiot" (+4 insult) and the pair "you idiot" (+2)."""
    weights = np.zeros((1 << BITS, len(TEXT_LABELS)), dtype=np.float16)
    weights[word_columns("idiot", MASK)[0], INSULT] = 4.0
    prints = np.array([fingerprint("you"), fingerprint("idiot")], dtype=np.uint32)
    of_none, of_one_text = np.zeros(2, dtype=np.uint8), np.zeros(2, dtype=np.int32)
    [neighbours] = pairs(prints, of_none, of_one_text, MASK).columns
    weights[neighbours, INSULT] = 4.0
    return {
        "linear.weights": weights,
        "linear.intercept": np.full(len(TEXT_LABELS), -1.0, dtype=np.float32),
        "calibration.slope": np.full(len(TEXT_LABELS), 2.0),
        "calibration.offset": np.zeros(len(TEXT_LABELS)),
    }


def write_folder(folder: Path, version: str, **changes: object) -> Path:
    """A sealed version folder with the tiny linear model."""
    folder.mkdir(parents=True)
    registry.write_arrays(tiny_arrays(), folder)
    manifest = TINY_MANIFEST | {"version": version} | changes
    (folder / registry.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    registry.seal(folder)
    return folder


def write_deep_folder(
    folder: Path,
    version: str,
    files: Mapping[str, bytes] | None = None,
    deep: object = None,
    arrays: Mapping[str, NDArray[Any]] | None = None,
) -> Path:
    """The same with the tiny encoder beside it.

    `files` are written in the place of the encoder's own, `deep` in that of its section and
    `arrays` in that of its stacking.
    """
    section = tiny_encoder.section() if deep is None else deep
    write_folder(folder, version, deep=section)
    given = tiny_encoder.stack_arrays() if arrays is None else arrays
    registry.write_arrays(tiny_arrays() | dict(given), folder)
    for name, content in tiny_encoder.files(files).items():
        (folder / name).write_bytes(content)
    registry.seal(folder)
    return folder


@pytest.fixture
def make_folder(tmp_path: Path) -> MakeFolder:
    """Makes a sealed version folder under a root of its own."""

    def make(version: str = "1.0.0", root: str = "shipped", **changes: object) -> Path:
        return write_folder(tmp_path / root / version, version, **changes)

    return make


@pytest.fixture
def make_deep_folder(tmp_path: Path) -> MakeFolder:
    """Makes one with the tiny encoder; see `write_deep_folder`."""

    def make(version: str = "1.0.0", root: str = "shipped", **parts: Any) -> Path:  # noqa: ANN401
        return write_deep_folder(tmp_path / root / version, version, **parts)

    return make


@pytest.fixture(scope="session")
def shipped_deep() -> ModelScorer:
    """The shipped model in mode `auto`, without a limit of time; skips where it has no encoder."""
    name = Registry(MODELS, MODELS / "none").active()
    assert name is not None
    scorer = registry.load(MODELS / name)
    if scorer.modes != MODES:
        pytest.skip("NO ENCODER: the shipped model has none, so nothing deep is tested on it")
    return scorer
