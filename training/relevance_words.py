"""What reading for relevance rests on: token vectors, word weights, and common topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from sklearn.cluster import MiniBatchKMeans

from moderation.errors import InvalidInput
from moderation.scoring.embeddings import Floats, quantise, unit
from moderation.scoring.relevance_reading import bucket, own_words, stem, words

TABLE_SIZE = 2**18
"""Entries of the hashed table of word weights; some twenty thousand are in use."""

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


def word_weights(texts: Iterable[str]) -> NDArray[np.float16]:
    """Inverse document frequency (nats) by the bucket of the stem; 0 = not known."""
    found: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        found.update({stem(word) for word in words(own_words(text))})
    weights = np.zeros(TABLE_SIZE, dtype=np.float16)
    # The commonest last: where two stems share a bucket it is the one that has to be right.
    for stemmed, count in sorted(found.items(), key=lambda item: (item[1], item[0])):
        if count >= LEAST_TEXTS:
            weights[bucket(stemmed, TABLE_SIZE)] = max(np.log(total / count), 0.05)
    return weights


def common_topics(contexts: Floats, seed: int) -> NDArray[np.float16]:
    """Unit centres of what the contexts (unit rows) are about, to tell "alike" from "all alike"."""
    number = min(TOPICS, max(len(contexts) // 8, 1))
    clusters = MiniBatchKMeans(number, random_state=seed, n_init=1, batch_size=2048)
    return unit(clusters.fit(contexts).cluster_centers_.astype(np.float32)).astype(np.float16)
