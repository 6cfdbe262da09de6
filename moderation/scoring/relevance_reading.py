"""How a text is read before it is compared: words, their weights, and vectors of its passages.

The same reading serves a comment, a title, an article's body and a parent comment. Everything is
bounded, whatever the length of the text, so that readings of articles can be kept.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import Stemmer
from numpy.typing import NDArray

from moderation.scoring.embeddings import LONGEST_WORD, Floats, WordVectors, unit

PASSAGE_WORDS = 80
TELLING = 0.37
"""Share of the rarest word's weight from which a word tells a topic: one text in forty has it."""

ABOUT_THE_PAGE = (
    "thank thanks article piece column story report reporting author writer journalist editor "
    "reader read reading written writing wrote comment post thread agree disagree opinion "
    "thoughtful insightful informative interesting excellent brilliant great learn learned "
    "enjoy enjoyed appreciate"
)
"""Words for the article, its author and the talk under it: they fit everywhere."""

MAX_PASSAGES = 48
MAX_KEYWORDS = 128
MAX_WORDS = 40_000
"""Words read of one text; what comes after them is not looked at."""

MAX_GROWTH = 3
"""Times its length that a text is read to; one code point can stand for eighteen (U+FDFA)."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_TAG = re.compile(r"<[^<>]{1,300}>")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|&gt;).*$", re.MULTILINE)
_SENTENCE_END = ".!?:\n\"“”'"
_STEMMER = Stemmer.Stemmer("english")
_STEMMING = Lock()
"""A stemmer keeps a buffer of its own and must not be entered twice."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What comparing needs of one text. Vectors have length one, or zero where there is no word."""

    words: int
    """Running words, repeats counted."""
    known: float
    """Share of the running words that the training texts had, 0 to 1."""
    telling: int
    """Distinct words that are rare enough to tell a topic."""
    weights: Mapping[str, float]
    """Distinct stems and their inverse document frequency."""
    masses: Mapping[str, float]
    """`weights` times one plus the logarithm of the count: the TF-IDF vector, at length one."""
    names: frozenset[str]
    """Stems written with a capital where no sentence starts."""
    key_vectors: Floats
    """Vectors (keywords x dimensions) of the stems with the most weight."""
    key_weights: Floats
    means: Floats
    """Mean vector of each passage (passages x dimensions)."""
    focuses: Floats
    """As `means`, every word weighted by its inverse document frequency."""
    whole: Floats
    focus: Floats
    backdrop: tuple[float, float, float]
    """Mean, deviation and mean of the highest five cosines of `focus` with the common topics."""


def own_words(text: str) -> str:
    """`text` without markup, links and quoted lines; with them where nothing else is left."""
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    # A single sign may be a whole phrase; only many of them are too much.
    plain = plain[: MAX_GROWTH * max(len(text), 1_000)]
    stripped = _LINK.sub(" ", _TAG.sub(" ", _QUOTED_LINE.sub(" ", plain)))
    return stripped if _WORD.search(stripped) else _TAG.sub(" ", plain)


def words(text: str) -> list[str]:
    """The words of `text` as written, in order."""
    return _WORD.findall(text)


@lru_cache(maxsize=30_000)
def stem(word: str) -> str:
    """The stem of a word (Snowball's English, Porter 2001), so that forms of one word meet.

    Not NLTK's: importing that takes every worker seconds and 150 MB.
    """
    folded = word.casefold().replace("\u2019", "'").removesuffix("'s")
    with _STEMMING:
        return str(_STEMMER.stemWord(folded[:LONGEST_WORD]))


_ABOUT_THE_PAGE = frozenset(map(stem, ABOUT_THE_PAGE.split()))


def bucket(stemmed: str, size: int) -> int:
    """Where a stem stands in a hashed table of `size` entries; the same on every machine."""
    return zlib.crc32(stemmed.encode("utf-8", "surrogatepass")) % size


