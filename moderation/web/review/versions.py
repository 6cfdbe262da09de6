"""Earlier versions of a comment beside the one that stands, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from moderation.comments import Revision
from moderation.web.review.marking import Piece, plain
from moderation.web.review.phrases import ago

SHOWN = 20
"""Earlier versions on a page, the latest ones: whoever edits a thousand times fills no page."""

COMPARED = 2_000
"""Words of all texts together that are compared on a page: more would take too long."""

_WORD = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class Run:
    """Words that both versions have, or that are `gone` since or `new` in the one that stands."""

    pieces: tuple[Piece, ...]
    change: str = ""


@dataclass(frozen=True, slots=True)
class VersionView:
    """An earlier text with its changes up to now marked, or alone where it is not compared."""

    number: int
    runs: tuple[Run, ...]
    is_compared: bool
    at: datetime
    ago: str


def earlier_versions(
    revisions: Sequence[Revision], current: int, now: datetime
) -> tuple[VersionView, ...]:
    """The versions before number `current`, latest first; no more than `SHOWN` of them."""
    standing = next((one.text for one in revisions if one.number == current), "")
    past = [revision for revision in revisions if revision.number < current]
    views, left = [], COMPARED
    for old in past[: -SHOWN - 1 : -1]:
        left -= len(old.text.split()) + len(standing.split())
        runs = changes(old.text, standing) if left >= 0 else (Run(tuple(plain(old.text))),)
        views.append(VersionView(old.number, runs, left >= 0, old.at, ago(old.at, now)))
    return tuple(views)


def changes(old: str, new: str) -> tuple[Run, ...]:
    """What became of `old` on the way to `new`.

    The runs that are not `new` join to `old`, those that are not `gone` to `new`.
    """
    return tuple(_runs(_WORD.findall(old), _WORD.findall(new)))


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
    for tag, start, end, begin, stop in SequenceMatcher(None, before, after).get_opcodes():
        kept = "" if tag == "equal" else "gone"
        if start < end:
            yield Run(tuple(plain("".join(before[start:end]))), kept)
        if tag != "equal" and begin < stop:
            yield Run(tuple(plain("".join(after[begin:stop]))), "new")
