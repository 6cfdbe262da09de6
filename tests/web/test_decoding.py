"""Bodies that are read for the first time by many threads at once."""

from __future__ import annotations

import subprocess
import sys

RACE = """
import sys, threading
import msgspec
from moderation.wire.decoding import decode

sys.setswitchinterval(1e-6)

def meet(kind):
    gate = threading.Barrier(8)
    def read():
        gate.wait()
        assert decode(b'{"f7": {"id": "x"}}', kind).f7.id == "x"
    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

for number in range(60):
    inner = msgspec.defstruct(f"Inner{number}", [("id", str | None, None)])
    fields = [(f"f{place}", inner | None, None) for place in range(8)]
    meet(msgspec.defstruct(f"Outer{number}", fields))
"""


def test_the_first_bodies_of_a_kind_may_come_to_many_threads_at_once() -> None:
    # In a process of its own: read without care, the parser takes it down with a fault of memory.
    raced = subprocess.run(
        [sys.executable, "-c", RACE], capture_output=True, text=True, check=False, timeout=120
    )
    assert (raced.returncode, raced.stderr) == (0, "")
