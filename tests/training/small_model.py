"""A small model that is really fitted, on comments written for the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from moderation.labels import TEXT_LABELS, Label
from moderation.scoring import registry
from moderation.scoring.relevance_stack import COMBINED
from training.matrix import Features, factored, seen

SCALES = {"gram_scale": 0.3, "pair_scale": 0.5, "damping": 2.0, "quote_weight": 0.5}
MANIFEST = {"features": SCALES}
FEATURES = Features(bits=14, **SCALES)

HARSH = [
    f"{start} {word}"
    for start in ("you are an", "what an", "only an", "shut up you")
    for word in ("idiot", "utter moron", "awful clown", "ignorant fool")
]
PLAIN = [
    f"{start} {rest}"
    for start in ("I think", "the mayor said", "you are right,", "we saw that")
    for rest in (
        "the bridge is closed",
        "the price is too high",
        "the timetable changes on Monday",
        "the library needs an hour more",
        "an election is not won early",
        "our team played well",
    )
]


def fitted_arrays() -> dict[str, NDArray[Any]]:
    """A small model that was really fitted, on the comments above."""
    design = factored(HARSH + PLAIN, FEATURES, progress=False)
    matrix = design.written_out()
    truth = np.r_[np.ones(len(HARSH)), np.zeros(len(PLAIN))]
    model = LogisticRegression(C=10.0).fit(matrix, truth)
    heads = len(TEXT_LABELS)
    weights = np.repeat(model.coef_.T, heads, axis=1)
    return {
        "linear.weights": np.c_[weights, np.zeros(len(weights))].astype(np.float16),
        "linear.seen": seen(design),
        "linear.intercept": np.r_[np.repeat(model.intercept_, heads), 0.0].astype(np.float32),
        "calibration.slope": np.full(heads + 1, 0.8),
        "calibration.offset": np.full(heads + 1, -1.0),
        "off_topic.combined": np.zeros((8, len(COMBINED)), dtype=np.float32),
    }


def write_folder(arrays: dict[str, NDArray[Any]], folder: Path, version: str) -> Path:
    """A version folder that loads; without relevance, so `off_topic` is never scored."""
    folder.mkdir(parents=True)
    kept = {name: array for name, array in arrays.items() if not name.startswith("off_topic.")}
    registry.write_arrays(kept, folder)
    manifest = {
        "format": registry.FORMAT,
        "version": version,
        "languages": ["en"],
        "features": SCALES,
        "base_rates": {label.value: 0.05 for label in Label} | {"severe_toxicity": 0.01},
        "heads": [*(label.value for label in TEXT_LABELS), "severe_toxicity"],
        "goals": {"civil_traffic": 0.02, "off_topic_share": 0.25, "block_precision": 0.98},
        "cutoffs": {label.value: {"review": 0.5, "block": None} for label in TEXT_LABELS}
        | {"off_topic": {"review": None, "block": None}},
        "data": [
            {"name": "forum", "use": "train", "licence": "none stated", "sha256": "ab" * 32},
            {"name": "suite", "use": "evaluate only", "licence": "MIT", "sha256": "cd" * 32},
        ],
        "packages": {"scikit-learn": "1.9.1"},
        "training": {"seed": 1},
        "metrics": {"measured": "on the parent"},
    }
    (folder / registry.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    registry.seal(folder)
    return folder
