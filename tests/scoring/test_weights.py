"""Half floats are widened to the very same values."""

from __future__ import annotations

import numpy as np

from moderation.scoring.weights import Weights, widened


def test_every_finite_half_float_is_widened_as_numpy_does_it() -> None:
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = halves[np.isfinite(halves)]
    assert widened(finite.view(np.int16)).tobytes() == finite.astype(np.float32).tobytes()


def test_rows_are_copies_of_the_table_in_the_order_asked_for() -> None:
    for kind in (np.float16, np.float32):
        table = np.arange(8, dtype=kind).reshape(4, 2)
        rows = Weights(table).rows(np.array([3, 0, 3], dtype=np.uint32))
        assert rows.dtype == np.float32
        assert rows.tolist() == [[6, 7], [0, 1], [6, 7]]
        rows += 1
        assert table[0].tolist() == [0, 1]
