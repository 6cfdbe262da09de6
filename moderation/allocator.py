"""The C library's allocator, set for processes that live long and score in a few threads."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Final

_LARGE: Final = 1 << 19

_PARAMETERS: Final = (
    # (number in malloc.h of glibc, value, what says the same from outside)
    (-8, 1, "MALLOC_ARENA_MAX"),
    (-1, _LARGE, "MALLOC_TRIM_THRESHOLD_"),
    (-3, _LARGE, "MALLOC_MMAP_THRESHOLD_"),
)


def keep_small(environ: Mapping[str, str]) -> None:
    """Have threads share one arena, and blocks of half a megabyte and more given back once free.

    By default each thread of glibc fills an arena of its own, and the size from which blocks are
    given back grows with each that was, up to 32 MiB: memory that a batch has needed then stays
    with every worker (mallopt(3)). What the environment says of a parameter is left as it is;
    without glibc nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    for number, value, variable in _PARAMETERS:
        if variable not in environ:
            mallopt(ctypes.c_int(number), ctypes.c_int(value))