class Reader:
    """Reads texts with the word weights and common topics of one model."""

    def __init__(self, vectors: WordVectors, idf: Floats, topics: Floats) -> None:
        self._vectors = vectors
        self._idf = idf
        self._topics = topics
        self._rarest = float(idf.max(initial=1.0))
        self._weight = lru_cache(maxsize=30_000)(self._weigh)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Reader:
        """Read the word vectors, `{prefix}idf` (hashed stems) and `{prefix}topics` (unit rows)."""
        return cls(
            WordVectors.from_arrays(arrays, prefix),
            arrays[f"{prefix}idf"].astype(np.float32),
            arrays[f"{prefix}topics"].astype(np.float32),
        )

    def read(self, text: str) -> Reading:
        """Read one text; every part of the result depends on that text alone."""
        tokens, stems, names = _tokens(own_words(text))
        counts = Counter(stems)
        weights = {stemmed: self._weight(stemmed)[0] for stemmed in counts}
        masses = _masses(weights, counts)
        means, focuses = self._passages(tokens, stems, weights)
        focus = unit(focuses.sum(axis=0))
        keys, key_weights = self._keywords(tokens, stems, masses, weights)
        known = sum(count for s, count in counts.items() if self._weight(s)[1])
        return Reading(
            words=len(tokens),
            known=known / len(tokens) if tokens else 0.0,
            telling=self._telling(weights),
            weights=weights,
            masses=masses,
            names=names,
            key_vectors=keys,
            key_weights=key_weights,
            means=unit(means),
            focuses=unit(focuses),
            whole=unit(means.sum(axis=0)),
            focus=focus,
            backdrop=self._backdrop(focus),
        )

    def _telling(self, weights: Mapping[str, float]) -> int:
        least = TELLING * self._rarest
        return sum(w >= least and s not in _ABOUT_THE_PAGE for s, w in weights.items())

    def _weigh(self, stemmed: str) -> tuple[float, bool]:
        """Inverse document frequency of a stem, the rarest's where it is unknown; is it known?"""
        value = float(self._idf[bucket(stemmed, len(self._idf))])
        return (value, True) if value > 0 else (self._rarest, False)

    def _passages(
        self, tokens: list[str], stems: list[str], weights: Mapping[str, float]
    ) -> tuple[Floats, Floats]:
        size = max(PASSAGE_WORDS, math.ceil(len(tokens) / MAX_PASSAGES))
        starts = range(0, max(len(tokens), 1), size)
        means = np.zeros((len(starts), self._vectors.dimensions), dtype=np.float32)
        focuses = np.zeros_like(means)
        for row, start in enumerate(starts):
            piece = tokens[start : start + size]
            if piece:
                found = self._vectors.look_up(piece)
                shares = [weights[s] for s in stems[start : start + size]]
                means[row] = found.sum(axis=0)
                focuses[row] = np.asarray(shares, dtype=np.float32) @ found
        return means, focuses

    def _keywords(
        self,
        tokens: list[str],
        stems: list[str],
        masses: Mapping[str, float],
        weights: Mapping[str, float],
    ) -> tuple[Floats, Floats]:
        chosen = sorted(weights, key=lambda s: (-masses[s], s))[:MAX_KEYWORDS]
        spelling = dict(zip(reversed(stems), reversed(tokens), strict=True))
        vectors = unit(self._vectors.look_up([spelling[s] for s in chosen]))
        return vectors, np.asarray([weights[s] for s in chosen], dtype=np.float32)

    def _backdrop(self, focus: Floats) -> tuple[float, float, float]:
        cosines = self._topics @ focus
        highest = np.sort(cosines)[-5:]
        return float(cosines.mean()), float(cosines.std()) + 1e-3, float(highest.mean())


def _masses(weights: Mapping[str, float], counts: Mapping[str, int]) -> dict[str, float]:
    raw = {s: weights[s] * (1 + math.log(count)) for s, count in counts.items()}
    length = math.sqrt(sum(mass * mass for mass in raw.values())) or 1.0
    return {s: mass / length for s, mass in raw.items()}


def _tokens(text: str) -> tuple[list[str], list[str], frozenset[str]]:
    tokens: list[str] = []
    names: set[str] = set()
    for match in _WORD.finditer(text):
        word = match.group()
        if word[0].isupper() and len(word) > 1:
            before = text[max(match.start() - 3, 0) : match.start()].rstrip(" ")
            if before and before[-1] not in _SENTENCE_END:
                names.add(stem(word))
        tokens.append(word)
        if len(tokens) == MAX_WORDS:
            break
    return tokens, [stem(word) for word in tokens], frozenset(names)
