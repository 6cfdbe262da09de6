"""Fine-tunes the teacher: an encoder on the rows that the linear model learns from.

Masked binary cross-entropy over fractions of raters: a head learns from the rows that speak about
it. AdamW with a one-cycle rate (Smith and Topin 2018), batches of like length, bfloat16 where the
processor has it. An interrupted training goes on from its last checkpoint.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits
from tqdm import tqdm

from moderation.errors import InvalidInput
from moderation.text.normalise import normalise
from training.encoder import Encoder, WordPieces, padded
from training.pool import HEADS, WRITTEN
from training.teaching import Teaching
from training.weighting import Weights, row_weights

CHECKPOINT_ROWS: Final = 10_000
"""Rows between two checkpoints: a few minutes' work."""

_BIAS_RATE: Final = 30.0
"""The sets' base rates are learnt so many times faster than the encoder."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Rows to learn from: a target and a weight for each head, and the set's number."""

    texts: list[str]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    groups: NDArray[np.int64]
    chance: NDArray[np.float64]
    """How likely a row is drawn, relative to the others."""


def lessons(pool: pd.DataFrame, weights: Weights) -> tuple[Lessons, Lessons]:
    """What the labelled sets and the written sentences of `training.pool` teach each head.

    Trust in a set and its cap decide how often a row is drawn; what is rarer in a set weighs more.
    Rows whose words are disguised are left out: normalisation gives most of them back.
    """
    judged = pool[pool[list(HEADS)].notna().any(axis=1) & (pool["text"] == pool["asked"])]
    written = judged["source"] == WRITTEN
    return _labelled(judged[~written], weights), _written(judged[written])


def _labelled(rows: pd.DataFrame, weights: Weights) -> Lessons:
    by_head = np.zeros((len(rows), len(HEADS)), dtype=np.float32)
    for column, head in enumerate(HEADS):
        speaking = rows[head].notna().to_numpy()
        by_head[speaking, column] = row_weights(rows[speaking], head, weights)
    trust = rows["trust"] * rows["source"].map(dict(weights.sets)).fillna(1.0)
    size = rows.groupby("group")["text"].transform("size")
    chance = (trust * np.minimum(1.0, weights.cap / size)).to_numpy(dtype=np.float64)
    by_head /= np.maximum(chance, 1e-6)[:, None]
    codes, _ = pd.factorize(rows["group"], sort=True)
    return _lessons(rows, np.minimum(by_head, 8.0), codes.astype(np.int64) + 1, chance)


def _written(rows: pd.DataFrame) -> Lessons:
    """Under no offset: what they say holds everywhere."""
    said = rows[list(HEADS)].notna().to_numpy()
    return _lessons(rows, said, np.zeros(len(rows), dtype=np.int64), np.ones(len(rows)))


def _lessons(
    rows: pd.DataFrame,
    weights: NDArray[np.generic],
    groups: NDArray[np.int64],
    chance: NDArray[np.float64],
) -> Lessons:
    return Lessons(
        [normalise(text).text for text in rows["text"]],
        np.nan_to_num(rows[list(HEADS)].to_numpy(dtype=np.float32)),
        weights.astype(np.float32),
        groups,
        chance,
    )


def plan(labelled: Lessons, written: Lessons, teaching: Teaching, seed: int) -> list[int]:
    """Which row comes when; rows of `written` are counted on after those of `labelled`."""
    generator = np.random.default_rng(seed)
    before = round(teaching.rows * teaching.written_from)
    ours = round((teaching.rows - before) * teaching.written_share) if len(written.texts) else 0
    drawn = _drawn(generator, labelled.chance, teaching.rows - ours)
    mixed = np.concatenate(
        [drawn[before:], _drawn(generator, written.chance, ours) + len(labelled.texts)]
    )
    return [*drawn[:before].tolist(), *generator.permutation(mixed).tolist()]


