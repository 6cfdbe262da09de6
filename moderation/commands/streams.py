"""Files and standard streams as commands read and write them."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

BUFFER = 1 << 16
MAX_LINE = 4 * 1024 * 1024
"""Longest line that is kept while it is read, in bytes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a stream, without its end; `text` is `None` where it is over `MAX_LINE`."""

    number: int
    text: bytes | None
    size: int


@contextmanager
def open_input(name: str) -> Iterator[BinaryIO]:
    """The file of that name, or standard input for `-`. Raises `OSError`."""
    if name == "-":
        yield sys.stdin.buffer
        return
    with open(name, "rb") as file:
        yield file


@contextmanager
def open_output(name: str) -> Iterator[BinaryIO]:
    """The file of that name, or standard output for `-`. Raises `OSError`."""
    if name == "-":
        yield sys.stdout.buffer
        return
    with open(name, "wb") as file:
        yield file


class ReadMeter(io.BufferedReader):
    """A buffered reader that tells how many bytes it has taken from its source."""

    def __init__(self, source: BinaryIO, on_read: Callable[[int], object]) -> None:
        super().__init__(_Counting(source, on_read), BUFFER)


class _Counting(io.RawIOBase):
    def __init__(self, source: BinaryIO, on_read: Callable[[int], object]) -> None:
        self._source = source
        self._on_read = on_read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        # One read of what is there, so that a pipe's lines are passed on as they come.
        chunk = self._source.read1(len(buffer))  # type: ignore[attr-defined]
        buffer[: len(chunk)] = chunk
        self._on_read(len(chunk))
        return len(chunk)


def lines_as_they_come(stream: BinaryIO, most: int) -> Iterator[list[Line]]:
    """The lines in groups of up to `most`; a pipe's lines are passed on without waiting for more.

    Memory is bounded whatever the input: of a line over `MAX_LINE` only the length is kept.
    """
    number, size, held = 0, 0, bytearray()
    ready: list[Line] = []
    while chunk := stream.read1(BUFFER):  # type: ignore[attr-defined]
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            number += 1
            size += len(piece) + 1
            whole = None if size - 1 > MAX_LINE else bytes(held) + piece
            ready.append(Line(number, whole, size))
            held.clear()
            size = 0
            if len(ready) == most:
                yield ready
                ready = []
        size += len(rest)
        if size <= MAX_LINE:
            held += rest
        if ready:
            yield ready
            ready = []
    if size:
        yield [Line(number + 1, bytes(held) if size <= MAX_LINE else None, size)]
