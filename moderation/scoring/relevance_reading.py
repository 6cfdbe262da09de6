"""How a text is read before it is compared: words, their weights, and vectors of its passages.

The same reading serves a comment, a title, an article's body and a parent comment. Everything is
bounded, whatever the length of the text, so that readings of articles can be kept.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise
from threading import Lock
from typing import Any

import numpy as np
import Stemmer
from numpy.typing import NDArray

from moderation.scoring.embeddings import LONGEST_WORD, Floats, WordVectors, unit
from moderation.scoring.relevance_words import Vocabulary

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
_PIECE = re.compile(r"\s+|\S+")
_STEMMER = Stemmer.Stemmer("english")
_STEMMING = Lock()
"""A stemmer keeps a buffer of its own and must not be entered twice."""


Backdrop = tuple[float, float, float]
"""Mean, deviation and mean of the highest five cosines with many topics."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What comparing needs of one text. Vectors have length one, or zero where there is no word."""

    words: int
    """Running words, repeats counted."""
    distinct: int
    """Different stems: what saying a thing twice does not add to."""
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
    backdrop: Backdrop
    """Of `focus` with the common topics."""
    fit_keys: Floats
    """As `key_vectors`, of the vectors that were learnt from what answers what."""
    fit_weights: Floats
    """What each of them counts: the lengths of those vectors."""
    fits: Floats
    """Sum of the learnt vectors of each passage, at length one."""
    fit: Floats
    fit_length: float
    """Length of the sum over the whole text: how much there is to compare."""
    fit_backdrop: Backdrop
    """Of `fit` with the topics in the learnt vectors."""
    passages: tuple[tuple[int, int], ...]
    """Where each passage starts and ends, in code points of the text as it was sent."""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", html.unescape(text))


def own_words(text: str) -> str:
    """`text` without markup, links and quoted lines; with them where nothing else is left."""
    plain = _plain(text)
    # A single sign may be a whole phrase; only many of them are too much.
    plain = plain[: MAX_GROWTH * max(len(text), 1_000)]
    stripped = plain
    for unwanted in (_QUOTED_LINE, _TAG, _LINK):
        stripped = unwanted.sub(_blank, stripped)
    return stripped if _WORD.search(stripped) else _TAG.sub(_blank, plain)


def _blank(match: re.Match[str]) -> str:
    # As long as what it stands for, so that places in the text stay what they were.
    return " " * len(match.group())


