"""How often something may be done: so many times in so many seconds, written as people say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

UNLIMITED = "none"
"""How it is written that there is no limit."""

_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
_WRITTEN = re.compile(r"([0-9]{1,9})(?: per | ?/ ?)(?:([0-9]{1,4}) )?(second|minute|hour|day)s?")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in each window of so many `seconds`."""

    calls: int
    seconds: int


@lru_cache(maxsize=256)
def rate_of(written: str) -> Rate | None:
    """`600 per minute`, `20 per 15 minutes`; `None` where there is no limit (`none`, or nothing).

    Raises `ValueError` for anything else.
    """
    plain = " ".join(written.lower().split())
    if plain in ("", UNLIMITED):
        return None
    found = _WRITTEN.fullmatch(plain)
    calls, many = (int(found[1]), int(found[2] or 1)) if found else (0, 0)
    if found is None or not calls or not many:
        raise ValueError("must be such as `600 per minute`, or `none`")
    return Rate(calls, many * _SECONDS[found[3]])
