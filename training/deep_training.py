"""The part of a training that needs `requirements-train.txt`: the encoder, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from moderation.errors import InvalidInput
from moderation.scoring.calibration import Calibration
from moderation.scoring.classifier import LinearClassifier
from moderation.scoring.deep import GRAPH, TOKENIZER, EncoderReader
from moderation.scoring.encoder import Encoder
from moderation.scoring.relevance import Relevance
from moderation.scoring.word_pieces import WordPieces
from training.context_lessons import context_lessons
from training.deepening import Deepened, deepen
from training.held_logits import Models
from training.lessons import ENCODER_HEADS, lessons
from training.pool import training_pool
from training.settings import Configuration
from training.teacher_scores import TeacherScores

try:
    from training import teach
    from training.export import export
    from training.second_round import softened
except ModuleNotFoundError as missing:
    raise InvalidInput(
        "config",
        f"asks for an encoder, and {missing.name} is not there: install requirements-train.txt",
    ) from None

Arrays = Mapping[str, NDArray[Any]]


def encoder_files(
    data: pd.DataFrame,
    arrays: Arrays,
    configuration: Configuration,
    teacher: TeacherScores,
    work: Path,
    progress: bool,
) -> dict[str, bytes]:
    """Train the encoder, or go on with it, and give the files that it is served from.

    About an hour and a quarter on one core. `arrays` are those of the linear model, whose off-topic
    part finds the passages to read a comment under.
    """
    settings = configuration.encoder
    assert settings is not None
    pool = training_pool(data, configuration.seed)
    alone, written = lessons(pool, configuration.weights, teacher.of(pool["asked"]))
    relevance = Relevance.from_arrays(arrays, {})
    under = context_lessons(data, relevance, configuration.weights, configuration.seed)
    seed = configuration.seed
    trained = teach.teach(alone, [written, under], settings, seed, work, progress=progress)
    if (again := configuration.second_round) is not None:
        linear = LinearClassifier.from_arrays(arrays, {"features": asdict(configuration.features)})
        order = np.array(teach.plan(alone, [written, under], again, seed + 1))
        drawn = order[order < len(alone.texts)]
        softer = softened(alone, drawn, linear, trained, settings, progress=progress)
        (work / "second").mkdir(exist_ok=True)
        trained = teach.teach(
            softer,
            [written, under],
            again,
            seed + 1,
            work / "second",
            start=trained,
            progress=progress,
        )
    with TemporaryDirectory() as folder:
        export(trained, Path(folder))
        return {name: (Path(folder) / name).read_bytes() for name in (GRAPH, TOKENIZER)}


def deepened(
    data: pd.DataFrame,
    arrays: Arrays,
    manifest: Mapping[str, Any],
    files: Mapping[str, bytes],
    configuration: Configuration,
    progress: bool,
) -> Deepened:
    """Stack the encoder of `files` on the linear model of `arrays`; see `training.deepening`."""
    settings = configuration.encoder
    assert settings is not None
    pieces = WordPieces(files[TOKENIZER].decode(), settings.longest, settings.longest_context)
    models = Models(
        LinearClassifier.from_arrays(arrays, manifest),
        Calibration.from_arrays(arrays),
        Relevance.from_arrays(arrays, {}),
        EncoderReader(Encoder(files[GRAPH], len(ENCODER_HEADS)), pieces),
    )
    return deepen(models, data, manifest["cutoffs"], configuration, progress=progress)
