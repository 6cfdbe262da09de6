"""Writes a model's card into its folder: Markdown, HTML and pictures, listed in the manifest.

Made from the folder's `manifest.json`, `evaluation.json` and `ablations.json` alone; what the
card says is in `training.card`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moderation.errors import InvalidInput
from moderation.scoring import registry
from training import document, plots, webpage
from training.card import card

Json = Mapping[str, Any]

EVALUATION = "evaluation.json"
ABLATIONS = "ablations.json"
CARD, CARD_HTML = "card.md", "card.html"


def write_evaluation(evaluation: Json, path: Path) -> None:
    """Write the figures as readable JSON, in the order in which they were measured."""
    path.write_text(json.dumps(evaluation, indent=1) + "\n", encoding="utf-8")


def write_card(folder: Path) -> Path:
    """Write `card.md`, `card.html` and their pictures into a model folder; the first one's path.

    Without an `evaluation.json` the card says that nothing has been measured, without an
    `ablations.json` that none are recorded. Raises `InvalidInput` for one of another shape.
    """
    manifest = json.loads((folder / registry.MANIFEST).read_text(encoding="utf-8"))
    figures = folder / EVALUATION
    evaluation = json.loads(figures.read_text(encoding="utf-8")) if figures.is_file() else None
    blocks = card(manifest, evaluation, read_ablations(folder / ABLATIONS))
    if evaluation:
        plots.draw(evaluation, folder)
    page = webpage.html(blocks, f"Model {manifest['version']}")
    (folder / CARD_HTML).write_text(page, encoding="utf-8")
    path = folder / CARD
    path.write_text(document.markdown(blocks) + "\n", encoding="utf-8")
    return path


def read_ablations(path: Path) -> list[Json]:
    """The `{"name", "metrics": {…}}` of each variant that was tried; none where there is no file.

    Raises `InvalidInput` where the file holds something else.
    """
    if not path.is_file():
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise InvalidInput(path.name, "is not JSON") from problem
    if not (isinstance(found, list) and all(_is_ablation(one) for one in found)):
        raise InvalidInput(path.name, 'must be a list of {"name", "metrics": {…}}')
    return found


def _is_ablation(one: object) -> bool:
    return isinstance(one, dict) and "name" in one and isinstance(one.get("metrics"), dict)


def finish(folder: Path) -> None:
    """Write the card and have the manifest list the folder's files as they now are."""
    write_card(folder)
    registry.seal(folder)
