"""The measured side of us: loads the model in force and times what it is asked to score.

Run as `python -m benchmarks.product MODELS` by `benchmarks.measured`. The first line on standard
output names the model and the seconds that loading it took; then every line on standard input,
`{"comments": [{"text", "article"?: {"title", "text"}}], "single": bool, "mode": str | null}`, is
answered by `{"seconds": [...], "cpu": ..., "asked": ...}`: one time for the batch, or one for each
comment alone, and the share of comments about which the encoder was asked. A score is the whole
use case: all labels, language, policy and decision.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from moderation.comments import Article, Comment
from moderation.scoring.active import ActiveModel
from moderation.scoring.registry import Registry
from moderation.scoring.scorer import DEEP, FAST, Scorer
from moderation.workflow.classify import classify


def main() -> None:
    """Load, then answer line by line; reading and writing lines is outside of the clock."""
    models = Path(sys.argv[1])
    begun = time.perf_counter()
    # No site has a folder inside the shipped one, so the newest shipped version is in force. No
    # call has a budget: what a mode costs is what is measured.
    scorer = ActiveModel(Registry(models, models / "none")).current()
    head = {
        "name": "moderation",
        "version": scorer.version,
        "load": time.perf_counter() - begun,
        "modes": list(getattr(scorer, "modes", (FAST,))),
    }
    print(json.dumps(head), flush=True)
    for line in sys.stdin:
        print(json.dumps(_timed(scorer, json.loads(line))), flush=True)


def _timed(scorer: Scorer, asked: dict[str, Any]) -> dict[str, Any]:
    comments = [_comment(plain) for plain in asked["comments"]]
    batches = [[comment] for comment in comments] if asked["single"] else [comments]
    seconds = []
    deep = 0
    started = time.process_time()
    for batch in batches:
        begun = time.perf_counter()
        found = classify(scorer, None, batch, mode=asked.get("mode"))
        seconds.append(time.perf_counter() - begun)
        deep += sum(one.ruling.mode == DEEP for one in found)
    cpu = time.process_time() - started
    return {"seconds": seconds, "cpu": cpu, "asked": deep / len(comments)}


def _comment(plain: dict[str, Any]) -> Comment:
    article = plain.get("article")
    return Comment(plain["text"], Article(**article) if article else None)


if __name__ == "__main__":
    main()
