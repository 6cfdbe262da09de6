"""A new model version made on site: a parent version, adapted to feedback rows, published.

Needs no training data. The parent's folder is only read, and the new one appears in one
step or not at all.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from moderation.labels import Label
from moderation.scoring import registry
from moderation.scoring.deep import GRAPH, TOKENIZER
from moderation.scoring.scorer import FAST
from training.adapt import Adapted, NothingToLearn, adapt, comment_of
from training.feedback import FeedbackRow
from training.report import finish

_DROPPED = ("files", "metrics", "feedback", "parent")
"""What a parent's manifest says that does not hold for its child."""


def make(parent: Path, rows: Sequence[FeedbackRow], into: Path) -> Path:
    """Adapt the version in `parent` to `rows` and publish it under `into`; its folder.

    Raises `NothingToLearn` without rows, `ModelInvalid` where the parent does not verify,
    `Conflict` where another run has just published the same name.
    """
    if not rows:
        raise NothingToLearn
    manifest = registry.verify(parent)
    arrays = registry.read_arrays(parent)
    # Off-topic is moved in the linear model, so it is judged by that alone.
    judged = registry.load(parent).assess([comment_of(row) for row in rows], mode=FAST)
    off_topic = [one.scores[Label.OFF_TOPIC] for one in judged]
    adapted = adapt(arrays, manifest, rows, off_topic)
    version = next_version(str(manifest["version"]), _names(into))
    with tempfile.TemporaryDirectory() as folder:
        staging = Path(folder)
        registry.write_arrays(adapted.arrays, staging)
        for name in (GRAPH, TOKENIZER):
            if name in manifest["files"]:
                shutil.copyfile(parent / name, staging / name)
        child = _manifest(manifest, version, rows, adapted)
        text = json.dumps(child, indent=1, ensure_ascii=False) + "\n"
        (staging / registry.MANIFEST).write_text(text, encoding="utf-8")
        finish(staging)
        return registry.publish(staging, into)


def next_version(parent: str, taken: Iterable[str]) -> str:
    """`2026.11.0` gives `2026.11.0+site.1`, and that, or any of its line, the next free number."""
    base = re.sub(r"\+site\.\d+$", "", parent)
    line = re.compile(re.escape(base) + r"\+site\.(\d+)")
    numbers = [int(found[1]) for name in (parent, *taken) if (found := line.fullmatch(name))]
    return f"{base}+site.{max(numbers, default=0) + 1}"


def digest(rows: Sequence[FeedbackRow]) -> str:
    """SHA-256 over the rows as they would be written, in their order."""
    found = hashlib.sha256()
    for row in rows:
        found.update(msgspec.json.encode(row) + b"\n")
    return found.hexdigest()


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


def _manifest(
    parent: Mapping[str, Any], version: str, rows: Sequence[FeedbackRow], adapted: Adapted
) -> dict[str, Any]:
    """The parent's manifest with what is new; cut-offs stay, since they are the site's goals."""
    kept = {name: value for name, value in parent.items() if name not in _DROPPED}
    feedback = {
        "rows": len(rows),
        "sha256": digest(rows),
        "deciders": len({row.decider for row in rows if row.decider}),
        "labels": adapted.changes,
    }
    made = {"version": version, "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {**kept, **made, "parent": parent["version"], "feedback": feedback}
