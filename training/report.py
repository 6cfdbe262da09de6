"""The model card: what a model is, what it was made from, how good it is and what it is not for.

Made from the model folder's `manifest.json` and `evaluation.json` alone, so the same
folder always gives the same card.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moderation.labels import Label
from moderation.scoring import registry
from training import plots, tables
from training.gates import gates

Json = Mapping[str, Any]

EVALUATION = "evaluation.json"
CARD = "card.md"


def write_evaluation(evaluation: Json, path: Path) -> None:
    """Write the figures as readable JSON, in the order in which they were measured."""
    path.write_text(json.dumps(evaluation, indent=1) + "\n", encoding="utf-8")


def write_card(folder: Path) -> Path:
    """Write `card.md` and its pictures into a model folder; the card's path.

    Without an `evaluation.json` the card says that nothing has been measured.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    figures = folder / EVALUATION
    evaluation = json.loads(figures.read_text(encoding="utf-8")) if figures.is_file() else None
    if evaluation:
        plots.draw(evaluation, folder)
    path = folder / CARD
    path.write_text(card(manifest, evaluation), encoding="utf-8")
    return path


def finish(folder: Path) -> None:
    """Write the card and have the manifest list the folder's files as they now are."""
    write_card(folder)
    registry.seal(folder)


def card(manifest: Json, evaluation: Json | None) -> str:
    """The whole card in Markdown."""
    parts = [
        f"# Model {manifest['version']}",
        _WHAT,
        _origin(manifest),
        "## Labels and base rates",
        _base_rates(manifest),
        "## Thresholds",
        _THRESHOLDS,
        _cutoffs(manifest),
        "## Data",
        _data(manifest),
        "## How good it is",
        _figures(evaluation),
        "## Limits",
        _LIMITS,
        "## Made with",
        _packages(manifest),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


_WHAT = (
    "Scores English reader comments for six things that the text alone decides, and for being "
    "off topic under an article or a parent comment. Linear in hashed words, word pairs and "
    "character n-grams; each score is a calibrated probability at the base rate given below."
)

_THRESHOLDS = (
    "Thresholds are goals solved on held-out rows. Review: the lowest evidence over the base "
    "rates, alike for all labels, that keeps no more civil comments back than the goal. Block: "
    "precision of at least the goal, at the lower end of its interval. A goal that could not be "
    "met has no threshold. "
    "A site may set its own; that moves thresholds and never scores."
)

_LIMITS = """\
- English. A comment in another language gets scores that mean little, and is flagged as foreign.
- A score is a reason to look, not a finding about a person. It is not for deciding on accounts,
  employment, credit or law, nor for watching private messages.
- Not for detecting self-harm, child abuse, misinformation or spam: it was never shown any.
- It reads words and short phrases. Irony, threats in polite words and hints to shared knowledge
  pass; quoted or reported abuse, counter-speech and reclaimed words can be held for review.
- Part of the data was chosen by slurs and comes from tweets with a known dialect bias, so words
  for groups and dialects can raise a score. Have people look at what it holds.
- Off-topic was learnt from mismatched pairs, not from people's judgement of digressions. Alone it
  never blocks.
- Raters disagree, and what they called toxic years ago is not the rule of every site: compare
  with your own moderators' verdicts before trusting a threshold."""


def _origin(manifest: Json) -> str:
    """For a version made on site: its parent, the verdicts, and what they changed."""
    parent, feedback = manifest.get("parent"), manifest.get("feedback", {})
    if not parent:
        return ""
    changed = tables.table(
        ["label", "verdicts", "of these, yes", "log loss before", "after", "level moved by"],
        [
            [
                label,
                str(change["rows"]),
                f"{change['positives']:g}",
                tables.number(change["loss_before"]),
                tables.number(change["loss_after"]),
                f"{change['offset']:+.3f}",
            ]
            for label, change in feedback.get("labels", {}).items()
        ],
    )
    return (
        f"Adapted from model {parent} to {feedback.get('rows')} moderators' verdicts of "
        f"{feedback.get('deciders')} people (SHA-256 `{feedback.get('sha256')}`), with the old "
        "weights as the prior. The losses are on the verdicts themselves, so they show what was "
        "learnt and not how well it carries over. Thresholds and data below are the parent's.\n\n"
        + changed
    )


def _base_rates(manifest: Json) -> str:
    rates = manifest.get("base_rates", {})
    rows = [
        [label.value, label.display_name, tables.percent(rates[label.value])]
        for label in Label
        if label.value in rates
    ]
    return tables.table(["label", "shown as", "base rate"], rows)


def _cutoffs(manifest: Json) -> str:
    found = manifest.get("cutoffs", {})
    rows = [
        [name, *(tables.number(pair.get(level)) or "none" for level in ("review", "block"))]
        for name, pair in found.items()
    ]
    goals = "".join(f"- `{name}`: {goal}\n" for name, goal in manifest.get("goals", {}).items())
    return f"{goals}\n{tables.table(['label', 'review at', 'block at'], rows)}"


def _data(manifest: Json) -> str:
    rows = [
        [
            source["name"],
            source["use"],
            str(source.get("training_rows", "")),
            source["licence"] or "none stated",
            f"`{source['sha256']}`",
        ]
        for source in sorted(manifest.get("data", []), key=lambda source: str(source["name"]))
    ]
    if not rows:
        return "The manifest names no data set."
    return (
        "Licences are given as the sets' own repositories state them. A set marked "
        '"evaluate only" has taught the model nothing.\n\n'
        + tables.table(["set", "use", "rows in the training part", "licence", "SHA-256"], rows)
    )


def _figures(evaluation: Json | None) -> str:
    if not evaluation:
        return "Not measured: run `python -m training evaluate` on this version."
    intro = (
        f"On {evaluation['rows']} labelled rows that no training saw, each set by itself; "
        "precision, Brier score and calibration error are at the base rate."
    )
    pictures = (
        "![Reliability by label](reliability.png)\n\n"
        "![Distribution of scores by label](scores.png)\n\n"
        "![AUC by label and set](auc.png)"
    )
    text = tables.summary(evaluation, gates(evaluation), level=3)
    return f"{intro}\n\n{text}\n\n{pictures}"


def _packages(manifest: Json) -> str:
    packages = manifest.get("packages", {})
    listed = ", ".join(f"{name} {version}" for name, version in sorted(packages.items()))
    seed = manifest.get("training", {}).get("seed")
    return f"Format {manifest.get('format')}, seed {seed}. {listed}"
