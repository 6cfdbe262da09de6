"""What reading for relevance rests on: token vectors, word weights, and common topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from sklearn.cluster import MiniBatchKMeans

from moderation.errors import InvalidInput
from moderation.scoring.embeddings import Floats, quantise, unit
from moderation.scoring.relevance_reading import own_words, stem, words
from moderation.scoring.relevance_words import code

MOST_STEMS = 24_000
"""Stems that are known to the model, the most frequent ones."""

LEAST_TEXTS = 3
"""Texts that a stem must be in to be known; rarer ones are mostly typos."""

TOPICS = 256


def wheel_vectors() -> dict[str, NDArray[Any]]:
    """`vectors`, `scale` and `tokenizer` for `WordVectors`, from the installed wordllama wheel.

    The package is not imported: that would set up logging for the whole process, and its own
    loader asks the network where a file is missing. Raises `InvalidInput` without it.
    """
    spec = find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise InvalidInput("wordllama", "the package with the word vectors is not installed")
    folder = Path(spec.submodule_search_locations[0])
    table = load_file(folder / "weights" / "l2_supercat_256.safetensors")["embedding.weight"]
    vectors, scale = quantise(table.astype(np.float32))
    tokenizer = (folder / "tokenizers" / "l2_supercat_tokenizer_config.json").read_bytes()
    return {
        "vectors": vectors,
        "scale": scale,
        "tokenizer": np.frombuffer(tokenizer, dtype=np.uint8),
    }


@dataclass(frozen=True, slots=True)
class Stems:
    """The known stems in the order of their codes, their inverse document frequency (nats), and
    the commonest spelling of each."""

    codes: NDArray[np.uint32]
    idf: NDArray[np.float16]
    spellings: list[str]


def known_stems(texts: Iterable[str]) -> Stems:
    """Count the stems of `texts`; where two share a code, the commoner is the one that is known."""
    found: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    total = 0
    for text in texts:
        total += 1
        spellings = {word: stem(word) for word in words(own_words(text))}
        found.update(set(spellings.values()))
        for word, stemmed in spellings.items():
            written.setdefault(stemmed, Counter())[word] += 1
    usual = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST_STEMS]
    kept: dict[int, tuple[str, int]] = {}
    for stemmed, count in usual:
        if count >= LEAST_TEXTS:
            kept.setdefault(code(stemmed), (stemmed, count))
    codes = sorted(kept)
    idf = [max(np.log(total / kept[number][1]), 0.05) for number in codes]
    return Stems(
        np.asarray(codes, dtype=np.uint32),
        np.asarray(idf, dtype=np.float16),
        [_commonest(written[kept[number][0]]) for number in codes],
    )


def _commonest(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda word: (-spellings[word], word))


def common_topics(contexts: Floats, seed: int) -> NDArray[np.float16]:
    """Unit centres of what the contexts (unit rows) are about, to tell "alike" from "all alike"."""
    number = min(TOPICS, max(len(contexts) // 8, 1))
    clusters = MiniBatchKMeans(number, random_state=seed, n_init=1, batch_size=2048)
    return unit(clusters.fit(contexts).cluster_centers_.astype(np.float32)).astype(np.float16)
