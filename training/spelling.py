"""How much abuse is still flagged once its spelling is disguised.

Reads the `spelling_*` cases of a functional suite: each disguise of an attack is set beside
the same attack in clean spelling, so only attacks that were flagged clean count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from training.metrics import share

Json = dict[str, Any]

PREFIX: Final = "spelling_"
CLEAN: Final = "spelling_clean"
HARMLESS: Final = "spelling_benign"


def measure(functionalities: Sequence[str], pairs: Sequence[str], flagged: Sequence[bool]) -> Json:
    """`clean` (share flagged), `attacks` (of those, share still flagged), their mean and worst.

    One functionality, one pair (of an attack and its disguises) and one outcome a case; an
    empty value where the suite has no such cases.
    """
    cases = list(zip(functionalities, pairs, flagged, strict=True))
    clean = {pair: flag for name, pair, flag in cases if name == CLEAN}
    if not clean:
        return {}
    attacks: dict[str, list[bool]] = {}
    for name, pair, flag in cases:
        if name.startswith(PREFIX) and name not in (CLEAN, HARMLESS) and clean.get(pair):
            attacks.setdefault(name.removeprefix(PREFIX), []).append(flag)
    kept = {name: _share(flags) for name, flags in attacks.items()}
    values = {name: sum(flags) / len(flags) for name, flags in attacks.items()}
    worst = min(values, key=lambda name: values[name], default=None)
    return {
        "clean": _share(list(clean.values())),
        "attacks": kept,
        "mean": round(sum(values.values()) / len(values), 4) if values else None,
        "worst": {"attack": worst, "value": round(values[worst], 4)} if worst else None,
    }


def _share(flags: Sequence[bool]) -> Json | None:
    estimate = share(sum(flags), len(flags))
    return {**estimate.as_json(), "cases": len(flags)} if estimate else None
