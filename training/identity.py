"""Which identity groups a text mentions, or a data set says it is aimed at.

For measuring alone: no list here is a feature, a rule or a training sentence. The terms are
in `training/config/identity_terms.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from training.metrics import Bools

TERMS: Final = Path(__file__).parent / "config" / "identity_terms.toml"

_CODE: Final = re.compile(r"[^\[\]',]+")


@cache
def terms() -> Mapping[str, Sequence[str]]:
    """The words by which a text is taken to mention each group."""
    found: dict[str, list[str]] = tomllib.loads(TERMS.read_text(encoding="utf-8"))["terms"]
    return found


def mentions(texts: Iterable[str]) -> dict[str, Bools]:
    """For each group, which of the texts have one of its terms as whole words.

    A text may mention several groups. Shape of each array: (texts,).
    """
    kept = list(texts)
    return {
        group: np.array([pattern.search(text) is not None for text in kept], dtype=np.bool_)
        for group, pattern in _patterns().items()
    }


def targets(codes: Iterable[str]) -> dict[str, Bools]:
    """For each group, which of the `target_group` cells of data sets name it.

    A cell holds a name (`gay people`), a code (`african_descent`) or a list of codes
    (`['bla', 'mus']`).
    """
    found = [{_codes().get(code.strip()) for code in _CODE.findall(cell)} for cell in codes]
    return {
        group: np.array([group in named for named in found], dtype=np.bool_) for group in terms()
    }


@cache
def _codes() -> Mapping[str, str]:
    found: dict[str, str] = tomllib.loads(TERMS.read_text(encoding="utf-8"))["target_codes"]
    return found


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {
        group: re.compile(
            r"(?<!\w)(?:"
            + "|".join(re.escape(w).replace(r"\ ", r"[\s-]+") for w in words)
            + r")(?!\w)",
            re.IGNORECASE,
        )
        for group, words in terms().items()
    }
