"""The promises about what the encoder adds: more right decisions, nobody worse off, seldom asked.

All limits were fixed before a model was measured against them. A model without an encoder is
promised nothing of here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moderation.scoring.scorer import AUTO, DEEP, FAST

Json = dict[str, Any]

MOST_SENTENCES_LESS: Final = 1
"""Of the neutral sentences that name a group, how many more a mode with the encoder may hold than
the linear model does. Each group has six, so one is the least difference that there can be."""

LEAST_KEPT: Final = 0.90
"""Of the decisions that `deep` makes rightly beyond `fast`, the share that `auto` keeps."""

MOST_ASKED: Final = 0.30
"""Share of the demo site's comments about which `auto` asks the encoder: it stays under this."""


def mode_gates(result: Mapping[str, Any]) -> list[Json]:
    """Every promise with whether it is kept; `passed` is `None` where it was not measured."""
    if not result.get("has_encoder"):
        return []
    shipped = result.get("cascade", {}).get("shipped", {})
    kept, asked = shipped.get("kept"), shipped.get("demo_asked")
    return [
        *(_fairness(mode, result.get("modes", {})) for mode in (AUTO, DEEP)),
        {
            "name": f"{AUTO} keeps of the decisions that {DEEP} makes rightly beyond {FAST}: "
            f"at least {LEAST_KEPT:.0%}",
            "passed": None if kept is None else kept >= LEAST_KEPT,
            "detail": _kept(result.get("cascade", {}), kept),
        },
        {
            "name": f"{AUTO} asks the encoder about the demo site's comments: "
            f"under {MOST_ASKED:.0%}",
            "passed": None if asked is None else asked < MOST_ASKED,
            "detail": "" if asked is None else f"{asked:.1%}",
        },
    ]


def _fairness(mode: str, modes: Mapping[str, Any]) -> Json:
    """One promise over all groups, with the groups that break it."""
    theirs, ours = (modes.get(one, {}).get("groups", {}).get("each", {}) for one in (FAST, mode))
    less = {
        group: theirs[group]["let_through"] - ours[group]["let_through"]
        for group in ours
        if group in theirs
    }
    over = [group for group, count in less.items() if count > MOST_SENTENCES_LESS]
    told = over or [max(less, key=lambda group: less[group])] if less else []
    return {
        "name": f"neutral sentences let through in {mode}, each group: at most "
        f"{MOST_SENTENCES_LESS} fewer than in {FAST}",
        "passed": not over if less else None,
        "detail": ", ".join(
            f"{group} {ours[group]['let_through']} of {ours[group]['sentences']} "
            f"({FAST}: {theirs[group]['let_through']})"
            for group in told
        ),
    }


def _kept(cascade: Mapping[str, Any], kept: float | None) -> str:
    if not cascade:
        return ""
    right = ", ".join(f"{mode} {cascade['right'][mode]:.2%}" for mode in (FAST, AUTO, DEEP))
    if kept is None:
        return f"{DEEP} decides no more rightly ({right})"
    return f"{kept:.1%} ({right})"
