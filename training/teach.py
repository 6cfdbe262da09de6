"""Fine-tunes an encoder on the rows that the linear model learns from.

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
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits
from tqdm import tqdm

from moderation.errors import InvalidInput
from moderation.scoring.word_pieces import Pieces, WordPieces
from moderation.text.normalise import normalise
from training.encoder import Encoder, padded, vocabulary
from training.lessons import ENCODER_HEADS, Lessons, together
from training.teaching import Teaching

CHECKPOINT_ROWS: Final = 10_000
"""Rows between two checkpoints: a few minutes' work."""

_BIAS_RATE: Final = 30.0
"""The sets' base rates are learnt so many times faster than the encoder."""


def plan(
    labelled: Lessons, mixed_in: Sequence[Lessons], teaching: Teaching, seed: int
) -> list[int]:
    """Which row comes when; rows of the kinds mixed in are counted on after those of `labelled`."""
    generator = np.random.default_rng(seed)
    before = round(teaching.rows * teaching.mixed_from)
    shares = (teaching.written_share, teaching.context_share)
    counts = [
        round((teaching.rows - before) * share) if len(kind.texts) else 0
        for kind, share in zip(mixed_in, shares, strict=False)
    ]
    drawn = _drawn(generator, labelled.chance, teaching.rows - sum(counts))
    parts, start = [drawn[before:]], len(labelled.texts)
    for kind, count in zip(mixed_in, counts, strict=True):
        parts.append(_drawn(generator, kind.chance, count) + start)
        start += len(kind.texts)
    return [*drawn[:before].tolist(), *generator.permutation(np.concatenate(parts)).tolist()]


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
    mixed_in: Sequence[Lessons],
    teaching: Teaching,
    seed: int,
    work: Path,
    *,
    start: Encoder | None = None,
    progress: bool,
) -> Encoder:
    """Train the encoder; checkpoints in `work` are taken up and left behind.

    It starts from the weights of `start`, or else from those that come with its package.

    `mixed_in` are the written sentences and, after them, comments under a context; each may be
    left out. Raises `InvalidInput` where `work` has checkpoints of a training on other rows or
    settings.
    """
    torch.manual_seed(seed)
    every = together([labelled, *mixed_in])
    order = plan(labelled, mixed_in, teaching, seed)
    encoder = Encoder(len(ENCODER_HEADS), int(every.groups.max()) + 1)
    if start is not None:
        encoder.load_state_dict(start.state_dict())
    optimiser = torch.optim.AdamW(_parameters(encoder), weight_decay=0.01, fused=True)
    kept = _Checkpoint(work / "encoder.pt", _fingerprint(every, teaching, seed))
    done = kept.take_up(encoder, optimiser)
    pieces = word_pieces(teaching)
    bar = tqdm(total=len(order), initial=done, desc="encoder", disable=not progress, unit="row")
    while done < len(order):
        chunk = order[done : done + CHECKPOINT_ROWS]
        for places, rows in _batches(every, chunk, pieces, teaching.batch, seed):
            _set_rate(optimiser, teaching.rate, done / len(order))
            _step(encoder, optimiser, every, places, rows)
            done += len(rows)
            bar.update(len(rows))
        kept.keep(encoder, optimiser, done)
    bar.close()
    encoder.eval()
    return encoder


def word_pieces(teaching: Teaching) -> WordPieces:
    """The tokenizer with the room that the encoder is trained with."""
    return WordPieces(vocabulary(), teaching.longest, teaching.longest_context)


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
    for text in (*learnt.texts, *learnt.contexts):
        found.update(text.encode("utf-8", "surrogatepass") + b"\0")
    for part in (learnt.targets, learnt.weights, learnt.groups, learnt.chance):
        found.update(part.tobytes())
    return found.hexdigest()


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
    learnt: Lessons, chunk: Sequence[int], pieces: WordPieces, size: int, seed: int
) -> Iterator[tuple[list[int], list[Pieces]]]:
    """Rows of like length together with their tokens, the batches in any order."""
    rows = pieces.rows(
        [learnt.texts[row] for row in chunk], [learnt.contexts[row] for row in chunk]
    )
    order = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
    batches = [order[at : at + size] for at in range(0, len(order), size)]
    for at in np.random.default_rng(seed + len(rows)).permutation(len(batches)):
        yield [chunk[place] for place in batches[at]], [rows[place] for place in batches[at]]


def _step(
    encoder: Encoder,
    optimiser: torch.optim.Optimizer,
    learnt: Lessons,
    places: list[int],
    rows: Sequence[Pieces],
) -> None:
    encoder.train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = encoder(*padded(rows))
    logits = logits.float() + encoder.group_bias[torch.from_numpy(learnt.groups[places])]
    losses = binary_cross_entropy_with_logits(
        logits,
        torch.from_numpy(learnt.targets[places]),
        weight=torch.from_numpy(learnt.weights[places]),
        reduction="sum",
    )
    (losses / len(places)).backward()
    torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad()


def score(
    encoder: Encoder, texts: Sequence[str], teaching: Teaching, *, progress: bool
) -> NDArray[np.float32]:
    """Logits (texts x heads), without what the sets' base rates add."""
    plain = [normalise(text).text for text in texts]
    return score_normalised(encoder, plain, teaching, progress=progress)


def score_normalised(
    encoder: Encoder, texts: Sequence[str], teaching: Teaching, *, progress: bool
) -> NDArray[np.float32]:
    """The same for texts that have been normalised."""
    rows = word_pieces(teaching).rows(texts, [""] * len(texts))
    order = sorted(range(len(rows)), key=lambda row: len(rows[row].ids))
    out = np.empty((len(rows), len(ENCODER_HEADS)), dtype=np.float32)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for at in tqdm(range(0, len(order), 64), "teacher's scores", disable=not progress):
            batch = order[at : at + 64]
            out[batch] = encoder(*padded([rows[row] for row in batch])).float().numpy()
    return out
