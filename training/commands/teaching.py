"""`teach`: what a fine-tuned encoder says of the training texts, for `train --teacher`."""

from __future__ import annotations

import argparse
import sys
from argparse import _SubParsersAction as Commands
from pathlib import Path

from moderation.errors import InvalidInput
from training import datasets, settings
from training.lessons import lessons
from training.pool import HEADS, training_pool
from training.teacher_scores import TeacherScores


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare `teach`."""
    command = commands.add_parser(
        "teach", help="fine-tune the teacher and keep its scores (needs requirements-train.txt)"
    )
    command.add_argument("--data", type=Path, required=True, help="folder of Parquet files")
    command.add_argument("--out", type=Path, required=True, help="file for the scores (.npz)")
    command.add_argument(
        "--work", type=Path, required=True, help="folder for checkpoints; a new run goes on there"
    )
    command.add_argument("--config", type=Path, default=settings.DEFAULT, help="TOML file")
    command.add_argument("--quiet", action="store_true", help="no progress bars")
    command.set_defaults(run=run_teach)


def run_teach(chosen: argparse.Namespace) -> int:
    """Train, score every text of the pool, write the file. About two hours on one core."""
    try:
        from training import teach
    except ModuleNotFoundError as missing:
        raise InvalidInput("teacher", f"{missing.name}: install requirements-train.txt") from None
    configuration = settings.read(chosen.config)
    pool = training_pool(datasets.load(chosen.data), configuration.seed)
    chosen.work.mkdir(parents=True, exist_ok=True)
    progress = not chosen.quiet
    labelled, written = lessons(pool, configuration.weights)
    encoder = teach.teach(
        labelled,
        [written],
        configuration.teacher,
        configuration.seed,
        chosen.work,
        progress=progress,
    )
    texts = list(dict.fromkeys(pool["asked"]))
    logits = teach.score(encoder, texts, configuration.teacher, progress=progress)
    TeacherScores.made(texts, logits[:, : len(HEADS)]).write(chosen.out)
    sys.stdout.write(f"{chosen.out}\n")
    return 0
