"""The `[teacher]` of the configuration; readable without what training a teacher needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Teaching:
    """How long and at which rate the teacher learns, and how much of a text it reads."""

    rows: int
    """Rows that are seen in all."""
    written_from: float
    """Share of the rows after which sentences written for the project are mixed in."""
    written_share: float
    """Of the rows from then on."""
    longest: int
    """Word pieces read of a text."""
    batch: int
    rate: float
