"""A request as it arrives: whether all of it is here, and until when the rest may come.

Knows bytes and a clock, no socket and no server. It finds out where a request ends and
nothing else: what the request says, and whether it is one, is for the server's own parser,
which gets all bytes as they came. So whatever looks wrong here counts as whole, for the
parser to refuse.

The head has one deadline for all of it. A body has none, for an honest sender on a bad line
may take minutes over its megabytes: every byte of it puts the end off by its share of the
least rate, never further than `BODY_SECONDS` from now, so that a drip gains nothing.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

HEAD_SECONDS: Final = 10.0
"""From the first byte of a request to the end of its head."""

BODY_SECONDS: Final = 30.0
"""How long a body may pause."""

LEAST_RATE: Final = 4096
"""Bytes a second that a body must keep up in the long run: half of the slowest mobile line."""

LONGEST_HEAD: Final = 65_536
"""Bytes of a head, of the sizes between chunks of one body, and of what may follow them."""

_LONGEST_LINE = 8_200
"""From here the parser refuses a line that has not ended."""

_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*([0-9]{1,18})[ \t]*\r$")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding:.*chunked")
_EXPECTS = re.compile(rb"(?im)^expect:[ \t]*100-continue[ \t]*\r$")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")


class Stage(Enum):
    """How far a request has come."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    WHOLE = auto()
    HEAD_TOO_LONG = auto()
    BODY_TOO_LONG = auto()


class Arrival:
    """One request on its way in, with whatever came behind it.

    `held` are the bytes so far; `stage` how far it is; `deadline` (on the clock of `now`, in
    seconds) when waiting ends; `expects` whether its sender waits to be told to go on;
    `ends` whether, once whole, another request may follow on the connection.
    """

    def __init__(self, longest_body: int, deadline: float) -> None:
        self.held = bytearray()
        self.stage = Stage.IDLE
        self.deadline = deadline
        self.expects = False
        self.ends = False
        self._longest = longest_body
        self._body = 0
        self._end: int | None = None
        self._chunk = 0

    def take(self, data: bytes, now: float) -> Stage:
        """Hold what has come; how far the request is by that."""
        if self.stage is Stage.IDLE:
            self.stage, self.deadline = Stage.HEAD, now + HEAD_SECONDS
        seen = len(self.held)
        self.held += data
        if self.stage is Stage.HEAD:
            self._read_head(seen, now)
        elif self.stage is Stage.BODY:
            longer = self.deadline + len(data) / LEAST_RATE
            self.deadline = min(now + BODY_SECONDS, longer)
        if self.stage is Stage.BODY:
            self._read_body()
        return self.stage

    def _read_head(self, seen: int, now: float) -> None:
        # One empty line may come before a request.
        start = 2 if self.held.startswith(b"\r\n") else 0
        end = self.held.find(b"\r\n\r\n", max(start, seen - 3))
        if end < 0:
            if self._never_a_head(start):
                self.stage = Stage.WHOLE
            elif len(self.held) > LONGEST_HEAD:
                self.stage = Stage.HEAD_TOO_LONG
            return
        head = bytes(self.held[start : end + 2])
        self._body = self._chunk = end + 4
        self._await_body(head)
        self.deadline = now + BODY_SECONDS

    def _never_a_head(self, start: int) -> bool:
        held = self.held
        endless = len(held) > _LONGEST_LINE and held.find(b"\r\n", start) < 0
        return endless or held.count(b"\n") != held.count(b"\r\n")

    def _await_body(self, head: bytes) -> None:
        lengths, chunked = _LENGTH.findall(head), _CHUNKED.search(head) is not None
        length = int(lengths[0]) if lengths else 0
        if len(lengths) + chunked > 1 or length > self._longest:
            # The app says that it is too long before it reads any of it.
            self.stage = Stage.WHOLE
            return
        self.stage = Stage.BODY
        self.expects = _EXPECTS.search(head) is not None
        self._end = None if chunked else self._body + length

    def _read_body(self) -> None:
        if self._end is None:
            self._read_chunks()
        if self._end is not None and len(self.held) >= self._end:
            self.stage, self.ends = Stage.WHOLE, True
        elif (
            self.stage is Stage.BODY and len(self.held) > self._body + self._longest + LONGEST_HEAD
        ):
            self.stage = Stage.BODY_TOO_LONG

    def _read_chunks(self) -> None:
        held = self.held
        while self._chunk < len(held):
            sized = _CHUNK.match(held, self._chunk)
            if sized is None:
                if held.find(b"\n", self._chunk) >= 0 or len(held) - self._chunk > _LONGEST_LINE:
                    self.stage = Stage.WHOLE
                return
            size = int(sized[1], 16)
            if size == 0:
                # The line itself ends as an empty list of trailers begins.
                last = held.find(b"\r\n\r\n", sized.end() - 2)
                if last >= 0:
                    self._end = last + 4
                elif len(held) - sized.end() > LONGEST_HEAD:
                    self.stage = Stage.WHOLE
                return
            after = sized.end() + size + 2
            if after > len(held):
                return
            self._chunk = after
