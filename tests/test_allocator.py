"""What the allocator of a process is set to, asked of the C library itself."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

ARENAS_OF_FOUR_THREADS = """
import ctypes, os, re, tempfile, threading
{first}
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
together = threading.Barrier(4)
def take():
    libc.malloc(1_000)
    together.wait()
    libc.malloc(1_000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
with tempfile.NamedTemporaryFile() as told:
    stream = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(len(re.findall("<heap nr=", told.read().decode())))
"""

KEPT_SMALL = "from moderation.allocator import keep_small; keep_small(os.environ)"


def arenas(first: str, **environ: str) -> int:
    told = subprocess.run(
        [sys.executable, "-c", ARENAS_OF_FOUR_THREADS.format(first=first)],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(told.stdout)


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "mallopt"), reason="NOT TESTED: the C library is not glibc"
)
def test_all_threads_share_one_arena_unless_the_environment_says_otherwise() -> None:
    assert arenas("") > 1
    assert arenas(KEPT_SMALL) == 1
    assert arenas(KEPT_SMALL, MALLOC_ARENA_MAX="8") > 1
