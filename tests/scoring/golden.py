"""The scores that the shipped model is known to give, in every mode, kept beside their texts.

    python -m tests.scoring.golden

scores the texts of `golden.json` anew and writes what they get there: run it when another model
is shipped, or after a change that is meant to move scores, and read the difference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from moderation.comments import Article, Comment
from moderation.scoring import registry
from moderation.scoring.model import ModelScorer
from moderation.scoring.registry import Registry

FILE: Final = Path(__file__).with_name("golden.json")
MODELS: Final = Path(__file__).parents[2] / "models"
COMMAND: Final = "python -m tests.scoring.golden"

TOLERANCE: Final = 0.02
"""Of a probability: eight-bit arithmetic is rounded differently from processor to processor."""

Golden = dict[str, Any]
Answer = dict[str, Any]


def read() -> Golden:
    """`{"model", "cases": [{"text", "article"?, "parent"?, "answers": {mode: ...}}]}`."""
    kept: Golden = json.loads(FILE.read_text(encoding="utf-8"))
    return kept


def shipped() -> ModelScorer:
    """The shipped model, with all the time it needs."""
    name = Registry(MODELS, MODELS / "none").active()
    return registry.load(MODELS / (name or "none"))


def comments(golden: Golden) -> list[Comment]:
    """What is scored, in order; `repeat` says how often a long text repeats its sentences."""
    return [
        Comment(
            case["text"] * case.get("repeat", 1),
            Article(**case["article"]) if "article" in case else None,
            case.get("parent"),
        )
        for case in golden["cases"]
    ]


def answers(scorer: ModelScorer, golden: Golden) -> list[dict[str, Answer]]:
    """For each case and mode, `{"by": what answered, "scores": {label: score}}`."""
    given = comments(golden)
    by_mode = {mode: scorer.assess(given, mode=mode) for mode in scorer.modes}
    return [
        {
            mode: {
                "by": found[place].mode,
                "scores": {label.value: score for label, score in found[place].scores.items()},
            }
            for mode, found in by_mode.items()
        }
        for place in range(len(given))
    ]


def written(golden: Golden) -> str:
    """The file's text: one line a score row, so that a difference can be read."""
    lines = []
    for case in golden["cases"]:
        told = {name: value for name, value in case.items() if name != "answers"}
        rows = ",\n".join(
            f"    {json.dumps(mode)}: {json.dumps(answer)}"
            for mode, answer in case["answers"].items()
        )
        head = json.dumps(told, ensure_ascii=False)[:-1]
        lines.append(f'  {head},\n   "answers": {{\n{rows}}}}}')
    cases = ",\n".join(lines)
    return f'{{"model": {json.dumps(golden["model"])}, "cases": [\n{cases}\n]}}\n'


def main() -> None:
    """Score the texts with the shipped model and keep the scores."""
    golden, scorer = read(), shipped()
    for case, found in zip(golden["cases"], answers(scorer, golden), strict=True):
        case["answers"] = found
    golden["model"] = scorer.version
    FILE.write_text(written(golden), encoding="utf-8")


if __name__ == "__main__":
    main()