def _as_sent(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges of `own_words` as ranges of `text`, widened to whole words where that is longer."""
    if not spans or _plain(text) == text:
        return tuple(spans)
    starts: list[int] = []
    ends: list[int] = []
    for piece in _PIECE.finditer(text):
        length = len(_plain(piece.group()))
        starts += [piece.start()] * length
        ends += [piece.end()] * length
        if len(starts) >= spans[-1][1]:
            break
    last = len(starts) - 1
    return tuple((starts[min(a, last)], ends[min(b - 1, last)]) for a, b in spans)


def words(text: str) -> list[str]:
    """The words of `text` as written, in order."""
    return _WORD.findall(text)


@lru_cache(maxsize=8_192)
def stem(word: str) -> str:
    """The stem of a word (Snowball's English, Porter 2001), so that forms of one word meet.

    Not NLTK's: importing that takes every worker seconds and 150 MB.
    """
    folded = word.casefold().replace("\u2019", "'").removesuffix("'s")
    with _STEMMING:
        return str(_STEMMER.stemWord(folded[:LONGEST_WORD]))


_ABOUT_THE_PAGE = frozenset(map(stem, ABOUT_THE_PAGE.split()))


class Reader:
    """Reads texts with the words and common topics of one model."""

    def __init__(
        self, vectors: WordVectors, vocabulary: Vocabulary, topics: Floats, fit_topics: Floats
    ) -> None:
        self._vectors = vectors
        self._vocabulary = vocabulary
        self._topics = topics
        self._fit_topics = fit_topics
        self._row = lru_cache(maxsize=8_192)(vocabulary.row)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Reader:
        """Read word vectors, vocabulary, `{prefix}topics` and `{prefix}fit_topics` (unit rows)."""
        return cls(
            WordVectors.from_arrays(arrays, prefix),
            Vocabulary.from_arrays(arrays, prefix),
            arrays[f"{prefix}topics"].astype(np.float32),
            arrays[f"{prefix}fit_topics"].astype(np.float32),
        )

    def read(self, text: str) -> Reading:
        """Read one text; every part of the result depends on that text alone."""
        found = _tokens(own_words(text))
        counts = Counter(found.stems)
        rows = {stemmed: self._row(stemmed) for stemmed in counts}
        weights = {stemmed: self._vocabulary.idf(row) for stemmed, row in rows.items()}
        masses = _masses(weights, counts)
        spans = _passages(len(found.words))
        means, focuses = self._means(found, weights, spans)
        focus = unit(focuses.sum(axis=0))
        spelling = dict(zip(reversed(found.stems), reversed(found.words), strict=True))
        chosen = sorted(weights, key=lambda s: (-masses[s], s))[:MAX_KEYWORDS]
        keys = unit(self._vectors.look_up([spelling[s] for s in chosen]))
        learnt = self._vocabulary.fits(
            list(rows.values()), [spelling[s] for s in rows], self._vectors
        )
        place = {stemmed: number for number, stemmed in enumerate(rows)}
        lengths = np.sqrt((learnt * learnt).sum(axis=1))
        whole = _damped(counts.values()) @ learnt
        fit = unit(whole)
        picked = [place[s] for s in chosen]
        return Reading(
            words=len(found.words),
            distinct=len(counts),
            known=sum(n for s, n in counts.items() if rows[s] >= 0) / max(len(found.words), 1),
            telling=self._telling(weights),
            weights=weights,
            masses=masses,
            names=found.names,
            key_vectors=keys,
            key_weights=np.asarray([weights[s] for s in chosen], dtype=np.float32),
            means=unit(means),
            focuses=unit(focuses),
            whole=unit(means.sum(axis=0)),
            focus=focus,
            backdrop=_backdrop(self._topics, focus),
            fit_keys=unit(learnt[picked]),
            fit_weights=lengths[picked],
            fits=_fits(found.stems, spans, place, learnt, fit),
            fit=fit,
            fit_length=float(np.sqrt(whole @ whole)),
            fit_backdrop=_backdrop(self._fit_topics, fit),
            passages=_as_sent(
                text, [(found.starts[a], found.ends[b - 1]) for a, b in spans if b > a]
            ),
        )

    def _telling(self, weights: Mapping[str, float]) -> int:
        least = TELLING * self._vocabulary.rarest
        return sum(w >= least and s not in _ABOUT_THE_PAGE for s, w in weights.items())

    def _means(
        self, found: _Tokens, weights: Mapping[str, float], spans: Sequence[tuple[int, int]]
    ) -> tuple[Floats, Floats]:
        means = np.zeros((len(spans), self._vectors.dimensions), dtype=np.float32)
        focuses = np.zeros_like(means)
        for row, (start, end) in enumerate(spans):
            if end > start:
                vectors = self._vectors.look_up(found.words[start:end])
                shares = [weights[s] for s in found.stems[start:end]]
                means[row] = vectors.sum(axis=0)
                focuses[row] = np.asarray(shares, dtype=np.float32) @ vectors
        return means, focuses


def _passages(words: int) -> list[tuple[int, int]]:
    """Ranges of about equal size, at most `PASSAGE_WORDS` where `MAX_PASSAGES` are enough."""
    number = min(max(math.ceil(words / PASSAGE_WORDS), 1), MAX_PASSAGES)
    bounds = [words * place // number for place in range(number + 1)]
    return list(pairwise(bounds))


def _damped(counts: Iterable[int]) -> Floats:
    """One plus the logarithm of how often each stem stands: repeats add little."""
    return 1 + np.log(np.fromiter(counts, dtype=np.float32))


def _fits(
    stems: Sequence[str],
    spans: Sequence[tuple[int, int]],
    place: Mapping[str, int],
    learnt: Floats,
    whole: Floats,
) -> Floats:
    if len(spans) == 1:
        return whole[None]
    sums = []
    for start, end in spans:
        counts = Counter(stems[start:end])
        sums.append(_damped(counts.values()) @ learnt[[place[s] for s in counts]])
    return unit(np.stack(sums))


def _backdrop(topics: Floats, vector: Floats) -> Backdrop:
    cosines = topics @ vector
    highest = np.sort(cosines)[-5:]
    return float(cosines.mean()), float(cosines.std()) + 1e-3, float(highest.mean())


def _masses(weights: Mapping[str, float], counts: Mapping[str, int]) -> dict[str, float]:
    raw = {s: weights[s] * (1 + math.log(count)) for s, count in counts.items()}
    length = math.sqrt(sum(mass * mass for mass in raw.values())) or 1.0
    return {s: mass / length for s, mass in raw.items()}


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Words as written with their stems and where they stand, and the stems of names."""

    words: list[str]
    stems: list[str]
    starts: list[int]
    ends: list[int]
    names: frozenset[str]


def _tokens(text: str) -> _Tokens:
    found = _Tokens([], [], [], [], frozenset())
    names: set[str] = set()
    for match in islice(_WORD.finditer(text), MAX_WORDS):
        word, start = match.group(), match.start()
        stemmed = stem(word)
        if word[0].isupper() and len(word) > 1 and found.ends:
            between = text[found.ends[-1] : start].rstrip(" ")
            if not between or between[-1] not in _SENTENCE_END:
                names.add(stemmed)
        found.words.append(word)
        found.stems.append(stemmed)
        found.starts.append(start)
        found.ends.append(match.end())
    return replace(found, names=frozenset(names))
