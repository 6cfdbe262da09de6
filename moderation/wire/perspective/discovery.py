"""The document from which Google's clients build themselves; `discovery.json` beside it."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources


def document(root: str) -> dict[str, object]:
    """The document of a service whose addresses begin with `root`, which ends in a slash."""
    return {**_document(), "rootUrl": root, "baseUrl": root, "mtlsRootUrl": root}


@cache
def _document() -> dict[str, object]:
    text = resources.files(__package__).joinpath("discovery.json").read_text(encoding="utf-8")
    found: dict[str, object] = json.loads(text)
    return found
