"""From data sets to a sealed model folder: fit, calibrate, solve cut-offs, write.

The same data, configuration and package versions give the same arrays, bit for bit.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from moderation.scoring import registry
from moderation.scoring.classifier import LinearClassifier
from moderation.scoring.embeddings import WordVectors
from moderation.scoring.relevance import Relevance
from moderation.text.features import fingerprint as word_print
from training import relevance, report
from training.adapt import SEEN
from training.calibrate import Platt, calibration_rows, fit_platt
from training.cutoffs import own_article, solve
from training.datasets import CALIBRATE, load
from training.estimator import Head, fit_head, stacked_weights
from training.manifest import linear_manifest, next_version, save_manifest, with_encoder
from training.matrix import TextMatrix, factored, seen
from training.pool import HEADS, WRITTEN, training_pool
from training.quality import develop_metrics
from training.relevance_words import wheel_vectors
from training.settings import Configuration
from training.teacher_scores import TeacherScores

_UNFINISHED: Final = ".unfinished"
"""Folder of heads fitted so far and of the version being built; stays behind where a training
is interrupted. Its name keeps it out of the list of versions."""

Arrays = dict[str, NDArray[Any]]


def train(
    data_dir: Path,
    configuration: Configuration,
    out: Path,
    *,
    teacher: TeacherScores,
    resume: bool,
    progress: bool,
    linear: Path | None = None,
) -> Path:
    """Train on the sets in `data_dir`; the new version folder under `out`.

    With `resume` the heads that an interrupted training on the same rows and configuration
    left in `out` are taken over; an encoder always goes on from its last checkpoint there.
    `linear` is a version folder whose linear parts are taken as they are.
    Raises `InvalidInput` where the folder has none of the known sets, `ModelInvalid` where
    `linear` does not verify.
    """
    if configuration.encoder is not None:
        # Not at the top, since a linear training needs no PyTorch; not later, since it takes long
        # to come to where that is missed.
        from training import deep_training
    data = load(data_dir)
    work = out / _UNFINISHED
    work.mkdir(parents=True, exist_ok=True)
    if linear is None:
        arrays, manifest = _train_linear(
            data_dir, data, configuration, work, teacher, resume, progress
        )
    else:
        manifest = dict(registry.verify(linear))
        arrays = registry.read_arrays(linear)
    files: dict[str, bytes] = {}
    if configuration.encoder is not None:
        files = deep_training.encoder_files(data, arrays, configuration, teacher, work, progress)
        deepened = deep_training.deepened(data, arrays, manifest, files, configuration, progress)
        arrays, manifest = arrays | deepened.arrays, with_encoder(manifest, deepened.section)
    folder = _write(arrays, manifest, files, data, out, progress)
    shutil.rmtree(work)
    return folder


def _train_linear(
    data_dir: Path,
    data: pd.DataFrame,
    configuration: Configuration,
    work: Path,
    teacher: TeacherScores,
    resume: bool,
    progress: bool,
) -> tuple[Arrays, dict[str, Any]]:
    """Arrays and manifest of a model without an encoder."""
    heads, linear, learnt = _heads(data, configuration, teacher, work, resume, progress)
    fitted = relevance.fit(data, configuration.seed, progress)
    arrays = linear | fitted.arrays
    classifier = LinearClassifier.from_arrays(arrays, _features(configuration))
    held = data[data["part"] == CALIBRATE].reset_index(drop=True)
    logits = _logits(classifier, held, configuration, progress)
    platts = _calibrations(held, logits, configuration)
    arrays["calibration.slope"] = np.array([platts[head].slope for head in HEADS])
    arrays["calibration.offset"] = np.array([platts[head].offset for head in HEADS])
    cutoffs = solve(
        held,
        {head: platts[head].probabilities(logits[:, at]) for at, head in enumerate(HEADS)},
        _on_topic(Relevance.from_arrays(arrays, {}), data),
        configuration,
    )
    return arrays, linear_manifest(
        data_dir, data, configuration, heads, learnt, platts, cutoffs, fitted.info
    )


def _heads(
    data: pd.DataFrame,
    configuration: Configuration,
    teacher: TeacherScores,
    work: Path,
    resume: bool,
    progress: bool,
) -> tuple[dict[str, Head], Arrays, dict[str, Any]]:
    pool = training_pool(data, configuration.seed)
    vectors = WordVectors.from_arrays(wheel_vectors(), "")
    matrix = factored(list(pool["text"]), configuration.features, vectors, progress=progress)
    taught = teacher.of(pool["asked"]) if len(teacher.keys) else None
    heads, same = {}, fingerprint(pool, configuration, taught, matrix)
    for label in tqdm(HEADS, "fitting", disable=not progress, unit="head"):
        kept = work / f"{label}-{same}.npz"
        if resume and kept.is_file():
            heads[label] = _read_head(kept)
            continue
        heads[label] = fit_head(
            matrix, pool, label, configuration.estimator, configuration.weights, taught
        )
        _keep_head(heads[label], kept)
    return heads, _linear(heads, matrix), _learnt_from(pool, teacher, taught)


def _learnt_from(
    pool: pd.DataFrame, teacher: TeacherScores, taught: NDArray[np.float32] | None
) -> dict[str, Any]:
    """For the manifest: the rows beside the data sets, and the teacher."""
    asked = 0 if taught is None else int((~np.isnan(taught[:, 0])).sum())
    return {
        "rows": len(pool),
        "written_sentences": int(
            ((pool["source"] == WRITTEN) & (pool["text"] == pool["asked"])).sum()
        ),
        "disguised_rows": int((pool["text"] != pool["asked"]).sum()),
        "teacher": {"sha256": teacher.digest, "texts": len(teacher.keys), "rows": asked},
    }


def fingerprint(
    pool: pd.DataFrame,
    configuration: Configuration,
    taught: NDArray[np.float32] | None = None,
    matrix: TextMatrix | None = None,
) -> str:
    """What a fitted head depends on, as 16 hex digits: only its like is taken over by `resume`."""
    learnt_by = (
        configuration.seed,
        configuration.features,
        configuration.estimator,
        configuration.weights,
    )
    found = hashlib.sha256(repr(learnt_by).encode())
    found.update(pd.util.hash_pandas_object(pool, index=False).to_numpy().tobytes())
    if taught is not None:
        found.update(taught.tobytes())
    # What the text rules and the word vectors made of the rows.
    for part in () if matrix is None else (matrix.once, matrix.pairs):
        found.update(part.indices.tobytes())
        found.update(part.data.tobytes())
    if matrix is not None and matrix.vectors is not None:
        found.update(matrix.vectors.tobytes())
    return found.hexdigest()[:16]


def _keep_head(head: Head, path: Path) -> None:
    # In one step: an interruption must not leave half a file under the final name.
    partial = path.with_name(f"{path.stem}.partial.npz")
    np.savez(partial, **asdict(head))
    partial.replace(path)


def _read_head(path: Path) -> Head:
    with np.load(path, allow_pickle=False) as kept:
        return Head(
            kept["weights"], float(kept["intercept"]), int(kept["rows"]), int(kept["positives"])
        )


def _linear(heads: Mapping[str, Head], matrix: TextMatrix) -> Arrays:
    weights, intercept = stacked_weights(heads)
    known, values = matrix.of_vectors(weights)
    prints = np.array([word_print(word) for word in known], dtype=np.uint32)
    order = np.argsort(prints, kind="stable")
    halves = weights[: matrix.hashed].astype(np.float16)
    # The smallest halves are slow to multiply on some processors, and add nothing.
    halves[np.abs(halves) < np.finfo(np.float16).tiny] = 0
    return {
        "linear.weights": halves,
        "linear.intercept": intercept,
        "linear.word_prints": prints[order],
        "linear.word_values": values[order].astype(np.float16),
        SEEN: seen(matrix),
    }


def _features(configuration: Configuration) -> dict[str, Any]:
    return {"features": asdict(configuration.features)}


def _logits(
    classifier: LinearClassifier, held: pd.DataFrame, configuration: Configuration, progress: bool
) -> NDArray[np.float64]:
    """Logits of the held-out rows that calibrate something or count as civil; others NaN."""
    wanted = held["source"].isin(
        {name for sets in configuration.calibration.values() for name in sets}
    )
    logits = np.full((len(held), len(HEADS)), np.nan)
    for row in tqdm(np.flatnonzero(wanted), "calibrating", disable=not progress, unit="text"):
        logits[row] = classifier.logits([held["text"].iat[row]])[0]
    return logits


def _on_topic(relevance: Relevance, data: pd.DataFrame) -> NDArray[np.float64]:
    scores = relevance.scores(own_article(data))
    return np.array([score for score in scores if score is not None])


def _calibrations(
    held: pd.DataFrame, logits: NDArray[np.float64], configuration: Configuration
) -> dict[str, Platt]:
    platts = {}
    for column, head in enumerate(HEADS):
        truth = calibration_rows(held, head, configuration.calibration[head])
        rows = truth.index.to_numpy()
        platts[head] = fit_platt(
            logits[rows, column],
            truth.to_numpy(),
            list(held["source"].iloc[rows]),
            configuration.base_rates[head],
        )
    return platts


def _write(
    arrays: Arrays,
    manifest: dict[str, Any],
    files: Mapping[str, bytes],
    data: pd.DataFrame,
    out: Path,
    progress: bool,
) -> Path:
    """Build the version aside and put it under `out` whole: half a version is none."""
    manifest["version"] = next_version(out)
    manifest["created"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    staging = out / _UNFINISHED / "version"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    registry.write_arrays(arrays, staging)
    for name, content in files.items():
        (staging / name).write_bytes(content)
    save_manifest(manifest, staging)
    registry.seal(staging)
    manifest["metrics"] = develop_metrics(data, registry.load(staging), progress=progress)
    save_manifest(manifest, staging)
    report.finish(staging)
    return registry.publish(staging, out)
