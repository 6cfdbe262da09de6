"""The table of a linear model's weights: rows of half floats, gathered and widened fast."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_FRACTION: Final = 13
"""Bits of fraction that a single float has and a half float has not."""

_NO_EXPONENT: Final = np.int32(~0x7000_0000)
"""Clears what the sign of a half float leaves behind where a single float's exponent begins."""

_BIAS: Final = np.float32(2.0**112)
"""Between the exponents of the two: they are counted from 15 and from 127."""


class Weights:
    """Finite weights of shape (2^bits, labels), mapped or not, and never copied whole."""

    def __init__(self, table: NDArray[Any]) -> None:
        is_half = table.dtype == np.float16
        self._table = table.view(np.int16) if is_half else table
        self._is_half = is_half
        self.mask = table.shape[0] - 1

    def rows(self, columns: NDArray[Any]) -> Matrix:
        """The weights of hashed features, one row each; the caller's own to change."""
        taken = self._table.take(columns.astype(np.intp, copy=False), axis=0)
        return widened(taken) if self._is_half else taken.astype(np.float32)


def widened(halves: NDArray[np.int16]) -> Matrix:
    """Finite half floats, given by their bits, as single floats of the very same values.

    Moves the bits into place for a whole array at a time; numpy's own way goes number by number
    and takes seven times as long.
    """
    bits = halves.astype(np.int32)
    bits <<= _FRACTION
    bits &= _NO_EXPONENT
    singles: Matrix = bits.view(np.float32)
    singles *= _BIAS
    return singles