def _drawn(
    generator: np.random.Generator, chance: NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """So many rows, without repeats as long as there are others (Efraimidis and Spirakis 2006)."""
    found: list[NDArray[np.int64]] = []
    while count > 0:
        keys = np.log(generator.random(len(chance))) / np.maximum(chance, 1e-9)
        found.append(np.argsort(-keys, kind="stable")[:count].astype(np.int64))
        count -= len(found[-1])
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def teach(
    labelled: Lessons,
    written: Lessons,
    teaching: Teaching,
    seed: int,
    work: Path,
    *,
    progress: bool,
) -> Encoder:
    """Train the encoder; checkpoints in `work` are taken up and left behind.

    Raises `InvalidInput` where `work` has those of a training on other rows or settings.
    """
    torch.manual_seed(seed)
    both = _together(labelled, written)
    order = plan(labelled, written, teaching, seed)
    encoder = Encoder(len(HEADS), int(both.groups.max()) + 1)
    optimiser = torch.optim.AdamW(_parameters(encoder), weight_decay=0.01)
    kept = _Checkpoint(work / "teacher.pt", _fingerprint(both, teaching, seed))
    done = kept.take_up(encoder, optimiser)
    pieces = WordPieces(teaching.longest)
    bar = tqdm(total=len(order), initial=done, desc="teacher", disable=not progress, unit="row")
    while done < len(order):
        chunk = order[done : done + CHECKPOINT_ROWS]
        for rows in _batches([both.texts[row] for row in chunk], pieces, teaching.batch, seed):
            _set_rate(optimiser, teaching.rate, done / len(order))
            places = [chunk[row] for row, _ in rows]
            _step(encoder, optimiser, both, places, [ids for _, ids in rows])
            done += len(rows)
            bar.update(len(rows))
        kept.keep(encoder, optimiser, done)
    bar.close()
    encoder.eval()
    return encoder


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    """A training as far as it has come."""

    path: Path
    fingerprint: str

    def take_up(self, encoder: Encoder, optimiser: torch.optim.Optimizer) -> int:
        """Put the two back to where they were; how many rows they have seen."""
        if not self.path.is_file():
            return 0
        state = torch.load(self.path, weights_only=True)
        if state["fingerprint"] != self.fingerprint:
            raise InvalidInput(
                "work", "holds the checkpoint of a training on other rows or settings"
            )
        encoder.load_state_dict(state["encoder"])
        optimiser.load_state_dict(state["optimiser"])
        return int(state["done"])

    def keep(self, encoder: Encoder, optimiser: torch.optim.Optimizer, done: int) -> None:
        state = {
            "fingerprint": self.fingerprint,
            "encoder": encoder.state_dict(),
            "optimiser": optimiser.state_dict(),
            "done": done,
        }
        # In one step: an interruption must not leave half a file under the final name.
        torch.save(state, self.path.with_suffix(".partial"))
        self.path.with_suffix(".partial").replace(self.path)


def _fingerprint(learnt: Lessons, teaching: Teaching, seed: int) -> str:
    found = hashlib.sha256(repr((teaching, seed)).encode())
    for text in learnt.texts:
        found.update(text.encode("utf-8", "surrogatepass") + b"\0")
    for part in (learnt.targets, learnt.weights, learnt.groups, learnt.chance):
        found.update(part.tobytes())
    return found.hexdigest()


def _together(one: Lessons, two: Lessons) -> Lessons:
    return Lessons(
        [*one.texts, *two.texts],
        np.concatenate([one.targets, two.targets]),
        np.concatenate([one.weights, two.weights]),
        np.concatenate([one.groups, two.groups]),
        np.concatenate([one.chance, two.chance]),
    )


def _parameters(encoder: Encoder) -> list[dict[str, object]]:
    fast = {id(encoder.group_bias), *(id(one) for one in encoder.head.parameters())}
    body = [one for one in encoder.parameters() if id(one) not in fast]
    return [
        {"params": body, "scale": 1.0},
        {"params": list(encoder.head.parameters()), "scale": 5.0},
        {"params": [encoder.group_bias], "scale": _BIAS_RATE, "weight_decay": 0.1},
    ]


def _set_rate(optimiser: torch.optim.Optimizer, rate: float, done: float) -> None:
    """One cycle: up over the first tenth, then down along a cosine."""
    now = done / 0.1 if done < 0.1 else (1 + math.cos(math.pi * (done - 0.1) / 0.9)) / 2
    for group in optimiser.param_groups:
        group["lr"] = rate * group["scale"] * max(now, 0.01)


def _batches(
    texts: Sequence[str], pieces: WordPieces, size: int, seed: int
) -> Iterator[list[tuple[int, list[int]]]]:
    """Places and token ids, rows of like length together, the batches in any order."""
    ids = pieces.ids(texts)
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    batches = [order[at : at + size] for at in range(0, len(order), size)]
    for at in np.random.default_rng(seed + len(texts)).permutation(len(batches)):
        yield [(row, ids[row]) for row in batches[at]]


def _step(
    encoder: Encoder,
    optimiser: torch.optim.Optimizer,
    learnt: Lessons,
    rows: list[int],
    ids: list[list[int]],
) -> None:
    encoder.train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = encoder(*padded(ids))
    logits = logits.float() + encoder.group_bias[torch.from_numpy(learnt.groups[rows])]
    weight = torch.from_numpy(learnt.weights[rows])
    losses = binary_cross_entropy_with_logits(
        logits, torch.from_numpy(learnt.targets[rows]), weight=weight, reduction="sum"
    )
    (losses / len(rows)).backward()
    torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad()


def score(
    encoder: Encoder, texts: Sequence[str], longest: int, *, progress: bool
) -> NDArray[np.float32]:
    """Logits (texts x heads), without what the sets' base rates add."""
    pieces = WordPieces(longest)
    ids = pieces.ids([normalise(text).text for text in texts])
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    out = np.empty((len(ids), len(HEADS)), dtype=np.float32)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for at in tqdm(range(0, len(order), 64), "teacher's scores", disable=not progress):
            rows = order[at : at + 64]
            out[rows] = encoder(*padded([ids[row] for row in rows])).float().numpy()
    return out
