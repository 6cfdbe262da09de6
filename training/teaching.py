"""The `[teacher]` and `[encoder]` of the configuration; readable without PyTorch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Teaching:
    """How long and at which rate an encoder learns, and how much of a text it reads."""

    rows: int
    """Rows that are seen in all."""
    mixed_from: float
    """Share of the rows after which the written sentences and the pairs are mixed in."""
    written_share: float
    """Of the rows from then on."""
    context_share: float
    """Comments under a context, of the rows from then on."""
    longest: int
    """Word pieces read of a text, its two marks included."""
    longest_context: int
    """Word pieces read of a context, its mark included."""
    batch: int
    rate: float
