"""What a teacher said of texts, kept by the texts' digests: no text is in the file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from moderation.errors import InvalidInput
from training.pool import HEADS

Floats = NDArray[np.float32]

SHIPPED: Final = Path(__file__).parent / "config" / "teacher.npz"
"""The scores that the shipped model was trained with; digests and numbers, no text."""


def key_of(text: str) -> int:
    """Sixty-four bits of BLAKE2b (RFC 7693) of a text's UTF-8 form."""
    found = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(found, "little")


@dataclass(frozen=True, slots=True)
class TeacherScores:
    """Logits (texts x heads) of the texts with these keys; the keys ascend."""

    keys: NDArray[np.uint64]
    logits: NDArray[np.float16]

    @classmethod
    def made(cls, texts: Sequence[str], logits: Floats) -> TeacherScores:
        """Scores of different texts, one row of logits each."""
        keys = _keys(texts)
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], np.clip(logits[order], -20, 20).astype(np.float16))

    @classmethod
    def read(cls, path: Path) -> TeacherScores:
        """Scores kept by `write`. Raises `InvalidInput` where the file is not of that kind."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                if kept["heads"].tolist() != list(HEADS):
                    raise InvalidInput("teacher", "was made for other heads")
                return cls(kept["keys"], kept["logits"])
        except (KeyError, ValueError, EOFError, BadZipFile) as problem:
            raise InvalidInput("teacher", f"{path.name} holds no teacher's scores") from problem

    @property
    def digest(self) -> str:
        """SHA-256 of keys and logits, in hexadecimal."""
        return hashlib.sha256(self.keys.tobytes() + self.logits.tobytes()).hexdigest()

    def write(self, path: Path) -> None:
        """Keep the scores in a file, compressed."""
        np.savez_compressed(path, keys=self.keys, logits=self.logits, heads=np.array(HEADS))

    def of(self, texts: Sequence[str]) -> Floats:
        """Logits (texts x heads); NaN for a text that the teacher was not asked about."""
        out = np.full((len(texts), len(HEADS)), np.nan, dtype=np.float32)
        if not len(self.keys):
            return out
        wanted = _keys(texts)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = self.keys[places] == wanted
        out[known] = self.logits[places[known]]
        return out


def none() -> TeacherScores:
    """No teacher: every text is unknown to it."""
    return TeacherScores(np.empty(0, np.uint64), np.empty((0, len(HEADS)), np.float16))


def _keys(texts: Sequence[str] | pd.Series) -> NDArray[np.uint64]:
    return np.array([key_of(text) for text in texts], dtype=np.uint64)
